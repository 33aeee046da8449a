"""The import page: checks first, writes then, gives refused rows back to their owner."""

from __future__ import annotations

import io
from typing import Any

from werkzeug.test import TestResponse

from tests.admin_views.conftest import Office, Panel
from tests.support.cast import id_number

HEAD = "姓名,性别,出生日期,身份证件类型,身份证件号码,学校(机构)标识码"
GOOD = f"钱导入,1,1985-03-12,1,{id_number(801)},3136000101"
BAD = "孙有误,9,1985-03-12,1,123,3136000101"


def send(panel: Panel, *lines: str, **more: Any) -> TestResponse:
    body = "\r\n".join([HEAD, *lines]).encode("utf-8-sig")
    form = {
        "file": (io.BytesIO(body), "新教师.csv"),
        "into": "teacher",
        "mode": "update",
        "keep": "person",
        "incomplete": "refuse",
    }
    return panel.post("/import/", form | more, content_type="multipart/form-data")


def test_a_dry_run_writes_nothing(office: Office) -> None:
    panel = office.login("school_info")

    page = send(panel, GOOD, dry_run="y").get_data(as_text=True)

    assert "检查结果（没有写入）" in page
    assert "<b>1</b><small>行新增</small>" in page
    assert "钱导入" not in panel.get("/teacher/").get_data(as_text=True)


def test_good_rows_are_taken_and_refused_ones_come_back(office: Office) -> None:
    panel = office.login("school_info")

    page = send(panel, GOOD, BAD).get_data(as_text=True)

    assert "导入结果" in page
    assert "<b>1</b><small>行新增</small>" in page
    assert "<b>1</b><small>行拒收</small>" in page
    assert "身份证件号码" in page
    assert "钱导入" in panel.get("/teacher/").get_data(as_text=True)


def test_the_refused_rows_are_their_owners_only(office: Office) -> None:
    panel, other = office.login("school_info"), office.login("school_info")
    page = send(panel, BAD, dry_run="y").get_data(as_text=True)
    path = page.split('href="/import/refused/')[1].split('"')[0]

    mine = panel.get(f"/import/refused/{path}")
    theirs = other.get(f"/import/refused/{path}")

    assert mine.status_code == 200
    assert mine.get_data().startswith(b"PK")
    assert theirs.status_code == 404
    assert panel.get("/import/refused/..%2Fkeys").status_code == 404


def test_a_missing_or_unreadable_file_is_said(office: Office) -> None:
    panel = office.login("school_info")

    nothing = panel.post("/import/", {"into": "teacher"})
    rubbish = panel.post(
        "/import/",
        {"file": (io.BytesIO(b"PK\3\4rubbish"), "x.xlsx"), "mode": "update", "keep": "person",
         "incomplete": "refuse"},
        content_type="multipart/form-data",
    )  # fmt: skip

    assert nothing.status_code == 422
    assert "请选择文件。" in nothing.get_data(as_text=True)
    assert 400 <= rubbish.status_code < 500


def test_importing_is_for_roles_that_import(office: Office) -> None:
    assert office.login("county_query").get("/import/").status_code == 403
