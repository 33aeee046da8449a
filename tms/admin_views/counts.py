"""Honest counts that cost little: exact up to ten thousand, beyond it "10,000+" (DESIGN.md 6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.jobs import lanes
from tms.models import PENDING, ChangeRequest, ExportRequest, Job
from tms.records.export_requests import waiting_for
from tms.workflow import inbox
from tms.workflow.requests import ways_to_wait

#: Counting stops here; the exact number is asked for by whoever needs it.
LIMIT = 10_000
#: Or here, where a number only says that there is something.
SOME = 1_000


def bounded(
    session: Session, model: Any, conditions: Sequence[Any], at_most: int | None = None
) -> tuple[int, bool]:
    """Number of rows in reach that meet *conditions*, and whether it is exact."""
    limit = LIMIT if at_most is None else at_most
    some = select(model.id).where(*conditions).limit(limit + 1).subquery()
    found = session.scalar(select(func.count()).select_from(some)) or 0
    return (limit, False) if found > limit else (found, True)


def waiting(session: Session, actor: Actor) -> tuple[int, bool]:
    """How many tasks lie on the actor's desk; asked once a request, by frame and page."""
    if "waiting" not in g:
        g.waiting = inbox.count(session, actor)
    found: tuple[int, bool] = g.waiting
    return found


def requests_waiting(session: Session, actor: Actor) -> tuple[int, bool]:
    """How many change requests and wishes wait for the actor to do something."""
    ways = [bounded(session, ChangeRequest, [way]) for way in ways_to_wait(session, actor)]
    number = sum(found for found, _exact in ways)
    return min(number, LIMIT), all(is_exact for _found, is_exact in ways) and number <= LIMIT


def exports_waiting(session: Session, actor: Actor) -> tuple[int, bool]:
    """How many exports wait for the actor as second person."""
    return bounded(session, ExportRequest, waiting_for(actor))


def jobs_pending(session: Session, actor: Actor) -> int:
    """How many of the actor's own jobs are under way."""
    mine = (Job.user_id == actor.user_id, Job.state.in_(PENDING), lanes.LISTED)
    return session.scalar(select(func.count()).select_from(Job).where(*mine)) or 0


def exact(session: Session, model: Any, conditions: Sequence[Any]) -> int:
    """The number of rows, however long it takes."""
    statement = select(func.count()).select_from(model).where(*conditions)
    return session.scalar(statement) or 0


def shown(number: int, is_exact: bool) -> str:
    """1,234 or 10,000+; nothing for none."""
    return f"{number:,}{'' if is_exact else '+'}" if number else ""
