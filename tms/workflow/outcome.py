"""What a bulk act did: how many were taken, which were left out, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Permission, unscoped
from tms.among import among
from tms.dictionary import Finding
from tms.errors import Because, Message, Term, message, term
from tms.models import ReviewTask, Submission, Teacher, Unit
from tms.models.types import now
from tms.records.read import chunks
from tms.workflow.plans import route_of
from tms.workflow.routes import Step

NOT_SENT = message("没有正在审核的报送。").because(Because.NOT_SENT)


@dataclass(frozen=True)
class LeftOut:
    """One file that the act did not take, with a sentence that says why and who can."""

    teacher_no: str
    reason: Message
    findings: Sequence[Finding] = ()


@dataclass
class Outcome:
    """Result of one act over a selection."""

    taken: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    #: What of files that were taken could not be done, such as a change of a row that moved.
    remarks: list[LeftOut] = field(default_factory=list)
    #: Receipts of reports, one per school.
    receipts: list[str] = field(default_factory=list)
    #: What everything done by this act bears; `undo` takes it.
    act_id: str = ""


def name_missing(session: Session, numbers: Iterable[str], outcome: Outcome) -> None:
    """Numbers asked for that lie out of reach: said alike, whether they exist or not."""
    asked = set(numbers)
    known = session.scalars(select(Teacher.teacher_no).where(Teacher.teacher_no.in_(asked)))
    missing = sorted(asked - set(known))
    outcome.left_out += [LeftOut(number, message("没有这份档案。")) for number in missing]


def where_it_is(session: Session, teacher_ids: Sequence[int]) -> dict[int, LeftOut]:
    """For files in reach that are not on the desk: where they are instead."""
    found: dict[int, LeftOut] = {}
    for part in chunks(teacher_ids):
        numbers = select(Teacher.id, Teacher.teacher_no).where(among(Teacher.id, part))
        for row in session.execute(numbers):
            found[row.id] = LeftOut(row.teacher_no, NOT_SENT)
    for teacher_id, (unit, step) in holders(session, list(found)).items():
        reason = message("现在在“%(unit)s”的“%(step)s”环节。", unit=unit, step=term(step))
        reason = reason.because(Because.ELSEWHERE)
        found[teacher_id] = LeftOut(found[teacher_id].teacher_no, reason)
    return found


@dataclass(frozen=True)
class OpenTask:
    """A desk that a file's open work lies on; of parallel ones that which waits longest."""

    id: int
    unit_id: int
    unit: str
    step: Step
    #: What its holder must be permitted.
    permission: Permission
    #: When it came to that desk, and when it is overdue.
    since: datetime
    due_at: datetime | None
    #: All desks that it lies on at the same time, this one included.
    desks: tuple[OpenTask, ...] = ()

    @property
    def is_overdue(self) -> bool:
        """Whether the desk's term is over."""
        return self.due_at is not None and self.due_at < now()


def open_tasks(session: Session, teacher_ids: Sequence[int]) -> dict[int, OpenTask]:
    """By file with open work the desk it lies on.

    :param teacher_ids: files found by scope; the name of a superior's desk is no secret to them.
    """
    found: dict[int, list[OpenTask]] = defaultdict(list)
    for part in chunks(teacher_ids):
        statement = (
            select(
                ReviewTask.teacher_id,
                Submission.route,
                Submission.route_version_id,
                ReviewTask.id,
                ReviewTask.step,
                ReviewTask.permission,
                ReviewTask.opened_at,
                ReviewTask.due_at,
                Unit.id.label("unit_id"),
                Unit.name,
            )
            .join(Submission, Submission.id == ReviewTask.submission_id)
            .join(Unit, Unit.id == ReviewTask.desk_unit_id)
            .where(
                Submission.is_open, ReviewTask.verdict.is_(None), among(ReviewTask.teacher_id, part)
            )
            .order_by(ReviewTask.opened_at, ReviewTask.id)
        )
        for row in session.execute(unscoped(statement, "the files were found by scope")).all():
            found[row.teacher_id].append(_task(session, row))
    return {i: replace(tasks[0], desks=tuple(tasks)) for i, tasks in found.items()}


def _task(session: Session, row: Any) -> OpenTask:
    step = route_of(session, row.route, row.route_version_id).step(row.step)
    holder = Permission(row.permission)
    return OpenTask(row.id, row.unit_id, row.name, step, holder, row.opened_at, row.due_at)


def holders(session: Session, teacher_ids: Sequence[int]) -> dict[int, tuple[Term, Step]]:
    """As `open_tasks`: only the names of the units, and the step."""
    return {
        teacher_id: (_named(task), task.step)
        for teacher_id, task in open_tasks(session, teacher_ids).items()
    }


def _named(task: OpenTask) -> Term:
    """The units whose desks the file is on."""
    units = [desk.unit for desk in task.desks]
    return Term("、".join(units), ", ".join(units))


def incomplete(teacher_no: str, found: Sequence[Finding]) -> LeftOut:
    """A file that still has errors."""
    return LeftOut(teacher_no, too_many_errors(found), found)


def too_many_errors(found: Sequence[Finding]) -> Message:
    """What is said of a file with these errors."""
    return message("还有%(n)d项错误，请先补全。", n=len(found)).because(Because.INCOMPLETE)
