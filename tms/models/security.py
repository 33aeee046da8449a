"""The security desk: filings, duties, rules, training, risks, plans and drills (R92, R94–R97)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import PathType, bytewise, db
from tms.models.account import BigId
from tms.models.scoped import SecurityScoped
from tms.models.types import UTCDateTime


class EntryKind(StrEnum):
    """What an entry is about."""

    FILING = "filing"
    DUTY = "duty"
    RULES = "rules"
    ACKNOWLEDGED = "acknowledged"
    TRAINING = "training"
    RISK = "risk"
    PLAN = "plan"
    DRILL = "drill"


class EntryState(StrEnum):
    """How far it is."""

    OPEN = "open"
    DOING = "doing"
    DONE = "done"


class SecurityEntry(SecurityScoped, db.Model):
    """One line of the desk, of one unit."""

    __tablename__ = "security_entry"
    __table_args__ = (
        Index("ix_security_entry_unit_path_id", "unit_path", "id"),
        Index("ix_security_entry_unit_id_kind", "unit_id", "kind"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_path: Mapped[str] = mapped_column(PathType)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(bytewise(100))
    #: Of a filing: the grade of protection (1–5), and the number it was filed under.
    grade: Mapped[int | None] = mapped_column(Integer)
    number: Mapped[str | None] = mapped_column(String(40))
    #: When it happened or came into force; by when it is to be done or looked at again.
    day: Mapped[date | None] = mapped_column(Date)
    due: Mapped[date | None] = mapped_column(Date)
    #: Who answers for it, by name.
    person: Mapped[str | None] = mapped_column(bytewise(50))
    state: Mapped[str] = mapped_column(String(8))
    text: Mapped[str | None] = mapped_column(Text)
    written_by: Mapped[int | None] = mapped_column(BigInteger)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)

    def __str__(self) -> str:
        return self.title
