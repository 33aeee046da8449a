"""The last verdict: rows in review are in force and locked, requests are applied."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.db import BLIND
from tms.models import TABLES, RecordStatus, RowState, SectionRecord, Submission, Teacher
from tms.models.types import now
from tms.records.refresh import refresh
from tms.records.rerouting import follow
from tms.workflow import requests
from tms.workflow.act import Act
from tms.workflow.confirmed import note_confirmed
from tms.workflow.outcome import LeftOut
from tms.workflow.selection import REASON, headers_of, submissions_of, teacher_ids, teachers_of


def into_force(act: Act, selection: int) -> None:
    """Everything that the selection's submissions brought is in force from now on."""
    at = now()
    turn(act.session, selection, RowState.IN_REVIEW, RowState.IN_FORCE)
    close(act.session, selection, RecordStatus.APPROVED, at)
    _say(
        act.session,
        update(Teacher)
        .where(Teacher.id.in_(teachers_of(selection)))
        .values(
            record_status=RecordStatus.APPROVED,
            in_force_since=func.coalesce(Teacher.in_force_since, at),
        ),
    )
    note_confirmed(act.session, selection)
    _apply_requests(act, selection)
    files = teacher_ids(act.session, selection)
    refresh(act.session, files)
    follow(act.session, files)


def _apply_requests(act: Act, selection: int) -> None:
    """What could not be applied, because its row moved, is said beside the file's number."""
    left = requests.put_in_force(act.session, act.actor, selection, act.act_id)
    numbers = {header.id: header.teacher_no for header in headers_of(act.session, selection)}
    act.outcome.remarks += [LeftOut(numbers[teacher], why) for teacher, why in left]


def close(session: Session, selection: int, status: RecordStatus, at: Any) -> None:
    """The submissions are over."""
    closed = {"status": status, "is_open": False, "closed_at": at}
    statement = update(Submission).where(Submission.id.in_(submissions_of(selection)))
    _say(session, statement.values(**closed))


def turn(session: Session, selection: int, former: RowState, state: RowState) -> None:
    """All rows of the selection's files in one state go into another."""
    for model in TABLES.values():
        turn_table(session, model, selection, former, state)


def turn_table(
    session: Session,
    model: type[SectionRecord],
    selection: int,
    former: RowState,
    state: RowState,
    *conditions: Any,
) -> None:
    """As `turn`, of one table and only rows that meet *conditions*."""
    chosen = model.teacher_id.in_(teachers_of(selection))
    statement = update(model).where(model.state == former, chosen, *conditions)
    _say(session, statement.values(state=state))


def _say(session: Session, statement: Any) -> None:
    session.execute(unscoped(statement, REASON), execution_options=BLIND)
