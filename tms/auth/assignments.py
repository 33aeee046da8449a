"""One login, several assignments, one active; reach is never a union (R15)."""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy import select, update

from tms.access import LOGIN, Actor, acting
from tms.auth.sessions import keep_token
from tms.auth.who import current_actor
from tms.db import BLIND, db
from tms.errors import NotFound, message
from tms.models import Assignment, Unit
from tms.records import login_sessions
from tms.records.audit import Event, write_events


def other_assignments() -> list[Any]:
    """(id, role, unit) of what else the one logged in may act as; asked once a request."""
    actor = current_actor()
    if actor is None or not g.get("has_others"):
        return []
    if "other_assignments" not in g:
        with acting(db.session(), LOGIN):
            g.other_assignments = db.session.execute(_others(actor)).all()
    return list(g.other_assignments)


def _others(actor: Actor) -> Any:
    return (
        select(Assignment.id, Assignment.role, Unit.name.label("unit"), Unit.unit_path)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(
            Assignment.user_id == actor.user_id,
            Assignment.id != actor.assignment_id,
            Assignment.ended_at.is_(None),
        )
        .order_by(Assignment.id)
    )


def switch_assignment(assignment_id: int) -> None:
    """Act under another of one's own assignments from here on; reach is never a union (R15).

    :raises NotFound: it is not one of theirs, or it has ended.
    """
    actor = current_actor()
    chosen = next((row for row in other_assignments() if row.id == assignment_id), None)
    if actor is None or chosen is None:
        raise NotFound(message("没有这项任职。"))
    with acting(db.session(), LOGIN):
        mine = update(Assignment).where(Assignment.user_id == actor.user_id)
        mine = mine.values(is_active=Assignment.id == chosen.id)
        db.session.execute(mine, execution_options=BLIND)
        token = login_sessions.renew(
            db.session(), g.login_id, assignment_id=chosen.id, stepped_up_at=None
        )
        detail = {"assignment": chosen.id}
        event = Event(chosen.unit_path, detail=detail)
        write_events(db.session(), actor, "assignment.switch", [event])
        db.session.commit()
    keep_token(token)
