"""One file on a desk: what it brings, what moved since the last verdict here, who else decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tms.access import Actor, unscoped
from tms.errors import Term, term
from tms.models import Person, ReviewTask, Submission, SubmissionRow, Unit, User
from tms.workflow.desks import held_by, mine
from tms.workflow.inbox import NAMES
from tms.workflow.plans import route_of
from tms.workflow.routes import Desk, Route, Step

#: (table, row id)
Place = tuple[str, int]


@dataclass(frozen=True)
class Before:
    """The desk's last verdict on the same submission."""

    verdict: str
    round: int
    at: datetime
    act: str | None


@dataclass(frozen=True)
class Turn:
    """An open task of the actor's desk, and what it is about."""

    task: ReviewTask
    submission: Submission
    route: Route
    step: Step
    before: Before | None
    #: The rows that travel, as far as the desk judges them, with the round they came in.
    rows: Mapping[Place, int] = field(default_factory=dict)

    @property
    def moved(self) -> frozenset[Place]:
        """What came in since the desk's last verdict; nothing where it has given none."""
        if self.before is None:
            return frozenset()
        last = self.before.round
        return frozenset(place for place, came_in in self.rows.items() if came_in > last)


def turn_of(session: Session, actor: Actor, teacher_id: int) -> Turn | None:
    """The actor's turn with a file; None where it lies on another desk or nowhere."""
    statement = (
        select(ReviewTask, Submission)
        .join(Submission, Submission.id == ReviewTask.submission_id)
        .where(mine(session, actor), ReviewTask.teacher_id == teacher_id)
        .order_by(ReviewTask.id)
    )
    found = session.execute(statement).first()
    if found is None:
        return None
    task, submission = found
    route = route_of(session, submission.route, submission.route_version_id)
    before = _before(session, actor, submission.id)
    return Turn(task, submission, route, route.step(task.step), before, _rows(session, task))


def _before(session: Session, actor: Actor, submission_id: int) -> Before | None:
    statement = (
        select(ReviewTask.verdict, ReviewTask.round, ReviewTask.decided_at, ReviewTask.act)
        .where(
            ReviewTask.submission_id == submission_id,
            ReviewTask.desk_unit_id == actor.unit_id,
            ReviewTask.permission.in_(held_by(actor)),
            ReviewTask.verdict.is_not(None),
        )
        .order_by(ReviewTask.round.desc(), ReviewTask.id.desc())
    )
    row = session.execute(statement).first()
    return Before(row.verdict, row.round, row.decided_at, row.act) if row else None


def _rows(session: Session, task: ReviewTask) -> dict[Place, int]:
    statement = select(SubmissionRow.table_name, SubmissionRow.row_id, SubmissionRow.round)
    statement = statement.where(SubmissionRow.submission_id == task.submission_id)
    if task.functions:
        judged = SubmissionRow.functions.bitwise_and(task.functions) != 0
        statement = statement.where(judged)
    return {(row[0], row[1]): row[2] for row in session.execute(statement)}


@dataclass(frozen=True)
class Decision:
    """One desk's turn with the submission: decided, or open still."""

    step: Term
    unit: str
    round: int
    verdict: str | None
    name: str | None
    at: datetime | None
    opened_at: datetime
    stand_in: bool
    in_parallel: bool


def decisions(session: Session, submission_id: int) -> list[Decision]:
    """Every desk's turn with a submission in reach, in order: the joint review list."""
    desk = aliased(Unit)
    statement = (
        select(ReviewTask, desk.name, Person.name, Submission.route, Submission.route_version_id)
        .join(Submission, Submission.id == ReviewTask.submission_id)
        .join(desk, desk.id == ReviewTask.desk_unit_id)
        .outerjoin(User, User.id == ReviewTask.decided_by)
        .outerjoin(Person, Person.id == User.person_id)
        .where(ReviewTask.submission_id == submission_id)
        .order_by(ReviewTask.id)
    )
    found = []
    for task, unit, name, route, version in session.execute(unscoped(statement, NAMES)):
        step = route_of(session, route, version).step(task.step)
        found.append(
            Decision(
                term(step),
                unit,
                task.round,
                task.verdict,
                name,
                task.decided_at,
                task.opened_at,
                task.stand_in,
                step.desk is Desk.DEPARTMENTS,
            )
        )
    return found
