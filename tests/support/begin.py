"""What tests begin with: made by the first of a session, kept, and put in place for the others.

In files with many tests two thirds of the time went into the same few teachers' files, filled and
sent on their way for each test anew.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import func, select

from tests.support import place, postgres
from tests.support.cast import Cast
from tms.access import CONSOLE, acting, bind
from tms.models import AuditEvent

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
    """Of everything that what is built hangs on; what was changed before has its audit events."""
    with acting(cast.session, CONSOLE):
        changed = cast.session.scalar(select(func.max(AuditEvent.id)))
    engine = cast.session.get_bind().dialect.name
    where = (engine, changed, cast.serial, sorted(cast.units), *cast.staff)
    text = repr((build.__module__, build.__qualname__, args, where))
    return sha256(text.encode()).hexdigest()[:16]


def _keep(cast: Cast, kept: Path, made: Any) -> None:
    kept.mkdir()
    used, stored = _databases(cast, kept)
    _copy(used, stored)
    shutil.copytree(_data_dir(), kept / "instance")
    (kept / "made").write_bytes(pickle.dumps((made, cast.serial, cast.staff)))


def _put_in_place(cast: Cast, kept: Path) -> Any:
    from tms import config, crypto

    used, stored = _databases(cast, kept)
    _copy(stored, used)
    shutil.rmtree(_data_dir())
    shutil.copytree(kept / "instance", _data_dir())
    crypto.ensure(_data_dir() / config.KEY_FILE)
    made, cast.serial, cast.staff = pickle.loads((kept / "made").read_bytes())  # noqa: S301  ours
    return made


def _databases(cast: Cast, kept: Path) -> tuple[str | Path, str | Path]:
    """The test's, to which nobody is connected any more, and the kept one: files, or names."""
    from tms.db import db

    cast.session.close()
    db.engine.dispose()
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        return Path(str(url.database)), kept / "tms.sqlite"
    return str(url.database), kept.name


def _copy(source: str | Path, target: str | Path) -> None:
    if isinstance(target, Path):
        shutil.copyfile(source, target)
    else:
        postgres.create_database(postgres.server(place.here()), target, str(source))


def _data_dir() -> Path:
    return Path(current_app.config["TMS_DATA_DIR"])
