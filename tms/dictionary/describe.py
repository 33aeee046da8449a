"""The dictionary as one JSON object (DESIGN.md 5, `dictionary --json`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tms.dictionary.codes import CODE_TABLES, Code, code_table
from tms.dictionary.fields import Condition, Field, When
from tms.dictionary.tables import Section, Table, sections
from tms.dictionary.terms import Category


def describe() -> dict[str, Any]:
    """Sections, tables and fields as declared, and the code tables."""
    codes = {name: [_code(entry) for entry in code_table(name).entries] for name in CODE_TABLES}
    return {"sections": [_section(section) for section in sections()], "codes": codes}


def _section(section: Section) -> dict[str, Any]:
    tables = [_table(table) for table in section.tables]
    return _plain(section, "no", "key", "zh", "en") | {"tables": tables}


def _table(table: Table) -> dict[str, Any]:
    fields = [_field(field) for field in table.fields.values()]
    plain = _plain(table, "key", "zh", "en", "cardinality", "applies_to")
    return plain | {"rules": [rule.id for rule in table.rules], "fields": fields}


def _field(field: Field) -> dict[str, Any]:
    plain = _plain(
        field, "key", "zh", "en", "length", "multiple", "sensitivity", "codes", "applies_to"
    )
    return plain | {
        "type": field.kind,
        "required": _conditions(field.required),
        "forbidden": _conditions(field.forbidden),
        "filled_by": dict(field.filled_by),
        "rules": [rule.id for rule in field.rules],
    }


def _plain(declared: Section | Table | Field, *names: str) -> dict[str, Any]:
    values = {name: getattr(declared, name) for name in names}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}


def _conditions(conditions: Mapping[Category, Condition]) -> dict[str, str]:
    return {c: "when" if isinstance(v, When) else v for c, v in conditions.items()}


def _code(entry: Code) -> dict[str, str]:
    parent = {"parent": entry.parent} if entry.parent else {}
    return {"code": entry.code, "zh": entry.zh, "en": entry.en, **parent, **entry.extra}
