"""The header of a teacher's file (电子档案): one person, one number, one file."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tms.db import PathType, bytewise, db
from tms.models.scoped import FileScoped
from tms.models.types import UTCDateTime
from tms.models.unit import Unit


class RecordStatus(StrEnum):
    """Where the open work of a file stands (code table record_status)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNIT_PASSED = "unit_passed"
    DEPT_PASSED = "dept_passed"
    SCHOOL_PASSED = "school_passed"
    REPORTED = "reported"
    APPROVED = "approved"
    RETURNED = "returned"


class NumberStatus(StrEnum):
    """Of the personal number (code table teacher_no_status)."""

    NONE = "none"
    TEMPORARY = "temporary"
    OFFICIAL = "official"


class PersonKind(StrEnum):
    """Who is collected (code table collection_person_kind)."""

    ESTABLISHED = "established"
    CONTRACT = "contract_1y"
    PUBLIC_FUNDED_STUDENT = "public_funded_student"


class CheckMark(StrEnum):
    """What 完整性检测 found in a file, in short: what keeps it from going on."""

    #: Errors in items that the teacher fills: he cannot send it in.
    TEACHER = "teacher"
    #: Errors in what the school or a bureau fills only: the school cannot report it.
    SCHOOL = "school"
    WARNINGS = "warnings"
    CLEAN = "clean"


#: What lists are filtered by, besides where open work stands.
FILTERED = (
    "school_category",
    "person_kind",
    "personnel_status",
    "current_post_category",
    "current_professional_title",
    "highest_education",
    "highest_degree_level",
    "current_post_level",
    "birth_year",
)


class Teacher(FileScoped, db.Model):
    """One file. Below the first mark are copies, written by `tms.records.refresh` only, below the
    second the figures of its check, written by `tms.records.figures` only.
    """

    __tablename__ = "teacher"
    __table_args__ = (
        UniqueConstraint("teacher_no"),
        Index("ix_teacher_unit_path_id", "unit_path", "id"),
        # A page in order and its count, each from one index however rare the value is. (Of
        # gender no value is rare.)
        *(Index(f"ix_teacher_{key}", key, "unit_path", "id") for key in FILTERED),
        # Filtered by status and one thing more, both can be answered from here.
        Index(
            "ix_teacher_record_status",
            "record_status",
            "unit_path",
            "id",
            postgresql_include=(*FILTERED, "gender"),
        ),
        Index("ix_teacher_name", "name", "unit_path", "id"),
        Index("ix_teacher_unit_id", "unit_id"),
        # Pages and counts of a mark, and the sums of a subtree.
        Index("ix_teacher_check_mark", "check_mark", "unit_path", "id"),
        Index("ix_teacher_checks", "unit_path", "check_mark"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    teacher_no: Mapped[str] = mapped_column(String(24))
    teacher_no_status: Mapped[str] = mapped_column(String(10), default=NumberStatus.TEMPORARY)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    secondary_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    #: Path of the secondary unit where there is one, else of the school.
    unit_path: Mapped[str] = mapped_column(PathType)
    school_category: Mapped[str] = mapped_column(String(24))
    person_kind: Mapped[str] = mapped_column(String(24), default=PersonKind.ESTABLISHED)
    contract_start: Mapped[date | None] = mapped_column(Date)
    contract_end: Mapped[date | None] = mapped_column(Date)
    #: Label of the open work (在办); `in_force_since` says what is in force (生效).
    record_status: Mapped[str] = mapped_column(String(16), default=RecordStatus.DRAFT)
    in_force_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: When 核对无变化 was last said of what is in force, and approved (R64).
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Since when the personnel status in force is so, where a request said it.
    personnel_status_since: Mapped[date | None] = mapped_column(Date)
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    # Copies and derived items.
    name: Mapped[str | None] = mapped_column(bytewise(50))
    gender: Mapped[str | None] = mapped_column(String(20))
    birth_year: Mapped[int | None] = mapped_column(Integer)
    id_number_mask: Mapped[str | None] = mapped_column(String(30))
    personnel_status: Mapped[str | None] = mapped_column(String(20))
    highest_education: Mapped[str | None] = mapped_column(String(20))
    highest_degree_level: Mapped[str | None] = mapped_column(String(20))
    current_post_category: Mapped[str | None] = mapped_column(String(20))
    current_post_level: Mapped[str | None] = mapped_column(String(20))
    current_professional_title: Mapped[str | None] = mapped_column(String(20))

    # Figures of its check, by who has to mend; nothing until it was checked.
    teacher_errors: Mapped[int | None] = mapped_column(Integer)
    school_errors: Mapped[int | None] = mapped_column(Integer)
    bureau_errors: Mapped[int | None] = mapped_column(Integer)
    warnings: Mapped[int | None] = mapped_column(Integer)
    check_mark: Mapped[str | None] = mapped_column(String(8))
    #: The day that was taken as today, and the fingerprint of the rules that were asked.
    checked_on: Mapped[date | None] = mapped_column(Date)
    check_rules: Mapped[str | None] = mapped_column(String(16))
    #: Raised by every check: who began with an older state of the file writes nothing.
    check_no: Mapped[int] = mapped_column(Integer, default=0, server_default="0")

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id], viewonly=True)
    secondary_unit: Mapped[Unit | None] = relationship(
        foreign_keys=[secondary_unit_id], viewonly=True
    )

    def __str__(self) -> str:
        return f"{self.name or ''} {self.teacher_no}".strip()
