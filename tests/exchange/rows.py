"""For each table and category a row with every field filled, and with text that is hard to keep."""

from __future__ import annotations

from datetime import date
from typing import Any

from tms.dictionary import Category, Field, Kind, Table, check_record, code_table
from tms.records.checks import UNSTORABLE

#: A formula, a quote, a separator, a line break; long numbers and leading zeros.
HARD = ("=1+1，“甲”\n乙", "'+x", "012345678901", "12345678901234567", "-5", "@a;b,c")


def full_row(table: Table, category: Category, serial: int) -> dict[str, Any]:
    """A value for every field that schools of *category* have, as far as they fit together."""
    fields = [f for f in table.fields_for(category) if not f.readonly and f.kind is not Kind.PHOTO]
    values = {f.key: _value(f, category, serial + n) for n, f in enumerate(fields)}
    while True:
        found = check_record(table, category, values)
        wrong = {f.field for f in found if f.rule in UNSTORABLE or f.rule.startswith("N0")}
        if not wrong & values.keys():
            return values
        values = {key: value for key, value in values.items() if key not in wrong}


def _value(field: Field, category: Category, serial: int) -> Any:
    match field.kind:
        case Kind.CODE:
            codes = [e.code for e in code_table(field.codes_for(category) or "").entries]
            return codes[1:3] if field.multiple else codes[serial % len(codes)]
        case Kind.DATE:
            return date(2001, 9, 1 + serial % 28)
        case Kind.MONTH:
            return f"2001-{1 + serial % 12:02}"
        case Kind.YEAR | Kind.INTEGER | Kind.DECIMAL:
            return {Kind.YEAR: 2001, Kind.INTEGER: 12, Kind.DECIMAL: "1234.5"}[field.kind]
    return HARD[serial % len(HARD)][: field.length]
