"""Verbs over many files as a job: one outcome, one id, one receipt, also after a resumption."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.begin import begun
from tests.support.cast import Cast, complete
from tests.support.review import status
from tms.access import CONSOLE, WORKER, acting
from tms.actors import actor_under
from tms.errors import Invalid, NotAllowed, NotFound
from tms.jobs import Work
from tms.jobs.runner import Machine, run
from tms.models import AuditEvent, Job, RecordStatus, ReportUp, Teacher
from tms.workflow import bulk
from tms.workflow.offered import Act

EVERYBODY = select(Teacher.id)


@pytest.fixture
def files(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seven complete files and one that is not, done three at a time."""
    made = begun(cast, seven_and_one)
    monkeypatch.setattr("tms.jobs.work.Pace.end", lambda pace: None)
    monkeypatch.setattr("tms.jobs.work.Pace.__init__", _three)
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    return made


def seven_and_one(cast: Cast) -> list[int]:
    made = cast.make_files(8)
    for teacher in made[:7]:
        complete(cast, teacher)
    cast.session.commit()
    return made


def _three(pace: Any, **_more: Any) -> None:
    pace.size, pace.aim, pace.began = 3, 1.0, 0.0


def do(cast: Cast, name: str, act: Act, tmp_path: Path, note: str = "") -> Any:
    actor = cast.act_as(name)
    job_id = bulk.ask(cast.session, actor, act, EVERYBODY, note)
    return _run(cast, job_id, tmp_path)


def _run(cast: Cast, job_id: int, tmp_path: Path) -> Any:
    cast.session.commit()
    assert run(cast.session, Machine(tmp_path, actor_under), job_id)
    with acting(cast.session, WORKER):
        job = cast.session.execute(select(Job.result, Job.state).where(Job.id == job_id)).one()
    assert job.state == "done"
    return job.result


def test_in_parts_with_one_outcome(cast: Cast, files: list[int], tmp_path: Path) -> None:
    told = do(cast, "school_info", Act.SUBMIT, tmp_path)

    assert (told["taken"], told["left"]) == (7, 1)
    assert [n for _, n in told["reasons"]] == [1]
    assert len(told["named"]) == 1
    assert status(cast, files[0]) == RecordStatus.SUBMITTED


def test_one_receipt_and_one_id_for_all_parts(cast: Cast, files: list[int], tmp_path: Path) -> None:
    do(cast, "school_info", Act.SUBMIT, tmp_path)
    do(cast, "school_head", Act.PASS, tmp_path)
    told = do(cast, "school_info", Act.REPORT, tmp_path)

    assert told["taken"] == 7
    assert len(told["receipts"]) == 1
    with acting(cast.session, CONSOLE):
        reports = cast.session.execute(select(ReportUp.receipt, ReportUp.files)).all()
        acts = select(AuditEvent.act_id).where(AuditEvent.act.startswith("report."))
        assert [tuple(row) for row in reports] == [(told["receipts"][0], 7)]
        assert set(cast.session.scalars(acts)) == {told["act"]}


def test_taken_back_as_a_job(cast: Cast, files: list[int], tmp_path: Path) -> None:
    do(cast, "school_info", Act.SUBMIT, tmp_path)
    told = do(cast, "school_head", Act.PASS, tmp_path)
    actor = cast.act_as("school_head")

    job_id = bulk.ask_undo(cast.session, actor, told["act"])

    assert job_id is not None
    assert _run(cast, job_id, tmp_path)["taken"] == 7
    assert status(cast, files[0]) == RecordStatus.SUBMITTED


def test_few_are_taken_back_at_once_and_others_verdicts_not_at_all(
    cast: Cast, files: list[int], tmp_path: Path
) -> None:
    do(cast, "school_info", Act.SUBMIT, tmp_path)
    told = do(cast, "school_head", Act.PASS, tmp_path)
    two = select(Teacher.id).where(Teacher.id.in_(files[:2]))

    assert bulk.ask_undo(cast.session, cast.act_as("school_head"), told["act"], two) is None
    with pytest.raises(NotFound):
        bulk.ask_undo(cast.session, cast.act_as("county_info"), told["act"])


def test_a_broken_job_goes_on_and_the_outcome_is_the_clean_ones(
    cast: Cast, files: list[int], tmp_path: Path
) -> None:
    actor = cast.act_as("school_info")
    job_id = bulk.ask(cast.session, actor, Act.SUBMIT, EVERYBODY)
    cast.session.commit()
    params = cast.session.scalar(select(Job.params).where(Job.id == job_id))
    work = Work(cast.session, actor, job_id, "a" * 32, params, None, tmp_path)
    parts = bulk.run_act(work)
    first = next(parts)
    cast.session.commit()
    parts.close()  # the worker dies here

    work = Work(cast.session, actor, job_id, "a" * 32, params, first.checkpoint, tmp_path)
    told = _to_the_end(cast, bulk.run_act(work))

    assert (told["taken"], told["left"]) == (7, 1)


def _to_the_end(cast: Cast, parts: Any) -> Any:
    while True:
        try:
            next(parts)
        except StopIteration as end:
            return end.value
        cast.session.commit()


def test_asking_is_refused_as_the_verb_is(cast: Cast, files: list[int]) -> None:
    with pytest.raises(NotAllowed):
        bulk.ask(cast.session, cast.act_as("county_query"), Act.PASS, EVERYBODY)
    with pytest.raises(Invalid):
        bulk.ask(cast.session, cast.act_as("county_info"), Act.RETURN, EVERYBODY, "  ")


def test_only_files_in_reach_are_chosen(cast: Cast, files: list[int], tmp_path: Path) -> None:
    told = do(cast, "far_school_info", Act.SUBMIT, tmp_path)

    assert (told["taken"], told["left"]) == (0, 0)
