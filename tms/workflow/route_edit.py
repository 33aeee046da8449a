"""Putting a university's own route in use: what it would change, and the new version (R52–R57).

Versions are never changed: each publication is a new one, back to the default too. Open submissions
go on by the version they began with; rows that are not in review follow at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.dictionary import HE, Routing
from tms.errors import Conflict, Invalid, Message, NotAllowed, message
from tms.models import RouteVersion, Unit
from tms.models.types import now
from tms.records.audit import Event, new_act_id, write_events
from tms.records.rerouting import differing, reroute, tables_of, university_rows
from tms.records.routing import Routings, write_routing
from tms.records.unit_sweep import alone
from tms.workflow import own_routing, own_steps, route_jobs
from tms.workflow.own_routing import WantedRouting, same
from tms.workflow.own_steps import Wanted
from tms.workflow.plans import write_step
from tms.workflow.route_versions import (
    DEFAULT,
    Difference,
    Version,
    differences,
    in_use,
    open_by_version,
)

NOTE_MAX: Final = 200


@dataclass(frozen=True)
class Draft:
    """A route as a form describes it, and the version it was made from."""

    steps: tuple[Wanted, ...]
    routing: WantedRouting
    base: int


@dataclass(frozen=True)
class Preview:
    """What putting a draft in use would do."""

    draft: Draft
    problems: tuple[Message, ...] = ()
    differences: tuple[Difference, ...] = ()
    #: By table how many rows other departments would judge.
    rows: Mapping[str, int] = field(default_factory=dict)
    #: Open submissions, which go on by the version they began with.
    under_way: int = 0


def may_edit(actor: Actor, unit: Unit) -> bool:
    """Whether *unit* is the actor's own university and the role keeps its route."""
    return (
        actor.can(Permission.ROUTE_WRITE)
        and actor.unit_id == unit.id
        and unit.school_category == HE
        and unit.closed_on is None
    )


def require_edit(actor: Actor, unit: Unit) -> None:
    """:raises NotAllowed: somebody else keeps the route of *unit*."""
    actor.require(Permission.ROUTE_WRITE)
    if not may_edit(actor, unit):
        raise NotAllowed(message("审核路线由本校的信息管理员维护。"))


def draft_of(version: Version, base: int) -> Draft:
    """*version* as a form has it, to be edited in place of version *base*."""
    steps = tuple(map(own_steps.wanted_of, version.steps))
    return Draft(steps, own_routing.wanted_of(version.routings), base)


def preview(session: Session, actor: Actor, unit: Unit, draft: Draft) -> Preview:
    """What *draft* would change; where something is wrong with it, what.

    :raises NotAllowed: somebody else keeps the route.
    """
    require_edit(actor, unit)
    steps = own_steps.build(draft.steps)
    wrong = (*own_steps.problems(steps), *own_routing.problems(draft.routing))
    if wrong:
        return Preview(draft, problems=wrong)
    was = in_use(session, unit.id)
    then = Version(was.number + 1, None, steps, own_routing.build(draft.routing))
    return Preview(
        draft,
        differences=tuple(differences(was, then)),
        rows=_rows(session, unit, was.routings, then.routings),
        under_way=sum(open_by_version(session, unit).values()),
    )


def _rows(session: Session, unit: Unit, was: Routings, then: Routings) -> dict[str, int]:
    found = {}
    for model in tables_of(_changed(was, then)):
        routing = then.get(model.__tablename__) or model.dictionary.reviewer
        groups = differing(session, model, routing, university_rows(unit.unit_path))
        found[model.__tablename__] = sum(group.rows for group in groups)
    return {table: rows for table, rows in found.items() if rows}


def _changed(was: Routings, then: Routings) -> list[str]:
    """Tables whose rows go other ways."""

    def of(routings: Routings, table: Any) -> Routing:
        return routings.get(table.key, table.reviewer)

    return [t.key for t in own_routing.tables() if not same(of(was, t), of(then, t))]


@dataclass(frozen=True)
class Published:
    """A version in use, and the job by which the rows of a large university follow it."""

    made: RouteVersion
    job: int | None = None


def publish(session: Session, actor: Actor, unit: Unit, draft: Draft, note: str) -> Published:
    """Put *draft* in use as a new version; rows that are not in review follow it.

    Of a university with many files they follow part by part, as a job.

    :param note: what was changed and why; those who open the list of versions read it.
    :raises NotAllowed: somebody else keeps the route.
    :raises Invalid: no note, a step or a line is wrong, or nothing would change.
    :raises Conflict: another version was put in use since the draft was begun.
    """
    require_edit(actor, unit)
    # Who reads the routing before and writes rows after would leave them behind.
    alone(session)
    was = in_use(session, unit.id)
    then = _checked(draft, was, note)
    made, changed = _store(session, actor, unit, then), _changed(was.routings, then.routings)
    detail = {"unit": unit.id, "version": then.number, "note": then.note}
    job, act = None, new_act_id()
    if changed and route_jobs.is_long(session, unit):
        job, act = route_jobs.ask(session, actor, unit, then.number)
        detail["job"] = job
    else:
        detail["rows"] = reroute(session, unit.unit_path, then.routings, changed)
    event = Event(unit.unit_path, detail=detail, files=0)
    write_events(session, actor, "route.change", [event], act_id=act)
    return Published(made, job)


def _checked(draft: Draft, was: Version, note: str) -> Version:
    if draft.base != was.number:
        raise Conflict(message("审核路线刚被他人修改，请按现在的版本重新编辑。"))
    steps = own_steps.build(draft.steps)
    wrong = (*own_steps.problems(steps), *own_routing.problems(draft.routing))
    if wrong:
        raise Invalid(wrong[0])
    if not note.strip():
        raise Invalid(message("请说明改了什么、为什么改。"))
    routings = own_routing.build(draft.routing)
    then = Version(was.number + 1, None, steps, routings, note.strip()[:NOTE_MAX])
    if not differences(was, then):
        raise Invalid(message("没有任何改动。"))
    return then


def _store(session: Session, actor: Actor, unit: Unit, version: Version) -> RouteVersion:
    made = RouteVersion(
        unit_id=unit.id,
        unit_path=unit.unit_path,
        version=version.number,
        plan=plan_of(version.steps, version.routings),
        note=version.note,
        made_by=actor.user_id,
        made_at=now(),
    )
    session.add(made)
    session.flush()
    return made


def plan_of(steps: Sequence[Any], routings: Routings) -> dict[str, Any]:
    """As `RouteVersion.plan` holds it."""
    return {
        "steps": [write_step(step) for step in steps],
        "routing": {table: write_routing(each) for table, each in routings.items()},
    }


def default_draft(base: int) -> Draft:
    """Back to what comes with the program."""
    return draft_of(DEFAULT, base)
