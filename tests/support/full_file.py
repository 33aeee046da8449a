"""A file of which every field of every table holds something, made without a database."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from tms.dictionary import Category, Field, Kind, code_table
from tms.models import TABLES, RowState
from tms.records.form_files import FormFile
from tms.records.read import Header

PATH = "0000000100020003"


def full_file(category: Category, rows: int = 1, **more: int) -> FormFile:
    """A file of *category* with so many rows in each table; *more* says it of single tables."""
    serial = count(1)
    made = {
        name: [
            full_row(name, category, serial)
            for _ in range(1 if model.dictionary.cardinality == "one" else more.get(name, rows))
        ]
        for name, model in TABLES.items()
        if model.dictionary.applies(category)
    }
    header = Header(7, "L36000000000007", 3, PATH, category, "established", "draft", False)
    return FormFile(header, "王全满", "东湖县第一小学", "", "360***********1234", made)


def full_row(table: str, category: Category, serial: Any) -> dict[str, Any]:
    """A row as its table holds it; texts are told apart by their numbers."""
    row: dict[str, Any] = {"id": next(serial), "content_version": 1, "state": RowState.DRAFT}
    for key, field in TABLES[table].dictionary.fields.items():
        row[key] = _value(field, category, serial)
        if field.encrypted:
            row |= {f"{key}_mask": "360***********1234", f"{key}_index": "0" * 64}
    return row


def _value(field: Field, category: Category, serial: Any) -> Any:
    name = field.codes_for(category) if field.applies(category) else None
    if name and field.kind is Kind.CODE:
        codes = [entry.code for entry in code_table(name).entries if "无" not in entry.zh]
        return ",".join(codes[:2]) if field.multiple else codes[-1]
    values: dict[Kind, Any] = {
        Kind.DATE: date(2019, 3, 7),
        Kind.MONTH: "2018-11",
        Kind.YEAR: 2017,
        Kind.INTEGER: int(field.minimum or 1),
        Kind.DECIMAL: field.maximum,
        Kind.PHOTO: None,
    }
    return values[field.kind] if field.kind in values else f"文{next(serial)}"
