"""A teacher's wish that something in force be corrected; the school takes it over or declines."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, door
from tms.db import BLIND
from tms.errors import Conflict, Invalid, NotAllowed, NotFound, message, term
from tms.models import ChangeRequest, RequestStatus
from tms.models.types import now
from tms.records import checks
from tms.records.audit import Event, plain, write_events
from tms.records.changeable import wishable
from tms.records.patches import Patch, compared
from tms.records.request_checks import MAX_REASON, Target, Wanted, find_target, requests_where
from tms.records.requests import about, apply, enter
from tms.records.values import from_row


def wish(session: Session, actor: Actor, wanted: Wanted) -> int:
    """提出更正意愿: values, or just a text (*wanted.reason*), for one row in force.

    Whose field it is does not matter: the school decides what it applies for.

    :raises NotFound: file or row out of reach. :raises NotAllowed: not a teacher's own, or a field
        he does not see. :raises Conflict: not in force, or there is a wish already.
    :raises Invalid: neither values nor text, or a value that cannot be stored.
    """
    actor.require(Permission.WISH)
    target = find_target(session, wanted)
    patch = _patch(actor, target, wanted)
    text = wanted.reason.strip()[:MAX_REASON]
    if not patch.touched and not text:
        raise Invalid(message("请写明希望怎样更正。"))
    _refuse_second(session, wanted)
    values = {
        "base_version": target.row["content_version"],
        "kind": wanted.kind,
        "patch": plain(patch.columns),
        "former": plain(patch.former),
        "functions": patch.functions,
        "reason": text,
        "status": RequestStatus.WISH,
    }
    made = enter(session, actor, target, wanted, values)
    # its words are the school's to read, not everybody's who reads the history
    detail = {"request": made, "table": wanted.table, "row": wanted.row_id}
    detail["fields"] = sorted(patch.touched)
    header = target.header
    write_events(session, actor, "wish", [Event(header.unit_path, header.id, detail=detail)])
    return made


def take_over(session: Session, actor: Actor, wanted: Wanted) -> int:
    """Apply for what a wish (*wanted.wish_id*) asks, changed or not; the wish ends.

    :raises Conflict: the wish was answered already. Else as `apply`.
    """
    found = _open_wish(session, actor, wanted.wish_id or 0)
    if (found.table_name, found.row_id) != (wanted.table, wanted.row_id):
        raise NotFound(message("没有这项更正意愿。"))
    _end(session, found)
    return apply(session, actor, wanted)


def decline(session: Session, actor: Actor, wish_id: int, reason: str) -> None:
    """Say no, with a reason that the teacher reads.

    :raises NotFound: out of reach. :raises Conflict: answered already. :raises Invalid: no reason.
    """
    found = _open_wish(session, actor, wish_id)
    text = reason.strip()[:MAX_REASON]
    if not text:
        raise Invalid(message("请说明不采纳的理由，本人会看到。"))
    _end(session, found, answer=text)
    event = Event(found.unit_path, found.teacher_id, detail=about(found))
    write_events(session, actor, "wish.decline", [event])


def _patch(actor: Actor, target: Target, wanted: Wanted) -> Patch:
    """Whether a number is somebody's already is not said to whoever may not correct it."""
    model, header, row = target.model, target.header, target.row
    before = from_row(model, row, open_numbers=True)
    clean = checks.storable_values(model, wanted.values, header, before)
    may = {field.key for field in wishable(actor, model, header)}
    for key in clean.keys() - may:
        raise NotAllowed(
            message("“%(field)s”不由您填写。", field=term(model.dictionary.fields[key]))
        )
    return compared(model, header, row, before, clean)


def _refuse_second(session: Session, wanted: Wanted) -> None:
    conditions = (
        ChangeRequest.table_name == wanted.table,
        ChangeRequest.row_id == wanted.row_id,
        ChangeRequest.status == RequestStatus.WISH,
    )
    if requests_where(session, *conditions):
        raise Conflict(message("这条记录已提出更正意愿，学校答复后才能再提。"))


def _open_wish(session: Session, actor: Actor, wish_id: int) -> Any:
    actor.require(Permission.CHANGE)
    found = requests_where(session, ChangeRequest.id == wish_id)
    if not found:
        raise NotFound(message("没有这项更正意愿。"))
    if found[0].status != RequestStatus.WISH:
        raise Conflict(message("这项更正意愿已经答复或撤回。"))
    return found[0]


def _end(session: Session, found: Any, answer: str | None = None) -> None:
    statement = update(ChangeRequest).where(
        ChangeRequest.id == found.id, ChangeRequest.status == RequestStatus.WISH
    )
    values = {"status": RequestStatus.WITHDRAWN, "decided_at": now(), "answer": answer}
    with door(session):
        done: Any = session.execute(statement.values(**values), execution_options=BLIND)
    if done.rowcount != 1:
        raise Conflict(message("这项更正意愿已经答复或撤回。"))
