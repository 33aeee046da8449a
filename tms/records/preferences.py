"""What a user arranged for themselves; nobody else sees it, and no audit event tells of it.

It is no record of anybody: it changes neither what exists nor who may see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.db import BLIND
from tms.errors import Conflict, Invalid, NotAllowed, NotFound, message
from tms.models import GridColumns, SavedView

MAX_VIEWS = 12
NAME_MAX = 20


def columns_of(session: Session, actor: Actor, grid: str) -> frozenset[str] | None:
    """Keys of the columns the user chose for *grid*; None where they chose nothing."""
    keys = session.scalar(select(GridColumns.keys).where(GridColumns.grid == grid))
    return None if keys is None else frozenset(keys)


def choose_columns(session: Session, actor: Actor, grid: str, keys: Sequence[str]) -> None:
    """Remember the columns of *grid*; none at all goes back to what is usual."""
    user_id = _user(actor)
    session.execute(delete(GridColumns).where(GridColumns.grid == grid), execution_options=BLIND)
    if keys:
        session.add(GridColumns(user_id=user_id, grid=grid, keys=list(keys)))
        session.flush()


def views_of(session: Session, actor: Actor, grid: str) -> list[Any]:
    """(id, name, args) of the user's saved views of *grid*, oldest first."""
    statement = select(SavedView.id, SavedView.name, SavedView.args).where(SavedView.grid == grid)
    return list(session.execute(statement.order_by(SavedView.id)))


def save_view(
    session: Session, actor: Actor, grid: str, name: str, args: Mapping[str, str]
) -> None:
    """Keep *args* under *name*; the same name again replaces it.

    :raises Invalid: no name, or too long. :raises Conflict: there are enough views.
    """
    user_id, name = _user(actor), name.strip()
    if not 0 < len(name) <= NAME_MAX:
        raise Invalid(message("视图名称须为1至%(n)d个字。", n=NAME_MAX))
    same = (SavedView.grid == grid, SavedView.name == name)
    session.execute(delete(SavedView).where(*same), execution_options=BLIND)
    of_grid = select(func.count()).select_from(SavedView).where(SavedView.grid == grid)
    if (session.scalar(of_grid) or 0) >= MAX_VIEWS:
        raise Conflict(message("每个列表最多存%(n)d个视图，请先删除不用的。", n=MAX_VIEWS))
    session.add(SavedView(user_id=user_id, grid=grid, name=name, args=dict(args)))
    session.flush()


def delete_view(session: Session, actor: Actor, view_id: int) -> None:
    """Forget a saved view.

    :raises NotFound: it is not one of the user's.
    """
    _user(actor)
    statement = delete(SavedView).where(SavedView.id == view_id)
    result: Any = session.execute(statement, execution_options=BLIND)
    if not result.rowcount:
        raise NotFound(message("没有这个视图。"))


def _user(actor: Actor) -> int:
    """:raises NotAllowed: no person acts."""
    if actor.user_id is None:
        raise NotAllowed(message("请先登录。"))
    return actor.user_id
