"""What the commands share: acting for a user, saying what was refused, printing JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale
from sqlalchemy import inspect, select

from tms.access import Actor, bind
from tms.actors import actor_for, actor_under
from tms.cli.running import together
from tms.collector import settle
from tms.db import be_patient, db, writing
from tms.errors import Conflict, TmsError, message
from tms.i18n import say, say_in
from tms.jobs.runner import Machine, run
from tms.models import PENDING, Job, JobState
from tms.packed import unpack

group = AppGroup("tms", help="Teacher Management System.")
REFUSED = 1
#: How often a command looks whether a worker has done its job.
SECONDS_BETWEEN = 0.2

as_user = click.option("--as", "username", required=True, help="Act for this user, no more.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def require_schema() -> None:
    """:raises Conflict: there is no database yet; nothing is made by looking."""
    url = db.engine.url
    missing = url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()
    if missing or not inspect(db.engine).has_table("unit"):
        raise Conflict(message("还没有数据库，请先运行 flask tms init。"))


def command(
    name: str, *, needs_schema: bool = True, is_alone: bool = False, **kwargs: Any
) -> Callable[[Callable[..., Any]], click.Command]:
    """A command in the application's context, whose refusals end in one sentence and exit 1.

    :param is_alone: it sees to it itself that nobody else runs, when it has something to do.
    """

    def decorate(function: Callable[..., Any]) -> click.Command:
        @click.command(name, **kwargs)
        @with_appcontext
        @wraps(function)
        def run(*args: Any, **options: Any) -> Any:
            be_patient()
            if not current_app.testing:
                settle()
            try:
                if not needs_schema:
                    return function(*args, **options)
                require_schema()
                with nullcontext() if is_alone else together(current_app.config["TMS_DATA_DIR"]):
                    return function(*args, **options)
            except TmsError as error:
                db.session.rollback()
                refuse(say(error.text), error, as_json=options.get("as_json", False))

        return run

    return decorate


@contextmanager
def user(username: str) -> Iterator[Actor]:
    """Act for *username* and commit at the end; a refusal leaves nothing behind."""
    with force_locale("zh_Hans_CN"):
        with writing(False):  # whoever looks up an account needs no lock for that
            actor = actor_for(db.session(), username)
            db.session.rollback()
        bind(db.session(), actor)
        yield actor
        db.session.commit()


def finished(job_id: int | None) -> None:
    """Do a job here and now, or wait for the worker that has it already.

    :raises TmsError: what the job was refused for.
    """
    machine = Machine(current_app.config["TMS_DATA_DIR"], actor_under, say_in=say_in)
    session = db.session()
    while True:
        run(session, machine, job_id or 0)
        job = session.scalar(select(Job).where(Job.id == job_id))
        if job is None or job.state == JobState.DONE:
            break
        if job.state not in PENDING:
            raise TmsError(unpack(job.error))
        session.rollback()
        time.sleep(SECONDS_BETWEEN)
    session.rollback()


def refuse(text: str, error: TmsError | None = None, *, as_json: bool = False) -> NoReturn:
    """Say why on standard error (with ``--json`` also as an object) and end with exit code 1."""
    for finding in getattr(error, "findings", []):
        text += f"\n  {finding.field}: {finding.zh}"
    if as_json:
        show({"error": text})
    click.echo(text, err=True)
    sys.exit(REFUSED)


def show(value: Any) -> None:
    """*value* as one JSON object on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False))
