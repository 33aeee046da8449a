"""批量修改 and 批量新增: what somebody is about to do, did, or took back, row by row."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import db
from tms.models.account import BigId
from tms.models.scoped import PersonalScoped
from tms.models.types import UTCDateTime


class BulkKind(StrEnum):
    """Rows that are there change, or every file gets a new one."""

    EDIT = "edit"
    ADD = "add"


class Fate(StrEnum):
    """What would become of one row."""

    CHANGE = "change"
    ADD = "add"
    #: In force: a change request asks for it.
    REQUEST = "request"
    SAME = "same"
    CANNOT = "cannot"


class BulkAct(PersonalScoped, db.Model):
    """One bulk edit, from the chosen rows to the last undo; its maker's only.

    It goes its own way once: chosen → spelled out → previewed → applied → taken back.
    """

    __tablename__ = "bulk_act"
    #: An id is never given again: jobs name acts that are forgotten before they are.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("app_user.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[str] = mapped_column(String(4))
    #: Empty until the table is chosen: a list of files has many.
    table_name: Mapped[str] = mapped_column(String(40), default="")
    #: `tms.records.bulk_spec.Spec` as JSON; empty until it is spelled out.
    spec: Mapped[Any] = mapped_column(JSON)
    #: {key: sentence} of the reasons that its items name.
    words: Mapped[Any] = mapped_column(JSON)
    previewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: The act in the audit trail, and that which took it back.
    act_id: Mapped[str | None] = mapped_column(String(32))
    applied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undo_id: Mapped[str | None] = mapped_column(String(32))
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Jobs that preview, apply and take back, where there are any.
    preview_job: Mapped[int | None] = mapped_column(BigInteger)
    apply_job: Mapped[int | None] = mapped_column(BigInteger)
    undo_job: Mapped[int | None] = mapped_column(BigInteger)


class BulkItem(db.Model):
    """One chosen row (of an edit) or file (of an addition), and how it fared.

    Reached through its act only, which scope confines to its maker.
    """

    __tablename__ = "bulk_item"
    __table_args__ = (Index("ix_bulk_item_order", "bulk_id", "teacher_id", "target_id"),)

    bulk_id: Mapped[int] = mapped_column(
        ForeignKey("bulk_act.id", ondelete="CASCADE"), primary_key=True
    )
    #: Id of the row, or of the file that gets one.
    target_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    teacher_id: Mapped[int] = mapped_column(BigInteger)
    #: Content version that the preview saw, of the row or of the one that is copied.
    version: Mapped[int | None] = mapped_column(Integer)
    #: What the preview said, one of `Fate`; why not, and the first new finding, as keys.
    fate: Mapped[str | None] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(String(12))
    finding: Mapped[str | None] = mapped_column(String(12))
    #: What applying did: one of `Fate`; why nothing.
    done: Mapped[str | None] = mapped_column(String(8))
    left_why: Mapped[str | None] = mapped_column(String(12))
    #: The row that was written, or made; of a request, its id.
    written_id: Mapped[int | None] = mapped_column(BigInteger)
    #: What the undo did: "undone" or "kept"; why kept.
    undone: Mapped[str | None] = mapped_column(String(8))
    kept_why: Mapped[str | None] = mapped_column(String(12))
