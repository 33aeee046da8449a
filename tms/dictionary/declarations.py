"""Mistakes in declarations fail when the application starts, with a sentence each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from tms.dictionary.codes import CODE_TABLES, code_table
from tms.dictionary.expressions import OPTION_NAMES, ExpressionError, expression
from tms.dictionary.fields import Field, Rule, When
from tms.dictionary.header import HEADER
from tms.dictionary.regions import REGIONS
from tms.dictionary.tables import Table, sections
from tms.dictionary.terms import Kind


class DeclarationError(Exception):
    """The declarations contradict themselves; each problem is one line."""


def check_declarations(tables: Iterable[Table] | None = None) -> None:
    """:raises DeclarationError: a declaration of *tables* (default: all published) is mistaken."""
    if tables is None:
        tables = [table for section in sections() for table in section.tables]
    by_key = {table.key: table for table in tables}
    problems = [p for table in by_key.values() for p in _table(table, by_key)]
    problems += [f"header: {p}" for field in HEADER for p in _codes(field)]
    rules = Counter(rule.id for table in by_key.values() for rule in _rules(table))
    problems += [f"rule {id} is declared {n} times" for id, n in rules.items() if n > 1]
    if problems:
        raise DeclarationError("\n".join(problems))


def check_enum(values: Iterable[str], table: str) -> None:
    """:raises DeclarationError: *values* (an enum) and the codes of *table* are not the same."""
    different = {str(value) for value in values} ^ set(code_table(table).by_code)
    if different:
        raise DeclarationError(f"the program and {table}.csv differ in {sorted(different)}")


def _rules(table: Table) -> list[Rule]:
    return [*table.rules, *(rule for field in table.fields.values() for rule in field.rules)]


def _table(table: Table, tables: dict[str, Table]) -> Iterator[str]:
    none = table.none_record[:1] if table.none_record else ()
    expected = table.campaign_rule.fields if table.campaign_rule else ()
    for name in (*table.natural_key, *table.order_by, *none, *expected):
        if name not in table.fields:
            yield f"{table.key}: names the missing field {name}"
        elif table.fields[name].encrypted:
            yield f"{table.key}: {name} is encrypted, it can be neither sorted nor compared"
    for category in table.applies_to:
        labels = Counter(text for f in table.fields_for(category) for text in {f.zh, f.en})
        for label in (label for label, n in labels.items() if n > 1):
            yield f"{table.key}: {category} has the label {label} twice"
    for field in table.fields.values():
        yield from (f"{table.key}.{field.key}: {p}" for p in (*_codes(field), *_shape(field)))
    for routed in table.reviewer.rows:
        if not (routed.zh and routed.en):
            yield f"{table.key} reviewer: {routed.when!r} is not said in words"
    for place, text, extra in _expressions(table):
        yield from (f"{table.key}{place}: {p}" for p in _names(table, tables, text, extra))


def _codes(field: Field) -> Iterator[str]:
    names = field.codes.values() if isinstance(field.codes, Mapping) else {field.codes} - {None}
    for name in names:
        if name not in (*CODE_TABLES, REGIONS):
            yield f"there is no code table {name}"
        elif field.kind is Kind.CODE and field.default is not None:
            chosen = field.default if field.multiple else (field.default,)
            for code in chosen:
                if code not in code_table(str(name)).by_code:
                    yield f"the default {code} is not in {name}"
    if field.kind is Kind.CODE and not all(map(field.codes_for, field.applies_to)):
        yield "a code needs a code table for each of its categories"


def _shape(field: Field) -> Iterator[str]:
    if field.kind in (Kind.TEXT, Kind.ID_NUMBER) and not field.length:
        yield "text needs a length"
    if "always" in field.forbidden.values():
        yield "a field that is always forbidden applies to nobody: say so with applies_to"
    if field.options_filter and field.kind is not Kind.CODE:
        yield "only codes have an options filter"


def _expressions(table: Table) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Where each expression stands, its text, and what it may name beside fields."""
    for rule in _rules(table):
        yield f" {rule.id}", rule.fails_when, frozenset()
    for routed in table.reviewer.rows:
        yield " reviewer", routed.when, frozenset()
    for field in table.fields.values():
        if field.options_filter:
            yield f".{field.key} options_filter", field.options_filter, OPTION_NAMES
        for condition in {*field.required.values(), *field.forbidden.values()}:
            if isinstance(condition, When):
                yield f".{field.key}", condition.expression, frozenset()


def _names(
    table: Table, tables: dict[str, Table], text: str, extra: frozenset[str]
) -> Iterator[str]:
    try:
        asked = expression(text)
    except ExpressionError as error:
        yield str(error)
        return
    for name in asked.names:
        if name not in table.fields and name not in extra:
            yield f"{text!r} names the missing field {name}"
    for section, name in asked.foreign:
        if section not in tables or name not in tables[section].fields:
            yield f"{text!r} names the missing field {section}.{name}"
