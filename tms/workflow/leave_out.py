"""Files that an act does not take: one's own, incomplete ones, frozen ones."""

from __future__ import annotations

from sqlalchemy import and_, exists, or_, select

from tms.access import unscoped
from tms.errors import Because, message
from tms.models import AuditEvent, Submission, SubmissionRow, Teacher, Unit
from tms.records import completeness
from tms.records.holds import frozen
from tms.records.patches import NO_DRAFTS, joining
from tms.records.read import headers
from tms.workflow.act import Act
from tms.workflow.outcome import LeftOut, incomplete
from tms.workflow.routes import Step
from tms.workflow.selection import REASON, submissions_of, teacher_ids


def own(act: Act, selection: int, step: Step) -> None:
    """Whoever filled or submitted does not pass, whatever role they have now (SECURITY.md S5).

    Except within a unit that has declared itself one of a single person.
    """
    if not step.independent:
        return
    user = act.actor.user_id
    filled = exists().where(
        SubmissionRow.submission_id == Submission.id, SubmissionRow.filled_by == user
    )
    sent = exists().where(
        AuditEvent.teacher_id == Submission.teacher_id,
        AuditEvent.submission_id == Submission.id,
        AuditEvent.user_id == user,
        AuditEvent.act == "submit",
    )
    statement = (
        select(Submission.teacher_id, Teacher.teacher_no)
        .join(Teacher, Teacher.id == Submission.teacher_id)
        .join(Unit, Unit.id == Teacher.unit_id)
        .where(
            Submission.id.in_(submissions_of(selection)),
            or_(Submission.submitted_by == user, filled, and_(Submission.round > 1, sent)),
        )
    )
    if step.at_school:
        statement = statement.where(Unit.one_person_since.is_(None))
    reason = message("您填写或报送了这份档案，须由他人审核。").because(Because.OWN_WORK)
    rows = act.session.execute(unscoped(statement, REASON)).all()
    act.leave_out(selection, {row.teacher_id: LeftOut(row.teacher_no, reason) for row in rows})


def incomplete_files(act: Act, selection: int, step: Step) -> None:
    """The school passes on and reports complete files only (DOMAIN.md 10)."""
    if not step.complete:
        return
    bad: dict[int, LeftOut] = {}
    joins = joining() if step.gathers else NO_DRAFTS
    files = teacher_ids(act.session, selection)
    for header, found in completeness.findings(act.session, files, requests=joins):
        errors = completeness.blocking(found)
        if errors:
            bad[header.id] = incomplete(header.teacher_no, errors)
    act.leave_out(selection, bad)


def frozen_files(act: Act, selection: int) -> set[int]:
    """What is frozen is neither sent in nor taken back; desks go on deciding. Returns the files."""
    files = headers(act.session, teacher_ids(act.session, selection))
    holds = frozen(act.session, files.values())
    left = {i: LeftOut(files[i].teacher_no, hold.sentence) for i, hold in holds.items()}
    act.leave_out(selection, left)
    return set(holds)
