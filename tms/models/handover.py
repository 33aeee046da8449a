"""Accounts from hand to hand: who gave what to whom; forgotten passwords (R19, R23, R25)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import PathType, db
from tms.models.account import BigId
from tms.models.scoped import AccountScoped, PasswordScoped
from tms.models.types import UTCDateTime


class HandoverKind(StrEnum):
    """What was handed over."""

    ACCOUNT = "account"
    RESET = "reset"
    SLIPS = "slips"


class AccountHandover(AccountScoped, db.Model):
    """An account, a new one-time password or a pile of slips: from whom, to whom, received when."""

    __tablename__ = "account_handover"
    __table_args__ = (
        Index("ix_account_handover_unit_path_id", "unit_path", "id"),
        Index("ix_account_handover_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: Of the unit that received it.
    unit_path: Mapped[str] = mapped_column(PathType)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(8))
    #: The account; none for a pile of slips.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    role: Mapped[str] = mapped_column(String(20))
    #: How many accounts it is about.
    count: Mapped[int] = mapped_column(Integer)
    giver_id: Mapped[int | None] = mapped_column(BigInteger)
    #: Names as they were on the day.
    giver: Mapped[str] = mapped_column(String(50))
    giver_unit: Mapped[str] = mapped_column(String(100))
    receiver: Mapped[str] = mapped_column(String(50))
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: Signed for: when, and who noted it.
    received_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    received_by: Mapped[int | None] = mapped_column(BigInteger)


class AskState(StrEnum):
    """Where a forgotten password stands."""

    COLLECTED = "collected"
    SUBMITTED = "submitted_to_hr"
    RESET = "reset"
    HANDED_OVER = "handed_over"
    REFUSED = "refused"


#: Something is still to be done.
OPEN_ASKS = (AskState.COLLECTED, AskState.SUBMITTED, AskState.RESET)


class PasswordAsk(PasswordScoped, db.Model):
    """A teacher who forgot the password, on the list of the unit (R25)."""

    __tablename__ = "password_ask"
    __table_args__ = (
        Index("ix_password_ask_unit_path_id", "unit_path", "id"),
        Index("ix_password_ask_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: The file's: the secondary unit where there is one.
    unit_path: Mapped[str] = mapped_column(PathType)
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    name: Mapped[str] = mapped_column(String(50))
    state: Mapped[str] = mapped_column(String(16))
    #: Empty where the teacher asked by the public form.
    asked_by: Mapped[int | None] = mapped_column(BigInteger)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_by: Mapped[int | None] = mapped_column(BigInteger)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reset_by: Mapped[int | None] = mapped_column(BigInteger)
    reset_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    handed_by: Mapped[int | None] = mapped_column(BigInteger)
    handed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PublicAsks(db.Model):
    """How often an address used the public form in an hour; no address is kept, only its HMAC."""

    __tablename__ = "public_asks"
    __table_args__ = (UniqueConstraint("source", "hour"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    hour: Mapped[datetime] = mapped_column(UTCDateTime)
    count: Mapped[int] = mapped_column(Integer)
