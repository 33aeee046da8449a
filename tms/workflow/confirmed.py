"""What a 核对无变化 is among submissions, and what the header keeps of the last one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, aliased

from tms.access import unscoped
from tms.db import BLIND
from tms.models import RecordStatus, SelectionItem, Submission, SubmissionRow, Teacher
from tms.workflow.selection import REASON, in_selection
from tms.workflow.shapes import NOTHING


def is_confirmation(of: Any = Submission) -> Any:
    """Condition on *of* (`Submission`): it brings nothing, not even a row deleted after a return.

    A first 报送 has a shape of its own, so that the file was in force before.
    """
    return (of.shape == NOTHING) & ~exists().where(SubmissionRow.submission_id == of.id)


def note_confirmed(session: Session, selection: int) -> None:
    """Copy to the headers when the last approved confirmation was made; none, where it was undone.

    When it was made, not when it was approved: it says how the file stood on that day.
    """
    other = aliased(Submission)
    latest = select(func.max(other.submitted_at)).where(
        other.teacher_id == Teacher.id,
        other.status == RecordStatus.APPROVED,
        is_confirmation(other),
    )
    chosen = (
        select(SelectionItem.teacher_id)
        .join(Submission, Submission.id == SelectionItem.submission_id)
        .where(in_selection(selection), Submission.shape == NOTHING)
    )
    statement = update(Teacher).where(Teacher.id.in_(chosen))
    statement = statement.values(confirmed_at=latest.correlate(Teacher).scalar_subquery())
    session.execute(unscoped(statement, REASON), execution_options=BLIND)
