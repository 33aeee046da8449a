"""Requests that were refused leave an event (SECURITY.md S12), so many a day and no more.

What is beyond that is said by a last event: a crawler cannot fill the disk.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import Actor, unscoped
from tms.models import AuditEvent
from tms.models.types import now
from tms.records.audit import Event, write_events

ACT: Final = "denied"
#: Of one account: in a minute, in a day.
A_MINUTE: Final = 10
A_DAY: Final = 200
REASON: Final = "how many of one's own were written down, whatever the role reads"


def note(session: Session, actor: Actor, endpoint: str, method: str, act_id: str) -> bool:
    """Write down that *actor* was refused; False where enough of it is written down.

    The address itself is not kept: it may hold what somebody typed.
    """
    minute, day = _noted(session, actor)
    if minute >= A_MINUTE or day >= A_DAY:
        return False
    detail: dict[str, object] = {"endpoint": endpoint, "method": method, "status": 403}
    if minute == A_MINUTE - 1 or day == A_DAY - 1:
        detail["more"] = True  # and perhaps others, which are not written down
    write_events(session, actor, ACT, [Event(actor.unit_path, detail=detail, files=0)], act_id)
    return True


def _noted(session: Session, actor: Actor) -> tuple[int, int]:
    """How many in the last minute, and in the last day."""
    at = now()
    lately = func.count().filter(AuditEvent.at > at - timedelta(minutes=1))
    mine = (
        AuditEvent.act == ACT,
        AuditEvent.user_id == actor.user_id,
        AuditEvent.at > at - timedelta(days=1),
    )
    counted = select(lately, func.count()).select_from(AuditEvent).where(*mine)
    minute, day = session.execute(unscoped(counted, REASON)).one()
    return minute, day
