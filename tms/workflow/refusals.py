"""A desk refuses some fields of a change request; only the others are applied (DESIGN.md 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tms.access import Actor, unscoped
from tms.db import BLIND
from tms.errors import Conflict, Invalid, message
from tms.models import ChangeRequest, RequestKind, RequestStatus
from tms.models.types import now
from tms.records.audit import Event, plain, write_events
from tms.records.patches import fields_of
from tms.records.request_checks import MAX_REASON
from tms.records.requests import about
from tms.workflow.requests import requests_of
from tms.workflow.selection import REASON

#: Under which key a deletion, which has no fields, is refused.
WHOLE = ""


def refuse(
    session: Session,
    actor: Actor,
    selection: int,
    refused: Mapping[int, Mapping[str, str]],
    act_id: str,
) -> list[int]:
    """A desk refuses some fields, {request: {field: reason}}; the rest goes on.

    A request all of whose fields are refused ends here; a deletion is refused under `WHOLE`.

    :returns: the requests of the selection, in the actor's sight, that were meant.
    :raises Invalid: a field that it does not change, or no reason.
    :raises Conflict: it is not under review any more.
    """
    if not refused:
        return []
    reach = select(ChangeRequest.id).where(ChangeRequest.id.in_(list(refused)))
    seen = set(session.scalars(reach))
    locked = requests_of(session, selection, lock=True)
    found = [each for each in locked if each.id in seen]
    for each in found:
        _refuse_one(session, actor, each, refused[each.id], act_id)
    return [each.id for each in found]


def _refuse_one(
    session: Session, actor: Actor, request: Any, fields: Mapping[str, str], act_id: str
) -> None:
    known = refusable(request)
    for field, reason in fields.items():
        if field not in known:
            raise Invalid(message("这项申请不改动所选的内容。"))
        if not reason.strip():
            raise Invalid(message("不接受须说明理由。"))
    told = {
        field: {"by": actor.user_id, "reason": reason.strip()[:MAX_REASON], "act": act_id}
        for field, reason in fields.items()
    }
    all_refused = {**(request.refused or {}), **told}
    values: dict[str, Any] = {"refused": plain(all_refused)}
    if set(known) <= all_refused.keys():
        values |= {"status": RequestStatus.REFUSED, "decided_at": now(), "decided_act": act_id}
    _change(session, request, values)
    note = "；".join(str(each["reason"]) for each in told.values())
    detail = about(request, fields=sorted(fields), note=note)
    event = Event(request.unit_path, request.teacher_id, detail=detail)
    write_events(session, actor, "request.refuse", [event], act_id)


def refusable(request: Any) -> list[str]:
    """The keys under which a desk may refuse: the fields it changes; of a deletion the whole."""
    if request.kind == RequestKind.DELETE:
        return [WHOLE]
    return fields_of(request.table_name, request.patch)


def _change(session: Session, request: Any, values: Mapping[str, Any]) -> None:
    statement = update(ChangeRequest).where(
        ChangeRequest.id == request.id,
        ChangeRequest.version == request.version,
        ChangeRequest.status == RequestStatus.IN_REVIEW,
    )
    done: Any = session.execute(
        unscoped(statement.values(**values), REASON), execution_options=BLIND
    )
    if done.rowcount != 1:
        raise Conflict(message("这项申请已不在审核中，请刷新后再看。"))
