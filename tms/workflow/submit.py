"""报送: rows of a file enter review as one submission, or a returned one is sent in again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import exists, insert, null, or_, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, door, unscoped
from tms.among import among
from tms.db import BLIND, AnySelect
from tms.dictionary import Filler
from tms.errors import Because, message
from tms.models import (
    TABLES,
    RecordStatus,
    ReviewNote,
    RowState,
    SelectionItem,
    Submission,
    Teacher,
)
from tms.models.types import now
from tms.records import completeness
from tms.records.audit import new_act_id
from tms.records.locks import lock_files
from tms.records.patches import joining
from tms.records.read import Header, chunks, headers
from tms.workflow import requests
from tms.workflow.act import Act, drop
from tms.workflow.flow import onward
from tms.workflow.gather import NOT_THE_TEACHERS, gather, gathered
from tms.workflow.leave_out import frozen_files
from tms.workflow.outcome import LeftOut, Outcome, incomplete, where_it_is
from tms.workflow.plans import route_of, routes_in_use
from tms.workflow.routes import Route
from tms.workflow.selection import REASON, freeze, in_selection, teacher_ids, teachers_of


def submit(
    session: Session, actor: Actor, chosen: AnySelect | None, *, act_id: str | None = None
) -> Outcome:
    """Submit the chosen files, or all with something to submit.

    A teacher is kept by errors in teacher-filled items, a school by every error (DOMAIN.md 10).

    :raises NotAllowed: the role does not submit.
    """
    actor.require(Permission.SUBMIT)
    act = Act(session, actor, act_id or new_act_id(), sends_in=True)
    with door(session):
        selection = freeze(session, actor, _candidates(actor, chosen))
        lock_files(session, Teacher.id.in_(teachers_of(selection)))
        frozen_files(act, selection)
        asked = headers(session, teacher_ids(session, selection))
        ready = _ready(act, selection, asked)
        drop(session, selection, sorted(asked.keys() - {header.id for header in ready}))
        if ready:
            _enter(act, selection, ready)
    act.outcome.taken = len(ready)
    return act.outcome


def own_only(actor: Actor) -> bool:
    """Whether the actor sends in only what teachers fill; the school's part joins later."""
    return actor.spec.fills == {Filler.TEACHER}


def proposer(actor: Actor) -> int | None:
    """Whose change requests the actor sends in: a teacher only his own proposals."""
    return actor.user_id if own_only(actor) else None


def _candidates(actor: Actor, chosen: AnySelect | None) -> AnySelect:
    """Files as named; without names those that have drafts and nothing in review."""
    statement = select(
        Teacher.id.label("teacher_id"), null().label("submission_id"), null().label("task_id")
    )
    if chosen is not None:
        return statement.where(Teacher.id.in_(chosen))
    drafts = [
        exists().where(model.teacher_id == Teacher.id, model.state == RowState.DRAFT)
        for model in TABLES.values()
    ]
    drafts += [requests.with_drafts(proposer(actor)), answered(actor)]
    return statement.where(or_(*drafts), ~_in_review())


def answered(actor: Actor) -> Any:
    """Condition on `Teacher`: returned, and what was named may have been deleted altogether.

    The school's part alone is not the teacher's to answer.
    """
    returned = (
        Submission.teacher_id == Teacher.id,
        Submission.is_open,
        Submission.status == RecordStatus.RETURNED,
    )
    if not own_only(actor):
        return exists().where(*returned)
    note = select(ReviewNote.id).where(
        ReviewNote.submission_id == Submission.id, ReviewNote.resolved_at.is_(None)
    )
    mine = note.where(ReviewNote.filler.not_in(NOT_THE_TEACHERS))
    return exists().where(*returned, or_(mine.exists(), ~note.exists()))


def _in_review() -> Any:
    return exists().where(
        Submission.teacher_id == Teacher.id,
        Submission.is_open,
        Submission.status != RecordStatus.RETURNED,
    )


def _ready(act: Act, selection: int, asked: dict[int, Header]) -> list[Header]:
    """Headers of the files that can go; the others are left out with a reason."""
    session, outcome = act.session, act.outcome
    in_review = Submission.status != RecordStatus.RETURNED
    under_way = set(session.scalars(_open_of(selection, in_review)))
    outcome.left_out += where_it_is(session, sorted(under_way)).values()
    free = {i: header for i, header in asked.items() if i not in under_way}
    drafts = with_drafts(session, act.actor, free.values())
    filler = Filler.TEACHER if own_only(act.actor) else None
    ready: list[Header] = []
    counting = joining(proposer(act.actor))
    for header, found in completeness.findings(session, free, requests=counting):
        errors = completeness.blocking(found, filler)
        if header.id not in drafts:
            nothing = message("没有可报送的内容。").because(Because.NOTHING)
            outcome.left_out.append(LeftOut(header.teacher_no, nothing))
        elif errors:
            outcome.left_out.append(incomplete(header.teacher_no, errors))
        else:
            ready.append(header)
    return ready


def _open_of(selection: int, *conditions: Any) -> AnySelect:
    """The selection's files with a submission under way."""
    return select(Submission.teacher_id).where(
        Submission.teacher_id.in_(teachers_of(selection)), Submission.is_open, *conditions
    )


def with_drafts(session: Session, actor: Actor, files: Iterable[Header]) -> set[int]:
    """Those of *files* in which something waits to be sent in by this actor."""
    found: set[int] = set()
    by_category: dict[Any, list[int]] = defaultdict(list)
    for header in files:
        by_category[header.category].append(header.id)
    for category, ids in by_category.items():
        for model in TABLES.values():
            own = own_only(actor)
            if not gathered(actor, model, category, actor.unit_path, own_only=own):
                continue
            for part in chunks(ids):
                statement = select(model.teacher_id).where(
                    model.state == RowState.DRAFT, among(model.teacher_id, part)
                )
                found |= set(session.scalars(statement.distinct()))
        found |= requests.has_drafts(session, ids, made_by=proposer(actor))
        for part in chunks(ids):
            deleted = select(Teacher.id).where(among(Teacher.id, part), answered(actor))
            found |= set(session.scalars(deleted))
    return found


def _enter(act: Act, selection: int, ready: Sequence[Header]) -> None:
    _again(act, selection)
    open_new(act, selection, ready)
    entered = freeze_open(act, selection)
    gather(act, entered, ready, own_only=own_only(act.actor))
    act.log("submit", entered)
    send_on(act, entered)


def freeze_open(act: Act, selection: int) -> int:
    """The open submissions of the selection's files."""
    rows = select(
        Submission.teacher_id.label("teacher_id"),
        Submission.id.label("submission_id"),
        null().label("task_id"),
    ).where(Submission.is_open, Submission.teacher_id.in_(teachers_of(selection)))
    return freeze(act.session, act.actor, rows)


def send_on(act: Act, entered: int) -> None:
    """Each submission of the selection to the first desk of its own route."""
    for route in routes_of(act.session, entered):
        onward(act, act.part(entered, *of_route(route)), route, 0)


def routes_of(session: Session, selection: int) -> list[Route]:
    """The routes, in their versions, that the selection's submissions go by."""
    statement = (
        select(Submission.route, Submission.route_version_id)
        .join(SelectionItem, SelectionItem.submission_id == Submission.id)
        .where(in_selection(selection))
        .distinct()
    )
    found = session.execute(unscoped(statement, REASON)).all()
    return [route_of(session, key, version) for key, version in found]


def of_route(route: Route) -> tuple[Any, ...]:
    """Conditions on `Submission`."""
    version = Submission.route_version_id
    is_version = version.is_(None) if route.version_id is None else version == route.version_id
    return (Submission.route == route.key, is_version)


def _again(act: Act, selection: int) -> None:
    """Returned ones go into their next round."""
    statement = (
        update(Submission)
        .where(
            Submission.teacher_id.in_(teachers_of(selection)),
            Submission.is_open,
            Submission.status == RecordStatus.RETURNED,
        )
        .values(round=Submission.round + 1, status=RecordStatus.SUBMITTED)
    )
    act.session.execute(statement, execution_options=BLIND)


def open_new(act: Act, selection: int, ready: Sequence[Header]) -> None:
    """A submission for each file of *ready* that has none."""
    known = set(act.session.scalars(_open_of(selection)))
    fresh = [header for header in ready if header.id not in known]
    routes = routes_in_use(act.session, {(h.unit_id, h.category) for h in fresh})
    at = now()
    rows = [
        {
            "teacher_id": header.id,
            "unit_path": header.unit_path,
            "route": routes[header.unit_id, header.category].key,
            "route_version_id": routes[header.unit_id, header.category].version_id,
            "step": "",
            "status": RecordStatus.SUBMITTED,
            "is_open": True,
            "submitted_by": act.actor.user_id,
            "submitted_at": at,
        }
        for header in fresh
    ]
    if rows:
        act.session.execute(unscoped(insert(Submission), "files were chosen by scope"), rows)
