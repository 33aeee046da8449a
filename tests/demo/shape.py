"""What the engine leaves of a file, without ids and times: for comparing two files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.models import (
    TABLES,
    AuditEvent,
    ReviewNote,
    ReviewTask,
    Submission,
    SubmissionRow,
    Teacher,
    Unit,
    User,
)

ROW = ("table_name", "row_id", "content_version", "filled_by", "unit_path")


def shape(session: Session, teacher_id: int) -> dict[str, Any]:
    """Header, rows, submission, tasks, notes and events of a file."""
    teacher = session.scalars(select(Teacher).where(Teacher.id == teacher_id)).one()
    work = _work(session, teacher_id)
    return {
        "status": teacher.record_status,
        "in_force": teacher.in_force_since is not None,
        "tables": _tables(session, teacher, {(r["table_name"], r["row_id"]) for r in work}),
        "rows_agree": _agree(session, work),
        "submission": _submission(session, teacher_id),
        "tasks": _tasks(session, teacher_id),
        "notes": len(
            session.scalars(select(ReviewNote.id).where(ReviewNote.teacher_id == teacher_id)).all()
        ),
        "events": _events(session, teacher_id),
    }


def _work(session: Session, teacher_id: int) -> list[dict[str, Any]]:
    columns = [getattr(SubmissionRow, name) for name in ROW]
    statement = select(*columns).where(SubmissionRow.teacher_id == teacher_id)
    return [dict(row) for row in session.execute(statement).mappings()]


def _tables(session: Session, teacher: Teacher, work: set[tuple[str, int]]) -> dict[str, Any]:
    """By table the state of its rows, and whether they are part of the submission."""
    found: dict[str, Any] = {}
    for name, model in TABLES.items():
        rows = session.execute(
            select(model.id, model.state).where(model.teacher_id == teacher.id)
        ).all()
        if rows:
            found[name] = {(row.state, (name, row.id) in work) for row in rows}
    return found


def _agree(session: Session, work: list[dict[str, Any]]) -> bool:
    """Whether each submitted row is as it was submitted."""
    for row in work:
        model = TABLES[row["table_name"]]
        statement = select(model.content_version, model.updated_by, model.unit_path)
        now = session.execute(statement.where(model.id == row["row_id"])).one()
        if tuple(now) != (row["content_version"], row["filled_by"], row["unit_path"]):
            return False
    return True


def _submission(session: Session, teacher_id: int) -> list[Any]:
    rows = session.scalars(select(Submission).where(Submission.teacher_id == teacher_id)).all()
    return [
        (
            row.route,
            row.step,
            row.status,
            row.is_open,
            row.closed_at is not None,
            row.report_id is not None,
            row.complete_at_report,
            _is_owner(session, row.submitted_by, teacher_id),
        )
        for row in rows
    ]


def _is_owner(session: Session, user_id: int | None, teacher_id: int) -> bool:
    return session.scalar(select(User.teacher_id).where(User.id == user_id)) == teacher_id


def _tasks(session: Session, teacher_id: int) -> list[Any]:
    statement = (
        select(ReviewTask, Unit.kind)
        .join(Unit, Unit.id == ReviewTask.desk_unit_id)
        .where(ReviewTask.teacher_id == teacher_id)
        .order_by(ReviewTask.id)
    )
    return [
        (task.step, kind, task.desk_function, task.verdict, task.decided_by, bool(task.act))
        for task, kind in session.execute(statement)
    ]


def _events(session: Session, teacher_id: int) -> list[Any]:
    statement = select(AuditEvent).where(AuditEvent.teacher_id == teacher_id)
    return [
        (e.act, e.role, e.unit_id, e.submission_id is not None, e.detail is not None)
        for e in session.scalars(statement.order_by(AuditEvent.id))
        if e.act not in ("create", "fill")
    ]
