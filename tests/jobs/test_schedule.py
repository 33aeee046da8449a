"""What comes due by itself, and the sweeper that asks for it and finds what nobody told of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.support.cast import Cast
from tms.access import WORKER, acting
from tms.actors import actor_under
from tms.db import db
from tms.errors import message
from tms.jobs import enqueue, schedule
from tms.jobs.runner import Machine, run
from tms.jobs.schedule import Schedule, ask_for_due
from tms.jobs.sweeper import Sweeper, is_anybody_there
from tms.models import Job, JobState, JobWorker
from tms.models.types import now
from tms.records.housekeeping import NIGHTLY

TITLE = message("每夜清理过期文件")


@pytest.fixture(autouse=True)
def as_installed() -> Iterator[None]:
    before = [*schedule._schedules], [*schedule._watches]
    yield
    schedule.install(*before)


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00")


@pytest.mark.parametrize(
    ("at", "latest"),
    [
        ("2026-03-01T02:29:59", "2026-02-28T02:30:00"),
        ("2026-03-01T02:30:00", "2026-03-01T02:30:00"),
        ("2026-03-01T23:59:59", "2026-03-01T02:30:00"),
        ("2026-01-01T00:00:00", "2025-12-31T02:30:00"),
    ],
)
def test_every_night(at: str, latest: str) -> None:
    assert Schedule("kind", TITLE, 2, 30).latest(beijing(at)) == beijing(latest)


@pytest.mark.parametrize(
    ("at", "latest"),
    [
        ("2026-03-05T02:59:59", "2026-02-05T03:00:00"),
        ("2026-03-05T03:00:00", "2026-03-05T03:00:00"),
        ("2026-01-01T00:00:00", "2025-12-05T03:00:00"),
    ],
)
def test_once_a_month(at: str, latest: str) -> None:
    assert Schedule("kind", TITLE, 3, day=5).latest(beijing(at)) == beijing(latest)


def test_each_time_once_however_many_ask(cast: Cast) -> None:
    schedule.install([Schedule(NIGHTLY, TITLE, 2, 30)])
    night, next_night = beijing("2026-03-01T02:31:00"), beijing("2026-03-02T02:31:00")

    first = ask_for_due(cast.session, night)
    assert ask_for_due(cast.session, night + timedelta(hours=1)) == first
    assert ask_for_due(cast.session, next_night) != first
    assert ask_for_due(cast.session, beijing("2026-03-03T20:00:00")) == [], "missed for too long"


def test_the_night_clears_up_as_nobody(cast: Cast, tmp_path: Path) -> None:
    schedule.install([Schedule(NIGHTLY, TITLE, 2, 30)])
    (job_id,) = ask_for_due(cast.session, beijing("2026-03-01T02:31:00"))

    with acting(cast.session, WORKER):
        cast.session.execute(update(Job).values(not_before=now()))
        cast.session.commit()
    assert run(cast.session, Machine(tmp_path, actor_under), job_id)

    with acting(cast.session, WORKER):
        job: Any = cast.session.execute(select(Job.state, Job.user_id, Job.result)).one()
    assert tuple(job) == (JobState.DONE, None, {"files": 0, "binned": 0, "logins": 0})


def test_the_sweeper_tells_of_jobs_and_shows_that_it_is_there(
    application: Flask, cast: Cast
) -> None:
    told: list[int] = []
    schedule.install([])
    job_id = enqueue(cast.session, cast.act_as("school_info"), NIGHTLY, {}, TITLE)
    cast.session.commit()
    assert not is_anybody_there(cast.session)
    cast.session.rollback()
    sweeper = Sweeper(db.engine, told.append)

    sweeper.sweep()
    sweeper.sweep()

    assert told == [job_id], "told once; again only after a while"
    assert is_anybody_there(cast.session)
    cast.session.rollback()
    past = datetime(2026, 1, 1, tzinfo=UTC)
    cast.session.execute(update(JobWorker).values(seen_at=past))
    cast.session.commit()
    assert not is_anybody_there(cast.session)
