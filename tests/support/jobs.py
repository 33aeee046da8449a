"""Doing jobs within a test, as a worker would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import WORKER, acting
from tms.actors import actor_under
from tms.i18n import say_in
from tms.jobs.lease import due
from tms.jobs.runner import Machine, run
from tms.models import Job


def drain(session: Session, data_dir: Path) -> None:
    """Do what is waiting, and what comes of it; the session acts for whom it did before."""
    actor = session.info["actor"]
    session.commit()
    while waiting := due(session):
        session.rollback()
        for job_id in waiting:
            run(session, Machine(data_dir, actor_under, say_in=say_in), job_id)
    session.rollback()
    session.info["actor"] = actor


def job(session: Session, job_id: int) -> Any:
    """The columns of a job, whoever's it is."""
    with acting(session, WORKER):
        found = session.execute(select(*Job.__table__.c).where(Job.id == job_id)).one()
    session.rollback()
    return found
