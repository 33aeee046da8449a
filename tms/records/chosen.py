"""Files chosen for one act, written down first by one scoped statement (DESIGN.md 4.4)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.orm import Session

from tms.access import Actor, unscoped
from tms.db import BLIND, AnySelect
from tms.models import AuditEvent, Selection, SelectionItem, Teacher
from tms.models.types import now
from tms.models.unit import ROOT
from tms.records.audit import event_base
from tms.records.file_sweep import beginning

REASON = "restricted to a selection that scope confined"


def pick(session: Session, actor: Actor, chosen: AnySelect) -> int:
    """Write down the files of *chosen*, which selects their ids, that lie in the actor's reach.

    :returns: the selection's id.
    """
    made = insert(Selection).returning(Selection.id)
    selection: int = session.scalars(made, [{"user_id": actor.user_id, "made_at": now()}]).one()
    rows = select(Teacher.id, literal(selection)).where(Teacher.id.in_(chosen))
    names = ["teacher_id", "selection_id"]
    session.execute(insert(SelectionItem).from_select(names, rows))
    return selection


def picked(selection: int) -> Any:
    """The files of a selection, as a subquery."""
    return select(SelectionItem.teacher_id).where(SelectionItem.selection_id == selection)


def count(session: Session, selection: int) -> int:
    """How many files there are in a selection."""
    rows = select(func.count()).select_from(SelectionItem)
    return session.scalar(rows.where(SelectionItem.selection_id == selection)) or 0


def drop(session: Session, selection: int, condition: Any) -> None:
    """Take the files out again that meet *condition* on `SelectionItem`."""
    mine = SelectionItem.selection_id == selection
    session.execute(delete(SelectionItem).where(mine, condition), execution_options=BLIND)


def log(
    session: Session,
    actor: Actor,
    act: str,
    selection: int,
    act_id: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """One audit event per file of a selection, by one statement."""
    base = event_base(actor, act, act_id) | {"files": 1, "detail": detail}
    columns = AuditEvent.__table__.c
    constants = [literal(value, columns[name].type) for name, value in base.items()]
    # of a file in the bin the event lies where its school finds it
    path = beginning(ROOT, Teacher.unit_path)
    rows = select(*constants, Teacher.id, path).where(Teacher.id.in_(picked(selection)))
    statement = insert(AuditEvent).from_select([*base, "teacher_id", "unit_path"], rows)
    session.execute(unscoped(statement, REASON))
