"""A paper held against its file: what changed is named, and signing is asked anew (R45)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from tests.support.cast import Cast, complete, id_number, teacher_actor
from tms.access import CONSOLE, Actor, acting, bind
from tms.documents.clean import clean
from tms.documents.form_scans import bring
from tms.errors import Conflict, NotAllowed, NotFound
from tms.models import AuditEvent, Document, PrintedForm
from tms.records import RowChange, save
from tms.records.fingerprint import shortened
from tms.records.form_changes import Checked, Fate, check
from tms.records.printed_forms import Paper, enter, find_paper, papers_for
from tms.records.signed_forms import ACT, last_signed


def printed(cast: Cast, file: int, name: str = "school_info") -> Paper:
    actor = cast.act_as(name)
    (paper,) = papers_for(cast.session, [file])
    enter(cast.session, actor, [paper])
    cast.session.commit()
    return paper


def write(cast: Cast, file: int, table: str, row: int, **values: Any) -> None:
    actor = cast.act_as("school_info")
    save(cast.session, actor, {table: [RowChange(file, values, row)]})
    cast.session.commit()


def held(cast: Cast, code: str, name: str = "school_head") -> Checked:
    actor = cast.act_as(name)
    return check(cast.session, actor, find_paper(cast.session, actor, code))


def scan() -> Any:
    out = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(out, "JPEG")
    return clean(out.getvalue())


def test_each_changed_field_is_named_with_what_stands_on_the_paper(cast: Cast) -> None:
    file = cast.make_file()
    row = cast.add("school_info", file, "work_experience", unit_name="东湖县第一小学")
    gone = cast.add("school_info", file, "work_experience", unit_name="西山县小学")
    paper = printed(cast, file)

    write(cast, file, "work_experience", row, unit_name="中途小学", start_month="2019-09")
    write(cast, file, "work_experience", row, unit_name="实验小学")
    actor = cast.act_as("school_info")
    save(cast.session, actor, {"work_experience": [RowChange(file, {}, gone, delete=True)]})
    cast.session.commit()
    added = cast.add("school_info", file, "contact", mobile="13800000000")
    found = held(cast, paper.code)

    assert not found.is_same
    by_row = {each.row_id: each for each in found.rows}
    assert by_row[row].former == {"unit_name": "东湖县第一小学", "start_month": None}
    assert by_row[row].row["unit_name"] == "实验小学"
    fates = {row: Fate.CHANGED, gone: Fate.GONE, added: Fate.ADDED}
    assert {each: by_row[each].fate for each in by_row} == fates


def test_what_was_changed_back_is_no_change(cast: Cast) -> None:
    file = cast.make_file()
    row = cast.add("school_info", file, "work_experience", unit_name="东湖县第一小学")
    paper = printed(cast, file)

    write(cast, file, "work_experience", row, unit_name="实验小学")
    write(cast, file, "work_experience", row, unit_name="东湖县第一小学")

    assert held(cast, paper.code).is_same


def test_a_paper_is_found_by_its_code_as_read_aloud_and_by_its_digest(cast: Cast) -> None:
    file = cast.make_file()
    paper = printed(cast, file)
    code = f"{paper.code[:4]}-{paper.code[4:8]} {paper.code[8:]}".lower()

    assert held(cast, code).paper.code == paper.code
    assert held(cast, shortened(paper.digest), "county_info").paper.code == paper.code
    for few in (paper.digest[:8], "", "%", paper.code[:8]):
        with pytest.raises(NotFound):
            held(cast, few)
    with pytest.raises(NotFound):
        held(cast, paper.code, "neighbour_info")
    with pytest.raises(NotAllowed):
        held(cast, paper.code, "research_office")


def signed(cast: Cast, actor: Actor, folder: Path, file: int, code: str) -> None:
    bind(cast.session, actor)
    bring(cast.session, actor, folder, file, code, "签名.jpg", scan())
    cast.session.commit()


def test_the_signed_paper_is_kept_with_who_when_and_which_data(cast: Cast, tmp_path: Path) -> None:
    file = cast.make_file()
    complete(cast, file)
    paper, own = printed(cast, file), teacher_actor(cast, file)

    signed(cast, own, tmp_path, file, paper.code)

    bind(cast.session, own)
    row = last_signed(cast.session, file)
    assert row is not None
    assert (row.code, row.signed_by) == (paper.code, own.user_id)
    assert row.signed_at is not None
    with acting(cast.session, CONSOLE):
        document = cast.session.scalars(select(Document)).one()
        event = cast.session.scalars(select(AuditEvent).where(AuditEvent.act == ACT)).one()
    assert document.id == row.document_id
    assert (document.facts["digest"], document.facts["by"]) == (paper.digest, own.user_id)
    assert event.detail["code"] == paper.code


def test_what_changes_after_signing_asks_for_a_new_signature(cast: Cast, tmp_path: Path) -> None:
    file = cast.make_file()
    complete(cast, file)
    paper = printed(cast, file)
    signed(cast, cast.staff["school_info"], tmp_path, file, paper.code)
    same = held(cast, paper.code).is_same

    cast.act_as("school_info")
    (now,) = papers_for(cast.session, [file])
    row = now.file.rows["contact"][0]["id"]
    write(cast, file, "contact", row, mobile="13900000000")
    found = held(cast, paper.code)

    assert same
    assert not found.is_same
    assert [(each.table, each.former) for each in found.rows] == [
        ("contact", {"mobile": "13800000000"})
    ]


def test_a_changed_number_is_named_by_its_mask(cast: Cast) -> None:
    file = cast.make_file(id_number=id_number(1))
    paper = printed(cast, file)
    with acting(cast.session, cast.staff["school_info"]):
        row = next(iter(papers_for(cast.session, [file]))).file.rows["basic_information"][0]["id"]

    bind(cast.session, CONSOLE)
    change = RowChange(file, {"id_number": id_number(3)}, row)
    save(cast.session, CONSOLE, {"basic_information": [change]})
    cast.session.commit()
    found = held(cast, paper.code)

    assert [sorted(each.former) for each in found.rows] == [["id_number"]]
    assert id_number(1) not in str(found.rows[0].former)


def test_no_other_files_paper_and_none_with_errors_is_signed(cast: Cast, tmp_path: Path) -> None:
    file, other = cast.make_file(), cast.make_file()
    complete(cast, other)
    faulty, sound = printed(cast, file), printed(cast, other)

    for code in (faulty.code, sound.code):
        with pytest.raises(Conflict):
            signed(cast, cast.staff["school_info"], tmp_path, file, code)
        cast.session.rollback()
    with pytest.raises(NotFound):
        signed(cast, cast.staff["neighbour_info"], tmp_path, other, sound.code)
    cast.session.rollback()
    with pytest.raises(NotAllowed):
        signed(cast, cast.staff["school_head"], tmp_path, other, sound.code)
    cast.session.rollback()
    cast.act_as("county_info")
    assert not cast.session.scalars(
        select(PrintedForm.id).where(PrintedForm.signed_at.is_not(None))
    ).all()
