"""How what is approved changes: requests, leave to propose (DOMAIN.md 11)."""

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
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import PathType, db
from tms.models.account import BigId
from tms.models.scoped import RecordScoped, WorkScoped
from tms.models.types import UTCDateTime


class RequestStatus(StrEnum):
    """Where a change request stands (code table change_request_status)."""

    #: A teacher's wish, before the information administrator took it over.
    WISH = "wish"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPLIED = "applied"
    REFUSED = "refused"
    #: Taken back by whoever made it, or a wish that was declined.
    WITHDRAWN = "withdrawn"


class RequestKind(StrEnum):
    """What is to become of the row in force."""

    MODIFY = "modify"
    DELETE = "delete"


#: A request that nobody has decided yet.
UNDECIDED = (RequestStatus.DRAFT, RequestStatus.IN_REVIEW)


class ChangeRequest(RecordScoped, db.Model):
    """变更申请: what is to become of one row in force; one undecided request per row.

    It lies in the family of records, so that a department sees the requests for its rows only.
    """

    __tablename__ = "change_request"
    __table_args__ = (
        Index(
            "uq_change_request_open",
            "table_name",
            "row_id",
            unique=True,
            sqlite_where=text("status IN ('draft', 'in_review')"),
            postgresql_where=text("status IN ('draft', 'in_review')"),
        ),
        Index(
            "uq_change_request_wish",
            "table_name",
            "row_id",
            unique=True,
            sqlite_where=text("status = 'wish'"),
            postgresql_where=text("status = 'wish'"),
        ),
        Index("ix_change_request_teacher_id", "teacher_id"),
        Index("ix_change_request_unit_path_status", "unit_path", "status", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"))
    unit_path: Mapped[str] = mapped_column(PathType)
    functions: Mapped[int] = mapped_column(SmallInteger, default=0)
    table_name: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[int] = mapped_column(BigInteger)
    #: The content version of the row that it was made against; it refuses to apply over another.
    base_version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(10))
    #: {column: new value} as columns hold it, dates and decimals as text (`audit.plain`);
    #: encrypted fields as ciphertext of the very row.
    patch: Mapped[Any] = mapped_column(JSON)
    #: {column: value before}, likewise.
    former: Mapped[Any] = mapped_column(JSON)
    #: {field: {"by": user, "reason": text, "act": act}} of the fields a desk refused; a deletion
    #: is refused as a whole, under "".
    refused: Mapped[Any] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    #: Of a change of `personnel_status`: since when it is so (R69, DOMAIN.md 11).
    effective_on: Mapped[date | None] = mapped_column(Date)
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    #: Made under this leave to propose, not by application.
    reopening_id: Mapped[int | None] = mapped_column(ForeignKey("reopening.id"))
    #: The wish it answers.
    wish_id: Mapped[int | None] = mapped_column(ForeignKey("change_request.id"))
    status: Mapped[str] = mapped_column(String(10))
    #: Raised with every edit: a verdict holds for one version.
    version: Mapped[int] = mapped_column(Integer, default=1)
    made_by: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: Why it was refused or declined, where a sentence was given; also why it could not be applied.
    answer: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: The act that applied or refused it.
    decided_act: Mapped[str | None] = mapped_column(String(32), index=True)


class Reopening(WorkScoped, db.Model):
    """Leave to propose changes of some fields of one section, until a date (PEERS.md 5.10).

    Nothing is unlocked: whoever fills these fields makes change requests without applying.
    """

    __tablename__ = "reopening"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"), index=True)
    unit_path: Mapped[str] = mapped_column(PathType)
    table_name: Mapped[str] = mapped_column(String(40))
    #: Field keys; empty means all of the section.
    fields: Mapped[Any] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[int | None] = mapped_column(BigInteger)
