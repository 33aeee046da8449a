"""Beside the work: says that the worker is there, finds jobs nobody told of, and what is due."""

from __future__ import annotations

import logging
import socket
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tms.access import WORKER, acting
from tms.db import BLIND
from tms.jobs.lease import due
from tms.jobs.schedule import ask_for_due, ask_for_wanted
from tms.models import JobWorker
from tms.models.types import now

EVERY_SECONDS: Final = 5.0
#: A worker not seen for so long is not there.
ABSENT: Final = timedelta(seconds=30)
#: A message may be on its way for so long, before it is sent again.
PATIENCE: Final = timedelta(seconds=30)
FORGET: Final = timedelta(days=1)

log = logging.getLogger("tms.jobs")


class Sweeper(threading.Thread):
    """Runs in every worker until told to stop; each round is a few short transactions."""

    def __init__(self, engine: Any, tell: Callable[[int], None]) -> None:
        super().__init__(name="sweeper", daemon=True)
        self.engine, self.tell = engine, tell
        self.worker_id = uuid.uuid4().hex
        self.told: dict[int, Any] = {}
        self.is_over = threading.Event()

    def run(self) -> None:
        """Round after round; a database that is away for a while stops nothing."""
        while True:
            try:
                self.sweep()
            except Exception as error:
                log.warning("sweep failed: %s", type(error).__name__)
            if self.is_over.wait(EVERY_SECONDS):
                return

    def stop(self) -> None:
        """At the end of the round."""
        self.is_over.set()

    def sweep(self) -> None:
        """One round."""
        at = now()
        with Session(self.engine) as session:
            show_presence(session, self.worker_id)
            ask_for_due(session, at)
            ask_for_wanted(session)
            waiting = due(session)
        self.told = {job: told for job, told in self.told.items() if job in waiting}
        for job in waiting:
            if at - self.told.get(job, at - PATIENCE) >= PATIENCE:
                self.told[job] = at
                self.tell(job)


def show_presence(session: Session, worker_id: str) -> None:
    """Write down that the worker is there; who has not been for a day is forgotten. Commits."""
    at = now()
    with acting(session, WORKER):
        seen = update(JobWorker).where(JobWorker.id == worker_id).values(seen_at=at)
        known: Any = session.execute(seen, execution_options=BLIND)
        if not known.rowcount:
            host = socket.gethostname()[:80]
            session.add(JobWorker(id=worker_id, host=host, started_at=at, seen_at=at))
            old = delete(JobWorker).where(JobWorker.seen_at < at - FORGET)
            session.execute(old, execution_options=BLIND)
        session.commit()


def is_anybody_there(session: Session) -> bool:
    """Whether a worker was seen lately: else what is asked for waits."""
    lately = select(JobWorker.id).where(JobWorker.seen_at >= now() - ABSENT).limit(1)
    return session.scalar(lately) is not None
