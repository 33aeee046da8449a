"""A large unit is moved by a job, exactly as it was previewed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cast import Cast
from tests.support.jobs import drain, job
from tests.support.units import COUNTY, NEIGHBOUR, SCHOOL, path_of
from tms.errors import NotAllowed
from tms.models import JobState
from tms.records import unit_jobs
from tms.records.unit_acts import preview
from tms.records.unit_plan import Order, Plan, UnitAct


@pytest.fixture
def plan(cast: Cast) -> Plan:
    for _ in range(2):
        cast.make_file()
    cast.session.commit()
    order = Order(UnitAct.MOVE, cast.units[SCHOOL].id, cast.units[NEIGHBOUR].id)
    return preview(cast.session, cast.act_as("province_admin"), order)


def test_small_ones_and_other_acts_are_done_at_once(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not unit_jobs.is_long(plan)
    monkeypatch.setattr(unit_jobs, "AT_ONCE", 1)
    assert unit_jobs.is_long(plan)


def test_moved_by_a_job_asked_for_once(cast: Cast, plan: Plan, tmp_path: Path) -> None:
    actor = cast.act_as("province_admin")
    first = unit_jobs.ask(cast.session, actor, plan, plan.figures)
    assert unit_jobs.ask(cast.session, actor, plan, plan.figures) == first
    drain(cast.session, tmp_path)

    found = job(cast.session, first)
    assert (found.state, found.result["files"]) == (JobState.DONE, 2)
    assert path_of(cast, SCHOOL).startswith(path_of(cast, NEIGHBOUR))


def test_what_is_no_longer_as_previewed_is_refused(cast: Cast, plan: Plan, tmp_path: Path) -> None:
    asked = unit_jobs.ask(cast.session, cast.act_as("province_admin"), plan, plan.figures)
    cast.session.commit()
    cast.make_file()
    cast.session.commit()
    cast.act_as("province_admin")
    drain(cast.session, tmp_path)

    assert job(cast.session, asked).state == JobState.FAILED
    assert path_of(cast, SCHOOL).startswith(path_of(cast, COUNTY))


def test_only_who_keeps_units_asks(cast: Cast, plan: Plan) -> None:
    with pytest.raises(NotAllowed):
        unit_jobs.ask(cast.session, cast.act_as("county_info"), plan, plan.figures)
