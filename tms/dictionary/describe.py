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
    return {
        "sections": [_section(section) for section in sections()],
        "codes": {
            name: [_code(entry) for entry in code_table(name).entries] for name in CODE_TABLES
        },
    }


def _section(section: Section) -> dict[str, Any]:
    tables = [_table(table) for table in section.tables]
    return {
        "no": section.no,
        "key": section.key,
        "zh": section.zh,
        "en": section.en,
        "tables": tables,
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "key": table.key,
        "zh": table.zh,
        "en": table.en,
        "cardinality": table.cardinality,
        "applies_to": list(table.applies_to),
        "rules": [rule.id for rule in table.rules],
        "fields": [_field(field) for field in table.fields.values()],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "key": field.key,
        "zh": field.zh,
        "en": field.en,
        "type": field.kind,
        "length": field.length,
        "multiple": field.multiple,
        "sensitivity": field.sensitivity,
        "codes": dict(field.codes) if isinstance(field.codes, Mapping) else field.codes,
        "applies_to": list(field.applies_to),
        "required": _conditions(field.required),
        "forbidden": _conditions(field.forbidden),
        "filled_by": dict(field.filled_by),
        "rules": [rule.id for rule in field.rules],
    }


def _conditions(conditions: Mapping[Category, Condition]) -> dict[str, str]:
    return {c: "when" if isinstance(v, When) else v for c, v in conditions.items()}


def _code(entry: Code) -> dict[str, str]:
    parent = {"parent": entry.parent} if entry.parent else {}
    return {"code": entry.code, "zh": entry.zh, "en": entry.en, **parent, **entry.extra}
