"""Who read and who took out whose file: marks of the day, and the people of exports (S30)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import db
from tms.models.account import BigId
from tms.models.scoped import PersonalScoped
from tms.models.types import UTCDateTime


class FileRead(PersonalScoped, db.Model):
    """An assignment opened a file on a day (Beijing time): of many openings one leaves an event.

    Only so that they are told apart: the audit event lasts, the mark goes after two days.
    """

    __tablename__ = "file_read"
    __table_args__ = (
        UniqueConstraint("teacher_id", "assignment_id", "day"),
        Index("ix_file_read_day", "day"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    teacher_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("teacher.id"))
    user_id: Mapped[int] = mapped_column(BigInteger)
    assignment_id: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date] = mapped_column(Date)


class ExportReach(PersonalScoped, db.Model):
    """Whose files an export or a printed list held: those of one range of 65,536 ids.

    It goes after three years. `user_id` is 0 of the server's own console.
    """

    __tablename__ = "export_reach"
    __table_args__ = (Index("ix_export_reach_block_id", "block", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    #: Name of the act; its audit event says the rest.
    act_id: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: The ids' upper bits, and a compressed bitmap of their lower ones (`tms.records.reached`).
    block: Mapped[int] = mapped_column(BigInteger)
    people: Mapped[bytes] = mapped_column(LargeBinary)
