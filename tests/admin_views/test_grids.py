"""Grids: each user's own columns and views, honest counts, a stable order however deep, paper."""

from __future__ import annotations

import re

import pytest

from tests.admin_views.conftest import Office, Panel
from tms.admin_views import counts, lists

HEAD = re.compile(r"<th[^>]*>(?:<a[^>]*>)?([^<]+)")


def heads(panel: Panel, path: str, **query: str) -> list[str]:
    """The texts of a list's head."""
    return HEAD.findall(panel.get(path, **query).get_data(as_text=True))


def shown(panel: Panel, path: str = "/teacher/", **query: object) -> list[int]:
    """Ids of the files a list shows, in its order."""
    page = panel.get(path, **query).get_data(as_text=True)
    return [int(text) for text in re.findall(r'class="who"[^>]*><a href="[^"]*id=(\d+)"', page)]


def test_columns_are_each_users_own(office: Office) -> None:
    office.make_file()
    mine, other = office.login("school_info"), office.login("county_info")

    mine.post("/teacher/columns/?status=draft", {"column": ["name", "gender", "nonsense"]})
    chosen, untouched = heads(mine, "/teacher/"), heads(other, "/teacher/")
    mine.post("/teacher/columns/", {"column": ["name"], "reset": "1"})

    assert [text for text in chosen if text in ("姓名", "性别", "学校")] == ["姓名", "性别"]
    assert "学校" in untouched
    assert "学校" in heads(mine, "/teacher/")


def test_a_column_one_may_not_see_cannot_be_chosen(office: Office) -> None:
    office.make_file()
    admin = office.login("school_admin")

    admin.post("/teacher/columns/", {"column": ["name", "id_number", "gender"]})

    assert heads(admin, "/teacher/")[:1] == ["姓名"]
    assert "性别" not in heads(admin, "/teacher/")


def test_usual_columns_follow_the_category(office: Office) -> None:
    office.make_file()
    office.make_file("3136000102")
    office.make_file("4136010001")

    school = heads(office.login("school_info"), "/teacher/")
    kindergarten = heads(office.login("kindergarten_info"), "/teacher/")
    university = heads(office.login("university_info"), "/teacher/")
    asked = heads(office.login("province_info"), "/teacher/", category="higher_education")

    assert "二级单位" in university
    assert "二级单位" in asked
    assert "二级单位" not in school
    assert "最高学历" in kindergarten
    assert "最高学历" not in school


def test_a_view_is_kept_shown_and_forgotten(office: Office) -> None:
    office.make_file()
    mine, other = office.login("school_info"), office.login("county_info")

    mine.post("/teacher/keep/?status=draft&gender=1", {"name": "未报送的男教师"})
    page = mine.get("/teacher/", status="draft", gender="1").get_data(as_text=True)
    view = re.search(r'action="/teacher/forget/">.*?name="id" value="(\d+)"', page, re.DOTALL)
    assert view
    assert "未报送的男教师" in page
    assert "未报送的男教师" not in other.get("/teacher/").get_data(as_text=True)
    assert "未报送的男教师" not in mine.get("/unit/").get_data(as_text=True)

    other.post("/teacher/forget/", {"id": view[1]})
    assert "未报送的男教师" in mine.get("/teacher/").get_data(as_text=True)
    mine.post("/teacher/forget/", {"id": view[1]})
    assert "未报送的男教师" not in mine.get("/teacher/").get_data(as_text=True)


def test_a_view_needs_a_name_of_some_length(office: Office) -> None:
    panel = office.login("school_info")

    for name in ("", "  ", "长" * 21):
        panel.post("/teacher/keep/?status=draft", {"name": name})

    assert "删除视图" not in panel.get("/teacher/", status="draft").get_data(as_text=True)


def test_counts_are_honest_up_to_the_limit_and_exact_on_request(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(23):
        office.make_file()
    panel = office.login("school_info")
    monkeypatch.setattr(counts, "LIMIT", 21)

    some = panel.get("/teacher/", page_size=20).get_data(as_text=True)
    exact = panel.get("/teacher/", page_size=20, exact=1).get_data(as_text=True)

    assert "<b>21+</b>" in some
    assert "计准确数" in some
    assert "<b>23</b>" in exact
    assert "计准确数" not in exact


@pytest.mark.parametrize("deep", [0, 1000])
def test_deep_pages_go_on_where_the_last_one_ended(
    office: Office, monkeypatch: pytest.MonkeyPatch, deep: int
) -> None:
    made = [office.make_file(name="同名") for _ in range(45)]
    panel = office.login("school_info")
    monkeypatch.setattr(lists, "DEEP", deep)

    by_usual = [row for page in (0, 1, 2) for row in shown(panel, page=page, page_size=20)]
    by_name = [
        row for page in (0, 1, 2) for row in shown(panel, page=page, page_size=20, sort="name")
    ]

    assert by_usual == sorted(made)
    assert by_name == sorted(made)


def test_sorting_goes_up_down_and_back(office: Office) -> None:
    second, first = office.make_file(name="乙"), office.make_file(name="丙")
    panel = office.login("school_info")

    assert shown(panel, sort="name") == [first, second]
    assert shown(panel, sort="name", desc=1) == [second, first]
    assert shown(panel, sort="id_number") == [second, first]  # nothing to sort by


def test_filters_by_holder_year_and_day(office: Office) -> None:
    young, old = office.make_file(), office.make_file()
    panel = office.login("school_info")

    assert shown(panel, holder="mine") == []
    assert shown(panel, holder="nonsense") == []
    assert shown(panel, birth_from="1985", birth_to="1985") == [young, old]
    assert shown(panel, birth_from="1986") == []
    assert shown(panel, birth_from="abc") == []
    assert shown(panel, in_force_from="2026-01-01") == []
    assert shown(panel, in_force_from="2026-13-01") == []


def test_a_page_past_the_end_says_so(office: Office) -> None:
    office.make_file()
    page = office.login("school_info").get("/teacher/", page=7).get_data(as_text=True)

    assert "这一页没有记录" in page
    assert "回到第一页" in page


def test_the_tree_of_units_stays_in_reach(office: Office) -> None:
    panel = office.login("county_info")

    top = panel.get("/lookup/below").json
    below = panel.get("/lookup/below", below="360102").json
    foreign = panel.get("/lookup/below", below="360103").json

    assert top == [{"code": "360102", "name": "东湖县教育局", "more": True}]
    assert {unit["code"] for unit in below or []} == {"3136000101", "3136000102"}
    assert foreign == []


def test_paper_has_all_that_match_and_says_what_was_asked(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"纸上{number}" for number in range(23)]
    for name in names:
        office.make_file(name=name)
    panel = office.login("school_info")

    page = panel.get("/teacher/print/", search="纸上", page_size=20).get_data(as_text=True)
    monkeypatch.setattr(lists, "PRINTED", 5)
    cut = panel.get("/teacher/print/", search="纸上").get_data(as_text=True)

    assert all(name in page for name in names)
    assert "查找 纸上" in page
    assert "只打印前5条" in cut
    assert names[5] not in cut
