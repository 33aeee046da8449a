"""Paths follow the tree: every table that has one, found by metadata (DESIGN.md 3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, func, literal, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.db import WRITERS_LOCK, Base, PathType, is_sqlite
from tms.errors import Conflict, Invalid, message
from tms.models import AuditEvent, Unit, UnitName
from tms.models.unit import AFTER, MAX_PATH, SEGMENT, bin_path, child_path

#: Events are sealed where they happened; their place is never given to another unit (`free_path`).
STAYS = frozenset({AuditEvent.__tablename__})
REASON = "the unit was found by scope and takes along what is its"
#: How long an act waits for those who are writing; others queue behind it meanwhile.
PATIENCE_MS = 5000


@dataclass(frozen=True)
class Shift:
    """A subtree's path before and after."""

    old: str
    new: str

    @property
    def of_bin(self) -> Shift:
        """The same of what lies in the subtree's bins."""
        return Shift(bin_path(self.old), bin_path(self.new))


def swept() -> list[Table]:
    """Every table whose rows lie somewhere in the tree and follow it."""
    tables = Base.metadata.sorted_tables
    return [t for t in tables if "unit_path" in t.c and t.name not in STAYS]


def below(column: Any, path: str) -> Any:
    """Condition: at *path* or below it."""
    return (column >= path) & (column < path + AFTER)


def alone(session: Session) -> None:
    """Wait until nobody else writes, and let nobody until the transaction ends.

    A writer that read a path before would otherwise store it after the sweep.

    :raises Conflict: somebody keeps writing, such as a long import.
    """
    if is_sqlite(session):
        return
    try:
        for statement in (
            f"SET LOCAL lock_timeout = {PATIENCE_MS}",
            f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})",
            "SET LOCAL lock_timeout = DEFAULT",
        ):
            session.execute(unscoped(text(statement), "a lock holds no rows of anybody"))
    except OperationalError as error:
        raise Conflict(message("有大批数据正在写入（如导入），请稍后再办。")) from error


def free_path(session: Session, supervisor: str) -> str:
    """The next path below that of *supervisor*.

    Higher than any that has a unit or an event: whoever comes reads nothing of who went.

    :raises Invalid: the tree would get too deep.
    """
    if len(supervisor) + SEGMENT > MAX_PATH:
        raise Invalid(message("单位层级过多，不能再往下设。"))
    last = ""
    for column in (Unit.unit_path, AuditEvent.unit_path):
        statement = select(func.max(column)).where(column > supervisor, column < supervisor + AFTER)
        last = max(last, session.scalar(unscoped(statement, "the last place given")) or "")
    return child_path(supervisor, last[: len(supervisor) + SEGMENT] or None)


def sweep_subtrees(session: Session, shifts: Iterable[Shift]) -> dict[str, int]:
    """Move everything at and below each old path; returns the number of rows by table.

    The new paths must be free. What lies in bins goes along and is counted nowhere.
    """
    chosen = list(shifts)
    _sweep(session, [shift.of_bin for shift in chosen])
    moved = _sweep(session, chosen)
    session.expire_all()
    return moved


def _sweep(session: Session, shifts: Iterable[Shift]) -> dict[str, int]:
    rows = [
        {"low": shift.old, "high": shift.old + AFTER, "new": shift.new, "tail": len(shift.old) + 1}
        for shift in shifts
    ]
    moved: dict[str, int] = {}
    for table in swept():
        tail = func.substr(table.c.unit_path, bindparam("tail"))
        inside = (table.c.unit_path >= bindparam("low")) & (table.c.unit_path < bindparam("high"))
        new = bindparam("new", type_=PathType).concat(tail)
        statement = unscoped(update(table).where(inside).values(unit_path=new), REASON)
        moved[table.name] = _rowcount(session, statement, rows) if rows else 0
    return moved


def sweep_rows(session: Session, old: str, new: str) -> dict[str, int]:
    """Move what lies exactly at *old*, without the unit itself and its names; bins go along."""
    kept = {Unit.__tablename__, UnitName.__tablename__}
    moved: dict[str, int] = {}
    shift = Shift(old, new)
    for table in swept():
        if table.name not in kept:
            _move_rows(session, table, shift.of_bin)
            moved[table.name] = _move_rows(session, table, shift)
    session.expire_all()
    return moved


def _move_rows(session: Session, table: Table, shift: Shift) -> int:
    own = table.c.unit_path == shift.old
    statement = update(table).where(own).values(unit_path=literal(shift.new, PathType))
    return _rowcount(session, unscoped(statement, REASON))


def _rowcount(session: Session, statement: Any, values: Any = None) -> int:
    result: Any = session.execute(statement, values)
    return int(result.rowcount)
