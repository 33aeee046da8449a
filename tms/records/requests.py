"""变更申请: what is to become of a row in force, once the desks agree (DOMAIN.md 11).

The school's information administrator applies; under an open reopening whoever fills a field
proposes. Nothing of the row changes until the last desk has passed it (`tms.workflow.requests`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, door, unscoped
from tms.db import BLIND
from tms.errors import Conflict, NotFound, message
from tms.models import ChangeRequest, RequestStatus, ReviewNote, SubmissionRow
from tms.models.types import now
from tms.models.work import REQUESTS
from tms.records.audit import Event, plain, write_events
from tms.records.document_rows import attach
from tms.records.emptied import close_empty
from tms.records.locks import lock_ids
from tms.records.patches import Patch
from tms.records.reopenings import leave_for
from tms.records.request_checks import (
    MAX_REASON,
    REASON,
    STATUS_FIELD,
    Target,
    Wanted,
    draft,
    find_target,
    proven,
    reason_of,
    refuse_second,
    wanted_patch,
)


def apply(session: Session, actor: Actor, wanted: Wanted) -> int:
    """变更申请 by the school's information administrator; returns the request's id.

    :raises NotFound: file or row are out of reach. :raises NotAllowed: not the role's to apply
        for, or not its field. :raises Conflict: not in force, moved, or applied for already.
    :raises Invalid: no reason, nothing changed, an unstorable value, a key item without proof.
    """
    actor.require(Permission.CHANGE)
    target = find_target(session, wanted)
    patch = wanted_patch(session, actor, target, wanted)
    reason_of(wanted)
    proven(target, patch, wanted)
    return _store(session, actor, target, patch, wanted, act="request")


def propose(session: Session, actor: Actor, wanted: Wanted) -> int:
    """As `apply`, by whoever fills the fields, within what a bureau has reopened.

    :raises NotAllowed: a field is not reopened, or no longer.
    """
    target = find_target(session, wanted)
    patch = wanted_patch(session, actor, target, wanted)
    leave = leave_for(session, target.header.id, wanted.table, patch.touched)
    proven(target, patch, wanted)
    return _store(session, actor, target, patch, wanted, act="propose", reopening_id=leave)


def ask(session: Session, actor: Actor, wanted: Wanted) -> int:
    """Apply where the role applies, else propose under what was reopened."""
    return (apply if actor.can(Permission.CHANGE) else propose)(session, actor, wanted)


def edit(session: Session, actor: Actor, request_id: int, version: int, wanted: Wanted) -> None:
    """Change a request that is a draft: not sent in yet, or returned.

    :param version: the request's own, as the editor saw it.
    :raises Conflict: it is under review or decided, or was edited meanwhile.
    """
    request = draft(session, actor, request_id)
    target = find_target(session, wanted)
    if (request.table_name, request.row_id) != (wanted.table, wanted.row_id):
        raise NotFound(message("没有这条记录。"))
    patch = wanted_patch(session, actor, target, wanted)
    if not actor.can(Permission.CHANGE):
        leave_for(session, target.header.id, wanted.table, patch.touched)
    elif request.reopening_id is None:
        reason_of(wanted)
    proof_id = wanted.proof_id or request.proof_id
    proven(target, patch, wanted, proof_id)
    attach(session, proof_id, target.header.id, patch.functions)
    # who wrote last answers for it, and gives no verdict on it
    more: dict[str, Any] = {"proof_id": proof_id, "refused": {}, "made_by": actor.user_id}
    values = columns_of(target, patch, wanted) | more
    was = {"patch": request.patch, "reason": request.reason, "proof": request.proof_id}
    _rewrite(session, request, version, values)
    _log(session, actor, "request.edit", target, request_id, patch, wanted.reason, was)


def cancel(session: Session, actor: Actor, request_id: int) -> None:
    """Take back a request that is a draft, or one's own wish.

    :raises Conflict: it is under review, or decided.
    """
    request = draft(session, actor, request_id, RequestStatus.DRAFT, RequestStatus.WISH)
    lock_ids(session, [request.teacher_id])
    values = {"status": RequestStatus.WITHDRAWN, "decided_at": now()}
    _rewrite(session, request, request.version, values)
    mine = (SubmissionRow.table_name == REQUESTS, SubmissionRow.row_id == request_id)
    note = (ReviewNote.table_name == REQUESTS, ReviewNote.row_id == request_id)
    with door(session):
        session.execute(delete(SubmissionRow).where(*mine), execution_options=BLIND)
        resolve = update(ReviewNote).where(*note, ReviewNote.resolved_at.is_(None))
        session.execute(resolve.values(resolved_at=now()), execution_options=BLIND)
        close_empty(session, [request.teacher_id])
    event = Event(request.unit_path, request.teacher_id, detail=about(request))
    write_events(session, actor, "request.cancel", [event])


# -- writing ---------------------------------------------------------------------------------------


def columns_of(target: Target, patch: Patch, wanted: Wanted) -> dict[str, Any]:
    """What an edit writes anew."""
    return {
        "base_version": target.row["content_version"],
        "kind": wanted.kind,
        "patch": plain(patch.columns),
        "former": plain(patch.former),
        "functions": patch.functions,
        "reason": wanted.reason.strip()[:MAX_REASON],
        "effective_on": wanted.effective_on if STATUS_FIELD in patch.columns else None,
    }


def _store(
    session: Session,
    actor: Actor,
    target: Target,
    patch: Patch,
    wanted: Wanted,
    *,
    act: str,
    reopening_id: int | None = None,
) -> int:
    refuse_second(session, wanted)
    attach(session, wanted.proof_id, target.header.id, patch.functions)
    values = columns_of(target, patch, wanted) | {
        "proof_id": wanted.proof_id,
        "reopening_id": reopening_id,
        "wish_id": wanted.wish_id,
        "status": RequestStatus.DRAFT,
    }
    request_id = enter(session, actor, target, wanted, values)
    _log(session, actor, act, target, request_id, patch, wanted.reason)
    return request_id


def enter(
    session: Session, actor: Actor, target: Target, wanted: Wanted, values: Mapping[str, Any]
) -> int:
    """Write a request or a wish down; the index on undecided ones is the last word."""
    row = {
        "teacher_id": target.header.id,
        "unit_path": target.header.unit_path,
        "table_name": wanted.table,
        "row_id": wanted.row_id,
        "refused": {},
        "version": 1,
        "made_by": actor.user_id,
        "made_at": now(),
        **values,
    }
    statement = unscoped(insert(ChangeRequest).returning(ChangeRequest.id), REASON)
    try:
        with session.begin_nested():
            made: int = session.scalars(statement, [row]).one()
    except IntegrityError as error:
        raise Conflict(message("这条记录刚被他人申请变更，请刷新后再看。")) from error
    return made


def _rewrite(session: Session, request: Any, version: int, values: dict[str, Any]) -> None:
    """Compare-and-set on version and status; the version rises."""
    statement = update(ChangeRequest).where(
        ChangeRequest.id == request.id,
        ChangeRequest.version == version,
        ChangeRequest.status == request.status,
    )
    with door(session):
        done: Any = session.execute(
            statement.values(version=version + 1, **values), execution_options=BLIND
        )
    if done.rowcount != 1:
        raise Conflict(message("这项申请刚被他人修改，请刷新后再试。"))


def about(request: Any, **more: Any) -> dict[str, Any]:
    """What an audit event says of a request."""
    return {
        "request": request.id,
        "table": request.table_name,
        "row": request.row_id,
        "kind": request.kind,
        **more,
    }


def _log(
    session: Session,
    actor: Actor,
    act: str,
    target: Target,
    request_id: int,
    patch: Patch,
    reason: str,
    was: Mapping[str, Any] | None = None,
) -> None:
    detail = {
        "request": request_id,
        "table": target.model.__tablename__,
        "row": target.row["id"],
        "fields": sorted(patch.touched) if patch.columns else [],
        "note": reason.strip()[:MAX_REASON],
    } | ({"was": was} if was else {})
    header = target.header
    write_events(session, actor, act, [Event(header.unit_path, header.id, detail=detail)])
