"""Rows under review that are deleted after a return: who judged them is asked again, or nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import case, delete, exists, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, unscoped
from tms.db import BLIND
from tms.models import (
    RecordStatus,
    ReviewNote,
    ReviewTask,
    Submission,
    SubmissionRow,
    Teacher,
)
from tms.models.types import now
from tms.models.work import DELETED
from tms.records.read import chunks

REASON = "work on rows that were found by scope"


def forget_rows(session: Session, actor: Actor, table: str, row_ids: Sequence[int]) -> None:
    """The rows travel on as deleted ones: that they are gone comes in with the next round."""
    next_ = case(
        (Submission.status == RecordStatus.RETURNED, Submission.round + 1), else_=Submission.round
    )
    coming = select(next_).where(Submission.id == SubmissionRow.submission_id)
    open_ = select(Submission.id).where(
        Submission.is_open, Submission.id == SubmissionRow.submission_id
    )
    values = {"content_version": DELETED, "filled_by": actor.user_id}
    for part in chunks(row_ids):
        statement = update(SubmissionRow).where(
            SubmissionRow.table_name == table, SubmissionRow.row_id.in_(part), open_.exists()
        )
        _run(session, statement.values(**values, round=coming.scalar_subquery()))


def close_empty(session: Session, teacher_ids: Iterable[int]) -> None:
    """Returned submissions with nothing left in them are over; what is in force stays so."""
    left = exists().where(
        SubmissionRow.submission_id == Submission.id, SubmissionRow.content_version != DELETED
    )
    for part in chunks(sorted(set(teacher_ids))):
        statement = select(Submission.id, Submission.teacher_id).where(
            Submission.teacher_id.in_(part),
            Submission.is_open,
            Submission.status == RecordStatus.RETURNED,
            ~left,
        )
        found = session.execute(unscoped(statement, REASON)).all()
        if found:
            _close(session, [row.id for row in found], [row.teacher_id for row in found])


def _close(session: Session, submissions: list[int], files: list[int]) -> None:
    over = {"is_open": False, "closed_at": now(), "status": RecordStatus.DRAFT, "step": ""}
    waiting = (ReviewTask.submission_id.in_(submissions), ReviewTask.verdict.is_(None))
    unanswered = (ReviewNote.submission_id.in_(submissions), ReviewNote.resolved_at.is_(None))
    label = case(
        (Teacher.in_force_since.is_(None), RecordStatus.DRAFT), else_=RecordStatus.APPROVED
    )
    for statement in (
        update(Submission).where(Submission.id.in_(submissions)).values(**over),
        delete(ReviewTask).where(*waiting),
        update(ReviewNote).where(*unanswered).values(resolved_at=now()),
        update(Teacher).where(Teacher.id.in_(files)).values(record_status=label),
    ):
        _run(session, statement)


def _run(session: Session, statement: Any) -> None:
    session.execute(unscoped(statement, REASON), execution_options=BLIND)
