"""What units have said about who fills which field (R20, R21); history is in the audit log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import db
from tms.models.account import BigId
from tms.models.types import UTCDateTime


class FillSetting(db.Model):
    """One unit's word on one field, for schools of one category below it.

    Everybody may read it: a teacher's form follows what the province said. Where the unit stands
    in the tree is asked of the unit, so that a move takes its settings along.
    """

    __tablename__ = "fill_setting"
    __table_args__ = (
        UniqueConstraint("unit_id", "category", "table_name", "field"),
        Index("ix_fill_setting_category_table_name", "category", "table_name"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    category: Mapped[str] = mapped_column(String(24))
    table_name: Mapped[str] = mapped_column(String(40))
    field: Mapped[str] = mapped_column(String(40))
    #: "teacher", "school", "bureau" or "hidden".
    said: Mapped[str] = mapped_column(String(8))
    set_by: Mapped[int | None] = mapped_column(BigInteger)
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)


class FillStamp(db.Model):
    """One row with a random word, new at every change: by it processes know what they hold."""

    __tablename__ = "fill_stamp"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    stamp: Mapped[str] = mapped_column(String(32))
