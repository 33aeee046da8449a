"""One teacher on one page: states, findings in their place, what happened, what can be done."""

from __future__ import annotations

import re

import pytest

from tests.admin_views.conftest import Office
from tests.support.cast import complete


@pytest.fixture
def ready(office: Office) -> int:
    """A complete file of our school."""
    teacher = office.make_file(name="王齐全")
    with office.cast() as cast:
        complete(cast, teacher)
    return teacher


def page_of(office: Office, who: str, teacher: int) -> str:
    answer = office.login(who).get("/teacher/details/", id=teacher)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_findings_stand_at_their_fields_and_keep_the_file(office: Office) -> None:
    teacher = office.make_file(name="王未全")
    page = page_of(office, "school_info", teacher)

    party = re.search(r"<dt>参加工作年月</dt><dd>(.*?)</dd>", page, re.DOTALL)
    submit = re.search(rf'<button[^>]*value="submit:{teacher}"[^>]*>', page)

    assert party
    assert "find-at e" in party[1]
    assert submit
    assert "disabled" in submit[0]
    assert "项错误，请先补全" in page


def test_a_complete_file_may_be_submitted_from_its_page(office: Office, ready: int) -> None:
    panel = office.login("school_info")
    page = panel.get("/teacher/details/", id=ready).get_data(as_text=True)
    button = re.search(rf'<button[^>]*value="submit:{ready}"[^>]*>', page)
    assert button
    assert "disabled" not in button[0]

    asked = panel.post("/teacher/action/", {"do": f"submit:{ready}"}).get_data(as_text=True)
    panel.post("/teacher/action/", {"action": "submit", "rowid": [str(ready)], "confirmed": "1"})
    after = page_of(office, "school_info", ready)

    assert "选中1份档案" in asked
    assert "已报送" in after
    assert f"submit:{ready}" not in after
    assert "<b>学校负责人</b> school_head" in after
    assert "起，第1天" in after


def test_acts_are_those_of_ones_own_desk(office: Office, ready: int) -> None:
    office.login("school_info").post(
        "/teacher/action/", {"action": "submit", "rowid": [str(ready)], "confirmed": "1"}
    )

    head, county = page_of(office, "school_head", ready), page_of(office, "county_info", ready)

    assert f"pass:{ready}" in head
    assert f"return:{ready}" in head
    assert f"pass:{ready}" not in county


def test_history_tells_who_changed_what_from_what(office: Office, ready: int) -> None:
    panel = office.login("school_info")
    row = office.row_of("contact", ready)
    form = panel.get("/contact/edit/", id=row).get_data(as_text=True)
    version = re.search(r'name="row_version"[^>]*value="(\d+)"', form)
    assert version
    panel.post(f"/contact/edit/?id={row}", {"email": "new@example.com", "row_version": version[1]})

    page = panel.get("/teacher/history/", id=ready).get_data(as_text=True)

    assert "修改联系方式" in page
    assert '<span class="now">new@example.com</span>' in page
    assert "school_info" in page
    assert "建立档案" in page


def test_the_neighbour_has_neither_page_nor_history(office: Office, ready: int) -> None:
    panel = office.login("neighbour_info")

    assert panel.get("/teacher/details/", id=ready).status_code == 404
    assert panel.get("/teacher/history/", id=ready).status_code == 404


def test_an_administrator_sees_the_head_only(office: Office, ready: int) -> None:
    page = page_of(office, "school_admin", ready)

    assert "王齐全" in page
    assert "360***" not in page
    assert "政治面貌" not in page
    assert office.login("school_admin").get("/teacher/history/", id=ready).status_code == 403


def test_ones_own_file_is_one_click_away(office: Office) -> None:
    assert office.login("school_info").get("/teacher/mine/").status_code == 404
