"""What takes longer than a request: durable jobs, the files they read and leave (DESIGN.md 3, 4.7).

The row is the truth, written with the business change; the queue carries ids only.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import db
from tms.models.account import BigId
from tms.models.scoped import PersonalScoped
from tms.models.types import UTCDateTime


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


#: What still has to be done.
PENDING = (JobState.QUEUED, JobState.RUNNING)


class Job(PersonalScoped, db.Model):
    """One long piece of work, resumed at its checkpoint by whichever worker comes next."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_job_user_id_id", "user_id", "id"),
        # What a worker may take.
        Index(
            "ix_job_pending",
            "not_before",
            sqlite_where=text("state IN ('queued', 'running')"),
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: Whose it is, and under which assignment it acts; of the system's own schedules none.
    user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("app_user.id"))  # type: ignore[assignment]
    assignment_id: Mapped[int | None] = mapped_column(BigInteger)
    #: The function that does it, by name (`tms.jobs.kinds`).
    kind: Mapped[str] = mapped_column(String(40))
    #: What it does, in words (`tms.packed`).
    title: Mapped[Any] = mapped_column(JSON)
    params: Mapped[Any] = mapped_column(JSON)
    #: Of what may be asked for twice but is to be done once.
    key: Mapped[str | None] = mapped_column(String(80))
    #: Borne by every audit event of it, also after a resumption.
    act_id: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(10))
    queued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    not_before: Mapped[datetime] = mapped_column(UTCDateTime)
    #: Of this attempt, and how far the job was when it began: the rate follows from the two.
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_before: Mapped[int] = mapped_column(Integer, default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Attempts that came no further than the one before.
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    #: Who works on it, and until when it is his unless he says so again.
    lease: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int | None] = mapped_column(Integer)
    cancel_asked: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    #: What the next attempt begins with, and what came of it or why nothing did (in words).
    checkpoint: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    result: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    error: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))


class JobWorker(db.Model):
    """A worker that is or was there: without one that was seen lately nothing long is done."""

    __tablename__ = "job_worker"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    host: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)


class KeptFile(PersonalScoped, db.Model):
    """A file of one user's, encrypted on disk until it expires: an upload, an export, a report."""

    __tablename__ = "kept_file"
    __table_args__ = (Index("ix_kept_file_user_id_id", "user_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("app_user.id"))
    #: As it is handed out; never with anybody's number in it.
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    #: The random name it has on disk, under which alone it opens.
    stored_as: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    #: It is gone once it was handed out.
    is_once: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class ImportBatch(PersonalScoped, db.Model):
    """One import from upload to undo; what is in the file lies encrypted beside it."""

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_user_id_id", "user_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("app_user.id"))
    #: The unit acted for when it was made.
    unit_id: Mapped[int | None] = mapped_column(BigInteger)
    file_name: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: What was uploaded, what the check found, what comes back.
    upload_id: Mapped[int | None] = mapped_column(BigInteger)
    preview_id: Mapped[int | None] = mapped_column(BigInteger)
    report_id: Mapped[int | None] = mapped_column(BigInteger)
    #: How it is to be taken, as chosen.
    options: Mapped[Any] = mapped_column(JSON)
    #: Rows by what becomes of them, as the check or the load counted them.
    checked: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    loaded: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    undone: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    check_job: Mapped[int | None] = mapped_column(BigInteger)
    load_job: Mapped[int | None] = mapped_column(BigInteger)
    undo_job: Mapped[int | None] = mapped_column(BigInteger)
    report_job: Mapped[int | None] = mapped_column(BigInteger)
    #: Borne by the audit events of the load.
    act_id: Mapped[str | None] = mapped_column(String(32))


class ImportPart(PersonalScoped, db.Model):
    """What became of some rows of an import, written with them; encrypted, since rows hold numbers.

    So what the preview and the report tell is whole after whatever broke off.
    """

    __tablename__ = "import_part"

    batch_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True
    )
    #: "check" or "load".
    phase: Mapped[str] = mapped_column(String(6), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("app_user.id"))
    #: {outcome: rows}, and {key: [reason, rows]} (`tms.exchange.parts`).
    counts: Mapped[Any] = mapped_column(JSON)
    reasons: Mapped[Any] = mapped_column(JSON)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class SavedExport(PersonalScoped, db.Model):
    """A name for an export with its columns and options, to be run again."""

    __tablename__ = "saved_export"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("app_user.id"))
    name: Mapped[str] = mapped_column(String(40))
    grid: Mapped[str] = mapped_column(String(40))
    options: Mapped[Any] = mapped_column(JSON)
