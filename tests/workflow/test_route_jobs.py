"""Rows of a large university follow a new route as a job: in parts, resumed, with one act."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2
import pytest
from sqlalchemy import select, update

from tests.support.cast import Cast
from tests.support.databases import on_sqlite
from tests.support.jobs import drain, job
from tests.support.own_routes import (
    CODE,
    HR,
    RESEARCH,
    functions,
    routed,
    the_university,
    with_line,
)
from tms.access import CONSOLE, WORKER, acting, door, unscoped
from tms.actors import actor_under
from tms.db import BLIND
from tms.dictionary import Department
from tms.jobs.runner import Machine, run
from tms.models import TABLES, Assignment, AuditEvent, Job, RowState
from tms.models.types import now
from tms.records import RowChange, save
from tms.workflow import route_jobs
from tms.workflow.own_routing import Line
from tms.workflow.route_edit import Draft, Published, default_draft, draft_of, publish
from tms.workflow.route_versions import in_use

ACADEMIC = Department.ACADEMIC_AFFAIRS.mask
INFO = "university_info"


class Killed(BaseException):
    """What `kill -9` is to the code under way."""


@pytest.fixture
def files(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seven files with an award and a telephone each, gone through two at a time."""
    made = cast.make_files(7, CODE)
    changes = {
        "award": [RowChange(teacher, {"award_type": "21"}) for teacher in made],
        "contact": [RowChange(teacher, {"mobile": "13800000000"}) for teacher in made],
    }
    save(cast.session, cast.act_as(INFO), changes)
    cast.session.commit()
    monkeypatch.setattr("tms.jobs.work.Pace.end", lambda pace: None)
    monkeypatch.setattr("tms.jobs.work.Pace.__init__", _two)
    monkeypatch.setattr(route_jobs, "AT_ONCE", 3)
    return made


def _two(pace: Any, **_more: Any) -> None:
    pace.size, pace.aim, pace.began = 2, 1.0, 0.0


def to_research(base: int = 0) -> Draft:
    line = Line("award", "award_type", ("21",), (RESEARCH,))
    return routed(with_line(default_draft(base), line), "contact", RESEARCH)


def put(cast: Cast, draft: Draft) -> Published:
    unit = the_university(cast)
    made = publish(cast.session, cast.staff[INFO], unit, draft, "按校内要求调整")
    cast.session.commit()
    return made


def expire(cast: Cast, job_id: int) -> None:
    with acting(cast.session, WORKER):
        past = now() - timedelta(seconds=60)
        cast.session.execute(update(Job).where(Job.id == job_id).values(lease_until=past))
        cast.session.commit()


def events(cast: Cast) -> list[Any]:
    with acting(cast.session, CONSOLE):
        wanted = select(AuditEvent).where(AuditEvent.act.startswith("route."))
        found = cast.session.scalars(wanted.order_by(AuditEvent.id)).all()
        return [(each.act, each.act_id, each.detail) for each in found]


def test_a_small_university_follows_at_once(cast: Cast, files: list[int], monkeypatch: Any) -> None:
    monkeypatch.setattr(route_jobs, "AT_ONCE", 7)

    published = put(cast, to_research())

    assert published.job is None
    assert functions(cast, "award") == [RESEARCH.mask] * 7
    assert events(cast)[0][2]["rows"] == 14


def test_steps_alone_move_no_rows(cast: Cast, files: list[int]) -> None:
    draft = default_draft(0)
    slower = type(draft.steps[0])(**{**vars(draft.steps[0]), "days": 9})

    published = put(cast, Draft((slower, *draft.steps[1:]), draft.routing, 0))

    assert published.job is None
    assert events(cast)[0][2]["rows"] == 0


def test_a_large_one_follows_in_parts_with_one_act(
    cast: Cast, files: list[int], tmp_path: Path
) -> None:
    published = put(cast, to_research())
    assert published.job is not None
    assert functions(cast, "award") == [ACADEMIC] * 7

    cast.act_as(INFO)
    drain(cast.session, tmp_path)

    done = job(cast.session, published.job)
    assert (done.state, done.done, done.total) == ("done", 7, 7)
    assert (done.result["rows"], done.result["files"]) == (14, 7)
    assert functions(cast, "award") == [RESEARCH.mask] * 7
    assert functions(cast, "contact") == [RESEARCH.mask] * 7
    found = events(cast)
    assert [act for act, _, _ in found] == ["route.change", "route.follow"]
    assert {act_id for _, act_id, _ in found} == {done.act_id}
    assert found[1][2]["rows"] == 14


def kill(monkeypatch: pytest.MonkeyPatch, at: int) -> list[int]:
    """Let the part number *at* be the last of its worker; counts how many are begun."""
    parts, honest = [0], route_jobs.apply_part

    def apply(*args: Any) -> int:
        parts[0] += 1
        rows = honest(*args)
        if parts[0] == at:
            raise Killed  # written, not committed
        return rows

    monkeypatch.setattr(route_jobs, "apply_part", apply)
    return parts


@pytest.mark.parametrize("killed_at", [1, 2, 3, 4])
def test_killed_between_parts_it_goes_on(
    cast: Cast,
    files: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    killed_at: int,
) -> None:
    published, machine = put(cast, to_research()), Machine(tmp_path, actor_under)
    assert published.job is not None
    parts = kill(monkeypatch, killed_at)
    with pytest.raises(Killed):
        run(cast.session, machine, published.job)
    cast.session.rollback()
    assert functions(cast, "award").count(RESEARCH.mask) == 2 * (killed_at - 1)
    expire(cast, published.job)
    assert run(cast.session, machine, published.job)

    done = job(cast.session, published.job)
    assert (done.state, done.result["rows"], done.result["files"]) == ("done", 14, 7)
    assert functions(cast, "award") == [RESEARCH.mask] * 7
    assert [act for act, _, _ in events(cast)] == ["route.change", "route.follow"]
    assert parts == [5]


def test_a_version_published_meanwhile_is_what_the_rest_follows(
    cast: Cast, files: list[int], tmp_path: Path
) -> None:
    first = put(cast, to_research())
    used = in_use(cast.session, cast.units[CODE].id)
    second = put(cast, routed(draft_of(used, 1), "contact", HR))

    cast.act_as(INFO)
    drain(cast.session, tmp_path)

    assert first.job is not None
    assert second.job is not None
    assert functions(cast, "award") == [RESEARCH.mask] * 7
    assert functions(cast, "contact") == [HR.mask] * 7
    assert job(cast.session, first.job).result["rows"] == 7


def test_a_row_that_moved_between_looking_and_writing_is_left_alone(
    cast: Cast, files: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(cast, to_research())
    award, honest = TABLES["award"], route_jobs.apply_part

    def apply(session: Any, ids: Any, *args: Any) -> int:
        mine = update(award).where(award.teacher_id == files[0])
        with door(session):
            sent = unscoped(mine.values(state=RowState.IN_REVIEW), "test")
            session.execute(sent, execution_options=BLIND)
        return honest(session, ids, *args)

    monkeypatch.setattr(route_jobs, "apply_part", apply)
    cast.act_as(INFO)
    drain(cast.session, tmp_path)

    assert functions(cast, "award") == [ACADEMIC, *[RESEARCH.mask] * 6]


def test_what_a_stopped_job_left_the_next_one_finds(
    cast: Cast, files: list[int], tmp_path: Path
) -> None:
    stopped = put(cast, to_research())
    with acting(cast.session, WORKER):
        over = update(Job).where(Job.id == stopped.job).values(state="cancelled", key=None)
        cast.session.execute(over, execution_options=BLIND)
        cast.session.commit()
    used = in_use(cast.session, cast.units[CODE].id)
    put(cast, routed(draft_of(used, 1), "contact", HR))

    cast.act_as(INFO)
    drain(cast.session, tmp_path)

    assert functions(cast, "award") == [RESEARCH.mask] * 7


def test_rights_are_asked_anew(cast: Cast, files: list[int], tmp_path: Path) -> None:
    published = put(cast, to_research())
    assert published.job is not None
    with acting(cast.session, CONSOLE):
        mine = Assignment.id == cast.staff[INFO].assignment_id
        other = update(Assignment).where(mine).values(role="info_query")
        cast.session.execute(other, execution_options=BLIND)
        cast.session.commit()
        drain(cast.session, tmp_path)

    assert job(cast.session, published.job).state == "failed"
    assert functions(cast, "award") == [ACADEMIC] * 7


@on_sqlite
def test_looking_takes_no_writers_lock(
    cast: Cast, files: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(cast, to_research())
    place, honest, others = (
        str(cast.session.get_bind().engine.url.database),
        route_jobs.plan_part,
        [0],
    )

    def plan(*args: Any) -> Any:
        found = honest(*args)
        other = pysqlite3.dbapi2.connect(place, timeout=0.1)
        other.execute("BEGIN IMMEDIATE")
        other.close()
        others[0] += 1
        return found

    monkeypatch.setattr(route_jobs, "plan_part", plan)
    cast.act_as(INFO)
    drain(cast.session, tmp_path)

    assert others == [5]
    assert functions(cast, "award") == [RESEARCH.mask] * 7


@pytest.mark.full
def test_a_part_holds_the_lock_briefly(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten awards each in five hundred files: no part writes for more than 250 ms."""
    made = cast.make_files(500, CODE)
    rows = [RowChange(teacher, {"award_type": "21"}) for teacher in made for _ in range(10)]
    changes = {"award": rows}
    save(cast.session, cast.act_as(INFO), changes)
    cast.session.commit()
    published = put(cast, to_research())
    took: list[float] = []
    honest = route_jobs.apply_part

    def apply(*args: Any) -> int:
        began = time.perf_counter()
        rows = honest(*args)
        took.append(time.perf_counter() - began)
        return rows

    monkeypatch.setattr(route_jobs, "apply_part", apply)
    cast.act_as(INFO)
    drain(cast.session, tmp_path)

    assert published.job is not None
    assert job(cast.session, published.job).result["rows"] == 5000
    assert max(took) < 0.25, [round(each, 3) for each in took]
