"""The routing of rows that a university has put in place of what is declared (R52–R54).

It stands in the `RouteVersion` in use: {table: {"default": [department], "rows": [[condition,
[department]]]}}; tables that it does not name are routed as declared. What of a version are steps,
`tms.workflow.plans` reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.dictionary import Department, Routed, Routing
from tms.models import RouteVersion

REASON = "how rows of files that were found by scope are routed"
Routings = Mapping[str, Routing]


def read_routing(plan: Mapping[str, Any]) -> Routing:
    """One table of a plan."""
    rows = tuple(Routed(when, _departments(names)) for when, names in plan["rows"])
    return Routing(_departments(plan["default"]), rows)


def write_routing(routing: Routing) -> dict[str, Any]:
    """As `read_routing` reads it."""
    rows = [[row.when, [str(d) for d in row.departments]] for row in routing.rows]
    return {"default": [str(d) for d in routing.default], "rows": rows}


def _departments(names: Iterable[str]) -> tuple[Department, ...]:
    return tuple(map(Department, names))


def routings_in_use(session: Session, unit_ids: Iterable[int]) -> dict[int, Routings]:
    """By university its own routing; nothing of those that have none.

    One statement, and one for versions that the session has not read: versions never change.
    """
    wanted = set(unit_ids)
    if not wanted:
        return {}
    latest = (
        select(func.max(RouteVersion.id))
        .where(RouteVersion.unit_id.in_(wanted))
        .group_by(RouteVersion.unit_id)
    )
    known: dict[int, Routings] = session.info.setdefault("routings", {})
    columns = (RouteVersion.unit_id, RouteVersion.id)
    statement = select(*columns).where(RouteVersion.id.in_(latest))
    found = {unit: version for unit, version in session.execute(unscoped(statement, REASON))}
    _read(session, known, set(found.values()) - known.keys())
    return {unit: known[version] for unit, version in found.items()}


def _read(session: Session, known: dict[int, Routings], versions: set[int]) -> None:
    if not versions:
        return
    statement = select(RouteVersion.id, RouteVersion.plan).where(RouteVersion.id.in_(versions))
    for version, plan in session.execute(unscoped(statement, REASON)):
        tables: Mapping[str, Any] = plan.get("routing", {})
        known[version] = {table: read_routing(each) for table, each in tables.items()}
