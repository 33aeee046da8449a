"""What was put on paper to be signed, and what came back signed (R44, R45, R86)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import PathType, db
from tms.models.account import BigId
from tms.models.scoped import RecordScoped
from tms.models.types import UTCDateTime


class PrintedForm(RecordScoped, db.Model):
    """One paper: which versions of which rows stand on it. Its code says nothing of the person."""

    __tablename__ = "printed_form"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"), index=True)
    unit_path: Mapped[str] = mapped_column(PathType)
    #: None: only who reads whole files prints and checks papers.
    functions: Mapped[int] = mapped_column(SmallInteger, default=0)
    #: On the paper, also as a QR code; opaque.
    code: Mapped[str] = mapped_column(String(16), unique=True)
    #: What a data sheet is for; "" is the personal information form.
    business: Mapped[str] = mapped_column(String(24), default="")
    #: Over the values, under the key of the blind indexes: tells nothing, and says whether alike.
    digest: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(Integer)
    #: Errors of the check that stood open: signing such a paper is of no use.
    errors: Mapped[int] = mapped_column(Integer, default=0)
    #: {table: {row: content version}}
    rows: Mapped[Any] = mapped_column(JSON)
    made_by: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    act_id: Mapped[str] = mapped_column(String(32))
    #: When the signed paper was handed in, by whom, and the document that shows it.
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    signed_by: Mapped[int | None] = mapped_column(BigInteger)
    document_id: Mapped[int | None] = mapped_column(BigInteger)
