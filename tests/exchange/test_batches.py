"""An import from upload to its end, as jobs: part by part, resumable, told row by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests.exchange.sheets import csv_of
from tests.support.cast import Cast, id_number
from tests.support.jobs import drain, job
from tms.access import CONSOLE, acting
from tms.errors import Conflict, NotAllowed, NotFound
from tms.exchange import batches, import_jobs, parts, windows
from tms.exchange.batches import Chosen
from tms.exchange.stages import FileRefused
from tms.jobs import Work, queue
from tms.models import AuditEvent, ImportBatch, ImportPart, JobState, Teacher
from tms.records import kept

ACCOUNT = ("姓名", "性别", "出生日期", "身份证件号码", "学校(机构)标识码")
SCHOOL = "3136000101"


def person(serial: int, **more: str) -> tuple[str, ...]:
    values = {
        "姓名": f"教师{serial}",
        "性别": "1" if serial % 2 else "2",
        "出生日期": "1985-03-12",
        "身份证件号码": id_number(serial),
        "学校(机构)标识码": SCHOOL,
    }
    return tuple((values | more).values())


@pytest.fixture(autouse=True)
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every window is a part of its own."""
    monkeypatch.setattr(windows, "ROWS", 4)
    monkeypatch.setattr(import_jobs, "FIRST", 4)
    monkeypatch.setattr("tms.jobs.work.Pace.end", lambda pace: None)


def upload(cast: Cast, folder: Path, *rows: Any, name: str = "school_info", **chosen: Any) -> int:
    actor = cast.act_as(name)
    content = csv_of(*rows)
    batch = batches.begin(cast.session, actor, folder, "名单.csv", content, Chosen(**chosen))
    drain(cast.session, folder)
    return batch


def load(cast: Cast, folder: Path, batch: int, name: str = "school_info") -> None:
    batches.ask_load(cast.session, cast.act_as(name), batch)
    drain(cast.session, folder)


def counts(cast: Cast, batch: int, phase: Any = "check") -> dict[str, int]:
    return dict(parts.tally(cast.session, batch, phase)[0])


def files(cast: Cast) -> int:
    with acting(cast.session, CONSOLE):
        return cast.session.scalar(select(func.count()).select_from(Teacher)) or 0


PEOPLE = [person(n) for n in range(1, 11)]


def test_a_check_writes_nothing_and_tells_row_by_row(cast: Cast, tmp_path: Path) -> None:
    wrong = person(11, 性别="男的")
    batch = upload(cast, tmp_path, ACCOUNT, *PEOPLE, wrong)

    found = batches.find(cast.session, batch)
    assert found.checked["counts"] == {"new": 10, "refused": 1}
    assert found.checked["sheets"][0]["meant"][0] == "name"
    assert files(cast) == 0
    (refused,) = parts.entries(cast.session, batch, "check", ["refused"])
    assert (refused.row, refused.cells[0], refused.problems[0][0]) == (12, "教师11", 1)
    assert all(id_number(n) not in cell for n in range(1, 12) for cell in refused.cells)


def test_pages_count_over_parts(cast: Cast, tmp_path: Path) -> None:
    wrong = [person(n, 性别="男的") for n in (11, 12, 13)]
    batch = upload(cast, tmp_path, ACCOUNT, *PEOPLE, *wrong)

    def rows(outcomes: list[str], start: int, reason: str = "") -> list[int]:
        found = parts.page(cast.session, batch, "check", outcomes, reason, start, 3)
        return [entry.row for entry in found]

    assert rows(["new"], 0) == [2, 3, 4]
    assert rows(["new"], 6) == [8, 9, 10]
    assert rows(["new"], 9) == [11]
    assert rows(["refused"], 1) == [13, 14]
    _, reasons = parts.tally(cast.session, batch, "check")
    (key,) = reasons
    assert reasons[key][1] == 3
    assert rows(["refused"], 2, key) == [14]


def test_loaded_once_and_a_second_time_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    batch = upload(cast, tmp_path, ACCOUNT, *PEOPLE)
    load(cast, tmp_path, batch)
    load(cast, tmp_path, batch)

    assert counts(cast, batch, "load") == {"new": 10}
    assert files(cast) == 10
    numbers = [entry.number for entry in parts.entries(cast.session, batch, "load")]
    with acting(cast.session, CONSOLE):
        assert sorted(numbers) == sorted(cast.session.scalars(select(Teacher.teacher_no)))
    again = upload(cast, tmp_path, ACCOUNT, *PEOPLE)
    assert counts(cast, again) == {"unchanged": 10}


def test_all_events_bear_the_batchs_act(cast: Cast, tmp_path: Path) -> None:
    batch = upload(cast, tmp_path, ACCOUNT, *PEOPLE)
    load(cast, tmp_path, batch)

    act = batches.find(cast.session, batch).act_id
    with acting(cast.session, CONSOLE):
        mine = select(func.count()).where(AuditEvent.act_id == act, AuditEvent.act == "create")
        assert cast.session.scalar(mine) == 10


@pytest.mark.parametrize("killed_after", [1, 2, 3])
def test_a_killed_load_goes_on_and_the_totals_are_the_clean_ones(
    cast: Cast, tmp_path: Path, killed_after: int
) -> None:
    batch = upload(cast, tmp_path, ACCOUNT, *PEOPLE)
    actor = cast.act_as("school_info")
    work = Work(cast.session, actor, 1, "a" * 32, {"batch": batch}, None, tmp_path)
    broken = import_jobs.load_file(work)
    for _ in range(killed_after):
        mark = next(broken)
        cast.session.commit()
    if killed_after < 3:
        next(broken)  # a part is under way when it happens
    cast.session.rollback()
    broken.close()

    work = Work(cast.session, actor, 1, "a" * 32, {"batch": batch}, mark.checkpoint, tmp_path)
    done = mark.done
    for mark in import_jobs.load_file(work):
        done = mark.done
        cast.session.commit()

    assert done == 10
    assert counts(cast, batch, "load") == {"new": 10}
    assert files(cast) == 10


def test_what_moved_between_check_and_load_is_refused_alone(cast: Cast, tmp_path: Path) -> None:
    batch = upload(cast, tmp_path, ACCOUNT, *PEOPLE)
    first = upload(cast, tmp_path, ACCOUNT, PEOPLE[2], name="county_info")
    load(cast, tmp_path, first, "county_info")
    load(cast, tmp_path, batch)

    assert counts(cast, batch, "load") == {"new": 9, "unchanged": 1}
    assert files(cast) == 10


def test_whole_file_or_nothing(cast: Cast, tmp_path: Path) -> None:
    wrong = person(11, 性别="男的")
    batch = upload(cast, tmp_path, ACCOUNT, *PEOPLE, wrong, keep="file")
    job_id = batches.ask_load(cast.session, cast.act_as("school_info"), batch)
    drain(cast.session, tmp_path)

    assert job(cast.session, job_id).state == JobState.FAILED
    assert files(cast) == 0


def test_a_file_that_is_none_is_refused_with_a_sentence(cast: Cast, tmp_path: Path) -> None:
    actor = cast.act_as("school_info")
    batch = batches.begin(cast.session, actor, tmp_path, "a.xlsx", b"\x7fELF\0\0", Chosen())
    drain(cast.session, tmp_path)

    found = job(cast.session, batches.find(cast.session, batch).check_job)
    assert found.state == JobState.FAILED
    assert found.error
    with pytest.raises(Conflict):
        batches.ask_load(cast.session, actor, batch)
    with pytest.raises(FileRefused):
        batches.begin(cast.session, actor, tmp_path, "a.xlsx", b"", Chosen())


def test_an_import_is_its_owners_only(cast: Cast, tmp_path: Path) -> None:
    batch = upload(cast, tmp_path, ACCOUNT, *PEOPLE)

    for name in ("county_info", "school_admin"):
        actor = cast.act_as(name)
        with pytest.raises(NotFound):
            batches.ask_load(cast.session, actor, batch)
        assert list(parts.entries(cast.session, batch, "check")) == []
    with pytest.raises(NotAllowed):
        batches.begin(cast.session, cast.act_as("county_query"), tmp_path, "a", b"a", Chosen())


def test_no_number_lies_open_in_the_tables(cast: Cast, tmp_path: Path) -> None:
    batch = upload(cast, tmp_path, ACCOUNT, *PEOPLE)
    cast.act_as("school_info")

    content = cast.session.scalars(select(ImportPart.content)).all()
    assert content
    assert all(id_number(1).encode() not in each for each in content)
    cast.session.execute(update(ImportBatch).values(options={"keep": "row"}))
    parts.forget(cast.session, batch)
    assert cast.session.scalars(select(ImportPart.no)).all() == []


def test_what_was_stopped_is_taken_back_and_does_not_go_on(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = upload(cast, tmp_path, ACCOUNT, *PEOPLE)
    job_id = batches.ask_load(cast.session, cast.act_as("school_info"), batch)
    cast.session.commit()
    with pytest.raises(Conflict):
        batches.ask_undo(cast.session, cast.act_as("school_info"), batch)
    cast.session.rollback()
    _stop_after_part(monkeypatch, job_id)
    drain(cast.session, tmp_path)
    stopped = job(cast.session, job_id)
    assert (stopped.state, stopped.done, files(cast)) == (JobState.CANCELLED, 4, 4)
    found = batches.find(cast.session, batch)
    assert batches.undo_until(found, batches.jobs_of(cast.session, found)["load"])

    batches.ask_undo(cast.session, cast.act_as("school_info"), batch)
    drain(cast.session, tmp_path)
    queue.retry(cast.session, cast.act_as("school_info"), job_id)
    drain(cast.session, tmp_path)

    assert files(cast) == 0
    assert job(cast.session, job_id).state == JobState.FAILED


def _stop_after_part(monkeypatch: pytest.MonkeyPatch, job_id: int) -> None:
    """Its owner stops it in the first part."""
    honest = import_jobs._keep

    def stopped(work: Work, *args: Any) -> None:
        honest(work, *args)
        queue.cancel(work.session, work.actor, job_id)

    monkeypatch.setattr(import_jobs, "_keep", stopped)


def test_a_report_that_expired_is_made_anew(cast: Cast, tmp_path: Path) -> None:
    batch = upload(cast, tmp_path, ACCOUNT, *PEOPLE)

    def report() -> int:
        job_id = batches.ask_report(cast.session, cast.act_as("school_info"), batch, "zh")
        drain(cast.session, tmp_path)
        return job_id

    first = report()
    assert report() == first
    kept.discard(cast.session, tmp_path, job(cast.session, first).result["file"])
    cast.session.commit()

    assert report() != first
