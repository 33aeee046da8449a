"""How much an account took out on a day, and exports that wait for a second person (S11)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import PathType, db
from tms.models.account import BigId
from tms.models.scoped import ExportScoped, PersonalScoped
from tms.models.types import UTCDateTime


class ExportTally(PersonalScoped, db.Model):
    """What one account exported on one day (Beijing time); the quota is held against it."""

    __tablename__ = "export_tally"
    __table_args__ = (UniqueConstraint("user_id", "day"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("app_user.id"))
    day: Mapped[date] = mapped_column(Date)
    rows: Mapped[int] = mapped_column(Integer)
    #: People whose numbers were shown in full without a second person's consent.
    people: Mapped[int] = mapped_column(Integer)


class ExportState(StrEnum):
    """Where a request for an export stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    #: Its owner had the file made.
    STARTED = "started"


class ExportRequest(ExportScoped, db.Model):
    """An export of many full numbers: another person reads what for, and agrees or does not."""

    __tablename__ = "export_request"
    __table_args__ = (
        Index("ix_export_request_unit_path_id", "unit_path", "id"),
        Index("ix_export_request_user_id_id", "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("app_user.id"))
    #: The unit acted for; who reaches it may agree.
    unit_path: Mapped[str] = mapped_column(PathType)
    #: As they were called then: who decides may reach neither account nor unit above.
    by_name: Mapped[str] = mapped_column(String(200))
    by_unit: Mapped[str] = mapped_column(String(200))
    #: In words what it is (`tms.packed`), and [name, [headers]] of each sheet.
    title: Mapped[Any] = mapped_column(JSON)
    sheets: Mapped[Any] = mapped_column(JSON)
    purpose: Mapped[str] = mapped_column(Text)
    rows: Mapped[int] = mapped_column(Integer)
    people: Mapped[int] = mapped_column(Integer)
    #: What the job will be given (`tms.exchange.export_jobs`).
    params: Mapped[Any] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("app_user.id"))
    decided_name: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: What who decided wrote beside it.
    answer: Mapped[str | None] = mapped_column(Text)
    job_id: Mapped[int | None] = mapped_column(BigInteger)
