"""The worker as a process: it hears of jobs through the queue, and gives them back when stopped."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.cast import Cast
from tests.support.worker import worker
from tms.access import WORKER, acting
from tms.db import db
from tms.errors import message
from tms.jobs import enqueue, queue, transport
from tms.jobs.sweeper import is_anybody_there
from tms.models import PENDING, Job, JobState
from tms.records.housekeeping import NIGHTLY

SECONDS = 60
TITLE = message("每夜清理过期文件")


def ended(session: Session, job_id: int) -> Any:
    """The job, once nobody works on it any more."""
    for _ in range(SECONDS * 10):
        with acting(session, WORKER):
            job = session.execute(select(Job.state, Job.result).where(Job.id == job_id)).one()
        session.rollback()
        if job.state not in PENDING:
            return job
        time.sleep(0.1)
    raise AssertionError(f"still {job.state}")


def ask(cast: Cast) -> int:
    job_id = enqueue(cast.session, cast.act_as("school_info"), NIGHTLY, {}, TITLE)
    cast.session.commit()
    return job_id


def test_jobs_reach_a_worker_told_or_not(application: Flask, cast: Cast, database_url: str) -> None:
    data_dir: Path = application.config["TMS_DATA_DIR"]
    secret = application.config["SECRET_KEY"]
    url = db.engine.url
    (data_dir / "secret.key").write_text(secret)
    with worker(database_url, data_dir) as process:
        untold = ask(cast)
        assert ended(cast.session, untold).state == JobState.DONE, "the sweeper found it"
        assert is_anybody_there(cast.session)
        cast.session.rollback()
        carrier = transport.queue_at(url, data_dir, secret)
        queue.install(transport.sender(lambda: carrier))
        try:
            told = ask(cast)
        finally:
            queue.install(None)
            carrier.storage.close()
        assert ended(cast.session, told).state == JobState.DONE
        process.terminate()
        assert process.wait(SECONDS) == 0
