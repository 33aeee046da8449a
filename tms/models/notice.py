"""通知公告: what a unit tells those below it, and who has read it (R48, R80)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import PathType, bytewise, db
from tms.models.account import BigId
from tms.models.scoped import NoticeScoped, PersonalScoped
from tms.models.types import UTCDateTime


class Audience(StrEnum):
    """Whom a notice is for, at the unit and below."""

    EVERYBODY = "all"
    TEACHERS = "teachers"
    STAFF = "staff"
    INFO_ADMINS = "info_admins"
    HEADS = "heads"
    SECRETARIES = "secretaries"


class Notice(NoticeScoped, db.Model):
    """One notice of a unit; those below see it from its first day to its last."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_unit_path_id", "unit_path", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_path: Mapped[str] = mapped_column(PathType)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    title: Mapped[str] = mapped_column(bytewise(100))
    text: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(String(12))
    starts_on: Mapped[date] = mapped_column(Date)
    #: The last day, inclusive; empty is until it is withdrawn.
    ends_on: Mapped[date | None] = mapped_column(Date)
    written_by: Mapped[int | None] = mapped_column(BigInteger)
    #: Raised when title or text changes: who read an earlier one has not read this.
    edition: Mapped[int] = mapped_column(Integer, default=1)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    def __str__(self) -> str:
        return self.title


class NoticeRead(PersonalScoped, db.Model):
    """That a user has opened a notice: which edition, and when last."""

    __tablename__ = "notice_read"

    notice_id: Mapped[int] = mapped_column(
        ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    edition: Mapped[int] = mapped_column(Integer)
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)
