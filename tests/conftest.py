"""Fixtures for tests that touch tables, on both engines, and for those in the browser.

The application's fixture is called `application`: pytest-flask pushes a request context around
every test that uses one called `app`.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support import place, tally
from tests.support.browser import address, browser, page  # noqa: F401  fixtures
from tests.support.databases import ENGINES, fresh_database
from tms.__main__ import compile_translations

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session, scoped_session

    from tests.support.cast import Cast

#: What is in the database of a test that has the fixture; of several the last.
CONTENT_OF = {"cast": "cast", "office": "cast", "campus": "university"}

# A busy machine is no failure: nothing here depends on how long an example takes.
settings.register_profile(
    "tms", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tms")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the developer's settings out, compile translations, make the workers' folder."""
    for name in [name for name in os.environ if name.startswith("TMS_")]:
        del os.environ[name]
    shared = getattr(config, "workerinput", {}).get("place")
    if not shared:
        compile_translations(sys.executable)
    place.settle(Path(shared) if shared else place.create())


#: Tests that stand on what is tested on both engines every run.
ON_SQLITE_FIRST = (
    *("/admin_views/", "/demo/test_engine.py", "/authz/test_hostile.py", "/authz/test_forgery.py"),
    *("/workflow/test_transitions.py", "/test_cas.py"),
    *("/workflow/test_requests.py", "/workflow/test_returned.py", "/workflow/test_k12.py"),
    *("/workflow/test_changes.py", "/records/test_requests.py", "/workflow/test_why"),
    *("/workflow/test_own_routes.py", "/workflow/test_shapes.py", "/test_second_factor.py"),
    *("/test_first_login.py", "/exchange/test_reached.py", "/exchange/test_template.py"),
    *("/exchange/test_mending.py", "/documents/", "/self_service/", "/workflow/test_confirm.py"),
    *("/workflow/test_university.py", "/workflow/test_withdraw.py", "/exchange/test_numbers.py"),
    *("/records/test_reopenings.py", "/exchange/test_round_trip.py", "/records/test_bins.py"),
    *("/records/test_undo_act.py", "/workflow/test_undo.py", "/workflow/test_inserted_step.py"),
    *("/workflow/test_returns.py", "/workflow/test_status_accounts.py", "/demo/test_build.py"),
    *("/workflow/test_suggestions.py", "/test_spraying.py", "/cli/test_rotate_keys.py"),
    # three of four parts of this engine's half of the matrix
    *(
        f"/authz/test_matrix.py::test_every_pair_agrees_with_the_oracle[postgresql-{n}]"
        for n in (1, 2, 3)
    ),
)
#: Tests of many at once, for whom PostgreSQL is made; SQLite lets them wait for each other.
ON_POSTGRESQL_FIRST = (
    *("/workflow/test_crowd.py", "/exchange/test_kills.py::test_killed_twice"),
    # the part of the matrix that PostgreSQL asks
    "/authz/test_matrix.py::test_every_pair_agrees_with_the_oracle[sqlite-0]",
)
LATER = {"postgresql": ON_SQLITE_FIRST, "sqlite": ON_POSTGRESQL_FIRST}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On the other engine these wait for `make test-full`."""
    for item in items:
        params = getattr(getattr(item, "callspec", None), "params", {})
        engine = params.get("database_url", params.get("world_bench"))
        name = f"{item.path.as_posix()}::{item.name}"
        if any(place in name for place in LATER.get(engine, ())):
            item.add_marker(pytest.mark.full)


def pytest_collection_finish() -> None:
    """What was imported stays: without looking through it for garbage tests took 6–23 % less."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each worker of pytest-xdist where that folder is."""
    node.workerinput["place"] = str(place.here())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Clear up, in the process that the workers belong to."""
    if not hasattr(config, "workerinput"):
        place.remove(place.here())


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The size of the authorization matrix, if it was swept."""
    tally.report(terminalreporter, config)


@pytest.fixture(autouse=True, scope="session")
def cheap_hashes() -> None:
    """Passwords of tests are hashed at the least cost: most tests log somebody in."""
    from argon2 import PasswordHasher

    from tms.access import passwords

    passwords._hasher = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1)
    passwords._DUMMY = passwords.hash_password("nobody")


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database on each engine: with the schema, and with those whom the test asks for."""
    asked = (name for name in reversed(CONTENT_OF) if name in request.fixturenames)
    content = CONTENT_OF.get(next(asked, ""), "schema")
    with fresh_database(request.param, place.here(), tmp_path, content=content) as url:
        yield url


@pytest.fixture
def application(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application as if just made, on a fresh database. No context is pushed."""
    from tests.support.applications import in_use, shared

    yield from in_use(shared(database_url, tmp_path / "instance"))


@pytest.fixture
def db_session(application: Flask) -> Iterator[scoped_session[Session]]:
    """The session, within an application context that ends with the test."""
    from tms.db import db

    with application.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def cast(db_session: scoped_session[Session]) -> Cast:
    """Our county, its neighbour, and who works there; the session acts for nobody yet."""
    from tests.support.cast import meet

    return meet(db_session())


@pytest.fixture
def campus(db_session: scoped_session[Session]) -> Cast:
    """The cast, with all departments of its university and a head."""
    from tests.support.university import meet

    return meet(db_session())
