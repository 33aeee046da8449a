"""提交, 通过, 退回, 上报 from the list: asked once, honest counts, and never beyond reach."""

from __future__ import annotations

from typing import Any

import pytest

from tests.admin_views.conftest import Office, Panel
from tests.support.cast import complete


def act(
    panel: Panel, name: str, *teachers: int, path: str = "/teacher/action/", **more: Any
) -> str:
    answer = panel.post(path, {"action": name, "rowid": [str(each) for each in teachers], **more})
    assert answer.status_code in (200, 422), answer.status
    return answer.get_data(as_text=True)


@pytest.fixture
def ready(office: Office) -> int:
    """A complete file of our school."""
    teacher = office.make_file(name="王齐全")
    with office.cast() as cast:
        complete(cast, teacher)
    return teacher


def status(office: Office, teacher: int) -> str:
    return str(office.scalar("record_status", teacher))


def test_a_verb_asks_first_and_says_how_many_are_meant(office: Office, ready: int) -> None:
    panel = office.login("school_info")

    page = act(panel, "submit", ready)

    assert "选中1份档案" in page
    assert status(office, ready) == "draft"


def test_a_file_goes_from_the_school_into_force(office: Office, ready: int) -> None:
    info, head = office.login("school_info"), office.login("school_head")
    county = office.login("county_info")

    act(info, "submit", ready, confirmed="1")
    waiting = head.get("/teacher/", desk="mine").get_data(as_text=True)
    asked = act(head, "pass", ready)
    act(head, "pass", ready, confirmed="1")
    receipt = act(info, "report", ready, confirmed="1")
    act(county, "pass", ready, confirmed="1")

    assert "学校负责人审核" in waiting
    assert "其中1份在您桌上等待“通过”" in asked
    assert "SB-3136000101-" in receipt
    assert status(office, ready) == "approved"
    assert office.scalar("in_force_since", ready)


def test_a_return_needs_its_reason_and_shows_it(office: Office, ready: int) -> None:
    info, head = office.login("school_info"), office.login("school_head")
    act(info, "submit", ready, confirmed="1")

    without = act(head, "return", ready, confirmed="1", note=" ")
    act(head, "return", ready, confirmed="1", note="学历<b>证明</b>不清")
    page = info.get("/teacher/details/", id=ready).get_data(as_text=True)

    assert "退回须说明原因。" in without
    assert status(office, ready) == "returned"
    assert "学历&lt;b&gt;证明&lt;/b&gt;不清" in page


def test_what_is_left_out_is_named_with_its_reason(office: Office, ready: int) -> None:
    empty = office.make_file(name="李未填")
    panel = office.login("school_info")

    page = act(panel, "submit", ready, empty, confirmed="1")

    assert "<b>1</b><small>份已办理</small>" in page
    assert "<b>1</b><small>份未办理</small>" in page
    assert "李未填" in page
    assert office.number(empty) in page
    assert "项错误，请先补全" in page


def test_all_that_match_are_those_of_the_list(office: Office, ready: int) -> None:
    other, foreign = office.make_file(name="李其他"), office.make_file("3136000201", name="王外县")
    panel = office.login("school_info")
    path = "/teacher/action/?search=王"

    asked = act(panel, "submit", path=path, pick="all")
    act(panel, "submit", path=path, pick="all", confirmed="1")

    assert "选中1份档案" in asked
    assert status(office, ready) == "submitted"
    assert status(office, other) == status(office, foreign) == "draft"


def test_foreign_files_cannot_be_chosen(office: Office) -> None:
    foreign, panel = office.make_file("3136000201"), office.login("school_info")

    asked = act(panel, "submit", foreign)
    done = act(panel, "submit", foreign, confirmed="1")

    assert "没有选中任何档案" in asked
    assert office.number(foreign) not in done
    assert status(office, foreign) == "draft"


def test_rows_that_cannot_be_are_no_error(office: Office) -> None:
    panel = office.login("school_info")

    page = act(panel, "submit", rowid=["abc", "-1", "9" * 40, "\0"])

    assert "没有选中任何档案" in page


@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("school_head", "submit"),
        ("county_query", "pass"),
        ("county_info", "report"),
        ("county_admin", "submit"),
        ("school_info", "delete"),
        ("school_info", "nonsense"),
    ],
)
def test_verbs_of_others_are_refused(office: Office, ready: int, name: str, verb: str) -> None:
    panel = office.login(name)
    form = {"action": verb, "rowid": ready, "confirmed": "1"}

    answer = panel.post("/teacher/action/", form)

    assert answer.status_code == 403
    assert status(office, ready) == "draft"


def test_the_list_offers_a_role_its_verbs_in_the_order_of_the_route(office: Office) -> None:
    office.make_file()

    page = office.login("school_info").get("/teacher/").get_data(as_text=True)
    query = office.login("county_query").get("/teacher/").get_data(as_text=True)

    offered = [f'name="action" value="{verb}"' for verb in ("submit", "confirm", "pass", "report")]
    places = [page.index(each) for each in offered]
    assert places == sorted(places)
    assert not any(each in query for each in offered)
