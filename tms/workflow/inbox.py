"""The inbox: what lies on the actor's desk, in piles by what it changes (PEERS.md 5.3).

Every question is bounded: a desk may hold a whole province.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tms.access import Actor, Family, Reach, unscoped
from tms.errors import Term, term
from tms.models import ChangeRequest, Person, ReviewTask, Submission, SubmissionRow, User, Verdict
from tms.models.types import now
from tms.models.work import DELETED, REQUESTS
from tms.workflow import shapes
from tms.workflow.desks import mine
from tms.workflow.plans import route_of
from tms.workflow.routes import Step

#: Counting, sampling and going from file to file stop here.
MOST = 10_000
#: The unit and the permission of a desk confine more than the actor's reach does; with that, too,
#: PostgreSQL takes a county for empty and plans for it.
DESK = "the tasks of the actor's own desk"
#: Who passed a file below acted on one in reach, as its history says too.
NAMES = "who decided on submissions that were found by scope"


@dataclass(frozen=True)
class Pile:
    """Tasks of one shape."""

    shape: str
    count: int
    overdue: int
    #: Since when the first of them waits.
    since: datetime


def of_shape(shape: str) -> Any:
    """Condition on `ReviewTask`: it lies in this pile."""
    # Tasks from before there were shapes lie with those of many changes.
    return ReviewTask.shape.in_(("", shape) if shape == shapes.MIXED else (shape,))


def overdue() -> Any:
    """Condition on `ReviewTask`: its term is over."""
    return ReviewTask.due_at < now()


def urgency() -> tuple[Any, ...]:
    """Order of tasks: overdue first, then what came first."""
    return (case((overdue(), 0), else_=1), ReviewTask.opened_at, ReviewTask.id)


def count(session: Session, actor: Actor) -> tuple[int, bool]:
    """How many tasks lie on the actor's desk, and whether that is exact: counting stops."""
    some = select(ReviewTask.id).where(mine(session, actor)).limit(MOST + 1).subquery()
    found = session.scalar(unscoped(select(func.count()).select_from(some), DESK)) or 0
    return min(found, MOST), found <= MOST


def piles(session: Session, actor: Actor, conditions: Iterable[Any] = ()) -> list[Pile]:
    """The piles of the actor's desk, what wants most care first.

    Counted among the first `MOST` tasks; whoever shows them compares their sum with that.
    """
    columns = (ReviewTask.shape, ReviewTask.opened_at, overdue().label("late"))
    some = select(*columns).where(mine(session, actor), *conditions).limit(MOST + 1).subquery()
    shape = case((some.c.shape == "", shapes.MIXED), else_=some.c.shape).label("shape")
    late = func.sum(case((some.c.late, 1), else_=0))
    named = select(shape, func.count(), late, func.min(some.c.opened_at)).group_by(shape)
    found = [Pile(*row) for row in session.execute(unscoped(named, DESK))]
    return sorted(found, key=lambda pile: shapes.by_risk(pile.shape))


def in_order(session: Session, actor: Actor, conditions: Iterable[Any] = ()) -> list[int]:
    """Ids of the files on the desk that meet *conditions*, the most urgent first."""
    statement = select(ReviewTask.teacher_id).where(mine(session, actor), *conditions)
    found = session.scalars(unscoped(statement.order_by(*urgency()).limit(MOST), DESK))
    return list(dict.fromkeys(found))


def sample(
    session: Session, actor: Actor, conditions: Iterable[Any], size: int, seed: int
) -> list[int]:
    """*size* files of a pile by chance, the same again for the same *seed*.

    Each file draws its own lot, so that what is decided meanwhile does not shuffle the rest.
    """
    statement = select(ReviewTask.teacher_id).where(mine(session, actor), *conditions)
    found = session.scalars(unscoped(statement.limit(MOST), DESK))
    lots = {each: random.Random(f"{seed}-{each}").random() for each in found}  # noqa: S311
    return sorted(lots, key=lambda each: lots[each])[:size]


@dataclass(frozen=True)
class Passed:
    """The last desk below that passed a submission."""

    step: Term
    name: str
    at: datetime


def passed_below(session: Session, submissions: Sequence[int]) -> dict[int, Passed]:
    """By submission who passed it last."""
    statement = (
        select(
            ReviewTask.submission_id,
            ReviewTask.step,
            ReviewTask.decided_at,
            Submission.route,
            Submission.route_version_id,
            Person.name,
        )
        .join(Submission, Submission.id == ReviewTask.submission_id)
        .join(User, User.id == ReviewTask.decided_by)
        .join(Person, Person.id == User.person_id)
        .where(ReviewTask.submission_id.in_(submissions), ReviewTask.verdict == Verdict.PASSED)
        .order_by(ReviewTask.decided_at, ReviewTask.id)
    )
    found = {}
    for row in session.execute(unscoped(statement, NAMES)):
        step = route_of(session, row.route, row.route_version_id).step(row.step)
        found[row.submission_id] = Passed(term(step), row.name, row.decided_at)
    return found


def steps_of(session: Session, tasks: Sequence[ReviewTask]) -> dict[int, Step]:
    """By task its step on the route that its submission began with."""
    wanted = {task.submission_id for task in tasks}
    columns = (Submission.id, Submission.route, Submission.route_version_id)
    found = session.execute(select(*columns).where(Submission.id.in_(wanted)))
    routes = {row.id: route_of(session, row.route, row.route_version_id) for row in found}
    return {task.id: routes[task.submission_id].step(task.step) for task in tasks}


@dataclass(frozen=True)
class Brought:
    """What one submission brings, as far as the actor reaches its rows."""

    #: Rows by table.
    new: dict[str, list[int]]
    requests: list[Any]


def brought(session: Session, actor: Actor, submissions: Sequence[int]) -> dict[int, Brought]:
    """By submission its new rows and its change requests; to a department those it judges."""
    found = {each: Brought({}, []) for each in submissions}
    rows = select(SubmissionRow.submission_id, SubmissionRow.table_name, SubmissionRow.row_id)
    there = (SubmissionRow.content_version != DELETED, *judged_by(actor))
    rows = rows.where(SubmissionRow.submission_id.in_(submissions), *there)
    requests: dict[int, int] = {}
    for submission, table, row_id in session.execute(rows):
        if table == REQUESTS:
            requests[row_id] = submission
        else:
            found[submission].new.setdefault(table, []).append(row_id)
    statement = select(ChangeRequest).where(ChangeRequest.id.in_(requests))
    for request in session.scalars(statement.order_by(ChangeRequest.id)) if requests else ():
        found[requests[request.id]].requests.append(request)
    return found


def judged_by(actor: Actor) -> tuple[Any, ...]:
    """Condition on `SubmissionRow`: a department judges its own, everybody else the whole."""
    if actor.reach(Family.RECORDS) is not Reach.PARENT_FUNCTIONS:
        return ()
    return (SubmissionRow.functions.bitwise_and(actor.functions) != 0,)
