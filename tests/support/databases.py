"""Databases with the schema in place: migrated once per session and engine, then copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.support import postgres
from tests.support.place import once

ENGINES = ["sqlite", "postgresql"]
TEMPLATE = "tms_template"
MIGRATIONS = Path(__file__).parents[2] / "migrations"

#: For tests to which the engine does not matter, such as those in the browser.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
#: For tests of what only PostgreSQL does.
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def fresh_database(engine: str, place: Path, folder: Path) -> AbstractContextManager[str]:
    """URL of an empty database of ours; an SQLite file lies in *folder*."""
    return fresh_sqlite(place, folder) if engine == "sqlite" else fresh_postgresql(place)


@contextmanager
def fresh_sqlite(place: Path, folder: Path) -> Iterator[str]:
    """A copy of the migrated file."""
    template = place / "template.sqlite"
    with once(place, "sqlite-template") as first:
        if first:
            migrate(f"sqlite:///{template}", place)
    file = folder / "tms.sqlite"
    shutil.copyfile(template, file)
    yield f"sqlite:///{file}"


@contextmanager
def fresh_postgresql(place: Path) -> Iterator[str]:
    """A copy of the migrated database on the session's server."""
    url = postgres.server(place)
    with once(place, "postgres-template") as first:
        if first:
            postgres.create_database(url, TEMPLATE)
            migrate(postgres.in_database(url, TEMPLATE), place)
    with postgres.fresh_database(url, TEMPLATE) as copy:
        yield copy


def migrate(url: str, place: Path) -> None:
    """Bring the database at *url* to the newest schema, and let go of it."""
    from flask_migrate import upgrade

    from tms import create_app
    from tms.db import db

    application = create_app({"TMS_DATABASE_URL": url, "TMS_DATA_DIR": str(place / "instance")})
    with application.app_context():
        upgrade(directory=str(MIGRATIONS))
        db.engine.dispose()  # the last connection folds the log into SQLite's file
