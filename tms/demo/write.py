"""Putting many rows in at once, and ids for them in blocks.

Rows are packed column by column for the engine, in whatever process, and written as they are: COPY
on PostgreSQL, executemany on SQLite. Nothing here chooses rows, so that no scope is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Table, func, select, text
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.db import is_sqlite

REASON = "demonstration data on an empty installation, written by the console"
Rows = Sequence[Mapping[str, Any]]

#: COPY's text form: what would be taken for a separator.
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
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
    """Insert *rows*; all of them have the same columns."""
    if rows:
        write(session, pack(is_sqlite(session), model.__table__, rows))


def pack(for_sqlite: bool, table: Table, rows: Rows) -> Packed:
    """*rows*, of which there are some, as `write` takes them."""
    names = tuple(rows[0])
    bind = _binders(for_sqlite, table)
    pairs = [(name, bind[name]) for name in names]
    tuples = [tuple([make(row[n]) if make else row[n] for n, make in pairs]) for row in rows]
    return Packed(table.name, names, tuples if for_sqlite else _copy_text(tuples))


@cache
def _binders(for_sqlite: bool, table: Table) -> dict[str, Callable[[Any], Any] | None]:
    """What turns Python's values into the engine's, by column; most need nothing."""
    # Of no driver, whose own types would not pass between processes.
    dialect: Dialect = SQLiteDialect() if for_sqlite else PGDialect()  # type: ignore[no-untyped-call]
    return {c.name: c.type.dialect_impl(dialect).bind_processor(dialect) for c in table.columns}


def _copy_text(rows: Sequence[tuple[Any, ...]]) -> bytes:
    lines = [
        "\t".join(
            [
                NULL
                if v is None
                else AS_TEXT[type(v)](v)
                if type(v) is not str
                else v
                if v.isalnum()
                else v.translate(ESCAPES)
                for v in row
            ]
        )
        for row in rows
    ]
    return "".join([line + "\n" for line in lines]).encode()


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


def serial_ids(session: Session, model: Any, count: int) -> range:
    """*count* ids in a row for a table that numbers its rows itself.

    Nobody else may draw ids at the same time: the installation is empty.
    """
    if is_sqlite(session):
        last = session.scalar(unscoped(select(func.max(model.id)), REASON)) or 0
        return range(last + 1, last + 1 + count)
    return drawn(session, f"pg_get_serial_sequence('{model.__tablename__}', 'id')", count)


def drawn(session: Session, sequence: str, count: int) -> range:
    """The next *count* values of a sequence of PostgreSQL, in a row."""
    if not count:
        return range(0)
    words = f"SELECT setval({sequence}, nextval({sequence}) + :more)"  # noqa: S608  our own name
    last = session.scalar(unscoped(text(words), REASON), {"more": count - 1})
    return range(last - count + 1, last + 1)
