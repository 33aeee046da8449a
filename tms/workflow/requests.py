"""Change requests on their way: they travel with a submission like rows, and end with its verdict.

The engine calls these hooks over frozen selections. A request is a submission's row of the table
"change_request"; its content version is the request's own version.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, delete, exists, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, door, unscoped
from tms.among import among
from tms.db import BLIND
from tms.dictionary import Filler
from tms.errors import Message, message, term
from tms.models import (
    TABLES,
    ChangeRequest,
    RequestStatus,
    ReviewTask,
    SelectionItem,
    Submission,
    SubmissionRow,
    Teacher,
    User,
)
from tms.models.work import REQUESTS
from tms.records.applying import put_in_force as apply_requests
from tms.records.patches import joining
from tms.records.read import chunks
from tms.records.reverting import take_back as revert_requests
from tms.workflow.desks import mine
from tms.workflow.selection import REASON, in_selection, submissions_of, teachers_of

#: What is written of a row or a request that joins a submission.
ROW_COLUMNS = (
    "submission_id",
    "table_name",
    "row_id",
    "content_version",
    "filled_by",
    "teacher_id",
    "unit_path",
    "functions",
    "round",
    "act",
)


def has_drafts(
    session: Session, teacher_ids: Iterable[int], *, made_by: int | None = None
) -> set[int]:
    """Those of the files that have requests to send in.

    :param made_by: only what this user proposed under a reopening: a teacher sends no others in.
    """
    found: set[int] = set()
    for part in chunks(sorted(set(teacher_ids))):
        statement = select(ChangeRequest.teacher_id).where(
            among(ChangeRequest.teacher_id, part), joining(made_by)
        )
        found |= set(session.scalars(statement.distinct()))
    return found


def with_drafts(made_by: int | None = None) -> Any:
    """Condition on `Teacher` for `exists`: files that have requests to send in."""
    return exists().where(ChangeRequest.teacher_id == Teacher.id, joining(made_by))


def gather(session: Session, selection: int, act_id: str, *, made_by: int | None = None) -> None:
    """Draft requests of the selection's files join their submission and go into review.

    Those that were returned come in anew, changed or not, as rows do.

    :param made_by: as in `has_drafts`.
    """
    ready = and_(joining(made_by), ChangeRequest.teacher_id.in_(teachers_of(selection)))
    _forget(session, selection)
    _renew(session, selection, ready)
    _enter(session, selection, act_id, ready)
    _turn(session, RequestStatus.IN_REVIEW, ready)


def back(session: Session, selection: int, *conditions: Any) -> None:
    """Requests of the selection's submissions are drafts again.

    :param conditions: which, on `ChangeRequest` or their `SubmissionRow`; without any all of them.
    """
    mine = ChangeRequest.id.in_(_travelling(selection, *conditions))
    _turn(session, RequestStatus.DRAFT, mine, ChangeRequest.status == RequestStatus.IN_REVIEW)


def forth(session: Session, selection: int, *conditions: Any) -> None:
    """Requests that a return made drafts are under review again."""
    mine = ChangeRequest.id.in_(_travelling(selection, *conditions))
    _turn(session, RequestStatus.IN_REVIEW, mine, ChangeRequest.status == RequestStatus.DRAFT)


def filler_of(session: Session, request_id: int | None) -> str:
    """Who mends a returned request: whoever made it; "" where none is named."""
    statement = (
        select(User.teacher_id)
        .join(ChangeRequest, ChangeRequest.made_by == User.id)
        .where(ChangeRequest.id == request_id)
    )
    if request_id is None:
        return ""
    by_teacher = session.scalar(unscoped(statement, REASON)) is not None
    return str(Filler.TEACHER if by_teacher else Filler.SCHOOL)


def waits_for(session: Session, actor: Actor) -> Any:
    """Condition on `ChangeRequest`: the actor has something to do about it."""
    return or_(*ways_to_wait(session, actor))


def ways_to_wait(session: Session, actor: Actor) -> tuple[Any, Any]:
    """As `waits_for`, in two conditions of which at most one holds; counted apart they cost less.

    Wishes and drafts wait for whoever applies; what is under review for the desk it lies on.
    """
    on_desk = select(ReviewTask.teacher_id).where(mine(session, actor))
    judged = and_(
        ChangeRequest.status == RequestStatus.IN_REVIEW, ChangeRequest.teacher_id.in_(on_desk)
    )
    open_ = ChangeRequest.status.in_((RequestStatus.WISH, RequestStatus.DRAFT))
    if not actor.can(Permission.CHANGE):
        open_ = joining(actor.user_id)
    return judged, open_


# -- verdicts --------------------------------------------------------------------------------------


def put_in_force(
    session: Session, actor: Actor, selection: int, act_id: str
) -> list[tuple[int, Message]]:
    """The last verdict: what desks accepted of the requests stands in the rows from now on.

    Writes an event "change" per file with versions and former values. The header's copies are the
    engine's to refresh.

    :returns: (file, sentence) of requests that could not be applied, because their row moved.
    """
    waiting = [
        each for each in requests_of(session, selection) if each.status == RequestStatus.IN_REVIEW
    ]
    if not waiting:
        return []
    left = apply_requests(session, actor, waiting, act_id)
    return [(each.teacher_id, _named(each, why)) for each, why in left]


def take_back(session: Session, actor: Actor, selection: int, verdict: str, act_id: str) -> None:
    """Undo of the act *verdict* by the act *act_id*: what it applied or refused goes on.

    :raises Conflict: a row that it wrote has changed since.
    """
    found = requests_of(session, selection)
    applied = [
        each
        for each in found
        if each.decided_act == verdict and each.status == RequestStatus.APPLIED
    ]
    if applied:
        revert_requests(session, actor, applied, act_id)
    with door(session):
        for each in found:
            _unrefuse(session, each, verdict)


def requests_of(session: Session, selection: int, *, lock: bool = False) -> list[Any]:
    """All columns of the requests that travel with the selection's submissions, by id.

    :param lock: nobody else decides on them until this transaction ends.
    """
    columns = [getattr(ChangeRequest, column.key) for column in ChangeRequest.__table__.columns]
    statement = select(*columns).where(ChangeRequest.id.in_(_travelling(selection)))
    statement = statement.order_by(ChangeRequest.id)
    if lock:
        statement = statement.with_for_update()
    return list(session.execute(unscoped(statement, REASON)))


# -- how -------------------------------------------------------------------------------------------


def _travelling(selection: int, *conditions: Any) -> Any:
    return (
        select(SubmissionRow.row_id)
        .join(ChangeRequest, ChangeRequest.id == SubmissionRow.row_id)
        .where(
            SubmissionRow.table_name == REQUESTS,
            SubmissionRow.submission_id.in_(submissions_of(selection)),
            *conditions,
        )
    )


def _turn(session: Session, status: RequestStatus, *conditions: Any) -> None:
    statement = update(ChangeRequest).where(*conditions).values(status=status)
    session.execute(unscoped(statement, REASON), execution_options=BLIND)


def _forget(session: Session, selection: int) -> None:
    """Requests that were taken back since they were returned travel no more."""
    gone = ChangeRequest.status == RequestStatus.WITHDRAWN
    statement = delete(SubmissionRow).where(
        SubmissionRow.table_name == REQUESTS,
        SubmissionRow.submission_id.in_(submissions_of(selection)),
        SubmissionRow.row_id.in_(select(ChangeRequest.id).where(gone)),
    )
    session.execute(unscoped(statement, REASON), execution_options=BLIND)


def _renew(session: Session, selection: int, ready: Any) -> None:
    """Those that came in before and were returned: their desks are asked again."""

    def now_of(column: Any) -> Any:
        mine = ChangeRequest.id == SubmissionRow.row_id
        return select(column).where(mine).scalar_subquery()

    round_ = select(Submission.round).where(Submission.id == SubmissionRow.submission_id)
    statement = (
        update(SubmissionRow)
        .where(
            SubmissionRow.table_name == REQUESTS,
            SubmissionRow.submission_id.in_(submissions_of(selection)),
            SubmissionRow.row_id.in_(select(ChangeRequest.id).where(ready)),
        )
        .values(
            content_version=now_of(ChangeRequest.version),
            functions=now_of(ChangeRequest.functions),
            filled_by=now_of(ChangeRequest.made_by),
            round=round_.scalar_subquery(),
        )
    )
    session.execute(unscoped(statement, REASON), execution_options=BLIND)


def _enter(session: Session, selection: int, act_id: str, ready: Any) -> None:
    """Rows that come in for the first time."""
    known = exists().where(
        SubmissionRow.submission_id == SelectionItem.submission_id,
        SubmissionRow.table_name == REQUESTS,
        SubmissionRow.row_id == ChangeRequest.id,
    )
    rows = (
        select(
            SelectionItem.submission_id,
            literal(REQUESTS),
            ChangeRequest.id,
            ChangeRequest.version,
            ChangeRequest.made_by,
            ChangeRequest.teacher_id,
            ChangeRequest.unit_path,
            ChangeRequest.functions,
            Submission.round,
            literal(act_id),
        )
        .join(SelectionItem, SelectionItem.teacher_id == ChangeRequest.teacher_id)
        .join(Submission, Submission.id == SelectionItem.submission_id)
        .where(in_selection(selection), ready, ~known)
    )
    session.execute(unscoped(insert(SubmissionRow).from_select(ROW_COLUMNS, rows), REASON))


def _unrefuse(session: Session, request: Any, act_id: str) -> None:
    """A refusal of the act is forgotten; a request that it ended goes on."""
    kept = {key: told for key, told in request.refused.items() if told.get("act") != act_id}
    ended = request.status == RequestStatus.REFUSED and request.decided_act == act_id
    if len(kept) == len(request.refused) and not ended:
        return
    values: dict[str, Any] = {"refused": kept}
    if ended:
        values |= {"status": RequestStatus.IN_REVIEW, "answer": None}
        values |= {"decided_at": None, "decided_act": None}
    statement = update(ChangeRequest).where(ChangeRequest.id == request.id).values(**values)
    session.execute(unscoped(statement, REASON), execution_options=BLIND)


def _named(request: Any, why: Message) -> Message:
    table = term(TABLES[request.table_name].dictionary)
    return message("%(table)s的变更没有生效：%(why)s", table=table, why=why)
