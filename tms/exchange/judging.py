"""What the dictionary says of a row, as far as the import is to blame for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tms.dictionary import Category, Finding, Table, When, check_record, expression, is_empty
from tms.exchange.stages import Options


def defaults_asked(table: Table) -> dict[str, Any]:
    """The defaults of those fields that conditions of other fields look at, by key."""
    conditions = [
        c for f in table.fields.values() for c in (*f.required.values(), *f.forbidden.values())
    ]
    asked = {n for c in conditions if isinstance(c, When) for n in expression(c.expression).names}
    return {key: table.fields[key].default for key in asked if table.fields[key].default}


def judge_new(
    table: Table,
    category: Category,
    values: Mapping[str, Any],
    options: Options,
    *,
    person_kind: str | None = None,
    needed: Collection[str] | None = None,
) -> list[Finding]:
    """The findings of a row to be made.

    :param needed: where only these fields must be there; None is what the dictionary requires.
    """
    if needed is None and options.incomplete == "draft":
        needed = ()  # an incomplete draft is welcome
    return check_record(
        table, category, values, person_kind=person_kind, on=options.on, needed=needed
    )


def judge_changed(
    table: Table,
    category: Category,
    before: Mapping[str, Any],
    changed: Mapping[str, Any],
    options: Options,
    *,
    person_kind: str | None = None,
) -> list[Finding]:
    """The findings that *changed* brings: of what it touches, or that were not there before.

    A draft may be incomplete in other fields; that is no reason to refuse a correction.
    """
    found = check_record(
        table, category, {**before, **changed}, person_kind=person_kind, on=options.on
    )
    if not found:
        return []
    earlier = check_record(table, category, before, person_kind=person_kind, on=options.on)
    known = {(f.field, f.rule) for f in earlier}
    cleared = {key for key, value in changed.items() if is_empty(value)}
    # A column that is there and empty clears, and a draft may lack what is required.
    found = [f for f in found if f.rule != "required" or f.field not in cleared]
    return _bearable(
        [f for f in found if (f.field, f.rule) not in known or _touches(f, changed)], options
    )


def _touches(finding: Finding, changed: Mapping[str, Any]) -> bool:
    return finding.field in changed or any(name in changed for name in finding.fields)


def _bearable(found: list[Finding], options: Options) -> list[Finding]:
    """An incomplete draft is welcome where the user says so."""
    if options.incomplete == "refuse":
        return found
    return [f for f in found if f.rule != "required"]
