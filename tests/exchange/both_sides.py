"""For any table: values that its fields can take besides those they have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from tests.exchange.rows import HARD
from tests.support.cast import id_number
from tms.dictionary import Category, Field, Kind, Table, Unreadable, canonical, code_table
from tms.exchange.judging import judge_changed
from tms.exchange.stages import Options

Values = dict[str, Any]

#: A row that lacks something may be stored.
DRAFTS = Options(incomplete="draft")
TEXTS = ("甲乙丙", "丁戊己", *HARD, "12", "13")


def others(field: Field, category: Category, but: Iterable[Any]) -> Iterator[Any]:
    """Canonical values of *field*, none of them among *but*; the empty one comes last."""
    taken = list(but)
    for raw in _candidates(field, category):
        try:
            value = canonical(field, raw)
        except Unreadable:
            continue
        if value not in taken:
            yield value
    if None not in taken:
        yield None


def _candidates(field: Field, category: Category) -> Iterable[Any]:
    match field.kind:
        case Kind.CODE:
            codes = [entry.code for entry in code_table(field.codes_for(category) or "").entries]
            return [[code] for code in codes] if field.multiple else codes
        case Kind.DATE:
            return [date(year, 9, 1) for year in (2001, 2002, 2003, 1986, 1987, 2020)]
        case Kind.MONTH:
            return ["2001-03", "2002-03", "2003-03", "2020-09"]
        case Kind.YEAR | Kind.INTEGER:
            return ["2002", "2003", "2004", "2", "3", "4"]
        case Kind.DECIMAL:
            return ["1", "2", "3", "1234.75"]
        case Kind.ID_NUMBER:
            return [id_number(900 + n) for n in range(6)]
    return [text[: field.length] for text in TEXTS]


def changes(
    table: Table, category: Category, before: Mapping[str, Any], fields: Iterable[Field]
) -> Values:
    """Another value for as many of *fields* as can have one, so that together they are right.

    None of them is cleared.
    """
    found: Values = {}
    for field in fields:
        for value in others(field, category, [before[field.key]]):
            tried = {**found, field.key: value}
            if value is not None and _fit(table, category, before, tried):
                found = tried
                break
    return found


def _fit(table: Table, category: Category, before: Mapping[str, Any], changed: Values) -> bool:
    found = judge_changed(table, category, before, changed, DRAFTS)
    return not any(finding.severity == "error" for finding in found)


def cell_of(value: Any) -> Any:
    """A canonical value as somebody types it into a cell."""
    return ";".join(value) if isinstance(value, list) else "" if value is None else value
