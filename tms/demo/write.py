"""Ids in blocks, for rows of an empty installation that nobody else writes to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.db import is_sqlite

REASON = "demonstration data on an empty installation, written by the console"


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
