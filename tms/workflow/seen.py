"""A desk's holder has looked: from then on nobody withdraws what was sent in."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from tms.access import Actor, door
from tms.db import BLIND
from tms.models import ReviewTask
from tms.models.types import now
from tms.workflow.desks import mine


def mark_seen(session: Session, actor: Actor, teacher_id: int) -> bool:
    """Note who of the desk looked first at the file's open task; says whether that is the actor."""
    statement = (
        update(ReviewTask)
        .where(
            mine(session, actor), ReviewTask.teacher_id == teacher_id, ReviewTask.seen_at.is_(None)
        )
        .values(seen_at=now(), seen_by=actor.user_id)
    )
    with door(session):
        done = session.execute(statement, execution_options=BLIND)
    return bool(done.rowcount)  # type: ignore[attr-defined]
