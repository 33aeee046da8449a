"""What an open form has to know of each field while it is being filled in.

The same compiled questions as `check_record` and `check_file` ask, asked of values that are not
saved yet. Nothing is evaluated in the browser: there is one engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from tms.dictionary.check import Plan, plan_for
from tms.dictionary.completeness import FileValues, OpenFile
from tms.dictionary.expressions import OPTION_NAMES, Expression, expression
from tms.dictionary.fields import Field, When
from tms.dictionary.findings import Finding
from tms.dictionary.helpers import ELSEWHERE
from tms.dictionary.scope import Scope
from tms.dictionary.tables import Table
from tms.dictionary.terms import Category

#: Stands for a row that has no id yet; ids begin at 1.
NEW = 0
#: (table, field)
Name = tuple[str, str]


@dataclass(frozen=True)
class FieldState:
    """How a field stands with the values as they are."""

    required: bool = False
    forbidden: bool = False
    #: The codes offered, where a filter narrows them; None is all of them.
    options: tuple[str, ...] | None = None
    #: What the conditions that hold now look at; while none holds, what any of them looks at.
    because: tuple[Name, ...] = ()
    #: What the filter of the options looks at.
    narrowed_by: tuple[Name, ...] = ()
    findings: tuple[Finding, ...] = ()


def form_state(
    table: Table, values: Mapping[str, Any], file: FileValues, record: int = NEW
) -> tuple[dict[str, FieldState], list[Finding]]:
    """How each field of the row stands, and what is wrong with the row as a whole.

    :param values: near-canonical values of the whole row by key, as typed.
    :param file: the file as it is stored, at least its `sections_asked`; its row *record*, if it
        has it, is replaced by *values*.
    """
    plan = plan_for(table, file.category)
    open_file = OpenFile(_with(file, table, record, values))
    scope = next(s for s in open_file.scopes(table.key) if s.record == record)
    found = [f for f in open_file.findings(plan) if f.record == record]
    states = {f.key: _state(plan, scope, f) for f in plan.fields}
    for key in states:
        mine = tuple(f for f in found if f.field == key)
        states[key] = replace(states[key], findings=mine)
    return states, [f for f in found if f.field not in states]


@cache
def sections_asked(table: Table, category: Category) -> tuple[str, ...]:
    """The tables of the file that the questions about a row of *table* look at, itself included."""
    plan = plan_for(table, category)
    asked = [*plan.conditions, *(a for _, a in plan.filters), *(a for *_, a in plan.rules)]
    found = {table.key}
    for each in (*asked, *(a for _, a in plan.section_rules)):
        found |= {section for section, _ in each.foreign}
        found |= {section for helper in each.helpers for section in ELSEWHERE.get(helper, ())}
    return tuple(sorted(found))


def _with(file: FileValues, table: Table, record: int, values: Mapping[str, Any]) -> FileValues:
    rows = dict(file.rows)
    mine = [(i, values if i == record else row) for i, row in rows.get(table.key, ())]
    if record not in {i for i, _ in mine}:
        mine.append((record, values))
    return replace(file, rows=rows | {table.key: mine})


def _state(plan: Plan, scope: Scope, f: Field) -> FieldState:
    category = plan.category
    required, why_required = _holds(plan, scope, f.required[category])
    forbidden, why_forbidden = _holds(plan, scope, f.forbidden[category])
    exempt = scope.person_kind in f.exempt_person_kinds
    return FieldState(
        required=required and not exempt,
        forbidden=forbidden,
        options=_options(plan, scope, f),
        because=why_required or why_forbidden or depends_on(plan.table, category, f.key),
        narrowed_by=_filter_names(plan, f),
    )


def _holds(plan: Plan, scope: Scope, condition: Any) -> tuple[bool, tuple[Name, ...]]:
    """Whether *condition* holds, and what it looked at."""
    if not isinstance(condition, When):
        return condition == "always", ()
    asked = expression(condition.expression)
    holds = bool(asked.ask(scope))
    return holds, _names(plan, asked) if holds else ()


@cache
def depends_on(table: Table, category: Category, key: str) -> tuple[Name, ...]:
    """The fields that decide whether the field *key* is required or forbidden."""
    field = table.fields[key]
    plan = plan_for(table, category)
    conditions = (field.required[category], field.forbidden[category])
    asked = [expression(c.expression) for c in conditions if isinstance(c, When)]
    return tuple(dict.fromkeys(name for each in asked for name in _names(plan, each)))


@cache
def dependants(table: Table, category: Category, key: str) -> frozenset[str]:
    """*key* and the fields whose being required, forbidden or offered depends on it.

    Also on what depends on it in turn: who corrects the one has to be able to follow up the others.
    """
    plan, found = plan_for(table, category), {key}
    while True:
        looked_at = {(table.key, name) for name in found}
        more = {
            f.key
            for f in plan.fields
            if looked_at & {*depends_on(table, category, f.key), *_filter_names(plan, f)}
        }
        if more <= found:
            return frozenset(found)
        found |= more


def _names(plan: Plan, asked: Expression) -> tuple[Name, ...]:
    """What *asked* looks at, as far as schools of the category collect it."""
    here = {f.key for f in plan.fields}
    own = [(plan.table.key, name) for name in asked.names if name in here]
    return (*own, *asked.foreign)


def _filter_names(plan: Plan, f: Field) -> tuple[Name, ...]:
    filters = (asked for field, asked in plan.filters if field is f)
    found = (name for asked in filters for name in _names(plan, asked))
    return tuple(name for name in found if name[1] not in OPTION_NAMES)


def _options(plan: Plan, scope: Scope, f: Field) -> tuple[str, ...] | None:
    asked = next((asked for field, asked in plan.filters if field is f), None)
    return None if asked is None else tuple(_passing(plan, scope, f, asked))


def _passing(plan: Plan, scope: Scope, f: Field, asked: Expression) -> Iterator[str]:
    """Codes that the filter does not refuse, as `check` would judge each of them."""
    for entry in plan.codes[f.key].entries:
        scope.option = {"code": entry.code, "parent": entry.parent, "en": entry.en}
        if not entry.retired and asked.ask(scope) is not False:
            yield entry.code
