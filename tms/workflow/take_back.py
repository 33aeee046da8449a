"""What a verdict did, undone: the file is on the desk again (`tms.workflow.undo` says when)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, delete, exists, func, insert, select, update
from sqlalchemy.orm import aliased

from tms.access import unscoped
from tms.db import BLIND
from tms.models import (
    TABLES,
    LockRelease,
    RecordStatus,
    ReportUp,
    ReviewNote,
    ReviewTask,
    RowState,
    SelectionItem,
    Submission,
    SubmissionRow,
    Teacher,
    Verdict,
)
from tms.models.work import REQUESTS
from tms.records.refresh import refresh
from tms.workflow import requests
from tms.workflow.act import Act
from tms.workflow.confirmed import note_confirmed
from tms.workflow.desks import Pile
from tms.workflow.flow import label
from tms.workflow.into_force import turn_table
from tms.workflow.routes import Verb
from tms.workflow.selection import (
    REASON,
    in_selection,
    submissions_of,
    tasks_of,
    teacher_ids,
)


def take_back(act: Act, selection: int, pile: Pile, verdict: Verdict) -> None:
    """The selection's tasks, decided at *pile*, are open again."""
    word = "return" if verdict is Verdict.RETURNED else pile.step.verb
    act.log(f"undo.{word}.{pile.step.key}", selection)
    if verdict is Verdict.RETURNED:
        _not_returned(act, selection)
    elif pile.route.after(pile.step) is None:
        _not_in_force(act, selection)
    else:
        _not_passed(act, selection, pile)
    reopened = update(ReviewTask).where(ReviewTask.id.in_(tasks_of(selection)))
    cleared = {"verdict": None, "decided_at": None, "decided_by": None, "act": None}
    _run(act, reopened.values(**cleared, stand_in=False))
    _label(act, selection, pile, verdict)


def _label(act: Act, selection: int, pile: Pile, verdict: Verdict) -> None:
    """On the desk again; a file that was in force for the first time is not any more."""
    again = Submission.status != RecordStatus.RETURNED
    if verdict is Verdict.RETURNED:
        again = ~_still_returned()
    opened = {"is_open": True, "closed_at": None, "step": pile.step.key}
    is_last = pile.route.after(pile.step) is None
    header = {"in_force_since": _in_force_before(selection)} if is_last else {}
    part = act.part(selection, again)
    label(act.session, part, pile.step.waiting, header=header, **opened)
    if is_last:
        note_confirmed(act.session, selection)
        refresh(act.session, teacher_ids(act.session, selection))


def _in_force_before(selection: int) -> Any:
    """Nothing where the verdict put the file in force for the first time, else as it is."""
    other = aliased(Submission)
    before = exists().where(
        other.teacher_id == Teacher.id,
        other.status == RecordStatus.APPROVED,
        other.id.not_in(submissions_of(selection)),
    )
    closed = select(Submission.closed_at).join(
        SelectionItem, SelectionItem.submission_id == Submission.id
    )
    closed = closed.where(in_selection(selection), SelectionItem.teacher_id == Teacher.id)
    unless = func.nullif(Teacher.in_force_since, closed.correlate(Teacher).scalar_subquery())
    return case((before, Teacher.in_force_since), else_=unless)


def _still_returned() -> Any:
    """Another department has returned the file as well."""
    note = select(ReviewNote.id).where(
        ReviewNote.submission_id == Submission.id, ReviewNote.resolved_at.is_(None)
    )
    return note.exists()


# -- a pass ----------------------------------------------------------------------------------------


def _not_passed(act: Act, selection: int, pile: Pile) -> None:
    """What it put on later desks goes; what it gathered is a draft again."""
    steps = pile.route.steps
    later = [step.key for step in steps[steps.index(pile.step) + 1 :]]
    mine = (
        select(func.max(SelectionItem.task_id))
        .where(in_selection(selection), SelectionItem.submission_id == ReviewTask.submission_id)
        .correlate(ReviewTask)
        .scalar_subquery()
    )
    gone = delete(ReviewTask).where(
        ReviewTask.submission_id.in_(submissions_of(selection)),
        ReviewTask.step.in_(later),
        ReviewTask.verdict.is_(None),
        ReviewTask.id > mine,
    )
    _run(act, gone)
    _take_back_requests(act, selection)
    if pile.step.gathers:
        _not_gathered(act, selection)
    if pile.step.verb is Verb.REPORT:
        _not_reported(act, selection)


def _take_back_requests(act: Act, selection: int) -> None:
    """What the verdict applied or refused of change requests is under review again."""
    verdicts = select(ReviewTask.act).where(ReviewTask.id.in_(tasks_of(selection))).distinct()
    for verdict in act.session.scalars(unscoped(verdicts, REASON)).all():
        requests.take_back(act.session, act.actor, selection, str(verdict), act.act_id)


def _not_gathered(act: Act, selection: int) -> None:
    verdicts = select(ReviewTask.act).where(ReviewTask.id.in_(tasks_of(selection)))
    came = (
        SubmissionRow.submission_id.in_(submissions_of(selection)),
        SubmissionRow.act.in_(verdicts),
    )
    for model in TABLES.values():
        of_table = SubmissionRow.table_name == model.__tablename__
        rows = select(SubmissionRow.row_id).where(*came, of_table)
        turn_table(
            act.session, model, selection, RowState.IN_REVIEW, RowState.DRAFT, model.id.in_(rows)
        )
    requests.back(act.session, selection, SubmissionRow.act.in_(verdicts))
    _run(act, delete(SubmissionRow).where(*came))
    notes = update(ReviewNote).where(
        ReviewNote.submission_id.in_(submissions_of(selection)),
        ReviewNote.resolved_act.in_(verdicts),
    )
    _run(act, notes.values(resolved_at=None, resolved_act=None))


def _not_reported(act: Act, selection: int) -> None:
    """The receipt counts what it still stands for."""
    mine = Submission.id.in_(submissions_of(selection))
    counts = select(Submission.report_id, func.count()).where(mine).group_by(Submission.report_id)
    found = act.session.execute(unscoped(counts, REASON)).all()
    _run(act, update(Submission).where(mine).values(report_id=None, complete_at_report=None))
    for report, number in found:
        fewer = update(ReportUp).where(ReportUp.id == report)
        _run(act, fewer.values(files=ReportUp.files - number))


# -- a return --------------------------------------------------------------------------------------


def _not_returned(act: Act, selection: int) -> None:
    """Its notes go, and the rows they named are in review again, unless other notes name them."""
    verdicts = select(ReviewTask.act).where(ReviewTask.id.in_(tasks_of(selection)))
    notes = ReviewNote.submission_id.in_(submissions_of(selection))
    _run(act, delete(ReviewNote).where(notes, ReviewNote.act.in_(verdicts)))
    requests.forth(act.session, selection, ~_still_named(REQUESTS))
    for model in TABLES.values():
        table = model.__tablename__
        rows = select(SubmissionRow.row_id).where(
            SubmissionRow.submission_id.in_(submissions_of(selection)),
            SubmissionRow.table_name == table,
            ~_still_named(table),
        )
        turn_table(
            act.session, model, selection, RowState.DRAFT, RowState.IN_REVIEW, model.id.in_(rows)
        )


def _still_named(table: str) -> Any:
    """Another open note names the row of the submission, its table or all of it."""
    return (
        select(ReviewNote.submission_id)
        .where(
            ReviewNote.resolved_at.is_(None),
            ReviewNote.submission_id == SubmissionRow.submission_id,
            (ReviewNote.table_name.is_(None)) | (ReviewNote.table_name == table),
            (ReviewNote.row_id.is_(None)) | (ReviewNote.row_id == SubmissionRow.row_id),
        )
        .correlate(SubmissionRow)
        .exists()
    )


# -- the last verdict ------------------------------------------------------------------------------


def _not_in_force(act: Act, selection: int) -> None:
    """Rows that the verdict put in force are in review again, past the lock that it set."""
    rows = select(SubmissionRow.table_name, SubmissionRow.row_id).where(
        SubmissionRow.submission_id.in_(submissions_of(selection)),
        SubmissionRow.table_name != REQUESTS,
    )
    released = insert(LockRelease).from_select(["table_name", "row_id"], rows)
    act.session.execute(unscoped(released, REASON))
    for model in TABLES.values():
        mine = select(LockRelease.row_id).where(LockRelease.table_name == model.__tablename__)
        turn_table(
            act.session, model, selection, RowState.IN_FORCE, RowState.IN_REVIEW, model.id.in_(mine)
        )
    _run(act, delete(LockRelease))
    _take_back_requests(act, selection)


def _run(act: Act, statement: Any) -> None:
    act.session.execute(unscoped(statement, REASON), execution_options=BLIND)
