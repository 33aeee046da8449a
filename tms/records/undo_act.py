"""撤销一次操作: what an import or a bulk edit did is taken back, file by file.

Everything follows from the act's audit events. What nobody touched since becomes what it was; the
rest stays, and a sentence says why. Nothing is taken back twice: rows have moved on by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, door, unscoped
from tms.among import among
from tms.db import BLIND
from tms.errors import Because, message
from tms.models import ChangeRequest, RequestStatus, SubmissionRow
from tms.models.types import now
from tms.models.work import REQUESTS
from tms.records import holds
from tms.records.act_traces import NUMBER, UNDO_ACTS, FileTrace, files_of, own_act, traces
from tms.records.audit import write_events
from tms.records.emptied import close_empty
from tms.records.locks import lock_ids
from tms.records.numbers import put_back
from tms.records.read import headers, open_submissions
from tms.records.refresh import concerned, refresh
from tms.records.undo_files import undo_files_made
from tms.records.undo_rows import OUT_OF_REACH, Kept, Undoing, Undone, undo_rows

__all__ = ["HOURS", "Kept", "Undone", "files_of", "own_act", "undo_files"]

#: So long an import or a bulk edit can be taken back.
HOURS = 24
REQUEST_MOVED = message("变更申请已报送、修改或办结，不能撤销。").because(Because.MOVED_SINCE)


def undo_files(
    session: Session,
    actor: Actor,
    act_id: str,
    teacher_ids: Iterable[int],
    *,
    act: str,
    undo_id: str,
) -> Undone:
    """Take back what the actor did to these files by the act *act_id*, within the transaction.

    Nothing happens to files that this user's act never touched. Whether it is not too late is asked
    once, before the first part (`own_act`): an undo that has begun comes to its end.

    :param act: what the events are called, one of `UNDO_ACTS`. :param undo_id: the act's own id.
    """
    assert act in UNDO_ACTS, "an undo must be found by the next one"  # noqa: S101
    ids = sorted(set(teacher_ids))
    lock_ids(session, ids)
    found = traces(session, actor, act_id, ids)
    files = headers(session, found)
    frozen = holds.frozen(session, files.values())
    undoing = Undoing(session, actor, act_id, files, frozen, open_submissions(session, files))
    with door(session):
        left = undo_files_made(undoing, [found[i] for i in sorted(found)])
        undo_rows(undoing, left)
        _requests(undoing, left)
        _numbers(undoing, left)
        write_events(session, actor, act, undoing.events.values(), undo_id)
        gone = _erased(undoing)
        left_over = {i: event for i, event in undoing.events.items() if i not in gone}
        refresh(session, concerned(left_over))
        close_empty(session, left_over)
    return undoing.done


def _erased(undoing: Undoing) -> set[int]:
    return {i for i, event in undoing.events.items() if "file" in (event.detail or {})}


def _requests(undoing: Undoing, found: Sequence[FileTrace]) -> None:
    """Withdraw the requests that the act made and nobody has sent in or edited."""
    asked = {each: trace.teacher_id for trace in found for each in trace.requests}
    if not asked:
        return
    free = _untouched(undoing, list(asked))
    for request_id, teacher_id in asked.items():
        if teacher_id in undoing.frozen:
            reason = undoing.frozen[teacher_id].sentence
        elif teacher_id not in undoing.files:
            reason = OUT_OF_REACH
        elif request_id not in free:
            reason = REQUEST_MOVED
        else:
            _tell(undoing, teacher_id, request_id)
            continue
        undoing.done.kept.append(Kept(teacher_id, reason, REQUESTS, request_id))
    _withdraw(undoing, sorted(undoing.done.requests))


def _untouched(undoing: Undoing, ids: Sequence[int]) -> set[int]:
    sent = exists().where(
        SubmissionRow.table_name == REQUESTS, SubmissionRow.row_id == ChangeRequest.id
    )
    statement = select(ChangeRequest.id).where(
        among(ChangeRequest.id, ids),
        ChangeRequest.status == RequestStatus.DRAFT,
        ChangeRequest.version == 1,
        ChangeRequest.made_by == undoing.actor.user_id,
        ~sent,
    )
    return set(undoing.session.scalars(unscoped(statement, "the files were found by scope")))


def _tell(undoing: Undoing, teacher_id: int, request_id: int) -> None:
    event = undoing.event(teacher_id)
    detail: dict[str, Any] = dict(event.detail or {})
    told = detail.get("requests", {}) | {str(request_id): RequestStatus.WITHDRAWN}
    event.detail = detail | {"requests": told}
    undoing.done.requests.add(request_id)


def _withdraw(undoing: Undoing, ids: Sequence[int]) -> None:
    if not ids:
        return
    over = {"status": RequestStatus.WITHDRAWN, "decided_at": now(), "version": 2}
    statement = update(ChangeRequest).where(among(ChangeRequest.id, ids)).values(**over)
    done: Any = undoing.session.execute(statement, execution_options=BLIND)
    undoing.done.withdrawn += done.rowcount


def _numbers(undoing: Undoing, found: Sequence[FileTrace]) -> None:
    """Official personal numbers are temporary again, where they are still those of the act."""
    ways = {
        trace.teacher_id: (trace.number[1], trace.number[0])
        for trace in found
        if trace.number is not None and trace.teacher_id in undoing.files
    }
    for teacher_id in put_back(undoing.session, ways):
        event = undoing.event(teacher_id)
        event.detail = {**(event.detail or {}), NUMBER: list(ways[teacher_id])}
        undoing.done.changed += 1
