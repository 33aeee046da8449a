"""Checking 100,000 files as the job does after a bulk act or at night, figures stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bench.place import Place
from bench.timing import Figure
from bench.workers import seconds_of, workers
from tms.access import CONSOLE, WORKER, acting
from tms.db import BLIND, db, writing
from tms.errors import message
from tms.jobs import enqueue
from tms.models import CheckDue, Teacher
from tms.records.due import name_files
from tms.records.figure_jobs import DUE

FILES = 100_000


def works(place: Place) -> Iterator[tuple[str, Callable[[], Figure]]]:
    """What can be measured here, by name."""
    yield "completeness", partial(measure, place)


def measure(place: Place) -> Figure:
    """Seconds of two workers to read, check and keep, commits included."""
    application = place.application()
    with application.app_context(), writing():
        session = db.session()
        with workers(place, session), acting(session, CONSOLE):
            files = _name(session)
            with acting(session, WORKER):
                job = enqueue(session, WORKER, DUE, {}, message("检测有变动的档案"))
                session.commit()
                took = seconds_of(session, job)
                left = session.scalar(select(func.count()).select_from(CheckDue))
        db.engine.dispose()
    if left:
        raise RuntimeError(f"{left} files were not checked")
    return Figure("completeness", took, "s", f"{files:,} files, {files / took:,.0f} a second")


def _name(session: Session) -> int:
    """Have the first files checked, and no others."""
    session.execute(delete(CheckDue), execution_options=BLIND)
    first = select(Teacher.id).order_by(Teacher.id).limit(FILES).subquery()
    last = session.scalar(select(func.max(first.c.id)))
    return name_files(session, Teacher.id <= last)
