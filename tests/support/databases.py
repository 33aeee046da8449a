"""Databases with schema or cast in place: made once per session and engine, then copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
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


def fresh_database(
    engine: str, place: Path, folder: Path, *, cast: bool = False
) -> AbstractContextManager[str]:
    """URL of a database of ours, empty or with the standing cast; SQLite's lies in *folder*."""
    if engine == "sqlite":
        return fresh_sqlite(place, folder, cast)
    return fresh_postgresql(place, cast)


@contextmanager
def fresh_sqlite(place: Path, folder: Path, cast: bool = False) -> Iterator[str]:
    """A copy of the migrated file."""
    file = folder / "tms.sqlite"
    shutil.copyfile(_sqlite_template(place, cast), file)
    yield f"sqlite:///{file}"


def _sqlite_template(place: Path, cast: bool) -> Path:
    template = place / ("cast.sqlite" if cast else "template.sqlite")
    with once(place, template.name) as first:
        if first and cast:
            shutil.copyfile(_sqlite_template(place, cast=False), template)
            prepare(f"sqlite:///{template}", place, build_cast)
        elif first:
            prepare(f"sqlite:///{template}", place, migrate)
    return template


@contextmanager
def fresh_postgresql(place: Path, cast: bool = False) -> Iterator[str]:
    """A copy of the migrated database on the session's server."""
    url = postgres.server(place)
    with postgres.fresh_database(url, _postgresql_template(url, place, cast)) as copy:
        yield copy


def _postgresql_template(url: str, place: Path, cast: bool) -> str:
    name = f"{TEMPLATE}_cast" if cast else TEMPLATE
    with once(place, name) as first:
        if first:
            below = _postgresql_template(url, place, cast=False) if cast else "template1"
            postgres.create_database(url, name, below)
            fill = build_cast if cast else migrate
            prepare(postgres.in_database(url, name), place, fill)
    return name


def prepare(url: str, place: Path, fill: Callable[[], None]) -> None:
    """Let *fill* work on the database at *url* in an application's context, and let go of it."""
    from tms import create_app
    from tms.db import db

    application = create_app({"TMS_DATABASE_URL": url, "TMS_DATA_DIR": str(place / "instance")})
    with application.app_context():
        fill()
        db.session.remove()
        db.engine.dispose()  # the last connection folds the log into SQLite's file


def migrate() -> None:
    """To the newest schema."""
    from flask_migrate import upgrade

    upgrade(directory=str(MIGRATIONS))


def build_cast() -> None:
    """Our county, its neighbour, and who works there."""
    from tests.support.cast import build
    from tms.db import db

    build(db.session())
