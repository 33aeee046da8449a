"""Audit events: one per act and file, written in the transaction of the act."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from tms.access import Actor
from tms.models import AuditEvent
from tms.models.types import now
from tms.records.put_rows import put

#: Files whose rows the transaction under way wrote, in `session.info` (`tms.records.figures`).
TOLD: Final = "files_told_of"


def new_act_id() -> str:
    """One id for everything that one request, command or job does."""
    return uuid.uuid4().hex


@dataclass
class Event:
    """What happened to one file (or, without teacher, to a unit or an account)."""

    unit_path: str
    teacher_id: int | None = None
    #: {table: {row id: content version after the act}}
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    #: {table: {row id: {field: value before the act}}}; encrypted values stay ciphertext
    former: dict[str, dict[str, Any]] = field(default_factory=dict)
    detail: Mapping[str, Any] | None = None
    #: How many files it concerns.
    files: int = 1


def event_base(actor: Actor, act: str, act_id: str) -> dict[str, Any]:
    """The columns that all events of one act share."""
    return {
        "at": now(),
        "act": act,
        "act_id": act_id,
        "user_id": actor.user_id,
        "assignment_id": actor.assignment_id,
        "role": str(actor.role),
        "unit_id": actor.unit_id,
    }


def write_events(
    session: Session, actor: Actor, act: str, events: Iterable[Event], act_id: str | None = None
) -> None:
    """Store *events*; the caller's transaction keeps them together with what they tell."""
    base = event_base(actor, act, act_id or new_act_id())
    events = list(events)
    session.info.setdefault(TOLD, set()).update(e.teacher_id for e in events if e.rows)
    rows = [
        {
            **base,
            "unit_path": event.unit_path,
            "teacher_id": event.teacher_id,
            "files": event.files,
            "rows": event.rows or None,
            "former": plain(event.former) or None,
            "detail": plain(event.detail) if event.detail else None,
        }
        for event in events
    ]
    if rows:
        put(session, AuditEvent, rows)


def plain(value: Any) -> Any:
    """*value* as JSON can hold it: dates and decimals as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
