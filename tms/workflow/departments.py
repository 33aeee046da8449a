"""Which unit judges for a function of a university; and who stands in where it has none.

A function without a department of its own is judged by human resources; where there are none
either, by the university itself, whose head holds that desk (DOMAIN.md 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.dictionary import Department
from tms.models import Unit, UnitKind

REASON = "desks of universities whose files were found by scope"


def departments(session: Session, school_ids: Iterable[int]) -> dict[int, dict[Department, int]]:
    """By university its open departments: function → unit; of several the oldest one."""
    found: dict[int, dict[Department, int]] = {school: {} for school in school_ids}
    statement = (
        select(Unit.supervisor_id, Unit.function, func.min(Unit.id))
        .where(
            Unit.supervisor_id.in_(found),
            Unit.kind == UnitKind.FUNCTIONAL_DEPARTMENT,
            Unit.function.in_(list(Department)),
            Unit.closed_on.is_(None),
        )
        .group_by(Unit.supervisor_id, Unit.function)
    )
    for school, function, unit in session.execute(unscoped(statement, REASON)):
        found[school][Department(function)] = unit
    return found


def desks(session: Session, school_ids: Iterable[int]) -> dict[tuple[int, Department], int]:
    """(university, function) → the unit at whose desk rows of that function are judged."""
    return {
        (school, function): desk_of(school, own, function)
        for school, own in departments(session, school_ids).items()
        for function in Department
    }


def desk_of(school: int, own: Mapping[Department, int], function: Department) -> int:
    """The department of *function* among *own*; else human resources; else the university."""
    return own.get(function) or own.get(Department.HR) or school


def missing(own: Mapping[Department, int]) -> tuple[Department, ...]:
    """The functions that have no department of their own."""
    return tuple(function for function in Department if function not in own)
