"""Work under way: submissions, whose desk they are on, notes of returns, reports."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import PathType, db
from tms.models.account import BigId
from tms.models.scoped import AccountScoped, WorkScoped
from tms.models.types import UTCDateTime


class Verdict(StrEnum):
    """What one desk decided."""

    PASSED = "passed"
    RETURNED = "returned"


class Submission(WorkScoped, db.Model):
    """One 报送 of one teacher's working rows; at most one is open per file."""

    __tablename__ = "submission"
    __table_args__ = (
        Index(
            "uq_submission_open",
            "teacher_id",
            unique=True,
            sqlite_where=text("is_open = 1"),
            postgresql_where=text("is_open"),
        ),
        Index("ix_submission_teacher_id", "teacher_id"),
        Index("ix_submission_unit_path_id", "unit_path", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"))
    unit_path: Mapped[str] = mapped_column(PathType)
    #: The route it began with, so that a changed route leaves open work alone: its key and, where
    #: the university has its own, the `RouteVersion` (never deleted; SQLite cannot add a
    #: constraint without building the table anew).
    route: Mapped[str] = mapped_column(String(40))
    route_version_id: Mapped[int | None] = mapped_column(BigInteger)
    #: Where it waits; "" while it is with whoever filled it in, after a return.
    step: Mapped[str] = mapped_column(String(24))
    status: Mapped[str] = mapped_column(String(16))
    #: How often it was sent in: raised by every new 报送 after a return.
    round: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    #: What it changes, in a word: the pile it lies in on a desk (`tms.workflow.shapes`).
    shape: Mapped[str] = mapped_column(String(90), default="", server_default="")
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)
    submitted_by: Mapped[int | None] = mapped_column(BigInteger)
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report_up.id"))
    #: No error remained when it was reported; the completeness rate reads this (DOMAIN.md 10).
    complete_at_report: Mapped[bool | None] = mapped_column(Boolean)


class SubmissionRow(WorkScoped, db.Model):
    """One row as it was submitted: a verdict holds for this content version.

    A change request goes along as a row of the table "change_request"; a row that is deleted after
    a return goes along with the version `DELETED`.
    """

    __tablename__ = "submission_row"
    __table_args__ = (Index("ix_submission_row_row", "table_name", "row_id"),)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    table_name: Mapped[str] = mapped_column(String(40), primary_key=True)
    row_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    content_version: Mapped[int] = mapped_column(Integer)
    #: Who wrote the row last; that person gives no verdict on it (S5).
    filled_by: Mapped[int | None] = mapped_column(BigInteger)
    teacher_id: Mapped[int] = mapped_column(BigInteger)
    unit_path: Mapped[str] = mapped_column(PathType)
    #: The departments that judge it (bit mask), as they were when it came in.
    functions: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    #: The round in which this content came in: desks that passed a later or the same one have
    #: judged it.
    round: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    #: The act that brought it in.
    act: Mapped[str | None] = mapped_column(String(32))


class ReviewTask(WorkScoped, db.Model):
    """One desk's turn with one submission. Desk = unit and function."""

    __tablename__ = "review_task"
    __table_args__ = (
        UniqueConstraint("submission_id", "step", "desk_function", "round"),
        # What lies on a desk.
        Index(
            "ix_review_task_desk",
            "desk_unit_id",
            "permission",
            "step",
            "teacher_id",
            sqlite_where=text("verdict IS NULL"),
            postgresql_where=text("verdict IS NULL"),
        ),
        Index("ix_review_task_unit_path_id", "unit_path", "id"),
        # Whose desk open work lies on.
        Index(
            "ix_review_task_open",
            "step",
            "unit_path",
            "teacher_id",
            sqlite_where=text("verdict IS NULL"),
            postgresql_where=text("verdict IS NULL"),
        ),
        Index("ix_review_task_act", "act"),
        # Who waits longest.
        Index(
            "ix_review_task_waiting",
            "opened_at",
            "unit_path",
            "id",
            sqlite_where=text("verdict IS NULL"),
            postgresql_where=text("verdict IS NULL"),
        ),
        # What was returned, the longest ago first.
        Index(
            "ix_review_task_returned",
            "decided_at",
            "unit_path",
            "id",
            sqlite_where=text("verdict = 'returned'"),
            postgresql_where=text("verdict = 'returned'"),
        ),
        # My verdicts of the last day.
        Index("ix_review_task_decided", "decided_by", "decided_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"), index=True)
    unit_path: Mapped[str] = mapped_column(PathType)
    step: Mapped[str] = mapped_column(String(24))
    desk_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    #: In parallel the department; and the rows it judges (bit mask), 0 for all.
    desk_function: Mapped[str] = mapped_column(String(24), default="")
    functions: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    #: That of its submission, while it is open: the pile it lies in on its desk.
    shape: Mapped[str] = mapped_column(String(90), default="", server_default="")
    #: What the holder must be permitted (`tms.access.Permission`); with the unit it is the desk.
    permission: Mapped[str] = mapped_column(String(24), default="", server_default="")
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: The act that put it there.
    opened_act: Mapped[str | None] = mapped_column(String(32))
    #: Overdue after this instant.
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: What it covers: content that came in up to this round.
    round: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    #: First looked at by somebody of the desk; from then on nobody withdraws.
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    seen_by: Mapped[int | None] = mapped_column(BigInteger)
    verdict: Mapped[str | None] = mapped_column(String(10))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    #: The act that decided it: compare-and-set marks its winners with this.
    act: Mapped[str | None] = mapped_column(String(32))
    #: Decided by the supervisor because the school has no head (DOMAIN.md 3).
    stand_in: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class ReviewNote(WorkScoped, db.Model):
    """Why something was returned; open until it is submitted again by whoever fills it.

    It points at a field, a row (a change request is one of table "change_request"), a section, or
    at the file as a whole.
    """

    __tablename__ = "review_note"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"), index=True)
    unit_path: Mapped[str] = mapped_column(PathType)
    table_name: Mapped[str | None] = mapped_column(String(40))
    row_id: Mapped[int | None] = mapped_column(BigInteger)
    field: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    #: What the reviewer would have there instead, of a note on a field: canonical, as JSON.
    suggestion: Mapped[str | None] = mapped_column(Text)
    #: Who mends it: "teacher", "school", or "" for both.
    filler: Mapped[str] = mapped_column(String(8), default="", server_default="")
    written_by: Mapped[int | None] = mapped_column(BigInteger)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: The acts that wrote and resolved it.
    act: Mapped[str | None] = mapped_column(String(32), index=True)
    resolved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    resolved_act: Mapped[str | None] = mapped_column(String(32))


class ReportUp(AccountScoped, db.Model):
    """上报: one school hands passed files to its superior and gets a receipt."""

    __tablename__ = "report_up"
    __table_args__ = (UniqueConstraint("receipt"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    unit_path: Mapped[str] = mapped_column(PathType)
    superior_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    receipt: Mapped[str] = mapped_column(String(40))
    files: Mapped[int] = mapped_column(Integer)
    reported_by: Mapped[int | None] = mapped_column(BigInteger)
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Selection(db.Model):
    """A frozen selection: what a bulk act works on, so that counts are honest (DESIGN.md 4.4)."""

    __tablename__ = "selection"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SelectionItem(db.Model):
    """One file of a selection, with its submission and task where the act is about those."""

    __tablename__ = "selection_item"

    selection_id: Mapped[int] = mapped_column(
        ForeignKey("selection.id", ondelete="CASCADE"), primary_key=True
    )
    teacher_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    submission_id: Mapped[int | None] = mapped_column(BigInteger)
    task_id: Mapped[int | None] = mapped_column(BigInteger)


#: The step at which school-filled items of rows in review may still be written (DOMAIN.md 5).
SUPPLEMENT = "supplement"

#: The content version of a row that was deleted after a return, for whoever judged it.
DELETED = 0

#: As what change requests travel in a submission.
REQUESTS = "change_request"
