"""What all 26 section tables have in common."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tms.db import PathType, db
from tms.dictionary import Table, collect_table
from tms.models.scoped import RecordScoped
from tms.models.types import UTCDateTime


class RowState(StrEnum):
    """Where one row of a file stands (DESIGN.md 3)."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    IN_FORCE = "in_force"


class SectionRecord(RecordScoped, db.Model):
    """One row of one section of one teacher's file.

    Content columns are nullable because a draft may be incomplete; what is required, forbidden or
    inconsistent is asked of the dictionary. Only `tms.records` writes these tables.
    """

    __abstract__ = True

    #: The declaration of the table, collected from the class when it is created.
    dictionary: ClassVar[Table]

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, sort_order=-20
    )
    teacher_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("teacher.id"), sort_order=-19)
    #: Copy of the teacher's path: a province counts in 5 ms instead of 165 (DESIGN.md 3).
    unit_path: Mapped[str] = mapped_column(PathType, sort_order=-18)
    state: Mapped[str] = mapped_column(String(10), default=RowState.DRAFT, sort_order=-17)
    #: Raised only when a filled-in field changes; a verdict holds for one version.
    content_version: Mapped[int] = mapped_column(Integer, default=1, sort_order=-16)
    #: Universities: bit mask of the departments that judge the row.
    functions: Mapped[int] = mapped_column(SmallInteger, default=0, sort_order=-15)
    created_by: Mapped[int | None] = mapped_column(BigInteger, sort_order=90)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, sort_order=91)
    updated_by: Mapped[int | None] = mapped_column(BigInteger, sort_order=92)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, sort_order=93)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        name = cls.__tablename__
        return (
            Index(f"ix_{name}_teacher_id", "teacher_id"),
            Index(f"ix_{name}_unit_path_id", "unit_path", "id"),
        )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "__tablename__" in cls.__dict__:
            cls.dictionary = collect_table(cls)
        super().__init_subclass__(**kwargs)
