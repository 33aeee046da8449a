"""The audit trail: one event per act and file, in the transaction of the act (DESIGN.md 3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import PathType, db
from tms.models.account import BigId
from tms.models.scoped import AuditScoped
from tms.models.types import UTCDateTime


class AuditEvent(AuditScoped, db.Model):
    """Who did what to which file when, and what stood there before. Append-only (a trigger)."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_teacher_id", "teacher_id"),
        Index("ix_audit_event_unit_path_id", "unit_path", "id"),
        # What one act did, file by file, to take it back.
        Index("ix_audit_event_act_id", "act_id", "teacher_id"),
        Index(
            "ix_audit_event_find",
            "user_id",
            "at",
            sqlite_where=text("act = 'find.number'"),
            postgresql_where=text("act = 'find.number'"),
        ),
        Index(
            "ix_audit_event_reveal",
            "user_id",
            "at",
            sqlite_where=text("act = 'reveal'"),
            postgresql_where=text("act = 'reveal'"),
        ),
        Index(
            "ix_audit_event_denied",
            "user_id",
            "at",
            sqlite_where=text("act = 'denied'"),
            postgresql_where=text("act = 'denied'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    act: Mapped[str] = mapped_column(String(40))
    #: The same for every event of one request, command or job.
    act_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    assignment_id: Mapped[int | None] = mapped_column(BigInteger)
    role: Mapped[str | None] = mapped_column(String(20))
    #: The unit acted for, and the path of what was acted on (which decides who may read this).
    unit_id: Mapped[int | None] = mapped_column(BigInteger)
    unit_path: Mapped[str] = mapped_column(PathType)
    teacher_id: Mapped[int | None] = mapped_column(BigInteger)
    #: The submission that was acted on; its rows say which versions.
    submission_id: Mapped[int | None] = mapped_column(BigInteger)
    files: Mapped[int] = mapped_column(Integer, default=1)
    #: {table: {row id: content version}}
    rows: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    #: {table: {row id: {field: former value}}}; encrypted fields stay ciphertext
    former: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    detail: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))


class AuditSeal(db.Model):
    """A range of events that was sealed, chained to the range before (SECURITY.md S13).

    Open to every actor: it holds digests only. Append-only like the events.
    """

    __tablename__ = "audit_seal"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: First and last event, and how many there are (ids of rolled-back work are missing).
    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)
    n: Mapped[int] = mapped_column(Integer)
    #: Steps from id to id, packed; and 8 bytes of each event's digest: so that a place is found.
    ids: Mapped[bytes] = mapped_column(LargeBinary)
    leaves: Mapped[bytes] = mapped_column(LargeBinary)
    #: SHA-256 over ids and whole digests.
    root: Mapped[str] = mapped_column(String(64))
    #: The mac of the range before; of a first one nothing. Unique: a chain has no branches.
    prev: Mapped[str] = mapped_column(String(64), unique=True)
    mac: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
