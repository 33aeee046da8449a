"""A university's own route: read from and written to `RouteVersion.plan` (R52–R54, DESIGN.md 2).

A plan is {"steps": [step], "routing": {table: {"default": [department], "rows": [[condition,
[department]]]}}}. Tables it does not name are routed as declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import Permission, unscoped
from tms.dictionary import Category, Department
from tms.errors import Term
from tms.models import RecordStatus, RouteVersion
from tms.workflow.routes import ROUTES, UNIVERSITY, Desk, Route, Step, Verb, route_for

#: Steps keep from the default what a form never asks: plans need not say it.
CONFIRMS = frozenset(step.key for step in UNIVERSITY.steps if step.confirms)
REASON = "the route of a file that was found by scope"


def read_step(plan: Mapping[str, Any]) -> Step:
    """One step of a plan."""
    return Step(
        key=plan["key"],
        zh=plan["zh"],
        en=plan["en"],
        who=Term(plan["who"][0], plan["who"][1]),
        desk=Desk(plan["desk"]),
        permission=Permission(plan["permission"]),
        waiting=RecordStatus(plan["waiting"]),
        verb=Verb(plan["verb"]),
        independent=plan["independent"],
        complete=plan["complete"],
        gathers=plan["gathers"],
        days=plan["days"],
        function=Department(plan["function"]) if plan["function"] else None,
        confirms=plan["key"] in CONFIRMS,
    )


def write_step(step: Step) -> dict[str, Any]:
    """As `read_step` reads it."""
    return {
        "key": step.key,
        "zh": step.zh,
        "en": step.en,
        "who": [str(step.who), step.who.en],
        "desk": step.desk.value,
        "permission": step.permission.value,
        "waiting": step.waiting.value,
        "verb": step.verb.value,
        "independent": step.independent,
        "complete": step.complete,
        "gathers": step.gathers,
        "days": step.days,
        "function": step.function.value if step.function else None,
    }


def read_route(version_id: int, plan: Mapping[str, Any]) -> Route:
    """The route of one version."""
    steps = tuple(read_step(step) for step in plan["steps"])
    return Route(UNIVERSITY.key, UNIVERSITY.categories, steps, version_id)


def route_of(session: Session, key: str, version_id: int | None) -> Route:
    """The route that a submission began with; versions never change, so they are kept."""
    if version_id is None:
        return ROUTES[key]
    known: dict[int, Route] = session.info.setdefault("routes", {})
    if version_id not in known:
        statement = select(RouteVersion.plan).where(RouteVersion.id == version_id)
        plan = session.scalars(unscoped(statement, REASON)).one()
        known[version_id] = read_route(version_id, plan)
    return known[version_id]


def routes_in_use(
    session: Session, schools: Iterable[tuple[int, Category]]
) -> dict[tuple[int, Category], Route]:
    """By (school, category) the route that a submission of today begins with."""
    wanted = set(schools)
    latest = (
        select(RouteVersion.unit_id, func.max(RouteVersion.id))
        .where(RouteVersion.unit_id.in_({unit for unit, _ in wanted}))
        .group_by(RouteVersion.unit_id)
    )
    own = {unit: version for unit, version in session.execute(unscoped(latest, REASON))}
    return {
        (unit, category): route_of(session, UNIVERSITY.key, own[unit])
        if unit in own and category in UNIVERSITY.categories
        else route_for(category)
        for unit, category in wanted
    }
