"""Drafts of a university's own route, and putting them in use."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from tests.support.cast import Cast
from tests.support.units import as_console
from tms.dictionary import Department
from tms.models import TABLES, RouteVersion, Unit
from tms.workflow.own_routing import Line
from tms.workflow.own_steps import Wanted
from tms.workflow.route_edit import Draft, publish
from tms.workflow.route_versions import (
    university,
)

CODE = "4136010001"
INSPECT = Wanted("own_1", "纪检监察审核", "Discipline inspection", "department", "organization", 4)
HR, RESEARCH = Department.HR, Department.RESEARCH


def the_university(cast: Cast, name: str = "university_info") -> Unit:
    actor = cast.act_as(name)
    return university(cast.session, actor, cast.units[CODE].id)


def put(cast: Cast, draft: Draft, note: str = "按校内要求调整") -> RouteVersion:
    """*draft* in use, committed."""
    unit = the_university(cast)
    made = publish(cast.session, cast.staff["university_info"], unit, draft, note).made
    cast.session.commit()
    return made


def with_step(draft: Draft, step: Wanted, after: str) -> Draft:
    at = [s.key for s in draft.steps].index(after) + 1
    return replace(draft, steps=(*draft.steps[:at], step, *draft.steps[at:]))


def routed(draft: Draft, table: str, *departments: Department) -> Draft:
    defaults = {**draft.routing.defaults, table: departments}
    return replace(draft, routing=replace(draft.routing, defaults=defaults))


def with_line(draft: Draft, line: Line) -> Draft:
    return replace(draft, routing=replace(draft.routing, lines=(*draft.routing.lines, line)))


def functions(cast: Cast, table: str) -> list[int]:
    model = TABLES[table]
    rows = as_console(cast, select(model.functions).order_by(model.id))
    return list(rows.scalars())
