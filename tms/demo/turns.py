"""The desks that a file came to: when, who decided there and how, as the engine leaves them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tms.access import Actor, Permission, Role
from tms.demo.calendar import at
from tms.demo.files import IN_FORCE_SINCE, File
from tms.demo.returns import RETURNS
from tms.demo.staff import Staff
from tms.demo.state import Stage, steps_of
from tms.demo.tree import Node
from tms.dictionary import HE, Department
from tms.models import UnitKind, Verdict
from tms.workflow.routes import Step, route_for

#: Days before the base date: submission, then the decision at each step, in two waves. In the
#: first, files came into force; the second is under way.
SCHOOLS = ((110.0, 98.0, 95.0, 92.0, IN_FORCE_SINCE), (25.0, 15.0, 10.0, 7.0, 4.0))
UNIVERSITIES = (
    (112.0, 106.0, 102.0, 95.0, 93.0, 92.0, IN_FORCE_SINCE),
    (27.0, 22.0, 18.0, 11.0, 8.0, 6.0, 4.0),
)
#: Departments decide one after the other, the last one at the step's time.
APART = 0.5
#: Who holds a desk.
HOLDERS = {
    Permission.UNIT_REVIEW: Role.UNIT_SECRETARY,
    Permission.RECORD_SUPPLEMENT: Role.INFO_ADMIN,
    Permission.DEPT_REVIEW: Role.DEPT_REVIEWER,
    Permission.SCHOOL_REVIEW: Role.SCHOOL_HEAD,
    Permission.REPORT: Role.SCHOOL_HEAD,
    Permission.APPROVE: Role.INFO_ADMIN,
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One desk's turn with one file."""

    step: Step
    desk: int
    actor: Actor
    opened: datetime
    decided: datetime
    verdict: Verdict | None
    #: Of a department: its key and its bit.
    function: str = ""
    mask: int = 0

    @property
    def due(self) -> datetime | None:
        """When the desk's term is over."""
        return self.opened + timedelta(days=self.step.days) if self.step.days else None


def wave_of(file: File) -> tuple[float, ...]:
    """The times of its submission and of the decisions at its steps."""
    waves = UNIVERSITIES if file.category is HE else SCHOOLS
    return waves[0] if file.stage is Stage.IN_FORCE else waves[1]


def decided_at(file: File, step: Stage) -> datetime:
    """When the last desk of *step* decided."""
    return at(wave_of(file)[1 + steps_of(file.category).index(step)])


def turns_of(file: File, staff: Staff) -> Iterator[Turn]:
    """The desks up to the last, in the order in which they opened."""
    for place, step in enumerate(route_for(file.category).steps):
        stage = Stage(step.key)
        opened = at(wave_of(file)[place]) if place else file.when(wave_of(file)[0])
        turn = _turn(file, staff, step, opened)
        if stage is Stage.DEPARTMENTS:
            yield from _departments(file, staff, turn)
        else:
            yield turn
        if stage is file.last:
            return


def _turn(file: File, staff: Staff, step: Step, opened: datetime) -> Turn:
    stage, school = Stage(step.key), file.teacher.school
    desk = {Stage.UNIT_REVIEW: file.teacher.college, Stage.APPROVE: school.above}.get(stage)
    unit = (desk or school).id
    actor = staff[unit, HOLDERS[step.permission]] if stage is not Stage.DEPARTMENTS else file.admin
    return Turn(step, unit, actor, opened, decided_at(file, stage), _verdict(file, stage))


def _verdict(file: File, stage: Stage) -> Verdict | None:
    if stage is not file.last or file.stage is Stage.IN_FORCE:
        return Verdict.PASSED
    return Verdict.RETURNED if file.stage is Stage.RETURNED else None


# -- departments -----------------------------------------------------------------------------------


def _departments(file: File, staff: Staff, turn: Turn) -> Iterator[Turn]:
    """A desk for each department that judges rows; while they are at it, some have decided."""
    judging = _judging(file)
    for place, function in enumerate(judging):
        unit = _unit(file.teacher.school, function)
        yield replace(
            turn,
            desk=unit,
            actor=staff[unit, Role.DEPT_REVIEWER],
            decided=turn.decided - timedelta(days=(len(judging) - 1 - place) * APART),
            verdict=_of_department(file, turn, judging, function),
            function=str(function),
            mask=function.mask,
        )


def _judging(file: File) -> list[Department]:
    masks = {row["functions"] for table, rows in file.columns.items() for row in rows}
    return [d for d in Department if any(mask & d.mask for mask in masks)]


def _of_department(
    file: File, turn: Turn, judging: Sequence[Department], function: Department
) -> Verdict | None:
    """Human resources decided before research returned; the others have not yet."""
    if turn.verdict is Verdict.PASSED:
        return Verdict.PASSED
    if turn.verdict is Verdict.RETURNED:
        return {RETURNS: Verdict.RETURNED, Department.HR: Verdict.PASSED}.get(function)
    decided = file.teacher.number % len(judging)
    return Verdict.PASSED if judging.index(function) < decided else None


def _unit(school: Node, function: Department) -> int:
    return next(
        node.id
        for node in school.below
        if node.kind is UnitKind.FUNCTIONAL_DEPARTMENT and node.function == function
    )
