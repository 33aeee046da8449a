"""变更申请 for many rows in force by one act: what `requests.apply` does for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, unscoped
from tms.errors import Conflict, NotFound, message
from tms.models import TABLES, ChangeRequest, RequestStatus
from tms.models.types import now
from tms.records import checks, holds
from tms.records.audit import Event, write_events
from tms.records.locks import lock_ids
from tms.records.patches import Patch
from tms.records.read import Header, headers, rows_by_id
from tms.records.request_checks import (
    NOT_IN_FORCE,
    REASON,
    Target,
    Wanted,
    proven,
    reason_of,
    wanted_patch,
)
from tms.records.requests import columns_of

ACT = "request"


def apply_many(
    session: Session, actor: Actor, wanted: Sequence[Wanted], *, act_id: str
) -> list[int]:
    """Apply for every change of *wanted* (one table), all or nothing; the requests' ids in order.

    See `requests.apply` for what is raised.
    """
    actor.require(Permission.CHANGE)
    found = _targets(session, wanted)
    rows, events = [], []
    for each, target in zip(wanted, found, strict=True):
        patch = wanted_patch(session, actor, target, each)
        reason_of(each)
        proven(target, patch, each)
        rows.append(_row(actor, target, patch, each))
        events.append((target, patch, each))
    made = _insert(session, rows)
    told = [_event(*about, request) for about, request in zip(events, made, strict=True)]
    write_events(session, actor, ACT, told, act_id)
    return made


def _targets(session: Session, wanted: Sequence[Wanted]) -> list[Target]:
    """The rows in force that are meant, and nobody else at their files."""
    owners = {each.teacher_id for each in wanted}
    lock_ids(session, owners)
    files = headers(session, owners)
    if owners - files.keys():
        raise NotFound(message("没有这份档案。"))
    holds.refuse(holds.frozen(session, files.values()))
    (table,) = {each.table for each in wanted} or {""}
    model = TABLES[table]
    rows = rows_by_id(session, model, [each.row_id for each in wanted])
    return [Target(files[e.teacher_id], model, _in_force(e, rows.get(e.row_id))) for e in wanted]


def _in_force(wanted: Wanted, row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None or row["teacher_id"] != wanted.teacher_id:
        raise NotFound(message("没有这条记录。"))
    if not checks.is_locked(row["state"]):
        raise Conflict(NOT_IN_FORCE)
    checks.current(row, wanted.version)
    return row


def _row(actor: Actor, target: Target, patch: Patch, wanted: Wanted) -> dict[str, Any]:
    header: Header = target.header
    return {
        "teacher_id": header.id,
        "unit_path": header.unit_path,
        "table_name": wanted.table,
        "row_id": wanted.row_id,
        "refused": {},
        "version": 1,
        "made_by": actor.user_id,
        "made_at": now(),
        "status": RequestStatus.DRAFT,
    } | columns_of(target, patch, wanted)


def _insert(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """The index on undecided requests is the last word."""
    statement = insert(ChangeRequest).returning(ChangeRequest.id, sort_by_parameter_order=True)
    try:
        with session.begin_nested():
            return list(session.scalars(unscoped(statement, REASON), list(rows)))
    except IntegrityError as error:
        raise Conflict(message("这条记录刚被他人申请变更，请刷新后再看。")) from error


def _event(target: Target, patch: Patch, wanted: Wanted, request_id: int) -> Event:
    detail = {
        "request": request_id,
        "table": target.model.__tablename__,
        "row": target.row["id"],
        "fields": sorted(patch.touched),
        "note": reason_of(wanted),
    }
    return Event(target.header.unit_path, target.header.id, detail=detail)
