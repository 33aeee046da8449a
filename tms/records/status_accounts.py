"""Accounts of teachers whose personnel status an approved change has set (DOMAIN.md 11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tms.access import Actor, unscoped
from tms.among import among
from tms.db import BLIND
from tms.models import TABLES, User
from tms.records.audit import Event, write_events
from tms.records.read import chunks

REASON: Final = "the login of a teacher whose status was changed by a desk"
STATUS: Final = "personnel_status"
#: Death and dismissal end an account.
ENDED: Final = ("303", "308")
#: Whoever works again after retirement fills in again.
REENGAGED: Final = "304"
#: From here on people are no longer counted.
AWAY: Final = "300"


def follow(
    session: Session,
    actor: Actor,
    requests: Sequence[Any],
    act_id: str,
    *,
    is_undo: bool = False,
) -> None:
    """Disable the accounts of the dead and dismissed; others who left only read, until they return.

    :param requests: those that were put in force, or taken back: what that disabled is enabled.
    """
    said = {r.teacher_id: r.patch[STATUS] for r in requests if STATUS in (r.patch or {})}
    basic = TABLES["basic_information"]
    for part in chunks(sorted(said)):
        statement = select(basic.teacher_id, basic.personnel_status).where(
            among(basic.teacher_id, part)
        )
        rows = session.execute(unscoped(statement, REASON))
        status = {row.teacher_id: row.personnel_status for row in rows}
        ended = [who for who, code in status.items() if code in ENDED]
        back = [who for who in status if said[who] in ENDED and who not in ended and is_undo]
        reads = [who for who, code in status.items() if _only_reads(code) and who not in ended]
        _set(session, part, is_read_only=False)
        _set(session, reads, is_read_only=True)
        disabled, enabled = (
            _set(session, ended, is_disabled=True),
            _set(session, back, is_disabled=False),
        )
        _tell(session, actor, "account.disable", disabled, act_id)
        _tell(session, actor, "account.enable", enabled, act_id)


def _only_reads(code: str | None) -> bool:
    return bool(code) and str(code) > AWAY and code != REENGAGED


def _set(session: Session, teachers: Sequence[int], **values: Any) -> list[Any]:
    """Set *values* on their accounts; (user, teacher, path) of those."""
    statement = select(User.id, User.teacher_id, User.unit_path).where(
        among(User.teacher_id, list(teachers))
    )
    found = list(session.execute(unscoped(statement, REASON))) if teachers else []
    if found:
        change = update(User).where(User.id.in_([row.id for row in found])).values(**values)
        session.execute(unscoped(change, REASON), execution_options=BLIND)
    return found


def _tell(session: Session, actor: Actor, act: str, rows: Sequence[Any], act_id: str) -> None:
    events = [Event(row.unit_path, row.teacher_id, detail={"user": row.id}) for row in rows]
    write_events(session, actor, act, events, act_id)
