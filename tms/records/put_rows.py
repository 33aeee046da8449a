"""Putting many rows in at once.

Rows are packed column by column for the engine, in whatever process, and written as they are: COPY
on PostgreSQL, executemany on SQLite; SQLAlchemy's own way costs twice as much. Nothing here chooses
rows, so that no scope is asked: whoever calls it is the door, and has asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Table, insert
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.db import is_sqlite

Rows = Sequence[Mapping[str, Any]]
REASON = "owners were checked by scope"
#: Fewer rows are written as anything else is.
FEW = 20

#: COPY's text form: what would be taken for a separator.
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
SPECIAL = re.compile(r"[\\\t\n\r]")
NULL = r"\N"
AS_TEXT: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "t" if value else "f",
    int: str,
    float: repr,
    Decimal: str,
    date: date.isoformat,
    datetime: datetime.isoformat,
}


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows of one table, ready for one engine: COPY's text, or tuples."""

    table: str
    columns: tuple[str, ...]
    rows: bytes | list[tuple[Any, ...]]


def put(session: Session, model: Any, rows: Rows) -> None:
    """Insert *rows*; all of them have the same columns, the others get their defaults."""
    session.flush()  # what they refer to may still wait to be written
    if 0 < len(rows) < FEW:
        statement = unscoped(insert(model.__table__), REASON)
        session.execute(statement, [dict(row) for row in rows])
    elif rows:
        usual = _defaults(model.__table__)
        more = {name: value for name, value in usual.items() if name not in rows[0]}
        whole = [{**more, **row} for row in rows] if more else rows
        write(session, pack(is_sqlite(session), model.__table__, whole, sparse=True))


@cache
def _defaults(table: Table) -> dict[str, Any]:
    """What Python gives columns that nobody mentions."""
    found: dict[str, Any] = {c.name: c.default for c in table.columns if c.default is not None}
    return {name: each.arg for name, each in found.items() if each.is_scalar}


def pack(for_sqlite: bool, table: Table, rows: Rows, *, sparse: bool = False) -> Packed:
    """*rows*, of which there are some, as `write` takes them.

    Column by column, because most columns of rows that are made together hold one value.

    :param sparse: leave out columns that no row has anything for.
    """
    bind = _binders(for_sqlite, table)
    columns: dict[str, Sequence[Any]] = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        empty = values.count(None) == len(values) if sparse else False
        if not empty or table.columns[name].server_default is not None:
            bound = _each(bind[name], values)
            columns[name] = bound if for_sqlite else _texts(bound)
    lines = zip(*columns.values(), strict=True)
    if for_sqlite:
        return Packed(table.name, tuple(columns), list(lines))
    return Packed(table.name, tuple(columns), ("\n".join(map("\t".join, lines)) + "\n").encode())


def _each(make: Callable[[Any], Any] | None, values: list[Any]) -> list[Any]:
    if make is None:
        return values
    if type(values[0]) is datetime and values.count(values[0]) == len(values):
        return [make(values[0])] * len(values)  # nothing else that is converted is equal so simply
    return [make(value) for value in values]


def _texts(values: list[Any]) -> list[str]:
    """As COPY's text form has them."""
    if values.count(values[0]) == len(values):
        return [_text(values[0])] * len(values)
    try:
        if not SPECIAL.search("".join(values)):
            return values
    except TypeError:
        pass  # not all of them are text
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    if value is None:
        return NULL
    if type(value) is str:
        return value.translate(ESCAPES)
    return AS_TEXT.get(type(value), _other)(value)


@cache
def _binders(for_sqlite: bool, table: Table) -> dict[str, Callable[[Any], Any] | None]:
    """What turns Python's values into the engine's, by column; most need nothing."""
    # Of no driver, whose own types would not pass between processes.
    dialect: Dialect = SQLiteDialect() if for_sqlite else PGDialect()  # type: ignore[no-untyped-call]
    return {c.name: c.type.dialect_impl(dialect).bind_processor(dialect) for c in table.columns}


def _other(value: Any) -> str:
    """Words of an enum."""
    return str(value).translate(ESCAPES)


def joined(parts: Sequence[Packed]) -> Packed:
    """Rows of one table from several parts, in their order."""
    first = parts[0]
    texts = [part.rows for part in parts if isinstance(part.rows, bytes)]
    if texts:
        return Packed(first.table, first.columns, b"".join(texts))
    tuples = [row for part in parts for row in part.rows if isinstance(row, tuple)]
    return Packed(first.table, first.columns, tuples)


def write(session: Session, packed: Packed, *, frozen: bool = False) -> None:
    """Write what was packed for the engine of *session*.

    :param frozen: the table was emptied in this transaction; PostgreSQL then need not visit the
        rows again to see that everybody may see them.
    """
    connection = session.connection()
    columns = ", ".join(f'"{name}"' for name in packed.columns)
    if not isinstance(packed.rows, bytes):
        marks = ", ".join("?" * len(packed.columns))
        words = f"INSERT INTO {packed.table} ({columns}) VALUES ({marks})"  # noqa: S608  our names
        connection.exec_driver_sql(words, packed.rows)
        return
    options = "WITH (FREEZE)" if frozen else ""
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {packed.table} ({columns}) FROM STDIN {options}") as copy:
        copy.write(packed.rows)
