"""Durable jobs: asked for with the change, done part by part, resumed, stopped, retried."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.support.cast import Cast
from tms.access import WORKER, acting, bind
from tms.actors import actor_under
from tms.errors import Conflict, NotFound, message
from tms.jobs import Mark, Work, enqueue, queue, register
from tms.jobs.lease import claim, due, hold
from tms.jobs.runner import MAX_ATTEMPTS, Machine, run
from tms.models import Job, JobState, User
from tms.models.types import now

TITLE = message("每夜清理过期文件")


class Killed(BaseException):
    """What `kill -9` is to the code under way: nothing after it runs."""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path, actor_under)


@pytest.fixture
def counting() -> list[int]:
    """A kind that notes five numbers, one a part; what it was given is checkpoint and number."""
    noted: list[int] = []

    def count(work: Work) -> Generator[Mark, None, dict[str, Any]]:
        for number in range(work.checkpoint or 0, 5):
            noted.append(number)
            if number == work.params.get("fails_at"):
                work.params = {}
                raise RuntimeError("a bug")
            if number == work.params.get("killed_at") and noted.count(number) == 1:
                raise Killed
            if number == work.params.get("refused_at"):
                raise Conflict(message("没有这项作业。"))
            yield Mark(number + 1, 5, number + 1)
        return {"noted": 5, "by": work.actor.user_id}

    register("test.count", count)
    return noted


def ask(session: Session, cast: Cast, **params: Any) -> int:
    actor = cast.act_as("school_info")
    job_id = enqueue(session, actor, "test.count", params, TITLE)
    session.commit()
    return job_id


def job_of(session: Session, job_id: int) -> Any:
    with acting(session, WORKER):
        found = session.execute(select(*Job.__table__.c).where(Job.id == job_id)).one()
    session.rollback()
    return found


def expire(session: Session, job_id: int) -> None:
    with acting(session, WORKER):
        past = now() - timedelta(seconds=60)
        session.execute(update(Job).where(Job.id == job_id).values(lease_until=past))
        session.commit()


def test_a_job_runs_as_its_owner_and_keeps_its_result(
    cast: Cast, machine: Machine, counting: list[int]
) -> None:
    session = cast.session
    job_id = ask(session, cast)

    assert due(session) == [job_id]
    assert run(session, machine, job_id)

    job = job_of(session, job_id)
    assert (job.state, job.done, job.total) == (JobState.DONE, 5, 5)
    assert job.result == {"noted": 5, "by": cast.staff["school_info"].user_id}
    assert counting == [0, 1, 2, 3, 4]
    assert not run(session, machine, job_id)


def test_what_is_rolled_back_was_never_asked_for(cast: Cast, counting: list[int]) -> None:
    told: list[int] = []
    queue.install(told.append)
    try:
        enqueue(cast.session, cast.act_as("school_info"), "test.count", {}, TITLE)
        cast.session.rollback()
        job_id = ask(cast.session, cast)
    finally:
        queue.install(None)

    assert told == [job_id]
    assert due(cast.session) == [job_id]


def test_a_killed_workers_job_goes_on_at_its_checkpoint(
    cast: Cast, machine: Machine, counting: list[int]
) -> None:
    session = cast.session
    job_id = ask(session, cast, killed_at=3)
    with pytest.raises(Killed):
        run(session, machine, job_id)
    session.rollback()

    assert job_of(session, job_id).state == JobState.RUNNING
    assert not run(session, machine, job_id), "somebody else's as long as the lease lasts"
    expire(session, job_id)
    assert due(session) == [job_id]
    assert run(session, machine, job_id)

    assert job_of(session, job_id).state == JobState.DONE
    assert counting == [0, 1, 2, 3, 3, 4]


def test_who_lost_the_lease_writes_nothing_more(
    cast: Cast, machine: Machine, counting: list[int]
) -> None:
    session = cast.session
    job_id = ask(session, cast)
    first = claim(session, job_id)
    expire(session, job_id)
    second = claim(session, job_id)

    assert not hold(session, first, {"done": 4})
    assert hold(session, second, {"done": 1})
    session.commit()
    assert job_of(session, job_id).done == 1


def test_a_bug_is_tried_again_and_then_given_up(
    cast: Cast, machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    session = cast.session

    def broken(work: Work) -> Generator[Mark, None, dict[str, Any]]:
        yield Mark(0, 5)
        raise RuntimeError(work.params["secret"])

    register("test.count", broken)
    job_id = ask(session, cast, secret="nobody's business")
    for _ in range(MAX_ATTEMPTS + 1):
        with acting(session, WORKER):
            session.execute(update(Job).where(Job.id == job_id).values(not_before=now()))
            session.commit()
        assert run(session, machine, job_id)

    job = job_of(session, job_id)
    assert job.state == JobState.FAILED
    assert "中断" in job.error["msgid"]
    assert "RuntimeError" in caplog.text
    assert "nobody's business" not in caplog.text


def test_a_refusal_is_said_and_not_tried_again(
    cast: Cast, machine: Machine, counting: list[int]
) -> None:
    session = cast.session
    job_id = ask(session, cast, refused_at=2)

    assert run(session, machine, job_id)

    job = job_of(session, job_id)
    assert (job.state, job.done) == (JobState.FAILED, 2)
    assert job.error["msgid"] == "没有这项作业。"
    cast.act_as("school_info")
    queue.retry(session, cast.staff["school_info"], job_id)
    session.commit()
    run(session, machine, job_id)
    assert counting == [0, 1, 2, 2]


def test_rights_are_asked_again_when_it_runs(
    cast: Cast, machine: Machine, counting: list[int]
) -> None:
    session = cast.session
    job_id = ask(session, cast)
    bind(session, cast.staff["school_admin"])
    user_id = cast.staff["school_info"].user_id
    session.execute(update(User).where(User.id == user_id).values(is_disabled=True))
    session.commit()

    assert run(session, machine, job_id)

    assert job_of(session, job_id).state == JobState.FAILED
    assert counting == []


def test_cancel_at_once_while_it_waits_and_between_parts_while_it_runs(
    cast: Cast, machine: Machine
) -> None:
    session = cast.session
    actor = cast.act_as("school_info")

    def stops_itself(work: Work) -> Generator[Mark, None, dict[str, Any]]:
        yield Mark(1, 5)
        queue.cancel(work.session, work.actor, work.job_id)
        yield Mark(2, 5)
        raise AssertionError("cancelled jobs go no further")

    register("test.count", stops_itself)
    waiting, running = ask(session, cast), ask(session, cast)
    bind(session, actor)
    queue.cancel(session, actor, waiting)
    session.commit()
    assert due(session) == [running]
    run(session, machine, running)

    assert job_of(session, waiting).state == JobState.CANCELLED
    job = job_of(session, running)
    assert (job.state, job.done) == (JobState.CANCELLED, 2)
    bind(session, actor)
    with pytest.raises(Conflict):
        queue.cancel(session, actor, running)


def test_a_stopping_worker_hands_its_job_back(
    cast: Cast, machine: Machine, counting: list[int]
) -> None:
    session = cast.session
    job_id = ask(session, cast)
    stopping = Machine(machine.data_dir, actor_under, lambda: len(counting) >= 2)

    run(session, stopping, job_id)
    assert job_of(session, job_id).state == JobState.QUEUED
    run(session, machine, job_id)

    assert job_of(session, job_id).state == JobState.DONE
    assert counting == [0, 1, 2, 3, 4]


def test_what_comes_due_by_itself_lets_somebodys_job_go_first(
    cast: Cast, machine: Machine, counting: list[int]
) -> None:
    session = cast.session
    with acting(session, WORKER):
        nightly = enqueue(session, WORKER, "test.count", {}, TITLE)
        session.commit()
    asked = ask(session, cast)

    assert run(session, machine, nightly)
    assert (job_of(session, nightly).state, job_of(session, nightly).done) == (JobState.QUEUED, 1)
    assert due(session) == [asked, nightly]
    assert run(session, machine, asked)
    assert run(session, machine, nightly)

    assert {job_of(session, each).state for each in (asked, nightly)} == {JobState.DONE}
    assert counting == [0, 0, 1, 2, 3, 4, 1, 2, 3, 4]


def test_one_key_is_one_job(cast: Cast) -> None:
    session = cast.session
    actor = cast.act_as("school_info")
    first = enqueue(session, actor, "test.count", {}, TITLE, key="twice")
    again = enqueue(session, actor, "test.count", {}, TITLE, key="twice")
    session.commit()
    later = enqueue(session, actor, "test.count", {}, TITLE, key="twice")
    other = enqueue(session, cast.act_as("county_info"), "test.count", {}, TITLE, key="twice")

    assert first == again == later
    assert other != first


def test_a_job_is_its_owners_only(cast: Cast) -> None:
    session = cast.session
    job_id = ask(session, cast)

    for name in ("county_info", "school_head", "county_admin"):
        actor = cast.act_as(name)
        assert session.scalar(select(Job.id)) is None
        with pytest.raises(NotFound):
            queue.cancel(session, actor, job_id)


def test_nobody_has_more_than_enough_under_way(cast: Cast) -> None:
    for _ in range(queue.MAX_PENDING):
        enqueue(cast.session, cast.act_as("school_info"), "test.count", {}, TITLE)

    with pytest.raises(Conflict):
        enqueue(cast.session, cast.act_as("school_info"), "test.count", {}, TITLE)
