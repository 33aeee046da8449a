"""One person's number in full, for who may and says why (SECURITY.md S9).

Beside exports with a purpose the only place that opens a number to show it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, unscoped
from tms.crypto import keyring
from tms.errors import Invalid, NotAllowed, NotFound, message
from tms.models import TABLES, AuditEvent
from tms.models.types import now
from tms.records.audit import Event, write_events

ACT: Final = "reveal"
#: Of one account: looking up, not copying out; lists of numbers are exports, with their limits.
A_MINUTE: Final = 10
A_DAY: Final = 100
#: A purpose shorter than this says nothing.
SHORTEST: Final = 4
LONGEST: Final = 200
REASON: Final = "how often one looked oneself, whatever the role reads"


def reveal(session: Session, actor: Actor, teacher_id: int, purpose: str) -> str:
    """The number of a file in reach; leaves an event with the purpose. The caller commits.

    :raises NotFound: no such file, or it has no number yet. :raises Invalid: no purpose.
    :raises NotAllowed: the role may not, or has looked too often.
    """
    actor.require(Permission.UNMASK)
    told = purpose.strip()
    if not SHORTEST <= len(told) <= LONGEST:
        text = message("请写明查看用途（%(low)d至%(high)d字）。", low=SHORTEST, high=LONGEST)
        raise Invalid(text)
    basic = TABLES["basic_information"]
    columns = (basic.id, basic.id_number, basic.unit_path)
    row = session.execute(select(*columns).where(basic.teacher_id == teacher_id)).first()
    if row is None or not row.id_number:
        raise NotFound(message("这份档案还没有证件号码。"))
    _throttle(session, actor)
    number = keyring().open(
        row.id_number, table="basic_information", column="id_number", row=row.id
    )
    event = Event(row.unit_path, teacher_id, detail={"purpose": told})
    write_events(session, actor, ACT, [event])
    return number


def _throttle(session: Session, actor: Actor) -> None:
    for span, most in ((timedelta(minutes=1), A_MINUTE), (timedelta(days=1), A_DAY)):
        mine = (AuditEvent.act == ACT, AuditEvent.user_id == actor.user_id)
        recent = select(func.count()).select_from(AuditEvent).where(*mine)
        recent = recent.where(AuditEvent.at > now() - span)
        if (session.scalar(unscoped(recent, REASON)) or 0) >= most:
            raise NotAllowed(message("查看完整号码过于频繁，请稍后再试；成批使用请办理导出。"))
