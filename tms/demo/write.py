"""Putting many rows in at once, and ids for them in blocks.

Rows are prepared column by column and written as they are: COPY on PostgreSQL, executemany on
SQLite. Nothing here chooses rows, so that no scope is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.db import is_sqlite

REASON = "demonstration data on an empty installation, written by the console"
Rows = Sequence[Mapping[str, Any]]


def put(session: Session, model: Any, rows: Rows) -> None:
    """Insert *rows*; all of them have the same columns."""
    if not rows:
        return
    if is_sqlite(session):
        session.execute(unscoped(insert(model.__table__), REASON), rows)
    else:
        _copy(session, model.__table__, rows)


def _copy(session: Session, table: Any, rows: Rows) -> None:
    """PostgreSQL's COPY, several times as fast as INSERT."""
    connection = session.connection()
    names = list(rows[0])
    types = [table.c[name].type.dialect_impl(connection.dialect) for name in names]
    makers = [type_.bind_processor(connection.dialect) for type_ in types]
    columns = ", ".join(f'"{name}"' for name in names)
    pairs = list(zip(names, makers, strict=True))
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([make(row[name]) if make else row[name] for name, make in pairs])


def serial_ids(session: Session, model: Any, count: int) -> list[int]:
    """*count* ids for a table that numbers its rows itself."""
    table = model.__tablename__
    if is_sqlite(session):
        last = session.scalar(unscoped(select(func.max(model.id)), REASON)) or 0
        return list(range(last + 1, last + 1 + count))
    statement = text(
        f"SELECT nextval(pg_get_serial_sequence('{table}', 'id'))"  # noqa: S608  our own name
        " FROM generate_series(1, :n)"
    )
    return sorted(session.scalars(unscoped(statement, REASON), {"n": count}))
