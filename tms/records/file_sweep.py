"""A file with all that is its, by metadata: moved to another place, or gone for good.

What belongs to a file follows from foreign keys: its rows, its work, its login and what hangs on
those. A test finds any table with a path that belongs neither to a file nor to a unit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Table, delete, func, literal, select, update
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.db import Base, PathType
from tms.models import AuditEvent, Person, Submission, Teacher, User
from tms.models.unit import BIN, ROOT
from tms.records.unit_sweep import swept

REASON = "all that belongs to files which were chosen by scope"
#: Foreign keys by which a row belongs to a file: (column, what it points to).
_KEYS: tuple[tuple[str, Any], ...] = (
    ("teacher_id", Teacher),
    ("submission_id", Submission),
    ("user_id", User),
)


def belonging(table: Table, files: Any) -> Any:
    """Condition: a row of *table* belongs to one of *files* (ids, or a select of them).

    :returns: None for tables that belong to no file.
    """
    if table.name == Teacher.__tablename__:
        return table.c.id.in_(files)
    if table.name == Person.__tablename__:
        return table.c.id.in_(select(User.person_id).where(User.teacher_id.in_(files)))
    for name, model in _KEYS:
        if name in table.c and table.c[name].references(model.__table__.c.id):
            column = table.c[name]
            if model is Teacher:
                return column.in_(files)
            return column.in_(select(model.id).where(model.teacher_id.in_(files)))
    return None


def place(session: Session, files: Any, path: str) -> None:
    """Put all rows of *files* at *path*."""
    _set_paths(session, files, lambda _former: literal(path, PathType))


def hide(session: Session, files: Any) -> None:
    """Put all rows of *files* where no unit reaches (`models.unit.bin_path`)."""
    _set_paths(session, files, lambda former: beginning(BIN, former))


def show(session: Session, files: Any) -> None:
    """Put all rows of *files* back from where no unit reaches."""
    _set_paths(session, files, lambda former: beginning(ROOT, former))


def beginning(first: str, path: Any) -> Any:
    """*path*, in the bin or not, with *first* at its beginning."""
    return literal(first, PathType).concat(func.substr(path, 2))


def _set_paths(session: Session, files: Any, to: Callable[[Any], Any]) -> None:
    for table in swept():
        own, path = belonging(table, files), table.c.unit_path
        if own is not None:
            statement = update(table).where(own).values(unit_path=to(path))
            session.execute(unscoped(statement, REASON))
    session.expire_all()


def erase(session: Session, ids: Sequence[int]) -> None:
    """Delete all rows of the files *ids* for good, the files themselves too; events stay."""
    statement = select(User.person_id).where(User.teacher_id.in_(ids))
    persons = list(session.scalars(unscoped(statement, REASON)))
    for table in reversed(Base.metadata.sorted_tables):
        own = belonging(table, ids)
        if table.name == Person.__tablename__:
            own = table.c.id.in_(persons)
        if own is not None and table.name != AuditEvent.__tablename__:
            session.execute(unscoped(delete(table).where(own), REASON))
    session.expire_all()
