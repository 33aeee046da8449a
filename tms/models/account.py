"""Persons, their logins, and the assignments (role, unit) they act under (DESIGN.md 3)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tms.db import PathType, bytewise, db
from tms.models.scoped import AccountScoped
from tms.models.types import UTCDateTime
from tms.models.unit import Unit

BigId = BigInteger().with_variant(Integer, "sqlite")


class Person(AccountScoped, db.Model):
    """A named natural person who is responsible for an account (R15)."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_name", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(bytewise(50))
    unit_path: Mapped[str] = mapped_column(PathType, index=True)

    def __str__(self) -> str:
        return self.name


class User(AccountScoped, db.Model):
    """One login of one person.

    Staff have a user name. A teacher has none: the number typed at login is looked up by its
    blind index, so that no table, log or cookie holds the number itself.
    """

    __tablename__ = "app_user"
    __table_args__ = (
        UniqueConstraint("username"),
        UniqueConstraint("login_index"),
        UniqueConstraint("teacher_id"),
        Index("ix_app_user_unit_path_id", "unit_path", "id"),
        Index("ix_app_user_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    username: Mapped[str | None] = mapped_column(bytewise(50))
    login_index: Mapped[str | None] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    teacher_id: Mapped[int | None] = mapped_column(ForeignKey("teacher.id"))
    #: Argon2id; empty until a one-time code is handed out.
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    unit_path: Mapped[str] = mapped_column(PathType)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_login_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: The password is a one-time code: nothing but changing it is open (S15).
    must_change: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    code_expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: When the holder chose the password; empty while it is somebody else's code.
    password_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Which version of the security rules the holder agreed to (R90).
    rules_version: Mapped[str | None] = mapped_column(String(20))
    rules_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Its holder has left or retired: the file is shown, nothing is written (DOMAIN.md 11).
    is_read_only: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    #: The last day on which the account may be used; empty is for ever.
    expires_on: Mapped[date | None] = mapped_column(Date)
    #: Sealed secret of the authenticator, since when, and the last time step that was used up.
    totp: Mapped[str | None] = mapped_column(String(200))
    totp_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    totp_step: Mapped[int | None] = mapped_column(BigInteger)

    person: Mapped[Person] = relationship(viewonly=True)

    def __str__(self) -> str:
        return self.username or f"#{self.id}"


class Assignment(AccountScoped, db.Model):
    """A role at a unit, held by a user. Exactly one is active at a time; reach is never a union."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("ix_assignment_user_id", "user_id"),
        Index("ix_assignment_unit_id_role", "unit_id", "role"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_path: Mapped[str] = mapped_column(PathType, index=True)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    granted_by: Mapped[int | None] = mapped_column(BigInteger)
    granted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship(viewonly=True)
    unit: Mapped[Unit] = relationship(viewonly=True)


class LoginSession(AccountScoped, db.Model):
    """A login in a browser. The cookie holds the token, this table only its hash (S19)."""

    __tablename__ = "login_session"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    unit_path: Mapped[str] = mapped_column(PathType)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: A `Stage`: what was shown so far of who it is.
    stage: Mapped[str] = mapped_column(String(10), default="full", server_default="full")
    #: How it began: `password`, or `cas`.
    via: Mapped[str] = mapped_column(String(10), default="password", server_default="password")
    #: When a second factor was last shown for something delicate (S18).
    stepped_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: For the holder to recognise: the network, not the machine; the browser's kind.
    address: Mapped[str | None] = mapped_column(String(64))
    agent: Mapped[str | None] = mapped_column(String(60))
