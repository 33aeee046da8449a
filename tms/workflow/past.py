"""A file as it stood at an instant, rebuilt from its audit events: for whoever asks afterwards.

Events say which rows came, changed and went, who sent them in, and what each desk decided. What a
submission took along is what it always takes (`tms.workflow.gather.gathered`): all drafts of the
tables that its sender sends in. A verdict that was taken back leaves the file as it was before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tms.access import ROLES, Actor, Role, actor_of, unscoped
from tms.dictionary import Filler
from tms.models import (
    TABLES,
    AuditEvent,
    Level,
    RecordStatus,
    ReviewNote,
    ReviewTask,
    RowState,
    Submission,
    SubmissionRow,
)
from tms.records.read import Header, UnderWay
from tms.workflow.flow import sends_past
from tms.workflow.gather import gathered
from tms.workflow.plans import route_of
from tms.workflow.routes import Route, Step

REASON = "an auditor asks about one file below the own unit; rows are read without their values"

#: (table, row id)
Place = tuple[str, int]


@dataclass
class Past:
    """What stood at an instant."""

    rows: dict[Place, RowState] = field(default_factory=dict)
    #: Rows that had been deleted by then.
    gone: set[Place] = field(default_factory=set)
    submission_id: int | None = None
    #: Where it waited; None while nothing was under review.
    step: Step | None = None
    status: str = RecordStatus.DRAFT
    notes: tuple[tuple[str | None, int | None, str | None], ...] = ()
    #: What it rests on: the last event of each row, and those of the last submission.
    written: dict[Place, Any] = field(default_factory=dict)
    verdicts: list[Any] = field(default_factory=list)

    @property
    def under_way(self) -> UnderWay | None:
        """As the door's questions take it."""
        if self.submission_id is None:
            return None
        step = self.step.key if self.step else ""
        return UnderWay(self.submission_id, step, self.status, None, self.notes)

    def copy(self) -> Past:
        """For a verdict that may be taken back."""
        kept = (dict(self.rows), set(self.gone), self.submission_id, self.step, self.status)
        return Past(*kept, self.notes, dict(self.written), list(self.verdicts))


def past_of(session: Session, header: Header, at: datetime) -> Past:
    """The file as it stood at that instant."""
    replay = _Replay(session, header, at)
    for event in _events(session, header.id, at):
        replay.take(event)
    replay.now.notes = tuple(_notes(session, replay.now, at))
    return replay.now


def _events(session: Session, teacher_id: int, at: datetime) -> Iterator[Any]:
    names = ("id", "at", "act", "act_id", "user_id", "role", "unit_id", "submission_id", "rows")
    statement = select(*(getattr(AuditEvent, name) for name in names))
    statement = statement.where(AuditEvent.teacher_id == teacher_id, AuditEvent.at <= at)
    yield from session.execute(unscoped(statement.order_by(AuditEvent.id), REASON)).all()


def _notes(session: Session, past: Past, at: datetime) -> Iterator[Any]:
    """What returns had named and nobody had sent in again."""
    columns = (ReviewNote.table_name, ReviewNote.row_id, ReviewNote.field)
    open_ = or_(ReviewNote.resolved_at.is_(None), ReviewNote.resolved_at > at)
    statement = select(*columns).where(
        ReviewNote.submission_id == past.submission_id, ReviewNote.written_at <= at, open_
    )
    for row in session.execute(unscoped(statement.order_by(ReviewNote.id), REASON)):
        yield tuple(row)


class _Replay:
    """Takes one event after the other."""

    def __init__(self, session: Session, header: Header, at: datetime) -> None:
        self.session, self.header, self.at = session, header, at
        self.now = Past()
        self._before: list[tuple[str, Past]] = []
        self._routes: dict[int, Route] = {}

    def take(self, event: Any) -> None:
        """What the event did to the file."""
        word, _dot, rest = event.act.partition(".")
        if word in ("undo", "withdraw"):
            self._undo(rest or "submit")
            self.now.verdicts.append(event)
            return
        if word in ("submit", "pass", "report", "return"):
            self._before.append((event.act, self.now.copy()))
        self._write(event)
        if event.submission_id is None:
            return
        self.now.submission_id = event.submission_id
        self.now.verdicts.append(event)
        verbs = {"submit": self._submit, "return": self._return}
        verbs.get(word, self._pass)(event)

    def _write(self, event: Any) -> None:
        """Rows that came are drafts, and stay what they are when they change."""
        for table, versions in (event.rows or {}).items():
            for text, version in versions.items():
                place = (table, int(text))
                self.now.written[place] = event
                self.now.gone.discard(place)
                if version == 0:
                    self.now.rows.pop(place, None)
                    self.now.gone.add(place)
                else:
                    self.now.rows.setdefault(place, RowState.DRAFT)

    def _turn(self, former: RowState, state: RowState, places: Any = None) -> None:
        for place, was in self.now.rows.items():
            if was is former and (places is None or place in places):
                self.now.rows[place] = state

    # -- verbs -------------------------------------------------------------------------------------

    def _submit(self, event: Any) -> None:
        own_only = ROLES[Role(event.role)].fills == {Filler.TEACHER}
        if self.now.status != RecordStatus.RETURNED:
            self.now.verdicts = [event]
        self._turn(RowState.DRAFT, RowState.IN_REVIEW, self._gathered(own_only=own_only))
        self.now.status = RecordStatus.SUBMITTED
        self._stand_at(event, self._route(event).steps[0])

    def _gathered(self, *, own_only: bool) -> set[Place]:
        actor, at = actor_of(self.session), (self.header.category, self.header.unit_path)
        return {
            (table, row)
            for table, row in self.now.rows
            if table in TABLES and gathered(actor, TABLES[table], *at, own_only=own_only)
        }

    def _pass(self, event: Any) -> None:
        route, key = self._route(event), event.act.partition(".")[2]
        step = next((each for each in route.steps if each.key == key), None)
        if step is None:
            return
        if step.gathers:
            self._turn(RowState.DRAFT, RowState.IN_REVIEW, self._gathered(own_only=False))
        after = route.after(step)
        if after is not None:
            self._stand_at(event, after)
            return
        self._turn(RowState.IN_REVIEW, RowState.IN_FORCE)
        self.now.submission_id = self.now.step = None
        self.now.status = RecordStatus.APPROVED

    def _return(self, event: Any) -> None:
        self._turn(RowState.IN_REVIEW, RowState.DRAFT, self._named(event))
        self.now.step, self.now.status = None, RecordStatus.RETURNED

    def _named(self, event: Any) -> set[Place]:
        """The rows that a return named: by its notes, within what the desk judged."""
        noted = select(ReviewNote.table_name, ReviewNote.row_id)
        noted = noted.where(ReviewNote.act == event.act_id, ReviewNote.teacher_id == self.header.id)
        notes = [tuple(row) for row in self.session.execute(unscoped(noted, REASON))]
        return {
            place
            for place in self._judged(event)
            for table, row in notes or [(None, None)]
            if table in (None, place[0]) and row in (None, place[1])
        }

    def _judged(self, event: Any) -> set[Place]:
        desk = select(ReviewTask.functions).where(
            ReviewTask.act == event.act_id, ReviewTask.submission_id == event.submission_id
        )
        mask = self.session.scalar(unscoped(desk, REASON)) or 0
        if not mask:
            return set(self.now.rows)
        rows = select(SubmissionRow.table_name, SubmissionRow.row_id).where(
            SubmissionRow.submission_id == event.submission_id,
            SubmissionRow.functions.bitwise_and(mask) != 0,
        )
        return {(table, row) for table, row in self.session.execute(unscoped(rows, REASON))}

    def _undo(self, act: str) -> None:
        """As before the latest such act, but for rows that were written since."""
        acts = [name for name, _ in self._before]
        if act not in acts:
            return
        number = len(acts) - 1 - acts[::-1].index(act)
        since, self.now = self.now, self._before[number][1]
        del self._before[number:]
        new = since.rows.keys() - self.now.rows.keys() - self.now.gone
        self.now.rows |= {place: since.rows[place] for place in new}
        self.now.written |= since.written

    # -- where it waits ----------------------------------------------------------------------------

    def _route(self, event: Any) -> Route:
        if event.submission_id not in self._routes:
            columns = (Submission.route, Submission.route_version_id)
            statement = select(*columns).where(Submission.id == event.submission_id)
            found = self.session.execute(unscoped(statement, REASON)).one()
            self._routes[event.submission_id] = route_of(self.session, *found)
        return self._routes[event.submission_id]

    def _stand_at(self, event: Any, step: Step) -> None:
        """At the first step, from *step* on, for which the act put a task on a desk."""
        opened = select(ReviewTask.step).where(
            ReviewTask.submission_id == event.submission_id,
            ReviewTask.opened_act == event.act_id,
            ReviewTask.act.is_distinct_from(event.act_id),
        )
        keys = set(self.session.scalars(unscoped(opened, REASON)))
        steps = self._route(event).steps
        later = steps[steps.index(step) :]
        waiting = [each for each in later if each.key in keys]
        # tasks that were taken back are gone: there stays what the route says
        usual = [each for each in later if not self._sends_past(event, each)]
        self.now.step = (waiting or usual)[0]

    def _sends_past(self, event: Any, step: Step) -> bool:
        sender = Actor(Role(event.role), self.header.unit_path, unit_level=Level.SCHOOL)
        return event.act == "submit" and sends_past(step, sender)


def state_of(past: Past, place: Place) -> Mapping[str, Any] | None:
    """The row as the door's questions take it; None: it was not there."""
    return {"id": place[1], "state": past.rows[place]} if place in past.rows else None
