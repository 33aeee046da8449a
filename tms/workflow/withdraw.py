"""撤回: before anybody opened it, whoever sent it in takes it back (DOMAIN.md 5)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, delete, exists, null, or_, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, Role, door, unscoped
from tms.db import BLIND, AnySelect
from tms.errors import Because, Message, message
from tms.models import (
    TABLES,
    AuditEvent,
    RecordStatus,
    ReviewNote,
    ReviewTask,
    RowState,
    Submission,
    SubmissionRow,
    Teacher,
)
from tms.models.types import now
from tms.records.audit import new_act_id
from tms.records.holds import frozen
from tms.records.locks import lock_files
from tms.records.read import headers
from tms.records.rerouting import follow
from tms.workflow import requests
from tms.workflow.act import Act
from tms.workflow.flow import label
from tms.workflow.into_force import turn, turn_table
from tms.workflow.leave_out import frozen_files
from tms.workflow.outcome import NOT_SENT, LeftOut, OpenTask, Outcome
from tms.workflow.selection import (
    REASON,
    freeze,
    size,
    submissions_of,
    teacher_ids,
    teachers_of,
)
from tms.workflow.submit import own_only

SEEN = message("审核人已经打开或处理，不能撤回；需要修改请联系审核人退回。").because(Because.SEEN)
OTHERS = message("由他人报送，只有报送人所在的一方可以撤回。").because(Because.SENT_BY_OTHERS)


def withdraw(
    session: Session, actor: Actor, chosen: AnySelect | None, *, act_id: str | None = None
) -> Outcome:
    """Take submissions back; a first one is a draft again, one sent in again is returned again.

    :raises NotAllowed: the role does not submit.
    """
    actor.require(Permission.SUBMIT)
    act = Act(session, actor, act_id or new_act_id())
    named = set(session.scalars(chosen)) if chosen is not None else set()
    with door(session):
        selection = freeze(session, actor, _candidates(chosen))
        lock_files(session, Teacher.id.in_(teachers_of(selection)))
        named -= frozen_files(act, selection)
        part = act.part(selection, *_may(actor))
        if size(session, part):
            _take_back(act, part)
        act.outcome.taken = size(session, part)
        taken = set(teacher_ids(session, part))
    _explain(act, sorted(named - taken))
    return act.outcome


def may_be_withdrawn(actor: Actor, task: OpenTask) -> bool:
    """Whether it makes sense to offer it beside a file; the engine asks exactly.

    :param task: where the file's open work lies.
    """
    return actor.can(Permission.SUBMIT) and task.step.at_school


def may_withdraw(session: Session, actor: Actor, teacher_id: int) -> bool:
    """Whether `withdraw` would take the file now."""
    return refusal(session, actor, teacher_id) is None


def refusal(session: Session, actor: Actor, teacher_id: int) -> Message | None:
    """Why `withdraw` would leave the file, which is in reach, out."""
    hold = frozen(session, headers(session, [teacher_id]).values()).get(teacher_id)
    if hold is not None:
        return hold.sentence
    open_ = select(Submission.id).where(Submission.teacher_id == teacher_id, _under_way())

    def holds(*conditions: Any) -> bool:
        # who sent it in stands in the audit trail, which teachers do not reach
        return session.scalar(unscoped(open_.where(*conditions), REASON)) is not None

    if not holds():
        return NOT_SENT
    if not holds(_sent_by(actor)):
        return OTHERS
    return None if holds(_untouched()) else SEEN


def _under_way() -> Any:
    return and_(Submission.is_open, Submission.status != RecordStatus.RETURNED)


def _candidates(chosen: AnySelect | None) -> AnySelect:
    statement = select(
        Submission.teacher_id.label("teacher_id"),
        Submission.id.label("submission_id"),
        null().label("task_id"),
    ).where(_under_way())
    return statement if chosen is None else statement.where(Submission.teacher_id.in_(chosen))


def _may(actor: Actor) -> tuple[Any, ...]:
    """Conditions on `Submission`."""
    return (_under_way(), _sent_by(actor), _untouched())


def _sent_by(actor: Actor) -> Any:
    """The last 报送 was the actor's own; a school takes back what its people sent for it.

    What a teacher sent in himself lies on the school's desk, which returns it with a reason.
    """
    own = sent(AuditEvent.user_id, Submission) == actor.user_id
    by_teacher = sent(AuditEvent.role, Submission) == Role.TEACHER
    of_unit = sent(AuditEvent.unit_id, Submission) == actor.unit_id
    return own if own_only(actor) else or_(own, and_(of_unit, ~by_teacher))


def sent(column: Any, of: Any) -> Any:
    """What the event of the latest 报送 says, for a row of *of* (a table about one submission)."""
    submission = of.id if of is Submission else of.submission_id
    return (
        select(column)
        .where(
            AuditEvent.teacher_id == of.teacher_id,
            AuditEvent.submission_id == submission,
            AuditEvent.act == "submit",
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
        .correlate(of)
        .scalar_subquery()
    )


def _untouched() -> Any:
    """No desk decided since, but what the sender's own act passed; and none has looked."""
    touched = exists().where(
        ReviewTask.submission_id == Submission.id,
        ReviewTask.round == Submission.round,
        or_(
            and_(ReviewTask.verdict.is_(None), ReviewTask.seen_at.is_not(None)),
            and_(
                ReviewTask.verdict.is_not(None),
                ReviewTask.act != sent(AuditEvent.act_id, Submission),
            ),
        ),
    )
    return ~touched


def _take_back(act: Act, selection: int) -> None:
    first = act.part(selection, Submission.round == 1)
    again = act.part(selection, Submission.round > 1)
    _run(act, _of(delete(ReviewTask), selection, ReviewTask, ReviewTask.opened_act))
    reopened = _of(update(ReviewNote), selection, ReviewNote, ReviewNote.resolved_act)
    _run(act, reopened.values(resolved_at=None, resolved_act=None))
    if size(act.session, first):
        _to_draft(act, first)
    if size(act.session, again):
        _to_returned(act, again)
    act.log("withdraw", selection)


def _of(statement: Any, selection: int, table: Any, column: Any) -> Any:
    """*statement* on rows of *table* that came about by the latest 报送."""
    return statement.where(
        table.submission_id.in_(submissions_of(selection)), column == sent(AuditEvent.act_id, table)
    )


def _to_draft(act: Act, selection: int) -> None:
    """A first 报送: everything is a draft again; the submission is over, without rows."""
    turn(act.session, selection, RowState.IN_REVIEW, RowState.DRAFT)
    requests.back(act.session, selection)
    mine = SubmissionRow.submission_id.in_(submissions_of(selection))
    closed = update(Submission).where(Submission.id.in_(submissions_of(selection)))
    files = update(Teacher).where(Teacher.id.in_(teachers_of(selection)))
    never, ever = Teacher.in_force_since.is_(None), Teacher.in_force_since.is_not(None)
    for statement in (
        delete(SubmissionRow).where(mine),
        closed.values(is_open=False, closed_at=now(), status=RecordStatus.DRAFT, step=""),
        files.where(never).values(record_status=RecordStatus.DRAFT),
        files.where(ever).values(record_status=RecordStatus.APPROVED),
    ):
        _run(act, statement)
    follow(act.session, teacher_ids(act.session, selection))


def _to_returned(act: Act, selection: int) -> None:
    """Sent in again after a return: what came in with this round is a draft again."""
    latest = (
        select(Submission.round)
        .where(Submission.id == SubmissionRow.submission_id)
        .correlate(SubmissionRow)
        .scalar_subquery()
    )
    mine = SubmissionRow.submission_id.in_(submissions_of(selection))
    for model in TABLES.values():
        of_table = SubmissionRow.table_name == model.__tablename__
        came = select(SubmissionRow.row_id).where(mine, of_table, SubmissionRow.round == latest)
        turn_table(
            act.session, model, selection, RowState.IN_REVIEW, RowState.DRAFT, model.id.in_(came)
        )
    requests.back(act.session, selection, SubmissionRow.round == latest)
    _run(act, _of(delete(SubmissionRow), selection, SubmissionRow, SubmissionRow.act))
    label(act.session, selection, RecordStatus.RETURNED, step="")


def _run(act: Act, statement: Any) -> None:
    act.session.execute(unscoped(statement, REASON), execution_options=BLIND)


def _explain(act: Act, left: list[int]) -> None:
    """Files named that were not taken, and why."""
    rows = act.session.execute(select(Teacher.id, Teacher.teacher_no).where(Teacher.id.in_(left)))
    for row in rows.all():
        reason = refusal(act.session, act.actor, row.id)
        if reason is not None:
            act.outcome.left_out.append(LeftOut(row.teacher_no, reason))
