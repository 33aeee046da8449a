"""Papers and photos as people bring, see and take them out (S24, R93)."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.admin_views.conftest import Office, Panel
from tests.admin_views.test_changes import as_teacher, text
from tests.support.begin import begun
from tests.support.cast import Cast, complete
from tests.support.changes import STUDY, file_in_force, the_row
from tests.support.databases import on_sqlite
from tests.support.papers import JPEG, PDF, picture
from tms import workflow
from tms.access import CONSOLE, bind
from tms.models import AuditEvent, Teacher
from tms.records import completeness

BASIC = "basic_information"
#: Says that it has forty million pixels.
HUGE = JPEG.replace(b"\x00\x10\x00\x10\x01\x01\x11", b"\x13\x88\x1f\x40\x01\x01\x11")


@pytest.fixture
def draft(office: Office) -> int:
    with office.cast() as cast:
        teacher = cast.make_file()
        complete(cast, teacher)
        return teacher


def place(office: Office, teacher: int, table: str = STUDY) -> dict[str, Any]:
    with office.cast() as cast:
        return {"table": table, "id": the_row(cast, teacher, table)["id"]}


def bring(panel: Panel, where: dict[str, Any], *papers: tuple[bytes, str], **more: Any) -> Any:
    data = {"papers": [(BytesIO(content), name) for content, name in papers], **more}
    return panel.post("/document/row/", data, query_string=where)


def ids(page: str) -> list[int]:
    return [int(each) for each in dict.fromkeys(re.findall(r"/document/\?id=(\d+)", page))]


def events(office: Office) -> list[str]:
    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        wanted = AuditEvent.act.like("document%")
        return list(cast.session.scalars(select(AuditEvent.act).where(wanted)))


def files(office: Office) -> list[Path]:
    return sorted((Path(office.application.config["TMS_DATA_DIR"]) / "documents").glob("*"))


@on_sqlite
def test_papers_of_a_row_are_brought_shown_opened_and_taken_out(office: Office, draft: int) -> None:
    where, panel = place(office, draft), office.login("school_info")
    back = f"/{STUDY}/edit/?id={where['id']}"

    answer = bring(panel, where, (PDF, "毕业证书.pdf"), (picture(640, 480), "学位.png"), back=back)

    assert (answer.status_code, answer.location) == (302, back)
    for address in (
        back,
        f"/teacher/details/?id={draft}",
        f"/document/row/?table={STUDY}&id={where['id']}",
    ):
        page = text(panel.get(address))
        assert "毕业证书.pdf" in page
        assert "学位.jpg" in page
    paper, shot = ids(page)
    opened = office.login("school_head").get("/document/", id=shot)
    assert Image.open(BytesIO(opened.data)).size == (640, 480)
    assert opened.headers["Cache-Control"] == "no-store"
    assert panel.get("/document/thumb/", id=shot).content_type == "image/jpeg"
    assert panel.get("/document/thumb/", id=paper).status_code == 404
    assert panel.get("/document/", id=paper).headers["Content-Disposition"].startswith("attachment")
    for each in (paper, shot):
        assert panel.post("/document/remove/", {"id": each, "back": back}).location == back
    assert files(office) == []
    assert events(office) == [*["document"] * 2, *["document.read"] * 2, *["document.remove"] * 2]


@on_sqlite
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (JPEG[:60], "按内容判断"),
        (HUGE, "4000万像素"),
        (b"", "按内容判断"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name_and_nothing_is_kept(
    office: Office, draft: int, content: bytes, why: str
) -> None:
    answer = bring(
        office.login("school_info"), place(office, draft), (PDF, "a.pdf"), (content, "证书.jpg")
    )

    assert answer.status_code == 422
    assert "“证书.jpg”" in text(answer)
    assert why in text(answer)
    assert files(office) == []


@on_sqlite
def test_another_teachers_papers_are_not_there(office: Office, draft: int) -> None:
    school, other = office.login("school_info"), as_teacher(office, draft)
    mine, theirs = place(office, draft), place(office, office.make_file(), BASIC)
    assert bring(school, theirs, (PDF, "a.pdf")).status_code == 302
    assert bring(school, mine, (JPEG, "b.jpg")).status_code == 302
    (foreign,) = ids(text(school.get("/document/row/", **theirs)))
    (own,) = ids(text(school.get("/document/row/", **mine)))

    assert other.get("/document/", id=own).status_code == 200
    assert other.get("/document/", id=foreign).status_code == 404
    assert other.get("/document/row/", **theirs).status_code == 404
    assert bring(other, theirs, (PDF, "c.pdf")).status_code == 404
    assert other.post("/document/remove/", {"id": foreign}).status_code == 404
    assert office.login("far_school_info").get("/document/", id=own).status_code == 404
    assert office.login("county_query").get("/document/", id=own).status_code == 403
    assert ids(text(office.login("county_query").get("/teacher/details/", id=draft))) == []


@on_sqlite
def test_a_row_in_force_keeps_its_papers_as_they_are(office: Office) -> None:
    with office.cast() as cast:
        teacher = begun(cast, file_in_force)
    panel, where = office.login("school_info"), place(office, teacher)

    assert bring(panel, where, (PDF, "a.pdf")).status_code == 409
    assert "变更申请" in text(panel.get("/document/row/", **where))
    assert photo(panel, teacher, picture(400, 500)).status_code == 409
    assert files(office) == []


@on_sqlite
def test_another_photo_of_a_file_in_force_is_applied_for(office: Office) -> None:
    with office.cast() as cast:
        teacher = begun(cast, file_in_force)
    panel, query = office.login("school_info"), {"teacher_id": teacher}
    assert "变更理由" in text(panel.get("/document/photo/", **query))

    answer = photo(panel, teacher, picture(400, 500), reason="照片太旧")

    page = text(panel.get(answer.location))
    assert "已有照片，390×480像素" in page
    (proof,) = re.findall(r"/request/proof/\?id=(\d+)", page)
    shown = office.login("county_info").get("/request/proof/", id=proof)
    assert Image.open(BytesIO(shown.data)).size == (390, 480)
    assert panel.get("/document/picture/", **query).status_code == 404
    with office.cast() as cast:
        pass_all(cast, teacher)
    assert panel.get("/document/picture/", **query).data == shown.data


def pass_all(cast: Cast, teacher: int) -> None:
    """What is drafted goes all the way."""
    chosen = select(Teacher.id).where(Teacher.id == teacher)
    for verb, who in (
        (workflow.submit, "school_info"),
        (workflow.pass_, "school_head"),
        (workflow.report, "school_head"),
        (workflow.pass_, "county_info"),
    ):
        assert verb(cast.session, cast.act_as(who), chosen).taken == 1
        cast.session.commit()


def photo(panel: Panel, teacher: int, content: bytes, **more: str) -> TestResponse:
    data = {"photo": (BytesIO(content), "我.jpg"), **more}
    return panel.post("/document/photo/", data, query_string={"teacher_id": teacher})


def found(office: Office, teacher: int) -> set[str]:
    """Rules about the photo that the check names."""
    with office.cast() as cast:
        cast.act_as("school_info")
        ((_header, findings),) = completeness.findings(cast.session, [teacher])
        return {each.rule for each in findings if each.field == "photo"}


@on_sqlite
@pytest.mark.parametrize(
    ("how", "size", "rules"),
    [
        ({}, (390, 480), set()),
        ({"how": "whole"}, (390, 260), {"B18"}),
        ({"box": "0.25,0,0.325,0.6"}, (390, 480), set()),
    ],
)
def test_a_photo_is_cut_out_shown_and_judged(
    office: Office, draft: int, how: dict[str, str], size: tuple[int, int], rules: set[str]
) -> None:
    panel = as_teacher(office, draft)

    answer = photo(panel, draft, picture(1200, 800), **how)

    assert answer.status_code == 302
    assert f"/document/picture/?teacher_id={draft}" in text(
        panel.get("/teacher/details/", id=draft)
    )
    shown = panel.get("/document/picture/", teacher_id=draft)
    assert Image.open(BytesIO(shown.data)).size == size
    assert found(office, draft) == rules


@on_sqlite
def test_a_new_photo_takes_the_place_of_the_former_and_goes_again(
    office: Office, draft: int
) -> None:
    panel = office.login("school_info")
    photo(panel, draft, picture(400, 500))
    photo(panel, draft, picture(500, 600, "PNG"))

    assert len(files(office)) == 2  # the photo and its thumbnail
    query = {"teacher_id": draft}
    assert panel.post("/document/photo/remove/", query_string=query).status_code == 302
    assert files(office) == []
    assert panel.get("/document/picture/", **query).status_code == 404


@on_sqlite
def test_a_bad_box_or_no_picture_is_refused(office: Office, draft: int) -> None:
    panel = office.login("school_info")

    for box in ("1,2,3", "a,b,c,d", "0,0,nan,1", "0,0,-1,1"):
        answer = photo(panel, draft, picture(400, 500), box=box)
        assert answer.status_code == 422
        assert "裁剪范围有误" in text(answer)
    answer = panel.post("/document/photo/", query_string={"teacher_id": draft})
    assert "请先选择照片文件" in text(answer)


@on_sqlite
def test_nobody_is_led_away_from_the_site(office: Office, draft: int) -> None:
    panel = office.login("school_info")

    answer = photo(panel, draft, picture(400, 500), back="https://evil.example/")

    assert answer.location == "/"
