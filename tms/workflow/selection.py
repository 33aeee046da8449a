"""Frozen selections: what a bulk act works on (DESIGN.md 4.4).

A selection is written first, by one scoped statement; everything after it reads only the selection.
So counts are honest, and what moved meanwhile is left out and named.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.db import AnySelect
from tms.models import Selection, SelectionItem
from tms.models.types import now
from tms.records.read import Header, headers

#: Why statements on a frozen selection need no scope of their own.
REASON = "restricted to a frozen selection"


def freeze(session: Session, actor: Actor, chosen: AnySelect) -> int:
    """Write the rows of *chosen* down and return the selection's id.

    :param chosen: selects (teacher_id, submission_id, task_id), labelled or in this order; the
        session confines it to the actor's reach, unless it is `unscoped`.
    """
    selection_id = session.scalars(
        insert(Selection).returning(Selection.id), [{"user_id": actor.user_id, "made_at": now()}]
    ).one()
    rows = chosen.add_columns(literal(selection_id).label("selection_id"))
    statement = insert(SelectionItem).from_select(
        ["teacher_id", "submission_id", "task_id", "selection_id"], rows
    )
    # an INSERT does not ask the SELECT within it whether it is exempt
    session.execute(statement.execution_options(**chosen.get_execution_options()))
    return selection_id


def size(session: Session, selection_id: int) -> int:
    """Number of files in the selection."""
    count = select(func.count()).select_from(SelectionItem).where(in_selection(selection_id))
    return session.scalar(count) or 0


def in_selection(selection_id: int) -> Any:
    """Condition on `SelectionItem`."""
    return SelectionItem.selection_id == selection_id


def teachers_of(selection_id: int) -> AnySelect:
    """The files of a selection, as a subquery."""
    return select(SelectionItem.teacher_id).where(in_selection(selection_id))


def submissions_of(selection_id: int) -> AnySelect:
    """The submissions of a selection, as a subquery."""
    return select(SelectionItem.submission_id).where(in_selection(selection_id))


def tasks_of(selection_id: int) -> AnySelect:
    """The tasks of a selection, as a subquery."""
    return select(SelectionItem.task_id).where(in_selection(selection_id))


def teacher_ids(session: Session, selection_id: int) -> list[int]:
    """The files of a selection, in ascending order."""
    return list(session.scalars(teachers_of(selection_id).order_by(SelectionItem.teacher_id)))


def headers_of(session: Session, selection_id: int) -> list[Header]:
    """Headers of the selection's files."""
    return list(headers(session, teacher_ids(session, selection_id)).values())
