"""One application per worker and engine, put on one database after the other.

Making one takes a third of a second, most of it for the rules of six hundred pages, and what the
engine has compiled is lost with it: for three thousand tests that is half of their time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import URL, event, make_url

from tests.support.client import IsolatedClient


@dataclass
class Movable:
    """An application, and the database that it is on now."""

    application: Flask
    url: URL
    #: What its settings were when it was made.
    config: Mapping[str, Any]


_made: dict[str, Movable] = {}


def make(url: str, data_dir: Path) -> Flask:
    """An application of one's own, to be changed."""
    from tms import config, create_app, crypto

    crypto.ensure(data_dir / config.KEY_FILE)
    made = create_app({"TMS_DATABASE_URL": url, "TMS_DATA_DIR": str(data_dir), "TESTING": True})
    made.test_client_class = IsolatedClient
    return made


def shared(url: str, data_dir: Path) -> Flask:
    """The worker's application for that engine, as if just made for this database and folder."""
    engine = make_url(url).get_backend_name()
    if engine not in _made:
        application = make(url, data_dir)
        _made[engine] = Movable(application, make_url(url), dict(application.config))
        _let_move(_made[engine])
    _move(_made[engine], url, data_dir)
    return _made[engine].application


def in_use(application: Flask) -> Iterator[Flask]:
    """The application for a test, which lets go of its connections afterwards."""
    from tms.db import db

    yield application
    with application.app_context():
        db.engine.dispose()


def _let_move(movable: Movable) -> None:
    from tms.db import db

    def connect(dialect: Any, _record: Any, _args: Any, _words: Any) -> Any:
        args, words = dialect.create_connect_args(movable.url)
        return dialect.connect(*args, **words)

    with movable.application.app_context():
        event.listen(db.engine, "do_connect", connect)


def _move(movable: Movable, url: str, data_dir: Path) -> None:
    from tms import config, crypto
    from tms.db import db

    crypto.ensure(data_dir / config.KEY_FILE)
    settings = movable.application.config
    settings.clear()
    settings.update(movable.config)
    settings.update(config.load({"TMS_DATABASE_URL": url, "TMS_DATA_DIR": str(data_dir)}))
    settings["TESTING"] = True
    movable.url = make_url(url)
    with movable.application.app_context():
        db.engine.dispose()
        db.engine.url = movable.url
