"""Desks: which open tasks are an actor's to decide, and where a step's desk stands.

A desk is a unit and a permission; of a university's parallel departments each has its own.
"""

from __future__ import annotations

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


@dataclass(frozen=True)
class Seat:
    """What an actor decides: at the desks of the own unit, and for heads that there are not."""

    actor: Actor
    #: Schools directly below without a head: their supervisor passes that step (DOMAIN.md 3).
    headless: frozenset[int] = frozenset()

    def holds(self, unit_id: int, permission: Permission) -> bool:
        """Whether tasks at that desk are the actor's to decide."""
        if unit_id == self.actor.unit_id:
            return self.actor.can(permission)
        return permission is Permission.SCHOOL_REVIEW and unit_id in self.headless

    @property
    def tasks(self) -> Any:
        """The same as a condition on `ReviewTask`, which are open."""
        held = held_by(self.actor)
        if not held or self.actor.unit_id is None:
            return false()
        desk = ReviewTask.desk_unit_id
        found = and_(desk == self.actor.unit_id, ReviewTask.permission.in_(held))
        if self.headless:
            is_head = ReviewTask.permission == Permission.SCHOOL_REVIEW
            found = or_(found, and_(desk.in_(self.headless), is_head))
        return and_(ReviewTask.verdict.is_(None), found)


def seat_of(session: Session, actor: Actor) -> Seat:
    """Where the actor sits now; one statement, and only for whoever may stand in."""
    if not actor.can(Permission.APPROVE) or actor.unit_id is None:
        return Seat(actor)
    return Seat(actor, frozenset(headless(session, actor.unit_id)))


def mine(session: Session, actor: Actor) -> Any:
    """Condition on `ReviewTask`: open, and the actor's to decide."""
    return seat_of(session, actor).tasks


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
