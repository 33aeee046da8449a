"""Row ids and personal numbers, handed out in blocks before rows are written.

Ids come first because an encrypted value is bound to its row (SECURITY.md S7).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session
from stdnum import luhn

from tms.access import unscoped
from tms.db import is_sqlite
from tms.models import IdBlock, Level, Unit
from tms.models.unit import SEGMENT

SEQUENCE = "row_id_seq"


def reserve_ids(session: Session, count: int) -> list[int]:
    """*count* fresh ids, never handed out before, in ascending order.

    PostgreSQL has a sequence, which nobody waits for; SQLite has one writer at a time anyway.
    """
    if count == 0:
        return []
    if is_sqlite(session):
        return list(_next_block(session, count))
    statement = unscoped(
        text(f"SELECT nextval('{SEQUENCE}') FROM generate_series(1, :n)"),  # noqa: S608
        "a sequence holds no rows of anybody",
    )
    return sorted(session.scalars(statement, {"n": count}))


def reserve_block(session: Session, count: int) -> range:
    """*count* fresh ids without a gap, for filling an installation that nobody else writes to."""
    if is_sqlite(session):
        return _next_block(session, count)
    words = f"SELECT setval('{SEQUENCE}', nextval('{SEQUENCE}') + :more)"  # noqa: S608
    statement = unscoped(text(words), "a sequence holds no rows of anybody")
    last: int = session.execute(statement, {"more": count - 1}).scalar_one()
    return range(last - count + 1, last + 1)


def own_ids(session: Session, model: Any, count: int) -> list[int]:
    """*count* fresh ids of a table that numbers its own rows, for writing them without asking back.

    One row after the other, as SQLite returns new ids, costs more than all else of an account.
    """
    if count == 0:
        return []
    if is_sqlite(session):
        highest = unscoped(select(func.max(model.id)), "an id holds nothing of anybody")
        first = (session.scalar(highest) or 0) + 1
        return list(range(first, first + count))
    words = "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :n)"
    statement = unscoped(text(words), "a sequence holds no rows of anybody")
    return sorted(session.scalars(statement, {"name": model.__tablename__, "n": count}))


def _next_block(session: Session, count: int) -> range:
    """SQLite's counter, raised."""
    session.execute(
        update(IdBlock).where(IdBlock.name == SEQUENCE).values(next_id=IdBlock.next_id + count)
    )
    end = session.scalar(select(IdBlock.next_id).where(IdBlock.name == SEQUENCE))
    assert end is not None, "the schema was not initialised"  # noqa: S101
    return range(end - count, end)


def temporary_number(teacher_id: int, province: str) -> str:
    """A temporary personal number: L, two digits of the province, 14 of a sequence, check digit.

    Opaque: it says nothing of the person (DOMAIN.md 7; the form is an assumption, never published).
    """
    body = f"{province}{teacher_id:014d}"
    return f"L{body}{luhn.calc_check_digit(body)}"


def provinces(session: Session, paths: set[str]) -> dict[str, str]:
    """For each unit path the two digits of its province; 00 where there is none above it."""
    prefixes = {path[:end] for path in paths for end in range(SEGMENT, len(path) + 1, SEGMENT)}
    statement = select(Unit.unit_path, Unit.code).where(
        Unit.level == Level.PROVINCE, Unit.unit_path.in_(prefixes), func.length(Unit.code) >= 2
    )
    rows = session.execute(unscoped(statement, "a superior's code is no secret")).all()
    found = {path: code[:2] for path, code in rows if code[:2].isdigit()}
    return {
        path: next((digits for top, digits in found.items() if path.startswith(top)), "00")
        for path in paths
    }
