"""Two workers at one import: every row once, whoever is killed, late, or not there at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests.exchange.test_batches import ACCOUNT, PEOPLE, counts, files, upload
from tests.exchange.test_batches import small_windows as small_windows
from tests.support.cast import Cast
from tests.support.jobs import drain, job
from tms.access import CONSOLE, WORKER, acting
from tms.exchange import batches, import_jobs
from tms.exchange.import_jobs import KINDS, LOAD
from tms.jobs import Mark, Work, lanes
from tms.models import AuditEvent, Job, JobState
from tms.models.types import now


@pytest.fixture(autouse=True)
def two_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is long, and every database lets two write."""
    monkeypatch.setattr(import_jobs, "LONG", 0)
    monkeypatch.setattr(lanes, "is_sqlite", lambda session: False)
    monkeypatch.setattr(lanes, "PAUSE_SECONDS", 0)


class Worker:
    """One that does a job step by step."""

    def __init__(self, cast: Cast, job_id: int, folder: Path) -> None:
        row = job(cast.session, job_id)
        self.cast, self.id, self.actor = cast, job_id, cast.act_as("school_info")
        work = Work(
            cast.session, self.actor, job_id, row.act_id, row.params, row.checkpoint, folder
        )
        self.steps = iter(KINDS[row.kind](work))

    def step(self) -> Mark | None:
        """A part, committed as the runner does; None at the end."""
        self.cast.act_as("school_info")
        mark = next(self.steps, None)
        values: dict[str, Any] = {"state": JobState.RUNNING if mark else JobState.DONE}
        values |= {"done": mark.done, "checkpoint": mark.checkpoint} if mark else {}
        values |= {"lease_until": now() - timedelta(hours=1)}  # nobody holds it from here on
        with acting(self.cast.session, WORKER):
            self.cast.session.execute(update(Job).where(Job.id == self.id).values(values))
        self.cast.session.commit()
        return mark

    def rest(self) -> Iterator[Mark]:
        """What is still to come."""
        while mark := self.step():
            yield mark


def asked(cast: Cast, folder: Path) -> int:
    """A load of ten people that was asked for."""
    batch = upload(cast, folder, ACCOUNT, *PEOPLE)
    batches.ask_load(cast.session, cast.act_as("school_info"), batch)
    cast.session.commit()
    return batch


def jobs_of(cast: Cast, kind: str) -> list[int]:
    with acting(cast.session, WORKER):
        return list(cast.session.scalars(select(Job.id).where(Job.kind == kind)))


def all_in_once(cast: Cast, batch: int) -> None:
    """Ten files, ten events of one act, ten rows told."""
    assert counts(cast, batch, "load") == {"new": 10}
    assert files(cast) == 10
    with acting(cast.session, CONSOLE):
        made = select(func.count(), func.count(AuditEvent.act_id.distinct()))
        assert tuple(cast.session.execute(made.where(AuditEvent.act == "create")).one()) == (10, 1)


def test_without_another_worker_the_job_does_both_lanes(cast: Cast, tmp_path: Path) -> None:
    batch = asked(cast, tmp_path)
    drain(cast.session, tmp_path)
    all_in_once(cast, batch)
    (helper,) = jobs_of(cast, LOAD + lanes.HELPER)
    assert job(cast.session, helper).state == JobState.CANCELLED
    (main,) = jobs_of(cast, LOAD)
    assert job(cast.session, main).done == 10


@pytest.mark.parametrize("before", [0, 1, 2])
def test_what_a_helper_left_is_done_by_the_job(cast: Cast, tmp_path: Path, before: int) -> None:
    """Killed before its first part, after it, or at its end, which nobody took for the end."""
    batch = asked(cast, tmp_path)
    main = Worker(cast, jobs_of(cast, LOAD)[0], tmp_path)
    main.step()
    (helper_id,) = jobs_of(cast, LOAD + lanes.HELPER)
    helper = Worker(cast, helper_id, tmp_path)
    for _ in range(before):
        helper.step()
    marks = list(main.rest())
    assert marks[-1].done == 10
    all_in_once(cast, batch)


def test_the_job_waits_for_a_helper_at_work(cast: Cast, tmp_path: Path) -> None:
    batch = asked(cast, tmp_path)
    main = Worker(cast, jobs_of(cast, LOAD)[0], tmp_path)
    main.step()
    (helper_id,) = jobs_of(cast, LOAD + lanes.HELPER)
    helper = Worker(cast, helper_id, tmp_path)
    helper.step()
    with acting(cast.session, WORKER):
        alive = update(Job).where(Job.id == helper_id)
        cast.session.execute(alive.values(lease_until=now() + timedelta(hours=1)))
    cast.session.commit()
    assert [mark and mark.done for mark in (main.step() for _ in range(4))] == [8, 10, 10, 10]
    assert files(cast) == 10
    list(helper.rest())
    assert [mark.done for mark in main.rest()] == [10]
    all_in_once(cast, batch)


def test_a_helper_stops_with_its_job(cast: Cast, tmp_path: Path) -> None:
    asked(cast, tmp_path)
    (main_id,) = jobs_of(cast, LOAD)
    main = Worker(cast, main_id, tmp_path)
    main.step()
    (helper_id,) = jobs_of(cast, LOAD + lanes.HELPER)
    with acting(cast.session, WORKER):
        cast.session.execute(update(Job).where(Job.id == main_id).values(cancel_asked=True))
    cast.session.commit()
    assert Worker(cast, helper_id, tmp_path).step() is None
    assert files(cast) == 0
