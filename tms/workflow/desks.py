"""Desks: which open tasks are an actor's to decide, and where a step's desk stands.

A desk is a unit and a permission; of a university's parallel departments each has its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.db import AnySelect
from tms.models import ReviewTask, Submission
from tms.records.heads import headless
from tms.workflow.act import tasks_where
from tms.workflow.plans import route_of
from tms.workflow.routes import ROUTES, Route, Step, Verb

#: What makes somebody the holder of a desk.
DECIDING = (
    Permission.RECORD_SUPPLEMENT,
    Permission.UNIT_REVIEW,
    Permission.DEPT_REVIEW,
    Permission.SCHOOL_REVIEW,
    Permission.REPORT,
    Permission.APPROVE,
)


def held_by(actor: Actor) -> list[Permission]:
    """The kinds of desk that the actor's role holds at its unit."""
    return [permission for permission in DECIDING if actor.can(permission)]


def verbs_of(actor: Actor) -> frozenset[Verb]:
    """What the actor does to send a file on, at one desk or another."""
    held = held_by(actor)
    steps = (step for route in ROUTES.values() for step in route.steps)
    return frozenset(step.verb for step in steps if step.permission in held)


def mine(session: Session, actor: Actor) -> Any:
    """Condition on `ReviewTask`: open, and the actor's to decide."""
    held = held_by(actor)
    if not held or actor.unit_id is None:
        return false()
    own = and_(ReviewTask.desk_unit_id == actor.unit_id, ReviewTask.permission.in_(held))
    return and_(ReviewTask.verdict.is_(None), or_(own, *_standing_in(session, actor)))


def _standing_in(session: Session, actor: Actor) -> Sequence[Any]:
    """Of schools without a head, their supervisor passes that step (DOMAIN.md 3)."""
    if not actor.can(Permission.APPROVE) or actor.unit_id is None:
        return ()
    schools = headless(session, actor.unit_id)
    if not schools:
        return ()
    return (
        and_(
            ReviewTask.desk_unit_id.in_(schools),
            ReviewTask.permission == Permission.SCHOOL_REVIEW,
        ),
    )


def stands_in(session: Session, actor: Actor, unit_id: int, permission: Permission) -> bool:
    """Whether the actor decides at that desk because the school has no head."""
    if permission is not Permission.SCHOOL_REVIEW or not actor.can(Permission.APPROVE):
        return False
    return actor.unit_id is not None and unit_id in headless(session, actor.unit_id)


@dataclass(frozen=True)
class Pile:
    """The open tasks of one step of one route that lie before an actor."""

    route: Route
    step: Step

    @property
    def tasks(self) -> Any:
        """Condition on `ReviewTask` and `Submission`."""
        version = self.route.version_id
        return and_(
            Submission.route == self.route.key,
            Submission.route_version_id.is_(None)
            if version is None
            else Submission.route_version_id == version,
            ReviewTask.step == self.step.key,
        )


def piles(session: Session, actor: Actor, chosen: AnySelect | None) -> list[Pile]:
    """What lies before the actor among the chosen files (or all), in the order of the routes."""
    statement = tasks_where(mine(session, actor))
    if chosen is not None:
        statement = statement.where(ReviewTask.teacher_id.in_(chosen))
    named = statement.with_only_columns(
        Submission.route, Submission.route_version_id, ReviewTask.step
    ).distinct()
    found = []
    for key, version, step in session.execute(named):
        route = route_of(session, key, version)
        found.append(Pile(route, route.step(step)))
    return sorted(found, key=lambda pile: (pile.route.key, pile.route.steps.index(pile.step)))


def on_desk(session: Session, actor: Actor, pile: Pile, chosen: AnySelect | None) -> AnySelect:
    """(teacher, submission, task) of the pile's open tasks before the actor."""
    statement = tasks_where(mine(session, actor), pile.tasks)
    return statement if chosen is None else statement.where(ReviewTask.teacher_id.in_(chosen))


def desk_of(session: Session, actor: Actor, chosen: AnySelect | None = None) -> AnySelect:
    """The files (of *chosen*) with an open task before the actor."""
    statement = select(ReviewTask.teacher_id).where(mine(session, actor))
    return statement if chosen is None else statement.where(ReviewTask.teacher_id.in_(chosen))
