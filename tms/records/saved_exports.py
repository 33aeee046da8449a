"""Saved exports: what a user exports again and again, under a name; one's own only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.db import BLIND
from tms.errors import Conflict, Invalid, NotAllowed, NotFound, message
from tms.models import SavedExport

MOST: Final = 30
NAME_MAX: Final = 40


def saved_of(session: Session, grid: str = "") -> list[SavedExport]:
    """One's saved exports, oldest first; of one grid, or of all."""
    statement = select(SavedExport).order_by(SavedExport.id)
    if grid:
        statement = statement.where(SavedExport.grid == grid)
    return list(session.scalars(statement))


def save_export(
    session: Session, actor: Actor, grid: str, name: str, options: Mapping[str, Any]
) -> None:
    """Keep *options* under *name*; the same name again replaces it.

    :raises Invalid: no name, or too long. :raises Conflict: there are enough.
    """
    if actor.user_id is None:
        raise NotAllowed(message("请先登录。"))
    name = name.strip()
    if not 0 < len(name) <= NAME_MAX:
        raise Invalid(message("请给常用导出起一个名称，1至%(n)d个字。", n=NAME_MAX))
    session.execute(delete(SavedExport).where(SavedExport.name == name), execution_options=BLIND)
    if (session.scalar(select(func.count()).select_from(SavedExport)) or 0) >= MOST:
        raise Conflict(message("最多存%(n)d个常用导出，请先删除不用的。", n=MOST))
    row = SavedExport(user_id=actor.user_id, name=name, grid=grid, options=dict(options))
    session.add(row)
    session.flush()


def forget_export(session: Session, export_id: int) -> None:
    """Delete one of one's own.

    :raises NotFound: it is not one's own.
    """
    gone: Any = session.execute(
        delete(SavedExport).where(SavedExport.id == export_id), execution_options=BLIND
    )
    if not gone.rowcount:
        raise NotFound(message("没有这个常用导出。"))
