"""Workers as `serve` starts them, and what their jobs take."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bench.place import Place
from tms import ROOT
from tms.access import WORKER, acting
from tms.db import BLIND
from tms.jobs.schedule import ask_for_due, ask_for_wanted
from tms.models import PENDING, CheckDue, Job, JobState, JobWorker
from tms.models.types import now

#: As many as `serve` starts by default.
WORKERS = 2
LOOK_SECONDS = 0.02
#: A worker that does not come up, or a job that does not end, within this time is an error.
PATIENCE = 900


@contextmanager
def workers(place: Place, session: Session) -> Iterator[None]:
    """Within this block workers of the installation are there."""
    _settle(session)
    env = os.environ | {"TMS_DATA_DIR": str(place.folder), "TMS_DATABASE_URL": place.url}
    words = ["-m", "flask", "--app", "app", "tms", "worker", "--parent", str(os.getpid())]
    began = now()
    started = [
        subprocess.Popen([sys.executable, *words], cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
        for _ in range(WORKERS)
    ]
    try:
        _await(lambda: _present(session, began) >= WORKERS)
        yield
    finally:
        for each in started:
            each.send_signal(signal.SIGTERM)
        for each in started:
            each.wait(PATIENCE)


def _settle(session: Session) -> None:
    """What comes due by itself counts as done: nothing else is to be at work."""
    ask_for_due(session, now())
    ask_for_wanted(session)
    values = {"state": JobState.DONE, "ended_at": now()}
    mine = update(Job).where(Job.user_id.is_(None), Job.state.in_(PENDING)).values(values)
    with acting(session, WORKER):
        session.execute(mine, execution_options=BLIND)
        session.execute(delete(CheckDue), execution_options=BLIND)
        session.commit()


def _await(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > end:
            raise SystemExit("no worker came, or a job does not end")
        time.sleep(LOOK_SECONDS)


def _present(session: Session, since: datetime) -> int:
    with acting(session, WORKER):
        found = session.scalars(select(JobWorker.id).where(JobWorker.started_at >= since)).all()
    session.rollback()
    return len(found)


def seconds_of(session: Session, job_id: int) -> float:
    """Wait for a job that was just asked for; what it takes, a worker's coming included."""
    began = time.monotonic()
    _await(lambda: _state(session, job_id) not in PENDING)
    took = time.monotonic() - began
    if (state := _state(session, job_id)) != JobState.DONE:
        raise SystemExit(f"job {job_id}: {state}")
    return took


def _state(session: Session, job_id: int) -> str:
    with acting(session, WORKER):
        found = session.scalars(select(Job.state).where(Job.id == job_id)).one()
    session.rollback()
    return found
