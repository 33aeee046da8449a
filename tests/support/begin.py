"""What tests begin with: made by the first of a session, kept, and put in place for the others.

Half of a run went into the same few files, filled and sent on their way for each test anew.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import URL

from tests.support import place, postgres
from tests.support.cast import Cast
from tms.access import bind

Made = TypeVar("Made")


def begun(cast: Cast, build: Callable[..., Made], *args: Any) -> Made:
    """What ``build(cast, *args)`` gives; its database, its documents and its people are there.

    To be asked for before anything else is changed: the database is replaced. What it gives has to
    outlive the session, as numbers do and objects of the session do not.
    """
    kept = place.here() / f"begun-{_name_of(cast, build, args)}"
    with place.once(place.here(), kept.name) as first:
        if first:
            actor = cast.session.info.get("actor")
            made = build(cast, *args)
            bind(cast.session, actor)  # who acts is as it was, for the others too
            _keep(cast, kept, made)
            return made
    found: Made = _put_in_place(cast, kept)
    return found


def _name_of(cast: Cast, build: Callable[..., Any], args: Any) -> str:
    """Of everything that what is built hangs on."""
    where = (cast.session.get_bind().dialect.name, cast.serial, sorted(cast.units), *cast.staff)
    text = repr((build.__module__, build.__qualname__, args, where))
    return sha256(text.encode()).hexdigest()[:16]


def _keep(cast: Cast, kept: Path, made: Any) -> None:
    url = _let_go(cast)
    kept.mkdir()
    if url.database and url.get_backend_name() == "sqlite":
        shutil.copyfile(url.database, kept / "tms.sqlite")
    else:
        postgres.create_database(postgres.server(place.here()), kept.name, str(url.database))
    shutil.copytree(_data_dir(), kept / "instance")
    (kept / "made").write_bytes(pickle.dumps((made, cast.serial, cast.staff)))


def _put_in_place(cast: Cast, kept: Path) -> Any:
    from tms import config, crypto

    url = _let_go(cast)
    if url.database and url.get_backend_name() == "sqlite":
        shutil.copyfile(kept / "tms.sqlite", url.database)
    else:
        postgres.create_database(postgres.server(place.here()), str(url.database), kept.name)
    shutil.rmtree(_data_dir())
    shutil.copytree(kept / "instance", _data_dir())
    crypto.ensure(_data_dir() / config.KEY_FILE)
    made, cast.serial, cast.staff = pickle.loads((kept / "made").read_bytes())  # noqa: S301  ours
    return made


def _let_go(cast: Cast) -> URL:
    """Close every connection to the database; returns where it is."""
    from tms.db import db

    cast.session.close()
    db.engine.dispose()
    return db.engine.url


def _data_dir() -> Path:
    return Path(current_app.config["TMS_DATA_DIR"])
