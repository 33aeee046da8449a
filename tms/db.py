"""The database: one `db`, naming of constraints, and how each engine begins a transaction."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeAlias

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData, Select, String, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Declarative base of every table."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)

#: What PostgreSQL calls our connections, so that an upgrade sees who is still there.
APPLICATION = "tms"

#: A SELECT whatever its columns.
AnySelect: TypeAlias = Select[*tuple[Any, ...]]

#: Held by every writing transaction on PostgreSQL, shared; a unit's move takes it alone, so that
#: nobody writes down a path that has just ceased (SQLite has one writer at a time anyway).
WRITERS_LOCK = 7_458_001

#: For set-based statements: they touch no object that the session tracks.
BLIND = {"synchronize_session": False}


def bytewise(length: int) -> String:
    """Text that compares by byte on both engines, so that what begins alike is one range."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


#: A range over unit paths is a subtree.
PathType = bytewise(64)

#: Reading requests clear this; everything else may write, and takes SQLite's lock at BEGIN:
#: upgrading a read lock later fails with "database is locked" however long one waits (F2).
_writing: ContextVar[bool] = ContextVar("tms_writing", default=True)

#: How long SQLite waits for another writer: a browser not long, a command as long as it takes.
#: On a machine with sixty commands starting at once the lock's holder gets little of the processor.
BROWSER_PATIENCE_MS = 15_000
COMMAND_PATIENCE_MS = 600_000
_patience: ContextVar[int] = ContextVar("tms_patience", default=BROWSER_PATIENCE_MS)
#: Pages that a connection keeps, in KiB: a command writes into every index of large tables, and
#: with SQLite's own 2 MiB it would read the same pages again and again.
BROWSER_CACHE_KIB = 8 * 1024
COMMAND_CACHE_KIB = 128 * 1024
#: Pages that the log grows by before they are carried over to the database: those that are written
#: again and again meanwhile are carried over once (32 MiB; SQLite's own are 4).
LOG_PAGES = 8000


def be_patient() -> None:
    """Connections made from here on wait like a command, and keep as many pages."""
    _patience.set(COMMAND_PATIENCE_MS)


def _cache_kib() -> int:
    return COMMAND_CACHE_KIB if _patience.get() == COMMAND_PATIENCE_MS else BROWSER_CACHE_KIB


def set_writing(value: bool) -> None:
    """Say whether transactions begun from here on may write."""
    _writing.set(value)


@contextmanager
def writing(value: bool = True) -> Iterator[None]:
    """Within this block, transactions begin as writers (or, with False, as readers)."""
    token = _writing.set(value)
    try:
        yield
    finally:
        _writing.reset(token)


def is_sqlite(session: Session | Any) -> bool:
    """Whether *session* talks to SQLite (the other engine is PostgreSQL)."""
    return bool(session.get_bind().dialect.name == "sqlite")


def prepare_engine(engine: Engine) -> None:
    """Give SQLite its pragmas and honest transactions, PostgreSQL's writers their common lock."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "begin", _postgresql_begin)
        return
    if engine.url.database not in (None, "", ":memory:"):
        event.listen(engine, "do_connect", lambda *_: own_alone(Path(str(engine.url.database))))
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _sqlite_begin)


def own_alone(path: Path) -> None:
    """See to it that only the owner reads SQLite's file at *path*, which may not be there yet.

    A file that is there is never opened: closing it would give up the locks that this process has.
    What cannot be done is left to SQLite, which says why.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    for each in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        with suppress(OSError):
            if each.is_file() and stat.S_IMODE(each.stat().st_mode) & 0o077:
                each.chmod(0o600)


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={_patience.get()}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA cache_size=-{_cache_kib()}")
    cursor.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def _postgresql_begin(connection: Connection) -> None:
    if _writing.get():
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({WRITERS_LOCK})")


def make_schema(address: str, name: str) -> None:
    """A schema called *name* in the PostgreSQL database at *address*, if there is none."""
    import psycopg
    from psycopg.sql import SQL, Identifier

    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [name])
        if found.fetchone() is None:
            connection.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(name)))
