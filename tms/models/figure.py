"""Work list of the figures that headers keep of 完整性检测 (DESIGN.md 4.16)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import db
from tms.models.account import BigId


class CheckDue(db.Model):
    """A file whose figures are stale, named by the triggers of `tms.models.due`.

    Each change adds a line of its own, so that no two writers wait for each other, and who has
    worked one off deletes just the lines he saw before he read the file.
    """

    __tablename__ = "check_due"
    #: Ids are never used again: a line must not pass for one that was worked off.
    __table_args__ = (
        Index("ix_check_due_teacher_id", "teacher_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    teacher_id: Mapped[int] = mapped_column(BigInteger)
