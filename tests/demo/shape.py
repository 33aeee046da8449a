"""What the engine leaves of a file, without ids and times: for comparing two files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.models import (
    TABLES,
    AuditEvent,
    ChangeRequest,
    ReviewNote,
    ReviewTask,
    Submission,
    SubmissionRow,
    Teacher,
    Unit,
    User,
)

ROW = ("table_name", "row_id", "content_version", "filled_by", "unit_path", "functions")


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
        "came_in": _came_in(session, teacher_id),
        "notes": _notes(session, teacher_id),
        "requests": _requests(session, teacher_id),
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
    for row in (row for row in work if row["table_name"] in TABLES):
        model = TABLES[row["table_name"]]
        columns = ("content_version", "updated_by", "unit_path", "functions")
        statement = select(*(getattr(model, name) for name in columns))
        now = session.execute(statement.where(model.id == row["row_id"])).one()
        if list(now) != [row[name] for name in ROW[2:]]:
            return False
    return True


def _submission(session: Session, teacher_id: int) -> list[Any]:
    rows = session.scalars(select(Submission).where(Submission.teacher_id == teacher_id)).all()
    return [
        (
            row.route,
            row.route_version_id,
            row.step,
            row.round,
            row.shape,
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
    acts = _acts(session, teacher_id)
    return [
        {
            "step": task.step,
            "kind": kind,
            "desk": (task.desk_function, task.functions, task.permission),
            "opened by": acts[task.opened_act],
            "days": (task.due_at - task.opened_at).days if task.due_at else None,
            "round": task.round,
            "verdict": (task.verdict, task.decided_at is not None, acts.get(task.act)),
            "seen": (task.seen_at, task.seen_by, task.stand_in, task.shape),
            "by": task.decided_by,
        }
        for task, kind in session.execute(statement)
    ]


def _acts(session: Session, teacher_id: int) -> dict[str | None, str]:
    """What each act on the file was, by its id."""
    statement = select(AuditEvent.act_id, AuditEvent.act).where(AuditEvent.teacher_id == teacher_id)
    return {row.act_id: row.act for row in session.execute(statement)}


def _came_in(session: Session, teacher_id: int) -> dict[str, Any]:
    """By table the round and the act by which its rows came in."""
    acts = _acts(session, teacher_id)
    statement = select(SubmissionRow).where(SubmissionRow.teacher_id == teacher_id)
    rows = session.scalars(statement)
    return {row.table_name: (row.round, acts[row.act]) for row in rows}


def _requests(session: Session, teacher_id: int) -> list[Any]:
    """Changes on their way; all that they hold but ids, times and numbers of telephones."""
    statement = select(ChangeRequest).where(ChangeRequest.teacher_id == teacher_id)
    told = ("status", "kind", "table_name", "functions", "base_version", "refused", "reason")
    more = ("version", "proof_id", "reopening_id", "wish_id", "effective_on", "answer")
    return [
        [getattr(row, name) for name in (*told, *more)] + [sorted(row.patch), sorted(row.former)]
        for row in session.scalars(statement)
    ]


def _notes(session: Session, teacher_id: int) -> list[Any]:
    """Which points where, to whom, written by which act, and whether the row is a draft."""
    acts = _acts(session, teacher_id)
    statement = select(ReviewNote).where(ReviewNote.teacher_id == teacher_id)
    return [
        (
            note.table_name,
            note.row_id is not None,
            note.field,
            note.reason,
            note.filler,
            note.written_by is not None,
            acts[note.act],
            note.resolved_at,
        )
        for note in session.scalars(statement.order_by(ReviewNote.id))
    ]


def _events(session: Session, teacher_id: int) -> list[Any]:
    statement = select(AuditEvent).where(AuditEvent.teacher_id == teacher_id)
    return [
        (e.act, e.role, e.unit_id, e.submission_id is not None, e.detail is not None)
        for e in session.scalars(statement.order_by(AuditEvent.id))
        if e.act not in ("create", "fill")
    ]
