"""Large exports: batch by batch, with the rights of now, into a file of their owner's."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from tests.exchange.test_imports import WORK, number_of, take
from tests.support.cast import Cast
from tests.support.jobs import drain, job
from tms.access import CONSOLE, acting
from tms.db import BLIND
from tms.errors import Invalid, NotAllowed, NotFound
from tms.exchange import export_jobs
from tms.exchange.export_asking import ask_for
from tms.exchange.wanted import FILES, ROSTER, Wanted, wanted_of
from tms.models import TABLES, Assignment, AuditEvent
from tms.records import kept

NAMES = ("teacher.teacher_no", "work_experience.unit_name")


@pytest.fixture
def ids(cast: Cast) -> list[int]:
    """Five files, one with three rows of work."""
    made = cast.make_files(5)
    number = number_of(cast, made[2])
    rows = [(number, f"{n}小", f"200{n}-09", "", "教师") for n in range(3)]
    take(cast, "school_info", WORK, *rows, incomplete="draft")
    return made


def asked(cast: Cast, name: str, wanted: Wanted, ids: list[int], folder: Path) -> Any:
    """The job when it is done."""
    job_id = ask_for(cast.session, cast.act_as(name), folder, wanted, ids)
    drain(cast.session, folder)
    return job(cast.session, job_id)


def sheets(cast: Cast, name: str, done: Any, folder: Path) -> dict[str, list[list[Any]]]:
    cast.act_as(name)
    data = kept.read_kept(cast.session, folder, done.result["file"])
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.parametrize(
    ("wanted", "name", "count"),
    [
        (Wanted("teacher"), "教师", 5),
        (Wanted("basic_information", for_editing=True), "基本信息", 5),
        (Wanted("teacher", ROSTER, NAMES), "教师名册", 5),
        (Wanted("teacher", ROSTER, NAMES, spread="work_experience"), "教师名册", 7),
        (Wanted("teacher", FILES, ("basic_information", "work_experience")), "工作经历", 8),
    ],
)
def test_every_content_is_written_in_batches(
    cast: Cast,
    ids: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wanted: Wanted,
    name: str,
    count: int,
) -> None:
    monkeypatch.setattr(export_jobs, "PARTITION", 2)
    monkeypatch.setattr(export_jobs, "FILES_AT_A_TIME", 2)

    if wanted.grid != "teacher":
        model: Any = TABLES[wanted.grid]
        ids = list(cast.session.scalars(select(model.id).order_by(model.id)))

    done = asked(cast, "county_info", wanted, ids, tmp_path)

    assert (done.state, done.result["rows"]) == ("done", count)
    assert done.done == done.total
    found = sheets(cast, "county_info", done, tmp_path)
    assert list(found)[-1] == "导出说明"
    assert sum(len(rows) - 1 for rows in list(found.values())[:-1]) == count
    assert name in found
    assert not list((tmp_path / "spool").iterdir())


def test_it_leaves_one_event_and_no_ids(cast: Cast, ids: list[int], tmp_path: Path) -> None:
    done = asked(cast, "county_info", Wanted("teacher"), ids, tmp_path)

    with acting(cast.session, CONSOLE):
        wanted = select(AuditEvent).where(AuditEvent.act == "export")
        event = cast.session.scalars(wanted).one()
    assert event.act_id == done.act_id
    assert event.detail["number"] == done.result["number"]
    assert event.detail["rows"] == 5
    cast.act_as("county_info")
    with pytest.raises(NotFound):
        kept.read_kept(cast.session, tmp_path, done.params["ids"])


def test_the_file_is_its_owners_and_encrypted(cast: Cast, ids: list[int], tmp_path: Path) -> None:
    done = asked(cast, "county_info", Wanted("teacher", fmt="csv"), ids, tmp_path)

    stored = b"".join(path.read_bytes() for path in (tmp_path / "kept").iterdir())
    assert "个人标识码".encode() not in stored
    cast.act_as("province_info")
    with pytest.raises(NotFound):
        kept.read_kept(cast.session, tmp_path, done.result["file"])


def test_rows_out_of_reach_are_left_out(cast: Cast, ids: list[int], tmp_path: Path) -> None:
    elsewhere = cast.make_file("3136000201")

    done = asked(cast, "county_info", Wanted("teacher"), [*ids, elsewhere], tmp_path)

    assert done.result["rows"] == 5


def test_rights_are_asked_anew_when_it_runs(cast: Cast, ids: list[int], tmp_path: Path) -> None:
    actor = cast.act_as("county_info")
    job_id = ask_for(cast.session, actor, tmp_path, Wanted("teacher"), ids)
    cast.session.commit()
    with acting(cast.session, CONSOLE):
        mine = update(Assignment).where(Assignment.id == actor.assignment_id)
        cast.session.execute(mine.values(role="tech_support"), execution_options=BLIND)
        cast.session.commit()
        drain(cast.session, tmp_path)

    found = job(cast.session, job_id)

    assert (found.state, found.result) == ("failed", None)
    assert not (tmp_path / "spool").exists()


def test_what_may_not_be_taken_is_refused_at_once(
    cast: Cast, ids: list[int], tmp_path: Path
) -> None:
    with pytest.raises(NotAllowed):
        ask_for(cast.session, cast.act_as("county_admin"), tmp_path, Wanted("teacher"), ids)
    unseen = Wanted("teacher", ROSTER, ("remuneration.annual_income",))
    with pytest.raises(Invalid):
        ask_for(cast.session, cast.act_as("county_query"), tmp_path, unseen, ids)
    full = Wanted("teacher", purpose="核对社保名单")
    with pytest.raises(NotAllowed):
        ask_for(cast.session, cast.act_as("county_query"), tmp_path, full, ids)


@pytest.mark.parametrize(
    "given",
    [
        {"grid": "unit"},
        {"grid": "nonsense"},
        {"grid": "teacher", "fmt": "exe"},
        {"grid": "teacher", "codes": "both"},
        {"grid": "contact", "content": "files"},
        {"grid": "teacher", "content": "files", "fmt": "csv"},
        {"grid": "teacher", "columns": ["x"] * 301},
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        wanted_of(given)


def test_a_saved_export_knows_no_purpose() -> None:
    wanted = Wanted("teacher", ROSTER, NAMES, fmt="ods", codes="label", purpose="核对社保名单")

    again = wanted_of(wanted.as_saved())

    assert again.purpose == ""
    assert again == wanted_of({**wanted.as_json(), "purpose": ""})
