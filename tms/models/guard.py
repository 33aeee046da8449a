"""What keeps strangers out: throttling of logins, and codes for a lost authenticator."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import db
from tms.models.account import BigId
from tms.models.scoped import PersonalScoped
from tms.models.types import UTCDateTime


class LoginGuard(db.Model):
    """Failed logins of an account, an address, or all; shared by all workers (S17).

    The key is an HMAC, so that the table says nothing of anybody; rows go after a day.
    """

    __tablename__ = "login_guard"
    __table_args__ = (Index("ix_login_guard_since_at", "since_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: Counted since `since_at`; a success, or time, begins anew.
    failures: Mapped[int] = mapped_column(Integer)
    #: How many locks in a row: each lasts twice as long as the one before.
    locks: Mapped[int] = mapped_column(Integer)
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Attempts that met a lock; they change nothing else.
    refused: Mapped[int] = mapped_column(Integer)
    since_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RecoveryCode(PersonalScoped, db.Model):
    """A code that stands for the authenticator once; only its hash is kept (S18)."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("ix_recovery_code_user_id", "user_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("app_user.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
