"""报送: rows of a file enter review as one submission."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, exists, insert, literal, null, or_, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, Role, door, unscoped
from tms.db import BLIND, AnySelect
from tms.dictionary import Category, Filler
from tms.errors import message
from tms.models import (
    TABLES,
    RecordStatus,
    ReviewNote,
    RowState,
    SelectionItem,
    Submission,
    SubmissionRow,
    Teacher,
)
from tms.models.types import now
from tms.records import completeness
from tms.records.audit import new_act_id
from tms.records.read import Header, headers
from tms.workflow import advance
from tms.workflow.outcome import LeftOut, Outcome, incomplete, no_route, where_it_is
from tms.workflow.routes import route_for
from tms.workflow.selection import REASON, freeze, in_selection, teacher_ids, teachers_of

ROW_COLUMNS = (
    "submission_id",
    "table_name",
    "row_id",
    "content_version",
    "filled_by",
    "teacher_id",
    "unit_path",
)


def submit(session: Session, actor: Actor, chosen: AnySelect | None) -> Outcome:
    """Submit the chosen files, or all with something to submit.

    A teacher is kept by errors in teacher-filled items, a school by every error (DOMAIN.md 10).

    :raises NotAllowed: the role does not submit.
    """
    actor.require(Permission.SUBMIT)
    outcome = Outcome()
    with door(session):
        selection = freeze(session, actor, _candidates(chosen))
        asked = teacher_ids(session, selection)
        _lock(session, selection)
        ready = _ready(session, actor, asked, outcome)
        if ready:
            _keep_only(session, selection, ready)
            _enter(session, actor, selection, ready)
        outcome.taken = len(ready)
    return outcome


def _candidates(chosen: AnySelect | None) -> AnySelect:
    """Files as named; without names those that have drafts and nothing in review."""
    statement = select(
        Teacher.id.label("teacher_id"),
        null().label("submission_id"),
        null().label("task_id"),
    )
    if chosen is not None:
        return statement.where(Teacher.id.in_(chosen))
    drafts = [
        exists().where(model.teacher_id == Teacher.id, model.state == RowState.DRAFT)
        for model in TABLES.values()
    ]
    open_ = exists().where(Submission.teacher_id == Teacher.id, Submission.is_open)
    working = Teacher.record_status.in_([RecordStatus.DRAFT, RecordStatus.RETURNED])
    return statement.where(~open_, or_(working, *drafts))


def _lock(session: Session, selection: int) -> None:
    """Two submitting at once take turns, in the same order (PostgreSQL; SQLite has one writer)."""
    statement = select(Teacher.id).where(Teacher.id.in_(teachers_of(selection)))
    session.execute(statement.order_by(Teacher.id).with_for_update()).all()


def _ready(session: Session, actor: Actor, asked: Sequence[int], outcome: Outcome) -> list[Header]:
    open_ = set(
        session.scalars(
            select(Submission.teacher_id).where(
                Submission.is_open, Submission.teacher_id.in_(asked)
            )
        )
    )
    outcome.left_out += where_it_is(session, sorted(open_)).values()
    drafts = _with_drafts(session, asked)
    filler = Filler.TEACHER if actor.role == Role.TEACHER else None
    ready: list[Header] = []
    for header, found in completeness.findings(session, [i for i in asked if i not in open_]):
        errors = completeness.blocking(found, filler)
        left = _reason(header, header.id in drafts, errors)
        if left:
            outcome.left_out.append(left)
        else:
            ready.append(header)
    return ready


def _reason(header: Header, has_drafts: bool, errors: Sequence[Any]) -> LeftOut | None:
    if route_for(header.category) is None:
        return no_route(header.teacher_no, header.category)
    if not has_drafts:
        return LeftOut(header.teacher_no, message("没有可报送的内容。"))
    return incomplete(header.teacher_no, errors) if errors else None


def _with_drafts(session: Session, asked: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for model in TABLES.values():
        statement = select(model.teacher_id).where(
            model.state == RowState.DRAFT, model.teacher_id.in_(asked)
        )
        found |= set(session.scalars(statement.distinct()))
    return found


def _keep_only(session: Session, selection: int, ready: Sequence[Header]) -> None:
    statement = delete(SelectionItem).where(
        in_selection(selection), SelectionItem.teacher_id.not_in([h.id for h in ready])
    )
    session.execute(statement, execution_options=BLIND)


def _enter(session: Session, actor: Actor, selection: int, ready: Sequence[Header]) -> None:
    act_id, at = new_act_id(), now()
    by_route: dict[str, list[Header]] = defaultdict(list)
    for header in ready:
        route = route_for(header.category)
        assert route is not None  # noqa: S101  asked by _reason
        by_route[route.key].append(header)
    for key, files in by_route.items():
        _open(session, actor, key, files, at)
    rows = select(
        Submission.teacher_id.label("teacher_id"),
        Submission.id.label("submission_id"),
        null().label("task_id"),
    ).where(Submission.is_open, Submission.teacher_id.in_(teachers_of(selection)))
    entered = freeze(session, actor, rows)
    gather(session, entered, ready, own_only=actor.role == Role.TEACHER)
    _resolve_notes(session, entered, at)
    advance.begin(session, actor, entered, act_id)


def _open(session: Session, actor: Actor, route: str, files: Sequence[Header], at: Any) -> None:
    rows = [
        {
            "teacher_id": header.id,
            "unit_path": header.unit_path,
            "route": route,
            "step": "",
            "status": RecordStatus.SUBMITTED,
            "is_open": True,
            "submitted_by": actor.user_id,
            "submitted_at": at,
        }
        for header in files
    ]
    session.execute(unscoped(insert(Submission), "files were chosen by scope"), rows)


def gather(
    session: Session, selection: int, files: Sequence[Header], *, own_only: bool = False
) -> None:
    """Draft rows of the selection's files join their submission and go into review.

    :param own_only: only tables the teacher fills; school-filled rows join at the supplement step.
    """
    for category in {header.category for header in files}:
        for model in TABLES.values():
            table = model.dictionary
            if not table.applies(category):
                continue
            if own_only and table.filled_by(category) != Filler.TEACHER:
                continue
            _gather_table(session, selection, model, category)


def _gather_table(session: Session, selection: int, model: Any, category: Category) -> None:
    chosen = (
        select(Teacher.id)
        .join(SelectionItem, SelectionItem.teacher_id == Teacher.id)
        .where(in_selection(selection), Teacher.school_category == category)
    )
    ready = (model.state == RowState.DRAFT) & model.teacher_id.in_(chosen)
    rows = (
        select(
            SelectionItem.submission_id,
            literal(model.__tablename__),
            model.id,
            model.content_version,
            model.updated_by,
            model.teacher_id,
            model.unit_path,
        )
        .join(SelectionItem, SelectionItem.teacher_id == model.teacher_id)
        .where(in_selection(selection), ready)
    )
    session.execute(unscoped(insert(SubmissionRow).from_select(ROW_COLUMNS, rows), REASON))
    statement = update(model).where(ready).values(state=RowState.IN_REVIEW)
    session.execute(unscoped(statement, REASON), execution_options=BLIND)


def _resolve_notes(session: Session, selection: int, at: Any) -> None:
    statement = (
        update(ReviewNote)
        .where(ReviewNote.teacher_id.in_(teachers_of(selection)), ReviewNote.resolved_at.is_(None))
        .values(resolved_at=at)
    )
    session.execute(statement, execution_options=BLIND)


def headers_of(session: Session, selection: int) -> list[Header]:
    """Headers of the selection's files."""
    return list(headers(session, teacher_ids(session, selection)).values())
