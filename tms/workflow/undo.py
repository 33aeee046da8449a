"""撤销裁定: a verdict is taken back by the desk that gave it (DOMAIN.md 5).

Until the next desk has acted, or whoever filled it in has begun to mend; a verdict that put rows in
force for 24 hours, while none of them has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from tms.access import Actor, door, unscoped
from tms.db import AnySelect
from tms.errors import Because, Message, NotFound, message
from tms.models import (
    TABLES,
    ChangeRequest,
    RecordStatus,
    ReviewTask,
    RowState,
    Submission,
    SubmissionRow,
    Teacher,
    Verdict,
)
from tms.models.change import UNDECIDED
from tms.models.types import now
from tms.models.work import DELETED, REQUESTS
from tms.records.audit import new_act_id
from tms.records.locks import lock_files
from tms.records.read import headers
from tms.workflow import take_back
from tms.workflow.act import Act, tasks_where
from tms.workflow.desks import Pile, held_by
from tms.workflow.outcome import LeftOut, Outcome
from tms.workflow.plans import route_of
from tms.workflow.selection import REASON, freeze, size, tasks_of

HOURS = 24

NO_VERDICT = message("没有这次裁定。").because(Because.NO_VERDICT)
ACTED = message("下一环节已经处理，不能撤销；需要时请对方退回。").because(Because.ACTED)
SENT_AGAIN = message("退回后已重新报送，不能撤销。").because(Because.SENT_AGAIN)
MENDING = message("填报人已开始修改，不能撤销退回。").because(Because.MENDING)
TOO_LATE = message("生效已超过%(n)d小时，不能撤销；更正须提出变更申请。", n=HOURS).because(
    Because.TOO_LATE
)
MOVED = message("生效后内容已有变动或新的申请，不能撤销。").because(Because.MOVED_SINCE)


#: Which files of some tasks (a SELECT of their ids) are barred.
Files = Callable[[Session, AnySelect], Iterable[int]]


@dataclass(frozen=True)
class Bar:
    """What keeps a verdict from being taken back, and the sentence that says so."""

    files: Files
    sentence: Message


def where(condition: Any) -> Files:
    """Files whose task and submission meet *condition*."""

    def found(session: Session, tasks: AnySelect) -> Iterable[int]:
        barred = tasks_where(ReviewTask.id.in_(tasks), condition)
        return session.scalars(unscoped(barred, REASON)).all()

    return found


def undo(
    session: Session,
    actor: Actor,
    act_id: str,
    chosen: AnySelect | None = None,
    *,
    own_id: str | None = None,
) -> Outcome:
    """Take back what the actor's desk decided by the act *act_id*, for the chosen files or all.

    :param own_id: of the bulk act that this taking back is a part of.
    :raises NotFound: no such verdict of this desk.
    """
    act = Act(session, actor, own_id or new_act_id())
    with door(session):
        verdicts = select(ReviewTask.teacher_id).where(of_desk(actor), ReviewTask.act == act_id)
        lock_files(session, Teacher.id.in_(verdicts))
        piles = decided(session, actor, act_id)
        if not piles:
            raise NotFound(NO_VERDICT)
        for pile, verdict in piles:
            selection = freeze(session, actor, _tasks(actor, act_id, pile, chosen))
            _leave_out(act, selection, bars(pile, verdict))
            if size(session, selection):
                take_back.take_back(act, selection, pile, verdict)
            act.outcome.taken += size(session, selection)
    return act.outcome


def decided(session: Session, actor: Actor, act_id: str) -> list[tuple[Pile, Verdict]]:
    """What the act decided at the actor's desk, by route, step and verdict."""
    statement = tasks_where(of_desk(actor), ReviewTask.act == act_id).with_only_columns(
        Submission.route, Submission.route_version_id, ReviewTask.step, ReviewTask.verdict
    )
    found = []
    for key, version, step, given in session.execute(statement.distinct()).all():
        route = route_of(session, key, version)
        found.append((Pile(route, route.step(step)), Verdict(str(given))))
    return found


def of_desk(actor: Actor) -> Any:
    """Condition on `ReviewTask`: decided at the actor's desk, by whomever; or by the actor.

    What a school's own 报送 passed at once is no verdict; it is withdrawn.
    """
    at_desk = and_(
        ReviewTask.desk_unit_id == actor.unit_id, ReviewTask.permission.in_(held_by(actor))
    )
    standing_in = and_(ReviewTask.stand_in, ReviewTask.decided_by == actor.user_id)
    sent_in = func.coalesce(ReviewTask.opened_act, "") == ReviewTask.act
    return and_(ReviewTask.verdict.is_not(None), ~sent_in, or_(at_desk, standing_in))


def _tasks(actor: Actor, act_id: str, pile: Pile, chosen: AnySelect | None) -> AnySelect:
    statement = tasks_where(of_desk(actor), ReviewTask.act == act_id, pile.tasks)
    return statement if chosen is None else statement.where(ReviewTask.teacher_id.in_(chosen))


def bars(pile: Pile, verdict: Verdict) -> Sequence[Bar]:
    """What may keep a verdict at this step from being taken back, in the order it is told."""
    again = Bar(where(Submission.round != ReviewTask.round), SENT_AGAIN)
    if verdict is Verdict.RETURNED:
        not_returned = Bar(where(Submission.status != RecordStatus.RETURNED), SENT_AGAIN)
        mending = (Bar(where(_deleted()), MENDING), Bar(_mended, MENDING))
        return (again, not_returned, *mending)
    if pile.route.after(pile.step) is None:
        late = Bar(where(ReviewTask.decided_at < now() - timedelta(hours=HOURS)), TOO_LATE)
        return (late, Bar(where(_newer()), MOVED))
    return (again, Bar(where(_acted(pile)), ACTED))


def _acted(pile: Pile) -> Any:
    """A desk of a later step has decided since."""
    later = [step.key for step in pile.route.steps[pile.route.steps.index(pile.step) + 1 :]]
    other = aliased(ReviewTask)
    decided_later = exists().where(
        other.submission_id == Submission.id,
        other.step.in_(later),
        other.verdict.is_not(None),
        other.id > ReviewTask.id,
    )
    return or_(decided_later, ~Submission.is_open)


def _deleted() -> Any:
    """A row that was returned is not there any more."""
    return exists().where(
        SubmissionRow.submission_id == Submission.id,
        SubmissionRow.content_version == DELETED,
        SubmissionRow.round > ReviewTask.round,
    )


def _newer() -> Any:
    """Another submission of the file was opened since, or an undecided request lies there.

    Rows in force change in no other way than by a request that such a submission brought.
    """
    other = aliased(Submission)
    newer = exists().where(other.teacher_id == Submission.teacher_id, other.id > Submission.id)
    request = exists().where(
        ChangeRequest.teacher_id == Submission.teacher_id, ChangeRequest.status.in_(UNDECIDED)
    )
    return or_(newer, request)


def _mended(session: Session, tasks: AnySelect) -> set[int]:
    """Files of which a draft is not any more what was judged.

    Table by table: one statement over all of them would read each table as a whole.
    """
    found: set[int] = set()
    submissions = select(ReviewTask.submission_id).where(ReviewTask.id.in_(tasks))
    for model in TABLES.values():
        statement = (
            select(SubmissionRow.teacher_id)
            .join(model, model.id == SubmissionRow.row_id)
            .where(
                SubmissionRow.submission_id.in_(submissions),
                SubmissionRow.table_name == model.__tablename__,
                model.state == RowState.DRAFT,
                model.content_version != SubmissionRow.content_version,
            )
        )
        found |= set(session.scalars(unscoped(statement, REASON)))
    return found | set(session.scalars(unscoped(_changed_requests(submissions), REASON)))


def _changed_requests(submissions: AnySelect) -> AnySelect:
    return (
        select(SubmissionRow.teacher_id)
        .join(ChangeRequest, ChangeRequest.id == SubmissionRow.row_id)
        .where(
            SubmissionRow.submission_id.in_(submissions),
            SubmissionRow.table_name == REQUESTS,
            ChangeRequest.version != SubmissionRow.content_version,
        )
    )


def _leave_out(act: Act, selection: int, found: Sequence[Bar]) -> None:
    for bar in found:
        files = bar.files(act.session, tasks_of(selection))
        left = {
            header.id: LeftOut(header.teacher_no, bar.sentence)
            for header in headers(act.session, files).values()
        }
        act.leave_out(selection, left)
