"""Forms of many files as a job: joined, archived, resumed, limited, had once (R44)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from tests.support.cast import Cast
from tests.support.jobs import drain, job
from tms.access import CONSOLE, acting
from tms.documents import form_jobs
from tms.errors import Conflict, NotAllowed, NotFound
from tms.jobs import queue
from tms.models import AuditEvent, JobState, KeptFile, PrintedForm, Teacher
from tms.records import export_limits, file_sweep, kept
from tms.records.export_limits import Limits
from tms.records.form_asks import ask_forms
from tms.records.printed_forms import ACT

BASE = "http://127.0.0.1:8000/"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """One form a document, one document a part, two in a file."""
    for name, value in (("TOGETHER", 1), ("ABREAST", 1), ("A_FILE", 2)):
        monkeypatch.setattr(form_jobs, name, value)


@pytest.fixture
def limits() -> Iterator[None]:
    before = export_limits.limits()
    export_limits.install(Limits(rows_a_day=2))
    yield
    export_limits.install(before)


def ask(cast: Cast, *files: int, name: str = "school_info") -> int:
    chosen = select(Teacher.id).where(Teacher.id.in_(files))
    return ask_forms(cast.session, cast.act_as(name), chosen, BASE, "zh")


def done(cast: Cast, folder: Path, job_id: int) -> Any:
    drain(cast.session, folder)
    cast.act_as("school_info")
    return job(cast.session, job_id)


def counted(cast: Cast, model: Any, *conditions: Any) -> int:
    with acting(cast.session, CONSOLE):
        statement = select(func.count()).select_from(model).where(*conditions)
        return cast.session.scalar(statement) or 0


def taken(cast: Cast, folder: Path, result: Any) -> tuple[str, bytes]:
    found = kept.take_once(cast.session, folder, result["file"])
    content = b"".join(found.content)
    cast.session.commit()
    return found.name, content


def forms_in(content: bytes) -> int:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return text.count("本人承诺以上信息真实")


def test_forms_come_in_one_file_that_is_had_once(cast: Cast, tmp_path: Path) -> None:
    files = [cast.make_file() for _ in range(3)]
    other = cast.make_file("3136000201")

    end = done(cast, tmp_path, ask(cast, *files, other))
    name, content = taken(cast, tmp_path, end.result)

    assert end.state == JobState.DONE
    assert end.result | {"file": 0} == {"file": 0, "count": 3, "left": 0}
    assert name == "教师个人信息表.pdf"
    assert forms_in(content) == 3
    assert counted(cast, PrintedForm, PrintedForm.act_id == end.act_id) == 3
    assert counted(cast, AuditEvent, AuditEvent.act == ACT, AuditEvent.act_id == end.act_id) == 3
    with pytest.raises(NotFound):
        kept.take_once(cast.session, tmp_path, end.result["file"])
    assert not list(tmp_path.glob("kept/*"))


@pytest.mark.usefixtures("small")
def test_many_come_in_an_archive(cast: Cast, tmp_path: Path) -> None:
    end = done(cast, tmp_path, ask(cast, *(cast.make_file() for _ in range(3))))

    name, content = taken(cast, tmp_path, end.result)

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        found = {each: forms_in(packed.read(each)) for each in packed.namelist()}
    assert name == "教师个人信息表.zip"
    assert found == {"教师个人信息表-001.pdf": 2, "教师个人信息表-002.pdf": 1}


@pytest.mark.usefixtures("small")
def test_a_job_that_broke_off_goes_on_behind_what_it_had_done(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [cast.make_file() for _ in range(3)]
    honest, calls = form_jobs.papers_for, []

    def breaks(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise Conflict(form_jobs.NONE_LEFT)
        return honest(*args)

    monkeypatch.setattr(form_jobs, "papers_for", breaks)
    asked = ask(cast, *files)
    broken = done(cast, tmp_path, asked)
    queue.retry(cast.session, cast.act_as("school_info"), asked)
    cast.session.commit()
    end = done(cast, tmp_path, asked)

    assert (broken.state, broken.checkpoint["count"]) == (JobState.FAILED, 1)
    assert (end.state, end.result["count"], len(calls)) == (JobState.DONE, 3, 4)
    assert counted(cast, PrintedForm) == 3
    with acting(cast.session, cast.staff["school_info"]):
        assert len(cast.session.scalars(select(KeptFile.id)).all()) == 1


def test_what_left_the_reach_is_left_out(cast: Cast, tmp_path: Path) -> None:
    files = [cast.make_file(), cast.make_file()]
    asked = ask(cast, *files)
    with acting(cast.session, CONSOLE):
        file_sweep.hide(cast.session, [files[0]])
        cast.session.commit()

    end = done(cast, tmp_path, asked)

    assert (end.result["count"], end.result["left"]) == (1, 1)


@pytest.mark.usefixtures("limits")
def test_nobody_takes_out_more_than_a_days_rows(cast: Cast, tmp_path: Path) -> None:
    files = [cast.make_file() for _ in range(2)]
    cast.add("school_info", files[0], "work_experience", unit_name="示例小学")

    end = done(cast, tmp_path, ask(cast, *files))

    assert (end.state, counted(cast, PrintedForm)) == (JobState.FAILED, 0)
    assert counted(cast, AuditEvent, AuditEvent.act == export_limits.DENIED) == 1


def test_only_who_takes_files_out_asks(cast: Cast) -> None:
    file = cast.make_file()

    for name in ("school_admin", "auditor"):
        with pytest.raises(NotAllowed):
            ask(cast, file, name=name)
    with pytest.raises(Conflict):
        ask(cast, file, name="neighbour_info")
