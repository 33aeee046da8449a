"""What the pages of routes show: steps as nodes, routing as a table, versions compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.admin_views import route_forms
from tms.admin_views.labels import brief, coded, label_of
from tms.dictionary import HE, Department, code_table
from tms.dictionary.routing import words
from tms.errors import term
from tms.i18n import gettext as _
from tms.i18n import say
from tms.models import TABLES, Unit
from tms.workflow import own_routing, own_steps, route_versions
from tms.workflow.departments import departments, desk_of
from tms.workflow.own_steps import KINDS, Wanted
from tms.workflow.route_edit import Draft
from tms.workflow.route_versions import Difference, Version
from tms.workflow.routes import Desk, Step

#: Longer code tables are typed, not ticked.
TICKED = 40


@dataclass(frozen=True)
class Node:
    """A step as it is drawn."""

    name: str
    who: str
    days: int
    label: str
    is_own: bool


def node(step: Step) -> Node:
    """*step* in the reader's language."""
    waiting = brief("record_status", step.waiting)
    is_own = step.key.startswith(own_steps.OWN)
    return Node(say(term(step)), say(step.who), step.days, waiting, is_own)


@dataclass(frozen=True)
class Held:
    """Which unit judges for a function, and whether it stands in."""

    function: Any
    unit: str
    stands_in: bool


def held_by(session: Session, unit: Unit) -> list[Held]:
    """Every function of the university *unit* with who judges for it."""
    own = departments(session, [unit.id])[unit.id]
    statement = select(Unit.id, Unit.name).where(Unit.id.in_(own.values()))
    names = {row.id: row.name for row in session.execute(statement)}
    names[unit.id] = _("学校负责人")
    return [
        Held(
            brief("functional_department", function),
            names.get(desk_of(unit.id, own, function), ""),
            function not in own,
        )
        for function in Department
    ]


def university_page(session: Session, unit: Unit, number: int | None) -> dict[str, Any]:
    """The version asked for (the one in use), in full, and the list of all."""
    found = route_versions.versions(session, unit.id)
    version = next((v for v in found if v.number == number), found[0])
    return {
        "version": version,
        "versions": found,
        "is_in_use": version is found[0],
        "open_by": route_versions.open_by_version(session, unit),
        "steps": [node(step) for step in version.steps],
        "routing": list(_routing(version)),
        "held": held_by(session, unit),
    }


@dataclass(frozen=True)
class RoutedLine:
    """Rows of one kind and who judges them; `is_own`: the university's own word."""

    table: Any
    rows: str
    departments: str
    is_own: bool


def _routing(version: Version) -> Any:
    for table in own_routing.tables():
        routing = version.routings.get(table.key, table.reviewer)
        declared = {row.when: set(row.departments) for row in table.reviewer.rows}
        for row in routing.rows:
            is_own = declared.get(row.when) != set(row.departments)
            yield _line(table, say(words(table, row)), row.departments, is_own)
        rest = _("其余") if routing.rows else ""
        is_own = set(routing.default) != set(table.reviewer.default)
        yield _line(table, rest, routing.default, is_own)


def _line(table: Any, rows: str, chosen: Sequence[Department], is_own: bool) -> RoutedLine:
    return RoutedLine(label_of(table), rows, say(route_versions.names(chosen)), is_own)


def compared(
    versions: Sequence[Version], one: int | None, other: int | None
) -> tuple[Version, Version, list[Difference]] | None:
    """Two versions, the older one first, and what differs."""
    known = {version.number: version for version in versions}
    if one not in known or other not in known or one == other:
        return None
    was, now = sorted((known[one], known[other]), key=lambda version: version.number)
    return was, now, route_versions.differences(was, now)


def rows_by_table(rows: Mapping[str, int]) -> list[tuple[Any, int]]:
    """(label, number) of the tables whose rows would be judged by others."""
    return [(label_of(TABLES[table].dictionary), number) for table, number in rows.items()]


# -- the form --------------------------------------------------------------------------------------


def form_page(draft: Draft) -> dict[str, Any]:
    """What the form draws beside the draft itself."""
    return {
        "nodes": [_form_step(draft, n, step) for n, step in enumerate(draft.steps)],
        "desks": list(_desk_choices()),
        "columns": [(d, brief("functional_department", d)) for d in Department],
        "matrix": list(_matrix(draft)),
        "lines": [_form_line(n, line) for n, line in enumerate(draft.routing.lines)],
        "fields": [
            (label_of(t), [(f"{t.key}.{f.key}", label_of(f)) for f in fields])
            for t in own_routing.tables()
            if (fields := own_routing.coded_fields(t))
        ],
        "lacks_first": own_steps.FIRST_REVIEW not in {s.key for s in draft.steps},
        "may_insert": lambda number: route_forms.may_insert(draft, number),
    }


def _form_step(draft: Draft, number: int, step: Wanted) -> dict[str, Any]:
    own = own_steps.is_own(step.key)
    default = own_steps.DEFAULTS.get(step.key)
    return {
        "step": step,
        "is_own": own,
        "desk": route_forms.desk_value(step),
        "name": say(term(default)) if default else step.zh or _("新的一步"),
        "who": say(default.who) if default else "",
        "up": route_forms.may_move(draft, number, -1),
        "down": route_forms.may_move(draft, number, 1),
        "remove": route_forms.may_remove(step),
    }


def _desk_choices() -> Any:
    for kind in KINDS.values():
        if kind.desk is not Desk.DEPARTMENT:
            yield kind.desk.value, say(kind.who)
    for function in Department:
        yield f"{Desk.DEPARTMENT}:{function}", brief("functional_department", function)


def _matrix(draft: Draft) -> Any:
    """(name of the field, table, kind of rows, chosen departments, declared ones), line by line."""
    wanted = draft.routing
    for table in own_routing.tables():
        for number, row in enumerate(table.reviewer.rows):
            chosen = wanted.declared[table.key, number]
            name = f"c-{table.key}-{number}"
            yield name, label_of(table), say(words(table, row)), chosen, row.departments
        rest = _("其余") if table.reviewer.rows else ""
        chosen = wanted.defaults[table.key]
        yield f"d-{table.key}", label_of(table), rest, chosen, table.reviewer.default


def _form_line(number: int, line: own_routing.Line) -> dict[str, Any]:
    table = TABLES[line.table].dictionary
    field = table.fields[line.field]
    name = field.codes_for(HE) or ""
    entries = code_table(name).entries
    return {
        "n": number,
        "line": line,
        "table": label_of(table),
        "field": label_of(field),
        "codes": name,
        "entries": entries if len(entries) <= TICKED else (),
        "said": [coded(name, code) for code in line.codes],
    }
