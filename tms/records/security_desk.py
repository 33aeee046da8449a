"""Entries of the security desk, and who has no responsible person (R92, R96)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.errors import Invalid, NotFound, message
from tms.models import EntryKind, SecurityEntry, Unit
from tms.models.types import now
from tms.models.unit import AFTER, SEGMENT
from tms.records.audit import Event, write_events

#: Entries that somebody must answer for by name.
NAMED: Final = (EntryKind.DUTY, EntryKind.ACKNOWLEDGED, EntryKind.RISK)
FIELDS: Final = ("kind", "title", "grade", "number", "day", "due", "person", "state", "text")
#: What every entry says, and what each kind says besides.
ALWAYS: Final = ("kind", "title", "text")
USES: Final = {
    EntryKind.FILING: ("grade", "number", "day", "due", "person", "state"),
    EntryKind.DUTY: ("day", "due", "person"),
    EntryKind.RULES: ("number", "day", "due"),
    EntryKind.ACKNOWLEDGED: ("day", "person"),
    EntryKind.TRAINING: ("day", "person", "state"),
    EntryKind.RISK: ("due", "person", "state"),
    EntryKind.PLAN: ("number", "day", "due", "person"),
    EntryKind.DRILL: ("day", "due", "person", "state"),
}


def fields_of(kind: str) -> tuple[str, ...]:
    """What an entry of *kind* says, in the order of `FIELDS`."""
    used = {*ALWAYS, *USES[EntryKind(kind)]}
    return tuple(name for name in FIELDS if name in used)


def save_entry(
    session: Session,
    actor: Actor,
    unit_id: int,
    values: Mapping[str, Any],
    entry: SecurityEntry | None = None,
) -> int:
    """Make an entry of a unit, or change *entry*; returns its id.

    :param values: by `FIELDS`. :raises NotFound: no such unit in reach.
    :raises Invalid: nobody is named where somebody must be.
    """
    actor.require(Permission.SECURITY_WRITE)
    unit = session.execute(select(Unit.id, Unit.unit_path).where(Unit.id == unit_id)).first()
    if unit is None:
        raise NotFound(message("没有这个单位。"))
    if values["kind"] in NAMED and not values.get("person"):
        raise Invalid(message("请填写责任人姓名。"))
    row = entry or SecurityEntry()
    before = {name: getattr(row, name) for name in FIELDS} if entry is not None else {}
    for name in FIELDS:
        setattr(row, name, values.get(name) or None)
    row.unit_id, row.unit_path = unit.id, unit.unit_path
    row.written_by, row.written_at = actor.user_id, now()
    session.add(row)
    session.flush()
    changed = {name: old for name, old in before.items() if old != getattr(row, name)}
    former = {"security_entry": {str(row.id): changed}} if changed else {}
    said = {name: getattr(row, name) for name in (changed if entry is not None else FIELDS)}
    detail = {"entry": row.id, "unit": unit.id, "kind": row.kind}
    detail["said"] = {name: new for name, new in said.items() if new is not None}
    event = Event(unit.unit_path, former=former, detail=detail, files=0)
    write_events(session, actor, "security.save", [event])
    return row.id


def remove_entry(session: Session, actor: Actor, entry: SecurityEntry) -> bool:
    """Take an entry away; the audit log keeps what it said."""
    actor.require(Permission.SECURITY_WRITE)
    said = {name: getattr(entry, name) for name in FIELDS}
    former = {"security_entry": {str(entry.id): said}}
    event = Event(entry.unit_path, former=former, detail={"entry": entry.id}, files=0)
    session.delete(entry)
    session.flush()
    write_events(session, actor, "security.delete", [event])
    return True


@dataclass(frozen=True)
class Duty:
    """A unit, who answers for its security, and how many below it have nobody."""

    unit_id: int
    name: str
    persons: list[str]
    units: int
    gaps: int


def duties(session: Session, path: str) -> list[Duty]:
    """The unit at *path* and those directly below it, in reach; closed ones are left out."""
    depth = len(path) + SEGMENT
    head = func.substr(Unit.unit_path, 1, depth)
    named = exists().where(
        SecurityEntry.unit_id == Unit.id, SecurityEntry.kind == str(EntryKind.DUTY)
    )
    inside = (Unit.unit_path >= path) & (Unit.unit_path < path + AFTER)
    counted = (
        select(head.label("head"), func.count(), func.sum(case((named, 0), else_=1)))
        .where(inside, Unit.closed_on.is_(None))
        .group_by(head)
    )
    counts = {row[0]: (row[1], int(row[2] or 0)) for row in session.execute(counted)}
    totals = list(counts.values())
    counts[path] = sum(units for units, _ in totals), sum(gaps for _, gaps in totals)
    shown = (
        select(Unit.id, Unit.name, Unit.unit_path)
        .where(inside, func.length(Unit.unit_path) <= depth, Unit.closed_on.is_(None))
        .order_by(Unit.unit_path)
    )
    rows = session.execute(shown).all()
    people = _people(session, [row.id for row in rows])
    return [
        Duty(row.id, row.name, people.get(row.id, []), *counts.get(row.unit_path, (0, 0)))
        for row in rows
    ]


def _people(session: Session, unit_ids: list[int]) -> dict[int, list[str]]:
    statement = (
        select(SecurityEntry.unit_id, SecurityEntry.person, SecurityEntry.title)
        .where(SecurityEntry.unit_id.in_(unit_ids), SecurityEntry.kind == str(EntryKind.DUTY))
        .order_by(SecurityEntry.id)
    )
    found: dict[int, list[str]] = {}
    for unit_id, person, title in session.execute(statement):
        found.setdefault(unit_id, []).append(f"{person}（{title}）")
    return found
