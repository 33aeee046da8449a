"""Rows follow the routing in use: which departments judge them is worked out anew (R52–R54).

Set-based: rows that agree in the fields that conditions ask for share one mask, so that a table
takes a few statements however many rows it has. Rows in review keep the mask they came in with,
until their submission ends (`follow`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select, true, update
from sqlalchemy.orm import Session

from tms.access import door, unscoped
from tms.among import among
from tms.db import BLIND
from tms.dictionary import HE, Routing, from_stored
from tms.models import TABLES, RouteVersion, RowState, SectionRecord, Teacher
from tms.models.unit import AFTER
from tms.records import request_routing
from tms.records.read import chunks
from tms.records.routing import Routings, routings_in_use

REASON = "rows of a university that was found by scope"
Model = type[SectionRecord]
#: A condition on the rows of whichever table.
Where = Callable[[Any], Any]


@dataclass(frozen=True)
class Group:
    """Rows of one table that are alike in what conditions ask for."""

    #: Column → value, as stored.
    values: Mapping[str, Any]
    #: The mask they have, and the one they should have.
    before: int
    after: int
    rows: int


Plan = Sequence[tuple[Model, Group]]


def university_rows(path: str) -> Where:
    """Rows of the university at *path* that are not in review."""
    return lambda model: (
        (model.unit_path >= path)
        & (model.unit_path < path + AFTER)
        & (model.state != RowState.IN_REVIEW)
    )


def tables_of(changed: Iterable[str] | None = None) -> Iterator[Model]:
    """The tables that universities have, or those of them that are named."""
    names = TABLES if changed is None else changed
    return (TABLES[name] for name in names if TABLES[name].dictionary.applies(HE))


def differing(session: Session, model: Model, routing: Routing, where: Where) -> list[Group]:
    """The groups of rows whose mask is not the one that *routing* gives."""
    fields = routing.fields(model.dictionary)
    columns = [getattr(model, field.key) for field in fields]
    statement = select(*columns, model.functions, func.count()).where(where(model))
    statement = statement.group_by(*columns, model.functions)
    found = []
    for *stored, before, rows in session.execute(unscoped(statement, REASON)):
        values = {f.key: from_stored(f, v) for f, v in zip(fields, stored, strict=True)}
        after = routing.mask(model.dictionary, values)
        if after != before:
            kept = {f.key: v for f, v in zip(fields, stored, strict=True)}
            found.append(Group(kept, before, after, rows))
    return found


def reroute(session: Session, path: str, routings: Routings, changed: Collection[str]) -> int:
    """After a new version: rows of the *changed* tables of the university at *path* follow it.

    :returns: how many rows other departments judge from here on.
    """
    where, total = university_rows(path), 0
    with door(session):
        for model in tables_of(changed):
            total += _apply(session, model, _routing(model, routings), where)
        theirs = request_routing.university_requests(path)
        request_routing.reroute(session, theirs, routings, changed)
    return total


def follow(session: Session, teacher_ids: Iterable[int], *, moved: bool = False) -> None:
    """After submissions ended: rows of these files that kept an older mask get the one in use.

    :param moved: they came from another university, whatever the new one's route.
    """
    for part in chunks(teacher_ids):
        files = _by_university(session, part, every=moved)
        own = routings_in_use(session, files)
        for school, ids in files.items():
            _follow(session, ids, own.get(school, {}))


def _by_university(
    session: Session, teacher_ids: Sequence[int], *, every: bool
) -> dict[int, list[int]]:
    """Those of the files whose university ever had a route of its own: no others keep anything."""
    changed = exists().where(RouteVersion.unit_id == Teacher.unit_id)
    statement = select(Teacher.unit_id, Teacher.id).where(
        among(Teacher.id, teacher_ids), Teacher.school_category == HE, true() if every else changed
    )
    found: dict[int, list[int]] = defaultdict(list)
    for school, teacher in session.execute(unscoped(statement, REASON)):
        found[school].append(teacher)
    return found


def _follow(session: Session, teacher_ids: Sequence[int], routings: Routings) -> None:
    apply_part(session, teacher_ids, plan_part(session, teacher_ids, routings), routings)


def plan_part(session: Session, teacher_ids: Sequence[int], routings: Routings) -> Plan:
    """What of these files does not follow *routings*; nothing is written yet."""
    where = _of_files(teacher_ids)
    return [
        (model, group)
        for model in tables_of()
        for group in differing(session, model, _routing(model, routings), where)
    ]


def apply_part(session: Session, teacher_ids: Sequence[int], plan: Plan, routings: Routings) -> int:
    """Let these files follow, those rows alone that are still as planned; says how many."""
    where, total = _of_files(teacher_ids), 0
    with door(session):
        for model, group in plan:
            total += _set(session, model, group, where)
        request_routing.reroute(session, request_routing.requests_of(teacher_ids), routings)
    return total


def _of_files(teacher_ids: Sequence[int]) -> Where:
    """Rows of these files that are not in review."""
    return lambda model: among(model.teacher_id, teacher_ids) & (model.state != RowState.IN_REVIEW)


def _routing(model: Model, routings: Routings) -> Routing:
    return routings.get(model.__tablename__) or model.dictionary.reviewer


def _apply(session: Session, model: Model, routing: Routing, where: Where) -> int:
    groups = differing(session, model, routing, where)
    return sum(_set(session, model, group, where) for group in groups)


def _set(session: Session, model: Model, group: Group, where: Where) -> int:
    """Give a group its mask; says how many rows were still of it."""
    alike = [getattr(model, key).is_not_distinct_from(v) for key, v in group.values.items()]
    statement = (
        update(model)
        .where(where(model), model.functions == group.before, *alike)
        .values(functions=group.after)
    )
    done: Any = session.execute(unscoped(statement, REASON), execution_options=BLIND)
    return int(done.rowcount)
