"""Reading the tree of units within reach: level by level, with what lies below each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tms.models import Teacher, Unit, UnitName
from tms.models.unit import AFTER, SEGMENT
from tms.records.read import chunks

#: Units of one level shown at once; the rest on further pages.
PAGE = 100


@dataclass(frozen=True)
class Below:
    """What lies below a unit, as far as the actor reaches."""

    #: Directly below it, closed ones too.
    children: int = 0
    #: Open units, however far below.
    units: int = 0
    #: Files at and below it.
    files: int = 0


def top_unit(session: Session) -> Unit | None:
    """The highest unit in reach; everything else in reach lies below it."""
    found: Unit | None = session.scalar(select(Unit).order_by(Unit.unit_path).limit(1))
    return found


def chain(session: Session, unit: Unit) -> list[Unit]:
    """The units in reach from the top down to *unit* itself."""
    path = unit.unit_path
    above = [path[:end] for end in range(SEGMENT, len(path) + 1, SEGMENT)]
    statement = select(Unit).where(Unit.unit_path.in_(above)).order_by(Unit.unit_path)
    return list(session.scalars(statement))


def units_of(session: Session, ids: Iterable[int]) -> list[Unit]:
    """Those of *ids* that lie in reach."""
    return list(session.scalars(select(Unit).where(Unit.id.in_(sorted(set(ids))))))


def children(
    session: Session, parents: Sequence[int], first: int = 0, size: int = PAGE
) -> dict[int, list[Unit]]:
    """By unit those directly below it, from the *first* on, at most *size* of each."""
    place = func.row_number().over(partition_by=Unit.supervisor_id, order_by=Unit.unit_path)
    numbered = (
        select(Unit.id, place.label("place")).where(Unit.supervisor_id.in_(parents)).subquery()
    )
    statement = (
        select(Unit)
        .join(numbered, numbered.c.id == Unit.id)
        .where(numbered.c.place > first, numbered.c.place <= first + size)
        .order_by(Unit.unit_path)
    )
    found: dict[int, list[Unit]] = defaultdict(list)
    for unit in session.scalars(statement):
        found[unit.supervisor_id or 0].append(unit)
    return found


def what_lies_below(session: Session, units: Sequence[Unit]) -> dict[int, Below]:
    """By unit the counts of what lies below it."""
    inner = aliased(Unit)
    low, high = Unit.unit_path, Unit.unit_path + AFTER
    inside = (inner.unit_path > low) & (inner.unit_path < high)
    statement = select(
        Unit.id,
        _number(inner, inner.supervisor_id == Unit.id),
        _number(inner, inside & inner.closed_on.is_(None)),
        _number(Teacher, (Teacher.unit_path >= low) & (Teacher.unit_path < high)),
    )
    found: dict[int, Below] = {}
    for part in chunks([unit.id for unit in units]):
        for unit_id, *numbers in session.execute(statement.where(Unit.id.in_(part))):
            found[unit_id] = Below(*numbers)
    return found


def _number(model: Any, condition: Any) -> Any:
    return select(func.count()).select_from(model).where(condition).scalar_subquery()


def names_of(session: Session, unit_id: int) -> list[UnitName]:
    """All names the unit had, the first one first."""
    statement = select(UnitName).where(UnitName.unit_id == unit_id)
    return list(session.scalars(statement.order_by(UnitName.from_on, UnitName.id)))
