"""Routes in the panel: read by everybody of a university, edited by its information manager."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from tests.admin_views.conftest import Office, Panel
from tests.support.jobs import drain
from tests.support.university import UNIVERSITY
from tms.access import CONSOLE, acting
from tms.models import RouteVersion
from tms.workflow import route_jobs

FIELD = re.compile(r"<(input|textarea|select|option)\b([^>]*)>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


def fields(page: str) -> dict[str, list[str]]:
    """What a browser would send of the page's form: names and values, without buttons."""
    found: dict[str, list[str]] = {}
    chosen = ""
    form = page[page.index("csrf_token") :]
    for tag, rest in FIELD.findall(form):
        named = {key: unescape(value) for key, value in ATTRIBUTE.findall(rest)}
        is_on = re.search(r"\b(checked|selected)\b", rest)
        if tag == "select":
            chosen = named["name"]
        elif tag == "option":
            if is_on:
                found[chosen] = [named["value"]]
        elif "name" in named and (named.get("type") not in ("checkbox", "radio") or is_on):
            found.setdefault(named["name"], []).append(named.get("value", ""))
    return found


def edit(office: Office, panel: Panel) -> tuple[str, dict[str, list[str]]]:
    path = f"/route/edit/?unit={office.people.units[UNIVERSITY].id}"
    return path, fields(panel.get(path).get_data(as_text=True))


def press(panel: Panel, path: str, form: dict[str, list[str]], button: str) -> Any:
    data = {key: values for key, values in form.items() if key != "csrf_token"}
    return panel.post(path, data | {"do": button})


def pressed(
    panel: Panel, path: str, form: dict[str, list[str]], button: str
) -> dict[str, list[str]]:
    answer = press(panel, path, form, button)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return fields(answer.get_data(as_text=True))


def steps(form: dict[str, list[str]]) -> list[str]:
    return [form[f"s{n}-key"][0] for n in range(len(form)) if f"s{n}-key" in form]


def versions(office: Office) -> list[Any]:
    from sqlalchemy import select

    from tms.access import CONSOLE, bind

    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        found = cast.session.scalars(select(RouteVersion).order_by(RouteVersion.id)).all()
        return [(row.version, row.note, row.plan) for row in found]


def test_a_step_is_put_in_previewed_and_used(office: Office) -> None:
    panel = office.login("university_info")
    path, form = edit(office, panel)

    form = pressed(panel, path, form, "insert:3")
    form |= {"s3-zh": ["纪检监察审核"], "s3-desk": ["department:organization"], "s3-days": ["4"]}
    page = press(panel, path, form, "preview").get_data(as_text=True)
    answer = press(panel, path, fields(page) | {"note": ["按纪委要求"]}, "confirm")

    assert "纪检监察审核：组织部，4天" in page
    assert "已有记录的审核部门不变。" in page
    assert answer.status_code == 302
    ((number, note, plan),) = versions(office)
    assert (number, note) == (1, "按纪委要求")
    assert [s["key"] for s in plan["steps"]][2:5] == ["departments", "own_1", "consolidate"]
    shown = panel.get(answer.location).get_data(as_text=True)
    assert "审核路线第1版已启用。" in shown
    assert shown.count("按纪委要求") == 1


def test_steps_are_moved_and_left_out_by_buttons(office: Office) -> None:
    panel = office.login("university_info")
    path, form = edit(office, panel)

    form = pressed(panel, path, form, "down:0")
    moved = steps(form)
    form = pressed(panel, path, form, "remove:1")
    form = pressed(panel, path, form, "remove:0")
    kept = steps(form)
    page = press(panel, path, form, "restore:0").get_data(as_text=True)

    assert moved[:2] == ["supplement", "unit_review"]
    assert kept == ["supplement", "departments", "consolidate", "report", "approve"]
    assert steps(fields(page))[0] == "unit_review"
    assert re.search(r'name="s0-days"[^>]*id="s0-days" autofocus', page)


def test_rows_are_sent_elsewhere_by_code(office: Office) -> None:
    teacher = office.make_file(UNIVERSITY)
    with office.cast() as cast:
        cast.add("university_info", teacher, "award", award_type="21")
    panel = office.login("university_info")
    path, form = edit(office, panel)

    form = pressed(panel, path, form | {"new-line": ["award.award_type"]}, "line:0")
    form |= {"l0-codes": ["21", "22"], "l0-dept": ["hr"], "d-contact": ["hr", "research"]}
    page = press(panel, path, form, "preview").get_data(as_text=True)
    answer = press(panel, path, fields(page) | {"note": ["国家级的由人事处看"]}, "confirm")

    assert "奖励（奖励类别：国家教学成果奖、省级教学成果奖）" in page
    assert "“奖励”有1条记录改由其他部门审核。" in page
    assert answer.status_code == 302
    assert office.scalar("functions", office.row_of("award", teacher), "award") == 1
    again = pressed(panel, path, edit(office, panel)[1], "edit:0")
    assert (again["l0-codes"], again["l0-dept"]) == (["21", "22"], ["hr"])
    assert again["d-contact"] == ["hr", "research"]


def test_rows_of_a_large_university_follow_as_a_job(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route_jobs, "AT_ONCE", 1)
    for _ in range(2):
        office.make_file(UNIVERSITY)
    panel = office.login("university_info")
    path, form = edit(office, panel)
    form |= {"d-contact": ["research"]}
    page = press(panel, path, form, "preview").get_data(as_text=True)

    answer = press(panel, path, fields(page) | {"note": ["由科研处看"]}, "confirm")
    with office.cast() as cast, acting(cast.session, CONSOLE):
        drain(cast.session, office.application.config["TMS_DATA_DIR"])
    told = panel.get(answer.location).get_data(as_text=True)

    assert re.search(r"/job/\d+/", answer.location)
    assert "份档案已核对" in told
    assert "/route/?unit=" in told


def test_long_code_tables_are_typed(office: Office) -> None:
    panel = office.login("university_info")
    path, form = edit(office, panel)
    form = pressed(panel, path, form | {"new-line": ["basic_information.birth_place"]}, "line:0")

    form |= {"l0-codes": ["360102，360103 , 000001"], "l0-dept": ["hr"]}
    refused = press(panel, path, form, "preview")
    form |= {"l0-codes": ["360102 360103"]}
    shown = press(panel, path, form, "preview").get_data(as_text=True)

    assert refused.status_code == 422
    assert "没有代码“000001”" in refused.get_data(as_text=True)
    assert "东湖区" in shown


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(office: Office) -> None:
    panel = office.login("university_info")
    path, form = edit(office, panel)
    form = pressed(panel, path, form, "insert:1")

    answer = press(panel, path, form | {"s1-zh": [""], "d-contact": []}, "preview")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "第2步没有名称。" in page
    assert "“联系方式”的每一类记录都须有部门审核。" in page
    assert steps(fields(page))[1] == "own_1"
    assert "d-contact" not in fields(page)


def test_a_note_is_needed(office: Office) -> None:
    panel = office.login("university_info")
    path, form = edit(office, panel)
    page = press(panel, path, form | {"s0-days": ["9"]}, "preview").get_data(as_text=True)

    answer = press(panel, path, fields(page), "confirm")

    assert answer.status_code == 422
    assert "请说明改了什么、为什么改。" in answer.get_data(as_text=True)
    assert not versions(office)


def test_whoever_was_slower_begins_anew(office: Office) -> None:
    first, second = office.login("university_info"), office.login("university_info")
    path, form = edit(office, first)
    form |= {"s0-days": ["9"], "note": ["先"]}

    press(first, path, form, "confirm")
    answer = press(second, path, form | {"s0-days": ["8"], "note": ["后"]}, "confirm")

    assert answer.status_code == 302
    assert "刚被他人修改" in second.get(answer.location).get_data(as_text=True)
    assert [note for _, note, _ in versions(office)] == ["先"]


def test_versions_are_compared_and_the_default_comes_back(office: Office) -> None:
    panel = office.login("university_info")
    path, form = edit(office, panel)
    press(panel, path, form | {"s0-days": ["9"], "note": ["多几天"]}, "confirm")
    form = pressed(panel, path, edit(office, panel)[1], "default:0")
    press(panel, path, form | {"note": ["改回"]}, "confirm")
    unit = office.people.units[UNIVERSITY].id

    page = panel.get("/route/", unit=unit, **{"from": 2, "to": 1}).get_data(as_text=True)
    old = panel.get("/route/", unit=unit, version=1).get_data(as_text=True)

    assert "从第1版到第2版" in page
    assert "二级单位初审：二级单位，9天" in page
    assert "（与系统默认相同）" in page
    assert "这不是现在使用的版本。" in old


@pytest.mark.parametrize("name", ["province_info", "research_office", "college", "officer"])
def test_others_read_but_do_not_edit(office: Office, name: str) -> None:
    panel = office.login(name)
    unit = office.people.units[UNIVERSITY].id

    page = panel.get("/route/", unit=unit)

    assert page.status_code == 200
    assert "修改路线" not in page.get_data(as_text=True)
    assert panel.get("/route/edit/", unit=unit).status_code == 403
    assert panel.post(f"/route/edit/?unit={unit}", {"do": "preview"}).status_code == 403


def test_a_school_reads_the_route_of_its_kind_and_no_universitys(office: Office) -> None:
    panel = office.login("school_info")

    page = panel.get("/route/").get_data(as_text=True)
    unit = office.people.units[UNIVERSITY].id

    assert "学校负责人审核" in page
    assert "示例大学" not in page
    assert panel.get("/route/", unit=unit).status_code == 404
    assert panel.get("/route/edit/", unit=unit).status_code == 404


def test_a_bureau_finds_its_universities(office: Office) -> None:
    page = office.login("province_info").get("/route/").get_data(as_text=True)

    assert f'/route/?unit={office.people.units[UNIVERSITY].id}">示例大学' in page


def test_a_universitys_page_names_the_departments_that_it_lacks(office: Office) -> None:
    page = (
        office.login("province_info")
        .get("/unit/details/", id=office.people.units[UNIVERSITY].id)
        .get_data(as_text=True)
    )

    assert "示例大学科研处" in page
    assert page.count("没有设这个部门，由学校负责人代审") == 4


@pytest.mark.parametrize(
    "form",
    [
        {"do": "no:1"},
        {"do": "up:99999", "s0-key": ["approve"]},
        {"do": "preview", "base": ["x"], "s0-key": ["'"], "s1-key": ["own_1"], "s1-days": ["٣"]},
        {"do": "line:0", "new-line": ["user.password_hash"]},
        {"do": "confirm", "note": ["x"], "l0-table": ["award"], "l0-field": ["award_type"]},
    ],
)
def test_forged_forms_change_nothing(office: Office, form: dict[str, Any]) -> None:
    panel = office.login("university_info")

    answer = panel.post(f"/route/edit/?unit={office.people.units[UNIVERSITY].id}", form)

    assert answer.status_code in (200, 302, 400, 422)
    assert not versions(office)
