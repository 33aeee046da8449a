"""Acts on units in the panel: asked, previewed, confirmed; without a script."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from tests.admin_views.conftest import Office, Panel
from tests.admin_views.test_unit_tree import figures
from tms.records.unit_plan import UnitAct

SCHOOL = "3136000101"


def address(office: Office, act: str, code: str = SCHOOL) -> str:
    return f"/unit/act/?act={act}&id={office.people.units[code].id}"


def preview(panel: Panel, path: str, **form: Any) -> str:
    answer = panel.post(path, form | {"step": "preview"})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def confirm(panel: Panel, path: str, **form: Any) -> Any:
    seen = figures(preview(panel, path, **form))
    return panel.post(path, form | {"step": "confirm", "seen": seen})


def test_a_school_moves_after_a_preview_with_its_counts(office: Office) -> None:
    office.make_file()
    panel = office.login("province_admin")
    path = address(office, "move")

    page = preview(panel, path, target="360103-西山县教育局")
    before = office.scalar("supervisor_id", office.people.units[SCHOOL].id, "unit")
    answer = confirm(panel, path, target="360103-西山县教育局")

    tally = re.findall(r"<b>([\d,]+)</b><small>([^<]+)</small>", page)
    assert tally == [
        ("0", "下级单位"), ("1", "教师档案"), ("4", "启用的账号"), ("0", "转桌的未办审核"),
    ]  # fmt: skip
    assert "确认划转：0个下级单位、1份档案" in page
    assert before == office.people.units["360102"].id
    assert answer.status_code == 302
    after = office.scalar("supervisor_id", office.people.units[SCHOOL].id, "unit")
    assert after == office.people.units["360103"].id


def test_schools_merge_and_the_panel_of_the_other_has_the_files(office: Office) -> None:
    teacher = office.make_file()
    panel = office.login("province_admin")

    answer = confirm(panel, address(office, "merge"), target="3136000201")

    assert answer.status_code == 302
    assert office.scalar("unit_id", teacher) == office.people.units["3136000201"].id
    file = office.login("far_school_info").get(f"/teacher/details/?id={teacher}")
    assert "所在单位并入“西山县实验中学”" in file.get_data(as_text=True)
    page = panel.get(answer.location).get_data(as_text=True)
    assert f"该单位已于{date.today()}撤销" in page


def test_obstacles_are_shown_and_there_is_nothing_to_confirm(office: Office) -> None:
    office.make_file()
    panel = office.login("county_admin")
    path = address(office, "close")
    form = {"on": str(date.today())}

    page = preview(panel, path, **form)
    forced = panel.post(path, form | {"step": "confirm", "seen": figures(page)})

    assert "还有1份教师档案，请先合并到其他单位。" in page
    assert 'value="confirm"' not in page
    assert forced.status_code == 409
    assert office.scalar("closed_on", office.people.units[SCHOOL].id, "unit") is None


def test_an_empty_school_closes_and_opens_again(office: Office) -> None:
    panel = office.login("county_admin")
    unit = office.people.units[SCHOOL].id

    assert confirm(panel, address(office, "close"), on=str(date.today())).status_code == 302
    closed_on = office.scalar("closed_on", unit, "unit")
    assert confirm(panel, address(office, "reopen")).status_code == 302

    assert closed_on == date.today()
    assert office.scalar("closed_on", unit, "unit") is None


def test_whoever_worked_at_a_closed_school_is_out(office: Office) -> None:
    worker = office.login("school_info")

    confirm(office.login("county_admin"), address(office, "close"), on=str(date.today()))

    assert worker.get("/teacher/").status_code == 302


def test_what_changed_since_the_preview_is_shown_anew(office: Office) -> None:
    panel = office.login("province_admin")
    path, form = address(office, "move"), {"target": "360103"}
    seen = figures(preview(panel, path, **form))
    office.make_file()

    answer = panel.post(path, form | {"step": "confirm", "seen": seen})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "预览之后数量有变化" in page
    assert figures(page) != seen
    again = panel.post(path, form | {"step": "confirm", "seen": figures(page)})
    assert again.status_code == 302


@pytest.mark.parametrize(
    ("act", "form", "status", "said"),
    [
        ("move", {"target": ""}, 422, "said said-error"),
        ("move", {"target": "nothing"}, 404, "没有这个单位"),
        ("move", {"target": "3136000201"}, 422, "上级单位须为级别更高的教育行政部门"),
        ("merge", {"target": "3136000102"}, 422, "才能合并"),
        ("rename", {"name": "", "on": "2020-01-01"}, 422, "said said-error"),
        ("rename", {"name": "旧日", "on": "2020-01-01"}, 422, "新名称不能早于这一天"),
        ("close", {"on": "2999-01-01"}, 422, "日期不能晚于今天"),
        ("close", {"on": "x"}, 422, "said said-error"),
        ("reopen", {}, 409, "该单位没有撤销"),
    ],
)
def test_what_cannot_be_done_is_said_and_the_form_kept(
    office: Office, act: str, form: dict[str, str], status: int, said: str
) -> None:
    panel = office.login("province_admin")

    answer = panel.post(address(office, act), form | {"step": "preview"})

    assert answer.status_code == status
    assert said in answer.get_data(as_text=True)
    assert 'name="seen"' not in answer.get_data(as_text=True)


def test_a_step_back_keeps_what_was_typed(office: Office) -> None:
    panel = office.login("province_admin")

    page = panel.post(address(office, "move"), {"step": "form", "target": "360103-西山县教育局"})

    assert 'value="360103-西山县教育局"' in page.get_data(as_text=True)


@pytest.mark.parametrize("act", list(UnitAct))
def test_only_those_who_keep_units_act(office: Office, act: str) -> None:
    for name in ("county_info", "county_query", "school_head", "auditor", "officer", "support"):
        panel = office.login(name)
        assert panel.get(address(office, act)).status_code == 403
        assert panel.post(address(office, act), {"step": "confirm"}).status_code == 403


def test_own_and_foreign_units_and_unknown_acts(office: Office) -> None:
    panel = office.login("county_admin")

    assert panel.get(address(office, "close", "360102")).status_code == 403
    assert panel.get(address(office, "close", "3136000201")).status_code == 404
    assert panel.get(address(office, "burn")).status_code == 404
    assert panel.get("/unit/act/").status_code == 404
    assert panel.get("/unit/act/?act=move&id=x").status_code == 404


def test_the_list_leads_to_tree_and_acts(office: Office) -> None:
    unit = office.people.units[SCHOOL].id
    page = office.login("county_admin").get("/unit/").get_data(as_text=True)

    assert f"/unit/tree/?at={unit}#u{unit}" in page
    assert f"/unit/act/?act=rename&amp;id={unit}" in page
