"""Which rows a functional department judges: its own function's, and whose it stands in for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, distinct, func, select
from sqlalchemy.orm import aliased

from tms.dictionary import Department
from tms.models import Unit

EVERY = sum(department.mask for department in Department)


def departments_beside() -> Any:
    """Column beside `Unit`, of human resources: mask of the departments that its university has."""
    beside = aliased(Unit)
    bit = case({str(d): d.mask for d in Department}, value=beside.function, else_=0)
    return (
        select(func.sum(distinct(bit)))
        .where(
            Unit.function == Department.HR,
            beside.supervisor_id == Unit.supervisor_id,
            beside.closed_on.is_(None),
        )
        .scalar_subquery()
    )


def judged_by(function: str | None, present: int | None) -> int:
    """Mask of what a department judges; human resources also what there is no department for.

    :param present: as `departments_beside` says.
    """
    if not function:
        return 0
    absent = EVERY & ~int(present) if present is not None else 0
    return Department(function).mask | absent
