"""What one verb carries along while it works, and its line in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session

from tms.access import Actor, unscoped
from tms.db import BLIND, AnySelect
from tms.models import AuditEvent, ReviewTask, SelectionItem, Submission, Teacher
from tms.records.audit import event_base, new_act_id
from tms.workflow.outcome import LeftOut, Outcome
from tms.workflow.selection import REASON, freeze, in_selection


@dataclass
class Act:
    """One verb of one actor; everything it does bears one id."""

    session: Session
    actor: Actor
    act_id: str = field(default_factory=new_act_id)
    outcome: Outcome = field(default_factory=Outcome)
    #: Decided so far; a file may lie on two desks of one actor.
    files: set[int] = field(default_factory=set)
    #: Whether this is 报送, not a desk's verdict.
    sends_in: bool = False

    def __post_init__(self) -> None:
        self.outcome.act_id = self.act_id

    def leave_out(self, selection: int, left: dict[int, LeftOut]) -> None:
        """Take these files out of the selection and say why."""
        self.outcome.left_out += left.values()
        drop(self.session, selection, list(left))

    def log(self, word: str, selection: int, detail: dict[str, Any] | None = None) -> None:
        """One audit event per file of the selection, by one statement."""
        base = event_base(self.actor, word, self.act_id) | {"files": 1, "detail": detail}
        columns = AuditEvent.__table__.c
        constants = [literal(value, columns[name].type).label(name) for name, value in base.items()]
        rows = (
            select(
                *constants, SelectionItem.teacher_id, Teacher.unit_path, SelectionItem.submission_id
            )
            .join(Teacher, Teacher.id == SelectionItem.teacher_id)
            .where(in_selection(selection))
        )
        names = [*base, "teacher_id", "unit_path", "submission_id"]
        self.session.execute(unscoped(insert(AuditEvent).from_select(names, rows), REASON))

    def tasks(self, *conditions: Any) -> int:
        """The tasks that meet *conditions*, as a selection."""
        return freeze(self.session, self.actor, unscoped(tasks_where(*conditions), REASON))

    def part(self, selection: int, *conditions: Any) -> int:
        """The selection's submissions that meet *conditions*, as a selection of its own."""
        rows = (
            select(
                SelectionItem.teacher_id.label("teacher_id"),
                SelectionItem.submission_id.label("submission_id"),
                SelectionItem.task_id.label("task_id"),
            )
            .join(Submission, Submission.id == SelectionItem.submission_id)
            .where(in_selection(selection), *conditions)
        )
        return freeze(self.session, self.actor, unscoped(rows, REASON))


def drop(session: Session, selection: int, teachers: list[int]) -> None:
    """Take *teachers* out of a selection."""
    if teachers:
        statement = delete(SelectionItem).where(
            in_selection(selection), SelectionItem.teacher_id.in_(teachers)
        )
        session.execute(statement, execution_options=BLIND)


def tasks_where(*conditions: Any) -> AnySelect:
    """(teacher, submission, task) of the tasks that meet *conditions*, as `freeze` takes them."""
    return (
        select(
            ReviewTask.teacher_id.label("teacher_id"),
            ReviewTask.submission_id.label("submission_id"),
            ReviewTask.id.label("task_id"),
        )
        .join(Submission, Submission.id == ReviewTask.submission_id)
        .where(*conditions)
    )
