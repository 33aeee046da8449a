"""Schools without a head: the supervisor names one, or passes that step itself (DOMAIN.md 3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from tms.access import Role, unscoped
from tms.models import Assignment, Unit, UnitKind, User
from tms.records.read import chunks
from tms.records.unit_sweep import below

#: Information administrators reach no accounts; whether there is a head, they must know.
REASON = "whether a school has a head, not who"


def headless(session: Session, supervisor_unit_id: int | None) -> list[int]:
    """Open schools directly below that unit for which nobody can act as head, in order of id.

    An account that is disabled, or whose assignment has ended, cannot; one that acts under another
    of its assignments at the moment can.
    """
    statement = select(Unit.id).where(Unit.supervisor_id == supervisor_unit_id, without_head())
    return list(session.scalars(unscoped(statement.order_by(Unit.id), REASON)))


def headless_below(session: Session, path: str) -> list[int]:
    """Open schools at and below *path*, in the actor's reach, without a head."""
    statement = select(Unit.id).where(below(Unit.unit_path, path), without_head())
    return list(session.scalars(unscoped(statement.order_by(Unit.id), REASON)))


def headless_among(session: Session, unit_ids: Iterable[int]) -> set[int]:
    """Those of *unit_ids*, found by scope, that are open schools without a head."""
    found: set[int] = set()
    for part in chunks(sorted(set(unit_ids))):
        statement = select(Unit.id).where(Unit.id.in_(part), without_head())
        found |= set(session.scalars(unscoped(statement, REASON)))
    return found


def without_head() -> Any:
    """Condition on `Unit`, for statements that leave the scope: accounts lie outside of it."""
    head = (
        exists()
        .where(
            Assignment.unit_id == Unit.id,
            Assignment.role == Role.SCHOOL_HEAD,
            Assignment.ended_at.is_(None),
            User.id == Assignment.user_id,
            User.is_disabled.is_(False),
        )
        .correlate(Unit)
    )
    return (Unit.kind == UnitKind.SCHOOL) & Unit.closed_on.is_(None) & ~head
