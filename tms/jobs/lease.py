"""Whose a job is: taken by compare-and-set, held by a heartbeat, given up or lost."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tms.access import WORKER, acting
from tms.db import BLIND
from tms.models import Job, JobState
from tms.models.types import now

#: A worker that said nothing for so long is dead; its jobs are anybody's.
LEASE: Final = timedelta(seconds=20)
BEAT_SECONDS: Final = 5.0


def due(session: Session) -> list[int]:
    """Jobs that a worker may take now: somebody's first, those that wait longest first."""
    order = Job.user_id.is_(None), Job.not_before, Job.id
    statement = select(Job.id).where(_free()).order_by(*order).limit(100)
    with acting(session, WORKER):
        return list(session.scalars(statement))


def is_asked_for(session: Session) -> bool:
    """Whether somebody's job waits for a worker: what comes due by itself lets it go first."""
    waits = select(Job.id).where(_waits(now()), Job.user_id.is_not(None)).limit(1)
    with acting(session, WORKER):
        found = session.scalar(waits) is not None
    session.rollback()
    return found


def _waits(at: datetime) -> Any:
    return and_(Job.state == JobState.QUEUED, Job.not_before <= at)


def _free() -> Any:
    at = now()
    return or_(_waits(at), and_(Job.state == JobState.RUNNING, Job.lease_until < at))


def claim(session: Session, job_id: int) -> Any:
    """Take a job, if it is free; returns its columns, or None. Commits."""
    lease = uuid.uuid4().hex
    at = now()
    values = {
        "state": JobState.RUNNING,
        "lease": lease,
        "lease_until": at + LEASE,
        "started_at": at,
        "done_before": Job.done,
        "attempts": Job.attempts + 1,
    }
    with acting(session, WORKER):
        mine = update(Job).where(Job.id == job_id, _free())
        taken: Any = session.execute(mine.values(values), execution_options=BLIND)
        session.commit()
        if not taken.rowcount:
            return None
        found = session.execute(select(*Job.__table__.c).where(Job.lease == lease)).first()
        session.rollback()
    return found


def hold(session: Session, job: Any, values: dict[str, Any]) -> bool:
    """Write *values* to a job that is still ours; the caller commits. False where it is lost."""
    session.flush()  # for its owner, before the worker speaks for itself
    mine = update(Job).where(
        Job.id == job.id, Job.lease == job.lease, Job.state == JobState.RUNNING
    )
    with acting(session, WORKER):
        kept: Any = session.execute(mine.values(values), execution_options=BLIND)
    return bool(kept.rowcount)


class Heart(threading.Thread):
    """Says every few seconds that the worker is alive, also while a part takes long."""

    def __init__(self, session: Session, job: Any) -> None:
        super().__init__(name=f"heart-{job.id}", daemon=True)
        self.engine, self.job = session.get_bind(), job
        self.is_over = threading.Event()

    def run(self) -> None:
        """Until the job ends or is somebody else's."""
        while not self.is_over.wait(BEAT_SECONDS):
            if not self._beat():
                return

    def _beat(self) -> bool:
        try:
            with Session(self.engine) as session:
                kept = hold(session, self.job, {"lease_until": now() + LEASE})
                session.commit()
            return kept
        except SQLAlchemyError:
            return True  # the next beat may come through

    def __enter__(self) -> Heart:
        self.start()
        return self

    def __exit__(self, *_error: Sequence[Any]) -> None:
        self.is_over.set()
        self.join()
