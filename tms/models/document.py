"""Papers of a file: photo, attachments, proofs of changes, signed forms (DOMAIN.md 12, 13)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import PathType, db
from tms.models.account import BigId
from tms.models.scoped import RecordScoped
from tms.models.types import UTCDateTime


class DocumentKind(StrEnum):
    """What a paper is there for."""

    PHOTO = "photo"
    #: Goes with one row.
    ATTACHMENT = "attachment"
    #: Goes with a change request.
    PROOF = "proof"
    #: The signed 教师个人信息表, scanned.
    FORM = "form"


class Document(RecordScoped, db.Model):
    """A paper of one file; its content lies encrypted on disk, once however many rows name it."""

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_teacher_id", "teacher_id"),
        Index("ix_document_digest", "digest"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), default=DocumentKind.PROOF)
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"))
    unit_path: Mapped[str] = mapped_column(PathType)
    #: Of a proof, the departments that judge its request; others are seen with their row.
    functions: Mapped[int] = mapped_column(SmallInteger, default=0)
    #: The row it goes with, if any.
    table_name: Mapped[str | None] = mapped_column(String(40))
    row_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(80))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(Integer)
    #: Of a picture, in pixels.
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    #: Keyed digest of the content: equal content is found by it, nobody else can compute it.
    digest: Mapped[str] = mapped_column(String(32), default="")
    #: Name of the file on disk, without folder; says nothing about the person.
    stored_as: Mapped[str] = mapped_column(String(40))
    has_thumb: Mapped[bool] = mapped_column(Boolean, default=False)
    #: Of a signed form: which version was signed, by whom, when.
    facts: Mapped[Any] = mapped_column(JSON, nullable=True)
    made_by: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: Since when its row is not there any more; an undo may bring the row back.
    gone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
