"""What one act left in rows, gathered from its audit events: the ground an undo stands on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import Actor, unscoped
from tms.among import among
from tms.errors import Because, Conflict, NotFound, message
from tms.models import TABLES, AuditEvent
from tms.models.types import now
from tms.records.read import chunks

#: Who acted reads his own act whatever his role: the trail of others stays closed.
OWN = "the actor's own act"
#: Acts that take an act back; their detail names it.
UNDOES = "undoes"
#: The act that makes personal numbers official, and the word for it in its detail.
NUMBER = "number"
UNDO_ACTS = ("bulk.undo", "import.undo")
NO_ACT = message("没有这次操作，或不是您做的。")
#: (table, row id)
Place = tuple[str, int]


@dataclass
class RowTrace:
    """One row of an act: what stood there before, and the version that it left."""

    table: str
    row_id: int
    #: Content version after the act; 0 where it deleted the row.
    version: int
    #: {column: value before} of what it changed, or of all where it deleted.
    former: dict[str, Any] = field(default_factory=dict)
    is_new: bool = False

    @property
    def place(self) -> Place:
        """Which row."""
        return self.table, self.row_id


@dataclass
class FileTrace:
    """What the act did to one file."""

    teacher_id: int
    rows: dict[Place, RowTrace] = field(default_factory=dict)
    #: Change requests that it made, by id.
    requests: list[int] = field(default_factory=list)
    #: The personal number before and after, where it made that official.
    number: tuple[str, str] | None = None
    #: Whether it made the file itself.
    is_made: bool = False


@dataclass(frozen=True)
class OwnAct:
    """An act of the actor: when it ended, and until when it may be taken back."""

    act_id: str
    at: datetime
    until: datetime


def own_act(session: Session, actor: Actor, act_id: str, hours: int) -> OwnAct:
    """The act, if the actor did it and may still take it back.

    :raises NotFound: it is nobody's, or somebody else's. :raises Conflict: too long ago.
    """
    mine = (AuditEvent.act_id == act_id, AuditEvent.user_id == actor.user_id)
    statement = select(func.max(AuditEvent.at)).where(*mine)
    at = None if actor.user_id is None else session.scalar(unscoped(statement, OWN))
    if at is None:
        raise NotFound(NO_ACT)
    until = at + timedelta(hours=hours)
    if now() >= until:
        text = message("已超过%(n)d小时，不能撤销。", n=hours)
        raise Conflict(text.because(Because.TOO_LATE))
    return OwnAct(act_id, at, until)


def files_of(session: Session, actor: Actor, act_id: str) -> list[int]:
    """The files that an act of the actor touched, in order of id."""
    mine = (AuditEvent.act_id == act_id, AuditEvent.user_id == actor.user_id)
    statement = select(AuditEvent.teacher_id).where(*mine, AuditEvent.teacher_id.is_not(None))
    found = session.scalars(unscoped(statement.distinct(), OWN))
    return sorted(teacher_id for teacher_id in found if teacher_id is not None)


def traces(
    session: Session, actor: Actor, act_id: str, teacher_ids: Sequence[int]
) -> dict[int, FileTrace]:
    """By file what the act did there, less what was taken back already."""
    columns = (AuditEvent.teacher_id, AuditEvent.act, AuditEvent.rows, AuditEvent.former)
    found: dict[int, FileTrace] = {}
    for part in chunks(sorted(set(teacher_ids))):
        mine = (AuditEvent.act_id == act_id, AuditEvent.user_id == actor.user_id)
        statement = select(*columns, AuditEvent.detail).where(
            *mine, among(AuditEvent.teacher_id, part)
        )
        for event in session.execute(unscoped(statement.order_by(AuditEvent.id), OWN)):
            _add(found.setdefault(event.teacher_id, FileTrace(event.teacher_id)), event)
        for teacher_id, done in _taken_back(session, act_id, part):
            if teacher_id in found:
                _drop(found[teacher_id], done)
    return found


def _add(trace: FileTrace, event: Any) -> None:
    trace.is_made = trace.is_made or event.act == "create"
    for place, version, former in _rows(event):
        known = trace.rows.get(place)
        if known is None:
            is_new = version == 1 and former is None
            trace.rows[place] = RowTrace(*place, version, dict(former or {}), is_new)
        else:  # what stood there first is what an undo puts back
            known.version, known.former = version, {**(former or {}), **known.former}
    detail = event.detail if isinstance(event.detail, Mapping) else {}
    trace.requests += [detail["request"]] if "request" in detail else []
    if event.act == NUMBER:
        trace.number = tuple(detail[NUMBER])


def _rows(event: Any) -> Iterator[tuple[Place, int, Mapping[str, Any] | None]]:
    for table, versions in (event.rows or {}).items():
        former = (event.former or {}).get(table, {})
        for row_id, version in versions.items() if table in TABLES else ():
            yield (table, int(row_id)), version, former.get(row_id)


def _taken_back(session: Session, act_id: str, part: Iterable[int]) -> Iterator[tuple[int, Any]]:
    """(file, event) of each undo of the act."""
    columns = (AuditEvent.teacher_id, AuditEvent.rows, AuditEvent.former, AuditEvent.detail)
    statement = select(*columns).where(
        among(AuditEvent.teacher_id, part), AuditEvent.act.in_(UNDO_ACTS)
    )
    for event in session.execute(unscoped(statement, OWN)):
        if (event.detail or {}).get(UNDOES) == act_id and event.teacher_id is not None:
            yield event.teacher_id, event


def _drop(trace: FileTrace, done: Any) -> None:
    for place, _version, _former in _rows(done):
        trace.rows.pop(place, None)
    if NUMBER in (done.detail or {}):
        trace.number = None
    withdrawn = (done.detail or {}).get("requests", {})
    trace.requests = [each for each in trace.requests if str(each) not in withdrawn]
