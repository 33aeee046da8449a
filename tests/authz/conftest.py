"""One bench per engine and worker: the world is built once and copied."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.authz.bench import Bench
from tests.authz.build import meet
from tests.support.client import IsolatedClient
from tests.support.databases import ENGINES, fresh_database
from tests.support.place import here


@pytest.fixture(scope="module", params=ENGINES)
def world_bench(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    from tms import create_app
    from tms.db import db

    shared = here()
    folder = tmp_path_factory.mktemp("world")
    with fresh_database(request.param, shared, folder, content="world") as url:
        settings = {"TMS_DATABASE_URL": url, "TMS_DATA_DIR": str(shared / "instance")}
        app = create_app({**settings, "TESTING": True})
        app.test_client_class = IsolatedClient
        with app.app_context():
            world = meet(db.session())
        with Bench(app, world).laid_out() as bench:
            yield bench
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def bench(world_bench: Bench) -> Bench:
    """The bench, with its own keys: applications of other tests install theirs."""
    from tms import config, crypto

    crypto.ensure(world_bench.app.config["TMS_DATA_DIR"] / config.KEY_FILE)
    return world_bench
