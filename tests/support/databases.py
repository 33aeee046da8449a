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
MIGRATIONS = Path(__file__).parents[2] / "migrations"

#: For tests to which the engine does not matter, such as those in the browser.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
#: For tests of what only PostgreSQL does.
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def fresh_database(
    engine: str, place: Path, folder: Path, *, content: str = "schema"
) -> AbstractContextManager[str]:
    """URL of a database of ours with one of `CONTENTS`; SQLite's lies in *folder*."""
    if engine == "sqlite":
        return fresh_sqlite(place, folder, content)
    return fresh_postgresql(place, content)


@contextmanager
def fresh_sqlite(place: Path, folder: Path, content: str = "schema") -> Iterator[str]:
    """A copy of the file that has the content."""
    file = folder / "tms.sqlite"
    shutil.copyfile(_sqlite_template(place, content), file)
    yield f"sqlite:///{file}"


def _sqlite_template(place: Path, content: str) -> Path:
    template = place / f"{content}.sqlite"
    with once(place, template.name) as first:
        if first:
            if content != "schema":
                shutil.copyfile(_sqlite_template(place, "schema"), template)
            prepare(f"sqlite:///{template}", place, CONTENTS[content])
    return template


@contextmanager
def fresh_postgresql(place: Path, content: str = "schema") -> Iterator[str]:
    """A copy of the database that has the content, on the session's server."""
    url = postgres.server(place)
    with postgres.fresh_database(url, _postgresql_template(url, place, content)) as copy:
        yield copy


def _postgresql_template(url: str, place: Path, content: str) -> str:
    name = f"tms_template_{content}"
    with once(place, name) as first:
        if first:
            is_schema = content == "schema"
            below = "template1" if is_schema else _postgresql_template(url, place, "schema")
            postgres.create_database(url, name, below)
            prepare(postgres.in_database(url, name), place, CONTENTS[content])
    return name


def prepare(url: str, place: Path, fill: Callable[[], None]) -> None:
    """Let *fill* work on the database at *url* in an application's context, and let go of it."""
    from tms import create_app
    from tms.db import db

    # Testing: a queue would be the process's, and go on talking to the template.
    settings = {"TMS_DATABASE_URL": url, "TMS_DATA_DIR": str(place / "instance"), "TESTING": True}
    application = create_app(settings)
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


def build_university() -> None:
    """The cast, and all departments of its university."""
    from tests.support.university import build
    from tms.db import db

    build(db.session())


def build_world() -> None:
    """The world of the authorization matrix; its numbers are sealed with the folder's own keys."""
    from flask import current_app

    from tests.authz.build import build
    from tms import config, crypto
    from tms.db import db

    crypto.ensure(current_app.config["TMS_DATA_DIR"] / config.KEY_FILE)
    build(db.session())


#: What a database can have, and who puts it there; all but the first begin with the schema.
CONTENTS: dict[str, Callable[[], None]] = {
    "schema": migrate,
    "cast": build_cast,
    "university": build_university,
    "world": build_world,
}
