"""Who waits longest, and on whom: open tasks in reach by their holders (PEERS.md 5.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.models import ReviewTask, Unit
from tms.workflow.inbox import MOST, NAMES, overdue

#: Holders named in an overview.
HOLDERS = 30


@dataclass(frozen=True)
class Holder:
    """A unit, and what lies on its desks."""

    unit_id: int
    name: str
    tasks: int
    overdue: int
    since: datetime


@dataclass(frozen=True)
class Holders:
    """The units that hold most; counted among the `MOST` tasks that have waited longest."""

    units: list[Holder]
    #: How many hold anything.
    count: int
    is_exact: bool


def is_open() -> Any:
    """Condition on `ReviewTask`: nobody has decided it."""
    return ReviewTask.verdict.is_(None)


def holders(session: Session, conditions: Iterable[Any]) -> Holders:
    """By unit how much of what meets *conditions* lies there."""
    columns = (ReviewTask.desk_unit_id, ReviewTask.opened_at, overdue().label("late"))
    some = select(*columns).where(is_open(), *conditions)
    found = some.order_by(ReviewTask.opened_at).limit(MOST + 1).subquery()
    late = func.sum(case((found.c.late, 1), else_=0))
    counted = select(
        found.c.desk_unit_id, func.count().label("tasks"), late, func.min(found.c.opened_at)
    )
    rows = session.execute(counted.group_by(found.c.desk_unit_id)).all()
    most = sorted(rows, key=lambda row: (-row.tasks, row[0]))[:HOLDERS]
    names = unit_names(session, [row[0] for row in most])
    units = [Holder(row[0], names[row[0]], row[1], row[2], row[3]) for row in most]
    return Holders(units, len(rows), sum(row.tasks for row in rows) <= MOST)


def unit_names(session: Session, unit_ids: Iterable[int]) -> dict[int, str]:
    """Names of units that hold a desk: a superior's is no secret to those below."""
    statement = select(Unit.id, Unit.name).where(Unit.id.in_(set(unit_ids)))
    return {row.id: row.name for row in session.execute(unscoped(statement, NAMES))}
