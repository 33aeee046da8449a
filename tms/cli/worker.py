"""worker: does what takes longer than a request, in a process of its own."""

from __future__ import annotations

import logging
import os
import threading
from typing import Any

import click
from flask import Flask, current_app

from tms.actors import actor_under
from tms.cli.support import command
from tms.db import be_patient, db
from tms.i18n import say_in
from tms.jobs import queue, transport
from tms.jobs.lease import due
from tms.jobs.runner import Machine, run
from tms.jobs.sweeper import Sweeper, show_presence

#: How often a worker looks whether the server that started it is still there.
LOOK_SECONDS = 1.0


@command("worker")
@click.option("--once", is_flag=True, help="Do what is waiting, then end.")
@click.option("--parent", type=int, help="End when this process, which started it, has ended.")
def worker(once: bool, parent: int | None) -> None:
    """Do the jobs of the installation until stopped."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if once:
        click.echo(f"{drain(app)} 项作业")
        return
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)
    _consume(app, parent)


def drain(app: Flask) -> int:
    """Do what is waiting, and what comes of it; returns how many jobs were done."""
    machine = Machine(app.config["TMS_DATA_DIR"], actor_under, say_in=say_in)
    count = 0
    while waiting := due(db.session()):
        db.session.rollback()
        for job_id in waiting:
            count += run(db.session(), machine, job_id)
            db.session.remove()
    db.session.remove()
    return count


def connected(app: Flask) -> Any:
    """The installation's queue."""
    with app.app_context():
        url = db.engine.url
    return transport.queue_at(url, app.config["TMS_DATA_DIR"], app.config["SECRET_KEY"])


def _consume(app: Flask, parent: int | None) -> None:
    huey = connected(app)
    consumer = huey.create_consumer(
        workers=1, worker_type="thread", periodic=False, max_delay=0.2, graceful_signal="TERM"
    )
    machine = Machine(app.config["TMS_DATA_DIR"], actor_under, consumer.stop_flag.is_set, say_in)

    def do(job_id: int) -> None:
        be_patient()  # a thread does not know what the command said
        with app.app_context():
            run(db.session(), machine, job_id)
            db.session.remove()

    tell = transport.task_of(huey, do)
    queue.install(tell)
    sweeper = Sweeper(db.engine, tell)
    show_presence(db.session(), sweeper.worker_id)
    db.session.remove()
    sweeper.start()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent, consumer.stop_flag), daemon=True).start()
    consumer.run()
    sweeper.stop()


def _watch(parent: int, stop: threading.Event) -> None:
    """A worker whose server was killed gives its job back and ends."""
    while not stop.wait(LOOK_SECONDS):
        if os.getppid() != parent:
            stop.set()


COMMANDS = (worker,)
