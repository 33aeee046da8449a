"""A template with the rows there are, made by a job table by table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.support.cast import Cast
from tests.support.jobs import drain, job
from tms.access import CONSOLE, acting
from tms.db import BLIND
from tms.dictionary import Category
from tms.exchange import template_jobs
from tms.exchange.parse import parse
from tms.jobs import Mark, Work
from tms.models import Assignment, AuditEvent, JobState
from tms.records import kept

TABLES = ["work_experience", "annual_assessment"]
PS = Category.PRIMARY_SECONDARY


def ask(cast: Cast, folder: Path) -> int:
    teacher = cast.make_file()
    cast.add("school_info", teacher, "annual_assessment", year=2024, result="2")
    actor = cast.act_as("school_info")
    job_id = template_jobs.ask_filled(cast.session, actor, TABLES, PS, "zh")
    cast.session.commit()
    return job_id


def test_it_is_kept_for_its_owner_and_told_of(cast: Cast, tmp_path: Path) -> None:
    job_id = ask(cast, tmp_path)
    drain(cast.session, tmp_path)

    done = job(cast.session, job_id)
    data = kept.read_kept(cast.session, tmp_path, done.result["file"])
    with acting(cast.session, CONSOLE):
        found = select(AuditEvent.detail).where(AuditEvent.act_id == done.act_id)
        event = cast.session.scalars(found).one()
    assert (done.state, done.done, done.total) == (JobState.DONE, 2, 2)
    assert [sheet.name for sheet in parse(data, "a.xlsx")] == ["工作经历", "年度考核"]
    assert (event["rows"], event["tables"]) == (1, TABLES)


def test_every_table_is_a_step(cast: Cast, tmp_path: Path) -> None:
    job_id = ask(cast, tmp_path)
    params: Any = job(cast.session, job_id).params
    actor = cast.act_as("school_info")

    marks = list(template_jobs.fill(Work(cast.session, actor, 1, "a" * 32, params, None, tmp_path)))

    assert marks == [Mark(1, 2), Mark(2, 2)]


def test_rights_are_asked_anew_when_it_runs(cast: Cast, tmp_path: Path) -> None:
    job_id = ask(cast, tmp_path)
    actor = cast.act_as("school_info")
    with acting(cast.session, CONSOLE):
        mine = update(Assignment).where(Assignment.id == actor.assignment_id)
        cast.session.execute(mine.values(role="tech_support"), execution_options=BLIND)
        cast.session.commit()
        drain(cast.session, tmp_path)

    assert job(cast.session, job_id).state == JobState.FAILED


@pytest.mark.parametrize("table", ["basic_information", "contact"])
def test_a_killed_one_leaves_nothing_in_the_open(cast: Cast, tmp_path: Path, table: str) -> None:
    params = {"tables": [table, *TABLES], "category": str(PS), "lang": "zh"}
    actor = cast.act_as("school_info")
    under_way = template_jobs.fill(Work(cast.session, actor, 1, "a" * 32, params, None, tmp_path))
    next(under_way)
    under_way.close()

    assert not list((tmp_path / "spool").iterdir())
