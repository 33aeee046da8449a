"""我的裁定: what one decided lately, and how much of it can still be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.errors import Message, Term, term
from tms.models import ReviewTask, Submission, Teacher, Verdict
from tms.models.types import now
from tms.workflow.act import tasks_where
from tms.workflow.desks import Pile
from tms.workflow.plans import route_of
from tms.workflow.undo import HOURS, Bar, bars, decided, of_desk

#: Acts and files listed; a day of one person seldom holds more.
ACTS, FILES = 50, 500


@dataclass(frozen=True)
class Given:
    """One act of the last day at one step."""

    act_id: str
    at: datetime
    step: Term
    verb: str
    verdict: str
    files: int
    #: How many of them can be taken back now.
    undoable: int


def given(session: Session, actor: Actor) -> list[Given]:
    """The actor's verdicts of the last day, the latest first."""
    since = now() - timedelta(hours=HOURS)
    statement = (
        select(
            ReviewTask.act,
            ReviewTask.step,
            ReviewTask.verdict,
            Submission.route,
            Submission.route_version_id,
            func.max(ReviewTask.decided_at).label("at"),
            func.count().label("files"),
        )
        .join(Submission, Submission.id == ReviewTask.submission_id)
        .where(
            of_desk(actor), ReviewTask.decided_by == actor.user_id, ReviewTask.decided_at >= since
        )
        .group_by(
            ReviewTask.act,
            ReviewTask.step,
            ReviewTask.verdict,
            Submission.route,
            Submission.route_version_id,
        )
        .order_by(func.max(ReviewTask.decided_at).desc(), ReviewTask.act)
        .limit(ACTS)
    )
    return [_given(session, actor, row) for row in session.execute(statement).all()]


def _given(session: Session, actor: Actor, row: Any) -> Given:
    route = route_of(session, row.route, row.route_version_id)
    pile = Pile(route, route.step(row.step))
    tasks = _tasks(actor, row.act, pile, row.verdict)
    barred = _barred(session, tasks, bars(pile, Verdict(str(row.verdict))))
    count = row.files - len(barred)
    step = pile.step
    return Given(row.act, row.at, term(step), step.verb, row.verdict, row.files, count)


def _tasks(actor: Actor, act_id: str, pile: Pile, verdict: str) -> Any:
    return tasks_where(
        of_desk(actor), ReviewTask.act == act_id, ReviewTask.verdict == verdict, pile.tasks
    )


def _barred(session: Session, tasks: Any, found: Sequence[Bar]) -> dict[int, Message]:
    """By file why its verdict stands."""
    ids = tasks.with_only_columns(ReviewTask.id)
    barred: dict[int, Message] = {}
    for bar in found:
        for teacher in bar.files(session, ids):
            barred.setdefault(teacher, bar.sentence)
    return barred


@dataclass(frozen=True)
class OfAct:
    """One file of an act; *barred* says why its verdict stands."""

    teacher_id: int
    name: str
    unit_id: int
    barred: Message | None


def files_of(session: Session, actor: Actor, act_id: str) -> list[OfAct]:
    """The files that the act decided at the actor's desk; those that can be taken back first."""
    found: dict[int, OfAct] = {}
    for pile, verdict in decided(session, actor, act_id):
        tasks = _tasks(actor, act_id, pile, verdict)
        barred = _barred(session, tasks, bars(pile, verdict))
        statement = select(Teacher.id, Teacher.name, Teacher.teacher_no, Teacher.unit_id)
        statement = statement.where(Teacher.id.in_(_ids(tasks))).order_by(Teacher.id).limit(FILES)
        for row in session.execute(statement):
            name = row.name or row.teacher_no
            found[row.id] = OfAct(row.id, name, row.unit_id, barred.get(row.id))
    return sorted(found.values(), key=lambda each: each.barred is not None)


def _ids(tasks: Any) -> Any:
    named = tasks.subquery()
    return select(named.c.teacher_id)
