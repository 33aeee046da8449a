"""Exports of many full numbers on the pages: asked for, read by a second person, made; limits."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.admin_views.conftest import Office, Panel
from tests.admin_views.test_exports import LIST, events, rows, run, work
from tms.access import CONSOLE, acting
from tms.models import AuditEvent
from tms.records import export_limits
from tms.records.export_limits import Limits

FULL = LIST | {"column": ["gender"], "unmask": "1", "purpose": "核对社保名单"}
PAGE = re.compile(r"/exports/requests/\d+/")


@pytest.fixture(autouse=True)
def alone(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_limits, "_limits", Limits(rows=5, rows_a_day=8, alone=1))


@pytest.fixture
def asked(office: Office) -> tuple[Panel, str]:
    """The county has asked for the numbers of two people; the page it came to."""
    for name in ("王一", "李二"):
        office.make_file(name=name)
    panel = office.login("county_info")
    answer = run(panel, **FULL)
    assert answer.status_code == 302
    return panel, answer.location


def text(answer: TestResponse, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def denials(office: Office) -> list[Any]:
    with office.cast() as cast, acting(cast.session, CONSOLE):
        wanted = select(AuditEvent.detail).where(AuditEvent.act == "export.denied")
        return list(cast.session.scalars(wanted.order_by(AuditEvent.id)))


def test_it_waits_where_both_see_it(office: Office, asked: tuple[Panel, str]) -> None:
    panel, page = asked
    above = office.login("province_info")

    mine, its = text(panel.get(page)), text(above.get(page))
    listed, waiting = text(panel.get("/exports/")), text(above.get("/exports/requests/"))

    assert PAGE.fullmatch(page)
    assert "等待另一人同意" in mine
    assert "同意导出" not in mine
    assert "撤回" in mine
    assert "同意导出" in its
    assert "撤回" not in its
    for word in ("核对社保名单", "county_info", "2人", "身份证件号码"):
        assert word in its
    assert page in listed
    assert page in waiting
    assert 'href="/exports/requests/"' in text(above.get("/"))
    assert events(office) == []


def test_agreed_to_it_is_made_and_handed_to_who_asked(
    office: Office, asked: tuple[Panel, str]
) -> None:
    panel, page = asked
    above = office.login("province_info")

    assert above.post(f"{page}approve/", {"note": "已核对"}).status_code == 302
    told = text(panel.get(page))
    begun = panel.post(f"{page}start/")
    work(office)

    assert "开始导出" in told
    assert "已核对" in told
    assert begun.status_code == 302
    number = re.search(r"/job/(\d+)/", begun.location)
    assert number
    found = rows(panel.get(f"/exports/{number[1]}/file/"))
    assert all("*" not in row["身份证件号码"] for row in found)
    assert above.get(f"/exports/{number[1]}/file/").status_code == 404
    (event,) = events(office)
    assert (event["rows"], event["purpose"]) == (2, "核对社保名单")
    assert panel.post(f"{page}start/").status_code == 409


def test_refused_it_says_why(office: Office, asked: tuple[Panel, str]) -> None:
    panel, page = asked
    above = office.login("province_info")

    empty = text(above.post(f"{page}refuse/", {"note": " "}), 422)
    refused = above.post(f"{page}refuse/", {"note": "用途不清"})

    assert "请写明不同意的理由" in empty
    assert refused.status_code == 302
    assert "用途不清" in text(panel.get("/exports/"))
    assert "开始导出" not in text(panel.get(page))
    assert text(panel.post(f"{page}start/"), 409)


def test_nobody_agrees_with_himself(office: Office, asked: tuple[Panel, str]) -> None:
    panel, page = asked

    assert "另一人" in text(panel.post(f"{page}approve/"), 403)


def test_withdrawn_it_is_over(office: Office, asked: tuple[Panel, str]) -> None:
    panel, page = asked

    assert panel.post(f"{page}withdraw/").status_code == 302

    assert "已撤回" in text(panel.get(page))
    assert text(office.login("province_info").post(f"{page}approve/"), 409)


def test_the_page_says_beforehand(office: Office) -> None:
    office.make_file()

    page = text(office.login("county_info").get("/teacher/export/"))

    assert "超过1人的部分" in page


@pytest.mark.parametrize("path", ["/teacher/export/csv/", "/teacher/export/run/"])
def test_too_many_rows_are_refused_with_a_way_out(office: Office, path: str) -> None:
    for _ in range(6):
        office.make_file()
    panel = office.login("county_query")

    answer = panel.get(path) if path.endswith("csv/") else run(panel, **LIST, column=["gender"])

    page = text(answer, 409)
    assert "一次最多导出5条，这里有6条" in page
    assert "分几次导出" in page
    assert "export-form" in page
    assert denials(office) == [{"why": "rows", "rows": 6, "people": 0}]
    assert events(office) == []


def test_a_days_rows_end(office: Office) -> None:
    for _ in range(5):
        office.make_file()
    panel = office.login("county_query")
    assert len(rows(panel.get("/teacher/export/csv/"))) == 5

    page = text(panel.get("/teacher/export/csv/"), 409)

    assert "今天已导出5条" in page
    assert "明天再导出" in page
    assert [each["why"] for each in denials(office)] == ["day"]
    assert len(events(office)) == 1
