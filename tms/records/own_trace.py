"""Who read or took out one's own file, for the teacher whose it is (SECURITY.md S30, PIPL 44–45).

Readings, searches and reveals are audit events that name the file. Exports and printed lists name
theirs by `ExportReach`. What teachers did themselves is not told to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tms.access import Actor, unscoped
from tms.among import among
from tms.errors import NotAllowed, message
from tms.models import AuditEvent, ExportReach
from tms.models.types import now
from tms.records.find import ACT as FIND
from tms.records.history import names_in
from tms.records.printed_forms import ACT as FORM
from tms.records.reached import BITS, KEPT, NOBODY, holds
from tms.records.readings import PRINT, READ
from tms.records.reveal import ACT as REVEAL

EXPORT: Final = "export"
PROOF: Final = "proof.read"
PAPER: Final = "document.read"
#: A slip with a new one-time code (`records.slips`), or the code alone.
CODE: Final = "account.reset"
#: Events that name the file they are about.
OF_FILE: Final = (READ, FIND, REVEAL, PROOF, PAPER, CODE, FORM)
REASON: Final = "who read or took out the actor's own file, whoever they are"
#: Exports of a range that are looked through at a time: eight kilobytes each at most.
PARTITION: Final = 100


@dataclass(frozen=True)
class Trace:
    """Somebody read the file or took it out."""

    at: datetime
    act: str
    #: Unit acted for, role, and the person's name; "" for the server itself.
    unit: str
    role: str
    user: str
    act_id: str
    detail: Mapping[str, Any]


def traces(session: Session, actor: Actor, start: int, count: int) -> list[Trace]:
    """*count* of the traces in the actor's own file from the one numbered *start*, newest first.

    :raises NotAllowed: the actor is no teacher.
    """
    if actor.teacher_id is None:
        raise NotAllowed(message("您的角色不能进行此操作。"))
    end = start + count
    events = [*_events(session, actor, end), *_exports(session, actor, end)]
    found = sorted(events, key=lambda event: (event.at, event.id), reverse=True)[start:end]
    users, units = names_in(session, found)
    return [
        Trace(
            event.at,
            event.act,
            units.get(event.unit_id, ""),
            event.role or "",
            users.get(event.user_id, ""),
            event.act_id,
            event.detail if isinstance(event.detail, dict) else {},
        )
        for event in found
    ]


def _events(session: Session, actor: Actor, limit: int) -> Sequence[Any]:
    statement = _columns().where(
        AuditEvent.teacher_id == actor.teacher_id,
        AuditEvent.act.in_(OF_FILE),
        AuditEvent.at > now() - KEPT,
        or_(AuditEvent.user_id.is_(None), AuditEvent.user_id != actor.user_id),
    )
    statement = statement.order_by(AuditEvent.id.desc()).limit(limit)
    return session.execute(unscoped(statement, REASON)).all()


def _exports(session: Session, actor: Actor, limit: int) -> Sequence[Any]:
    """The events of exports and printed lists that held the file."""
    acts = list(islice(_acts(session, actor), limit))
    statement = _columns().where(
        among(AuditEvent.act_id, acts), AuditEvent.act.in_((EXPORT, PRINT))
    )
    return session.execute(unscoped(statement, REASON)).all()


def _acts(session: Session, actor: Actor) -> Iterator[str]:
    """Names of the acts, newest first; looked through until enough are found."""
    own = actor.teacher_id or NOBODY
    statement = select(ExportReach.id, ExportReach.act_id, ExportReach.people).where(
        ExportReach.block == own >> BITS,
        ExportReach.at > now() - KEPT,
        ExportReach.user_id != actor.user_id,
    )
    statement = statement.order_by(ExportReach.id.desc()).limit(PARTITION)
    last: int | None = None
    while True:
        part = statement if last is None else statement.where(ExportReach.id < last)
        rows = session.execute(unscoped(part, REASON)).all()
        yield from (row.act_id for row in rows if holds(row.people, own))
        if len(rows) < PARTITION:
            return
        last = rows[-1].id


def _columns() -> Any:
    names = ("id", "at", "act", "act_id", "user_id", "role", "unit_id", "detail")
    return select(*(getattr(AuditEvent, name) for name in names))
