"""Four eyes over exports: asking for many full numbers, agreeing, refusing, having it made (S11).

Who asks has the right to full numbers; who agrees is another person with a reach over the asker's
unit: an information administrator of that unit or above, or a security officer. Each step is
compare-and-set on the state, and leaves an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, unscoped
from tms.db import BLIND
from tms.errors import Conflict, Invalid, NotAllowed, NotFound, Text, message
from tms.models import ExportRequest, ExportState, User
from tms.models.types import now
from tms.packed import pack
from tms.records.audit import Event, write_events
from tms.records.export_limits import Amount

#: How long one waits for the answer, and then has it made.
DAYS: Final = 7
MAX_NOTE: Final = 200
#: Nobody needs more under way at a time.
MAX_OPEN: Final = 20
OPEN: Final = (ExportState.WAITING, ExportState.APPROVED)


@dataclass(frozen=True)
class NewRequest:
    """What is asked for; *sheets* and *purpose* are what the second person reads."""

    title: Text
    #: [name, [headers]] of each sheet.
    sheets: list[Any]
    purpose: str
    amount: Amount
    params: Mapping[str, Any]


def ask(session: Session, actor: Actor, new: NewRequest) -> int:
    """Ask for a second person; returns the request's id.

    :raises NotAllowed: the role takes no full numbers. :raises Conflict: enough are open.
    """
    actor.require(Permission.UNMASK)
    mine = (ExportRequest.user_id == actor.user_id, ExportRequest.state.in_(OPEN))
    still = ExportRequest.expires_at > now()
    count = select(func.count()).select_from(ExportRequest).where(*mine, still)
    if (session.scalar(count) or 0) >= MAX_OPEN:
        raise Conflict(message("您已有%(n)d项导出等待同意，请先撤回不用的。", n=MAX_OPEN))
    row = ExportRequest(
        user_id=actor.user_id,
        unit_path=actor.unit_path,
        by_name=actor.name,
        by_unit=actor.unit_name,
        title=pack(new.title),
        sheets=new.sheets,
        purpose=new.purpose,
        rows=new.amount.rows,
        people=new.amount.people,
        params=dict(new.params),
        state=ExportState.WAITING,
        asked_at=now(),
        expires_at=now() + timedelta(days=DAYS),
    )
    session.add(row)
    session.flush()
    _note(session, actor, row, "export.ask", {"purpose": new.purpose, "people": row.people})
    return row.id


def find(session: Session, request_id: int) -> ExportRequest:
    """One in the actor's reach.

    :raises NotFound: there is none.
    """
    wanted = select(ExportRequest).where(ExportRequest.id == request_id)
    row: ExportRequest | None = session.scalar(wanted)
    if row is None:
        raise NotFound(message("没有这项导出申请。"))
    return row


# -- what may be done ------------------------------------------------------------------------------


def is_open(row: ExportRequest) -> bool:
    """Whether it still runs."""
    return row.expires_at > now()


def is_mine(actor: Actor, row: ExportRequest) -> bool:
    """Whether the actor's account asked for it."""
    return actor.user_id is not None and row.user_id == actor.user_id


def may_decide(actor: Actor, row: ExportRequest) -> bool:
    """Whether it waits for somebody like the actor."""
    waits = row.state == ExportState.WAITING and is_open(row)
    return waits and actor.can(Permission.EXPORT_APPROVE) and not is_mine(actor, row)


def may_start(actor: Actor, row: ExportRequest) -> bool:
    """Whether the actor can have the file made."""
    return is_mine(actor, row) and row.state == ExportState.APPROVED and is_open(row)


def may_withdraw(actor: Actor, row: ExportRequest) -> bool:
    """Whether the actor can still let it be."""
    return is_mine(actor, row) and row.state in OPEN and is_open(row)


def waiting_for(actor: Actor) -> tuple[Any, ...]:
    """Conditions: it waits for somebody like the actor."""
    waits = (ExportRequest.state == ExportState.WAITING, ExportRequest.expires_at > now())
    return (*waits, ExportRequest.user_id != actor.user_id)


# -- deciding --------------------------------------------------------------------------------------


def approve(session: Session, actor: Actor, request_id: int, note: str = "") -> None:
    """Agree: whoever asked may have the file made.

    :raises NotFound: out of reach. :raises NotAllowed: one's own.
    :raises Conflict: it was decided, withdrawn, or its time is over.
    """
    _decide(session, actor, request_id, ExportState.APPROVED, note)


def refuse(session: Session, actor: Actor, request_id: int, reason: str) -> None:
    """Do not agree, and say why; else as `approve`.

    :raises Invalid: no reason.
    """
    if not reason.strip():
        raise Invalid(message("请写明不同意的理由，申请人会看到。"))
    _decide(session, actor, request_id, ExportState.REFUSED, reason)


def _decide(session: Session, actor: Actor, request_id: int, state: ExportState, note: str) -> None:
    actor.require(Permission.EXPORT_APPROVE)
    row = find(session, request_id)
    if is_mine(actor, row) or _is_same_person(session, actor, row):
        raise NotAllowed(message("自己提出的导出须由另一人同意。"))
    note = note.strip()[:MAX_NOTE]
    values = {
        "decided_by": actor.user_id,
        "decided_name": f"{actor.unit_name} {actor.name}".strip(),
        "decided_at": now(),
        "answer": note or None,
    }
    _move(session, row, (ExportState.WAITING,), state, values)
    act = "export.approve" if state is ExportState.APPROVED else "export.refuse"
    _note(session, actor, row, act, {"note": note})


def _is_same_person(session: Session, actor: Actor, row: ExportRequest) -> bool:
    """Two accounts of one person are one pair of eyes."""
    persons = select(func.count(User.person_id.distinct())).where(
        User.id.in_((actor.user_id, row.user_id))
    )
    return bool(session.scalar(unscoped(persons, "only whether they are one is asked")) == 1)


# -- what becomes of it ----------------------------------------------------------------------------


def withdraw(session: Session, actor: Actor, request_id: int) -> ExportRequest:
    """Let it be; one's own only.

    :raises NotFound: not one's own. :raises Conflict: it was started or refused, or is over.
    """
    row = _own(session, actor, request_id)
    _move(session, row, OPEN, ExportState.WITHDRAWN)
    _note(session, actor, row, "export.withdraw", {})
    return row


def start(session: Session, actor: Actor, request_id: int) -> ExportRequest:
    """Begin what was agreed to; once. The caller enqueues its job.

    :raises NotFound: not one's own. :raises Conflict: nobody agreed, it was begun, or is over.
    """
    actor.require(Permission.UNMASK)
    row = _own(session, actor, request_id)
    _move(session, row, (ExportState.APPROVED,), ExportState.STARTED)
    return row


def _own(session: Session, actor: Actor, request_id: int) -> ExportRequest:
    row = find(session, request_id)
    if not is_mine(actor, row):
        raise NotFound(message("没有这项导出申请。"))
    return row


def _move(
    session: Session,
    row: ExportRequest,
    before: tuple[ExportState, ...],
    after: ExportState,
    values: Mapping[str, Any] | None = None,
) -> None:
    mine = (ExportRequest.id == row.id, ExportRequest.state.in_(before))
    statement = update(ExportRequest).where(*mine, ExportRequest.expires_at > now())
    changed = statement.values(state=after, **(values or {}))
    done: Any = session.execute(changed, execution_options=BLIND)
    if done.rowcount != 1:
        raise Conflict(message("这项导出申请已处理或已过期，请刷新后再看。"))
    session.expire(row)


def _note(
    session: Session, actor: Actor, row: ExportRequest, act: str, detail: Mapping[str, Any]
) -> None:
    told = {"request": row.id, **{key: value for key, value in detail.items() if value}}
    write_events(session, actor, act, [Event(row.unit_path, detail=told, files=row.people)])
