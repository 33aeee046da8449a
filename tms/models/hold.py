"""What keeps files still or away: 锁定 until a date, the bin; and a university's own route."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import PathType, db
from tms.models.account import BigId
from tms.models.scoped import UnitScoped, WorkScoped
from tms.models.types import UTCDateTime


class Freeze(WorkScoped, db.Model):
    """锁定: nothing is filled in or sent in until a date; of one file, or of a unit and all below.

    Desks go on deciding. It ends by itself; whether it has, is compared when asked.
    """

    __tablename__ = "file_freeze"
    __table_args__ = (
        Index(
            "ix_file_freeze_open",
            "unit_path",
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
        Index("ix_file_freeze_teacher_id", "teacher_id"),
        Index("ix_file_freeze_act", "act"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: The file; of a whole unit none.
    teacher_id: Mapped[int | None] = mapped_column(ForeignKey("teacher.id"))  # type: ignore[assignment]
    #: The unit, where everything below it is frozen.
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    unit_path: Mapped[str] = mapped_column(PathType)
    reason: Mapped[str] = mapped_column(Text)
    #: The first instant at which it is over: the day after the last one begins (Beijing time).
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    #: One act may freeze many files.
    act: Mapped[str] = mapped_column(String(32))
    made_by: Mapped[int | None] = mapped_column(BigInteger)
    #: The unit acted for: who stands below it does not release. None is the server's console.
    by_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    released_by: Mapped[int | None] = mapped_column(BigInteger)


class BinnedFile(WorkScoped, db.Model):
    """A never-reported file in its school's bin; all its rows lie outside every unit's reach.

    This entry alone stays where the school reaches it (`tms.records.bins`).
    """

    __tablename__ = "binned_file"

    teacher_id: Mapped[int] = mapped_column(
        ForeignKey("teacher.id"), primary_key=True, autoincrement=False
    )
    unit_path: Mapped[str] = mapped_column(PathType)
    reason: Mapped[str] = mapped_column(Text)
    binned_by: Mapped[int | None] = mapped_column(BigInteger)
    binned_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RouteVersion(UnitScoped, db.Model):
    """One version of a university's own route; the highest is in use, open work keeps its own."""

    __tablename__ = "route_version"
    __table_args__ = (UniqueConstraint("unit_id", "version"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_path: Mapped[str] = mapped_column(PathType)
    version: Mapped[int] = mapped_column(Integer)
    #: What `tms.workflow.plans` reads and writes.
    plan: Mapped[Any] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text)
    made_by: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
