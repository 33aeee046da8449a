"""Tables while a great deal is put into them: without indexes and foreign keys, which follow.

All within the transaction: if it fails, nothing has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Session
from sqlalchemy.schema import AddConstraint, CreateIndex, DropConstraint, DropIndex

from tms.db import Base, is_sqlite
from tms.models import (
    TABLES,
    Assignment,
    AuditEvent,
    Person,
    ReportUp,
    ReviewNote,
    ReviewTask,
    Submission,
    SubmissionRow,
    Teacher,
    User,
    due,
)
from tms.records.due import name_files

#: Empty in an empty installation: each row belongs to a file.
WORK = (Submission, SubmissionRow, ReviewTask, ReviewNote)
OF_FILES: tuple[Any, ...] = (Teacher, *TABLES.values(), *WORK)
FILLED = tuple(m.__table__ for m in (*OF_FILES, ReportUp, Person, User, Assignment, AuditEvent))
EMPTY = frozenset(model.__tablename__ for model in OF_FILES)
#: For building indexes; PostgreSQL's default is made for many clients.
MEMORY = "SET LOCAL maintenance_work_mem = '256MB'"


@contextmanager
def bare(session: Session) -> Iterator[None]:
    """Within this block rows go in several times as fast."""
    connection = session.connection()
    due.unwatch(connection)
    indexes = sorted((index for t in FILLED for index in t.indexes), key=lambda i: str(i.name))
    keys = [] if is_sqlite(session) else _foreign_keys()
    for key in keys:
        connection.execute(DropConstraint(key))
    for index in indexes:
        connection.execute(DropIndex(index))
    if not is_sqlite(session):
        connection.execute(text(f"TRUNCATE {', '.join(sorted(EMPTY))}"))  # so that COPY may freeze
        connection.execute(text(MEMORY))
    yield
    _restore(connection, indexes, keys)
    due.watch(connection, sorted(TABLES))
    name_files(session)  # all of them are new


def _foreign_keys() -> list[ForeignKeyConstraint]:
    """Those from or to a table that is filled."""
    keys = [key for t in Base.metadata.tables.values() for key in t.foreign_key_constraints]
    filled = set(FILLED)
    found = [key for key in keys if {key.table, key.referred_table} & filled]
    return sorted(found, key=lambda key: str(key.name))


def _restore(
    connection: Connection, indexes: list[Index], keys: list[ForeignKeyConstraint]
) -> None:
    for index in indexes:
        connection.execute(CreateIndex(index))
    for key in keys:
        connection.execute(AddConstraint(key))


def settle(engine: Engine) -> None:
    """Let the planner know what is there, and PostgreSQL that all of it may be seen."""
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))
