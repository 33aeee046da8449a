"""Hand-over lists: which account went from whom to whom, and who signed for it (R19)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, Role
from tms.db import BLIND
from tms.errors import Conflict, NotFound, message
from tms.models import AccountHandover, HandoverKind
from tms.models.types import now
from tms.records.audit import Event, write_events
from tms.records.put_rows import put

NAME_MAX = 50
UNIT_MAX = 100


@dataclass(frozen=True)
class Given:
    """What is handed over, and to whom; the unit was found by scope."""

    kind: HandoverKind
    role: Role
    unit_id: int
    unit_path: str
    receiver: str
    #: The account; none for a pile of slips.
    user_id: int | None = None
    count: int = 1


def give(session: Session, actor: Actor, given: Given) -> None:
    """A line of the list; names stay as they are today."""
    row = {
        "unit_path": given.unit_path,
        "unit_id": given.unit_id,
        "kind": str(given.kind),
        "user_id": given.user_id,
        "role": str(given.role),
        "count": given.count,
        "giver_id": actor.user_id,
        "giver": actor.name[:NAME_MAX],
        "giver_unit": actor.unit_name[:UNIT_MAX],
        "receiver": given.receiver[:NAME_MAX],
        "given_at": now(),
    }
    put(session, AccountHandover, [row])


def receive(session: Session, actor: Actor, handover_id: int) -> None:
    """Note that the receiver has signed for it.

    :raises NotFound: no such line in reach. :raises Conflict: it is signed for already.
    """
    actor.require(Permission.ACCOUNT_WRITE)
    statement = select(AccountHandover).where(AccountHandover.id == handover_id)
    row: AccountHandover | None = session.scalar(statement)
    if row is None:
        raise NotFound(message("没有这条交接记录。"))
    if row.received_at is not None:
        raise Conflict(message("这条交接已登记签收。"))
    change = update(AccountHandover).where(
        AccountHandover.id == handover_id, AccountHandover.received_at.is_(None)
    )
    change = change.values(received_at=now(), received_by=actor.user_id)
    session.execute(change, execution_options=BLIND)
    event = Event(row.unit_path, detail={"handover": handover_id}, files=0)
    write_events(session, actor, "account.receive", [event])
