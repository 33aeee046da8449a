"""Finding a file by the number of an identity document: exact, logged, throttled."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, unscoped
from tms.crypto import keyring
from tms.dictionary import code_table
from tms.errors import NotAllowed, message
from tms.models import TABLES, AuditEvent
from tms.models.types import now
from tms.records.audit import Event, write_events

ACT = "find.number"
#: Searches by number that one user may make in a minute: looking up, not trying out.
A_MINUTE = 20
#: Letters and digits, mostly digits: names have none.
DOCUMENT = re.compile(r"[A-Za-z0-9()（）-]*\d{5,}[A-Za-z0-9()（）-]*")


def looks_like_document(term: str) -> bool:
    """Whether *term* can be a document's number rather than a name."""
    return DOCUMENT.fullmatch(term) is not None


def file_by_document(session: Session, actor: Actor, number: str) -> int | None:
    """The file in reach whose document of whatever type has *number*. Leaves an event.

    :raises NotAllowed: the role reads no records, or searches too fast.
    """
    actor.require(Permission.RECORD_READ)
    _throttle(session, actor)
    model = TABLES["basic_information"]
    kinds = [entry.code for entry in code_table("id_type").entries]
    indexes = [keyring().blind_index(kind, number.upper()) for kind in kinds]
    statement = select(model.teacher_id).where(model.id_number_index.in_(indexes))
    found = session.scalar(statement)
    event = Event(actor.unit_path, found, detail={"found": found is not None})
    write_events(session, actor, ACT, [event])
    return found


def _throttle(session: Session, actor: Actor) -> None:
    recent = (
        select(func.count())
        .select_from(AuditEvent)
        .where(
            AuditEvent.act == ACT,
            AuditEvent.user_id == actor.user_id,
            AuditEvent.at > now() - timedelta(minutes=1),
        )
    )
    made = session.scalar(unscoped(recent, "one's own searches, whatever the role reads"))
    if (made or 0) >= A_MINUTE:
        raise NotAllowed(message("按号码查询过于频繁，请一分钟后再试。"))
