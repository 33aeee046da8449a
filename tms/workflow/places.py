"""Where the desks of a step stand for the files of a selection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from tms.access import Permission, unscoped
from tms.dictionary import Department
from tms.models import SelectionItem, Submission, SubmissionRow, Teacher, Unit
from tms.models.work import REQUESTS
from tms.workflow.departments import desks
from tms.workflow.routes import Desk, Step
from tms.workflow.selection import REASON, in_selection


@dataclass(frozen=True)
class Place:
    """One desk: a unit (a number, or a column of the file's rows) and what it judges there."""

    unit: Any
    #: Conditions on `Submission`, `Teacher` and `Unit`.
    conditions: tuple[Any, ...] = ()
    #: Departments: the first one's key, and the rows judged (0 for all).
    function: str = ""
    mask: int = 0
    #: Where it is not the step's own: the desk stands in for another.
    permission: Permission | None = None


def places_of(session: Session, selection: int, step: Step) -> Iterator[Place]:
    """The desks of *step* for the files of the selection."""
    if step.desk is Desk.SCHOOL:
        yield Place(Teacher.unit_id)
    elif step.desk is Desk.SUPERVISOR:
        yield Place(Unit.supervisor_id)
    else:
        schools = _schools(session, selection)
        found = desks(session, schools)
        for school in schools:
            yield from _inside(step, school, found)


def _inside(step: Step, school: int, found: dict[tuple[int, Department], int]) -> Iterator[Place]:
    """The desks within one university."""
    of_school = Teacher.unit_id == school
    if step.desk is Desk.SECONDARY:
        theirs = Teacher.secondary_unit_id.is_not(None) & ~_by_school()
        yield Place(Teacher.secondary_unit_id, (of_school, theirs))
        unit = found[school, Department.HR]
        others = or_(Teacher.secondary_unit_id.is_(None), _by_school())
        yield Place(unit, (of_school, others), permission=_holder(unit, school))
    elif step.function is not None:
        unit = found[school, step.function]
        yield Place(unit, (of_school,), step.function.value, permission=_holder(unit, school))
    else:
        yield from _departments(school, of_school, found)


def _departments(
    school: int, of_school: Any, found: dict[tuple[int, Department], int]
) -> Iterator[Place]:
    """One desk for each unit that judges rows, be it for others that there are not.

    Human resources reach the rows of those (`tms.access.functions`).
    """
    judged: dict[int, list[Department]] = defaultdict(list)
    for department in Department:
        judged[found[school, department]].append(department)
    for unit, functions in judged.items():
        mask = sum(function.mask for function in functions)
        yield Place(unit, (of_school,), functions[0].value, mask, _holder(unit, school))


def _holder(unit: int, school: int) -> Permission:
    """Who holds a department's desk; where there is no department, the head does."""
    return Permission.SCHOOL_REVIEW if unit == school else Permission.DEPT_REVIEW


def _by_school() -> Any:
    """Nothing but changes of what is in force: HR looks first (R67)."""

    def holds(condition: Any) -> Any:
        return exists().where(SubmissionRow.submission_id == Submission.id, condition)

    return holds(SubmissionRow.table_name == REQUESTS) & ~holds(
        SubmissionRow.table_name != REQUESTS
    )


def _schools(session: Session, selection: int) -> list[int]:
    statement = (
        select(Teacher.unit_id)
        .join(SelectionItem, SelectionItem.teacher_id == Teacher.id)
        .where(in_selection(selection))
        .distinct()
    )
    return sorted(session.scalars(unscoped(statement, REASON)))
