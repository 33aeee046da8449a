"""Moving a selection of submissions to the next desk, or into force (set-based)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, literal, null, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, unscoped
from tms.db import BLIND
from tms.models import (
    TABLES,
    AuditEvent,
    RecordStatus,
    ReviewTask,
    RowState,
    SelectionItem,
    Submission,
    Teacher,
    Unit,
    Verdict,
)
from tms.models.types import now
from tms.records.audit import event_base
from tms.records.refresh import refresh
from tms.workflow.routes import ROUTES, Desk, Route, Step
from tms.workflow.selection import (
    REASON,
    freeze,
    in_selection,
    submissions_of,
    teacher_ids,
    teachers_of,
)


def begin(session: Session, actor: Actor, selection: int, act_id: str) -> None:
    """Freshly submitted files: open the first desk; a school's own submission passes it at once.

    Whoever may supplement and submits for the school has checked what there is to supplement.
    """
    log(session, actor, "submit", selection, act_id)
    for route in ROUTES.values():
        part = _of_route(session, actor, selection, route)
        first = route.steps[0]
        open_desk(session, part, route, first)
        own = (
            freeze(session, actor, _own_desk(actor, part, first)) if _holds(actor, first) else None
        )
        if own is not None:
            decide(session, actor, own, Verdict.PASSED, act_id)
            onward(session, own, route, first)


def _of_route(session: Session, actor: Actor, selection: int, route: Route) -> int:
    rows = select(
        Submission.teacher_id.label("teacher_id"),
        Submission.id.label("submission_id"),
        null().label("task_id"),
    ).where(Submission.id.in_(submissions_of(selection)), Submission.route == route.key)
    return freeze(session, actor, rows)


def _holds(actor: Actor, step: Step) -> bool:
    return actor.can(step.permission) and actor.unit_id is not None


def _own_desk(actor: Actor, selection: int, step: Step) -> Any:
    return select(
        ReviewTask.teacher_id.label("teacher_id"),
        ReviewTask.submission_id.label("submission_id"),
        ReviewTask.id.label("task_id"),
    ).where(
        ReviewTask.submission_id.in_(submissions_of(selection)),
        ReviewTask.step == step.key,
        ReviewTask.desk_unit_id == actor.unit_id,
        ReviewTask.verdict.is_(None),
    )


def decide(session: Session, actor: Actor, selection: int, verdict: Verdict, act_id: str) -> None:
    """Compare-and-set on the selection's tasks; the winners carry *act_id* (DESIGN.md 4.3).

    Locks are taken in order of id, so that many deciding at once wait instead of deadlocking.
    """
    tasks = select(SelectionItem.task_id).where(in_selection(selection))
    lock = select(ReviewTask.id).where(ReviewTask.id.in_(tasks))
    session.execute(lock.order_by(ReviewTask.id).with_for_update()).all()
    statement = (
        update(ReviewTask)
        .where(ReviewTask.id.in_(tasks), ReviewTask.verdict.is_(None))
        .values(verdict=verdict, decided_by=actor.user_id, decided_at=now(), act=act_id)
    )
    session.execute(statement, execution_options=BLIND)


def onward(session: Session, selection: int, route: Route, step: Step) -> None:
    """The selection's submissions leave *step*: to the next desk, or into force after the last."""
    following = route.after(step)
    if following is None:
        into_force(session, selection)
    else:
        open_desk(session, selection, route, following)


def open_desk(session: Session, selection: int, route: Route, step: Step) -> None:
    """Put a task on the desk of *step* for each of the selection's submissions."""
    desk = Teacher.unit_id if step.desk is Desk.SCHOOL else Unit.supervisor_id
    rows = (
        select(
            SelectionItem.submission_id,
            SelectionItem.teacher_id,
            Teacher.unit_path,
            literal(step.key),
            desk,
            literal(""),
            literal(now(), ReviewTask.__table__.c.opened_at.type),
        )
        .join(Teacher, Teacher.id == SelectionItem.teacher_id)
        .join(Unit, Unit.id == Teacher.unit_id)
        .where(in_selection(selection))
    )
    names = [
        "submission_id",
        "teacher_id",
        "unit_path",
        "step",
        "desk_unit_id",
        "desk_function",
        "opened_at",
    ]
    session.execute(unscoped(insert(ReviewTask).from_select(names, rows), REASON))
    label(session, selection, step.waiting, step=step.key)


def label(session: Session, selection: int, status: RecordStatus, **values: Any) -> None:
    """Say on submission and header where the open work stands."""
    session.execute(
        update(Submission)
        .where(Submission.id.in_(submissions_of(selection)))
        .values(status=status, **values),
        execution_options=BLIND,
    )
    session.execute(
        update(Teacher).where(Teacher.id.in_(teachers_of(selection))).values(record_status=status),
        execution_options=BLIND,
    )


def into_force(session: Session, selection: int) -> None:
    """The last verdict: the rows are in force and locked, the copies follow."""
    _turn(session, selection, RowState.IN_FORCE)
    at = now()
    label(session, selection, RecordStatus.APPROVED, is_open=False, closed_at=at)
    session.execute(
        update(Teacher)
        .where(Teacher.id.in_(teachers_of(selection)))
        .values(in_force_since=func.coalesce(Teacher.in_force_since, at)),
        execution_options=BLIND,
    )
    refresh(session, teacher_ids(session, selection))


def back_to_draft(session: Session, selection: int) -> None:
    """A return: the rows are drafts again, the submission is closed."""
    _turn(session, selection, RowState.DRAFT)
    label(session, selection, RecordStatus.RETURNED, is_open=False, closed_at=now())


def _turn(session: Session, selection: int, state: RowState) -> None:
    """All rows in review of the selection's files; a file has one open submission at most."""
    for model in TABLES.values():
        statement = (
            update(model)
            .where(model.state == RowState.IN_REVIEW, model.teacher_id.in_(teachers_of(selection)))
            .values(state=state)
        )
        session.execute(unscoped(statement, REASON), execution_options=BLIND)


def log(
    session: Session,
    actor: Actor,
    act: str,
    selection: int,
    act_id: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """One audit event per file of the selection, by one statement."""
    base = event_base(actor, act, act_id) | {"files": 1, "detail": detail}
    columns = AuditEvent.__table__.c
    constants = [literal(value, columns[name].type).label(name) for name, value in base.items()]
    rows = (
        select(
            *constants,
            SelectionItem.teacher_id,
            Teacher.unit_path,
            SelectionItem.submission_id,
        )
        .join(Teacher, Teacher.id == SelectionItem.teacher_id)
        .where(in_selection(selection))
    )
    names = [*base, "teacher_id", "unit_path", "submission_id"]
    session.execute(unscoped(insert(AuditEvent).from_select(names, rows), REASON))
