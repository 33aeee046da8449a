"""What a bulk act did: how many were taken, which were left out, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.db import AnySelect
from tms.dictionary import Category, Finding
from tms.errors import Message, message, term
from tms.models import ReviewTask, Submission, Teacher, Unit
from tms.records.read import chunks
from tms.workflow.routes import ROUTES


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
    #: Receipts of reports, one per school.
    receipts: list[str] = field(default_factory=list)


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
        numbers = select(Teacher.id, Teacher.teacher_no).where(Teacher.id.in_(part))
        for row in session.execute(numbers):
            found[row.id] = LeftOut(row.teacher_no, message("没有正在审核的报送。"))
        for row in session.execute(_holders(part)):
            step = ROUTES[row.route].step(row.step)
            reason = message("现在在“%(unit)s”的“%(step)s”环节。", unit=row.name, step=term(step))
            found[row.teacher_id] = LeftOut(row.teacher_no, reason)
    return found


def _holders(part: Sequence[int]) -> AnySelect:
    """Open tasks with the desk's unit; the name of a superior is no secret."""
    statement = (
        select(
            Submission.teacher_id, Teacher.teacher_no, Submission.route, ReviewTask.step, Unit.name
        )
        .join(Teacher, Teacher.id == Submission.teacher_id)
        .join(ReviewTask, ReviewTask.submission_id == Submission.id)
        .join(Unit, Unit.id == ReviewTask.desk_unit_id)
        .where(Submission.is_open, ReviewTask.verdict.is_(None), Submission.teacher_id.in_(part))
    )
    confined: AnySelect = unscoped(statement, "the files were found by scope")
    return confined


def incomplete(teacher_no: str, found: Sequence[Finding]) -> LeftOut:
    """A file that still has errors."""
    return LeftOut(teacher_no, message("还有%(n)d项错误，请先补全。", n=len(found)), found)


def no_route(teacher_no: str, category: Category) -> LeftOut:
    """A school category whose route is not set up."""
    return LeftOut(teacher_no, message("该类学校的审核流程尚未设置。"))
