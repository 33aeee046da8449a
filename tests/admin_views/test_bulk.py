"""批量修改 and 批量新增 in the panel: from ticked rows to the undo, without a script."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.admin_views.conftest import Office, Panel
from tests.support.begin import begun
from tests.support.changes import file_in_force, the_row
from tms.access import WORKER, bind
from tms.actors import actor_under
from tms.jobs.lease import due
from tms.jobs.runner import Machine, run
from tms.models import ChangeRequest
from tms.records import bulk_jobs

ASSESSMENT, STUDY = "annual_assessment", "study_experience"
EXCELLENT = {"op-result": "set", "result": "1"}


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


def assessed(office: Office, *names: str, unit: str = "3136000101") -> list[tuple[int, int]]:
    """(file, assessment) of each."""
    who = "school_info" if unit == "3136000101" else "far_school_info"
    made = []
    for name in names:
        teacher = office.make_file(unit, name=name)
        with office.cast() as cast:
            made.append((teacher, cast.add(who, teacher, ASSESSMENT, year=2024, result="2")))
    return made


def begin(panel: Panel, name: str, *rows: int, place: str = ASSESSMENT, **more: Any) -> str:
    """The address of a new act over these rows of a list."""
    data = {"action": name, "rowid": [str(each) for each in rows], **more}
    answer = panel.post(f"/{place}/action/", data)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


def spell(panel: Panel, address: str, **values: Any) -> str:
    """The preview of what a form says."""
    answer = panel.post(address, values)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return text(panel.get(answer.location))


def work(office: Office) -> None:
    """Do all jobs there are."""
    with office.cast() as cast:
        for job in due(cast.session):
            run(cast.session, Machine(Path(), actor_under), job)
        bind(cast.session, WORKER)


def do(office: Office, panel: Panel, address: str) -> str:
    """Post, do the job, and read its page."""
    answer = panel.post(address)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    work(office)
    return text(panel.get(answer.location))


def value(office: Office, teacher: int, field: str = "result", table: str = ASSESSMENT) -> Any:
    with office.cast() as cast:
        return the_row(cast, teacher, table)[field]


def figures(page: str) -> dict[str, int]:
    """{word: number} of the tally."""
    found = re.findall(r"<div><b>([\d,]+)</b>.*?(?:</svg>|<small>)([^<]+)<", page)
    return {word: int(number.replace(",", "")) for number, word in found}


def test_ticked_rows_are_changed_and_taken_back(office: Office) -> None:
    (one, row), (other, _) = assessed(office, "王一", "王二")
    panel = office.login("school_info")
    address = begin(panel, "bulk_edit", row)

    preview = spell(panel, address, **EXCELLENT)
    assert figures(preview)["将更改"] == 1
    assert re.search(r"<del class=\"was\">合格</del>\s*<ins class=\"now\">优秀</ins>", preview)
    assert value(office, one) == "2"

    done = do(office, panel, f"{address}apply/")
    assert figures(done) == {"已更改": 1}
    assert (value(office, one), value(office, other)) == ("1", "2")

    result = text(panel.get(f"{address}result/"))
    assert "由您在" in result
    assert figures(do(office, panel, f"{address}undo/")) == {"已撤销": 1}
    assert value(office, one) == "2"
    history = text(panel.get("/teacher/history/", id=one))
    assert "撤销：修改年度考核" in history
    assert "由您在" not in text(panel.get(f"{address}result/"))


def test_all_that_match_get_a_new_row(office: Office) -> None:
    assessed(office, "王一", "王二")
    (foreign, _) = assessed(office, "王三", unit="3136000201")[0]
    panel = office.login("county_info")
    data = {"action": "bulk_add", "pick": "all"}
    answer = panel.post(f"/{ASSESSMENT}/action/?state=draft", data)
    preview = spell(panel, answer.location, copies="1", year="2025")

    assert figures(preview)["将新增"] == 2
    assert "另复制1项" in preview
    assert figures(do(office, panel, f"{answer.location}apply/")) == {"已新增": 2}
    assert value(office, foreign, "year") == 2024


def test_from_the_list_of_files_the_table_is_chosen_first(office: Office) -> None:
    ((teacher, _),) = assessed(office, "王一")
    panel = office.login("school_info")
    address = begin(panel, "bulk_edit", teacher, place="teacher")
    assert 'value="annual_assessment"' in text(panel.get(address))

    answer = panel.post(f"{address}table/", {"table": ASSESSMENT})
    assert "更改" in spell(panel, answer.location, **EXCELLENT)
    assert panel.post(f"{address}table/", {"table": "app_user"}).status_code == 404


def test_rows_in_force_become_requests_when_asked(office: Office) -> None:
    with office.cast() as cast:
        teacher = begun(cast, file_in_force)
        row = the_row(cast, teacher, STUDY)["id"]
    panel = office.login("school_info")
    address = begin(panel, "bulk_edit", row, place=STUDY)
    preview = spell(panel, address, **{"op-major": "set", "major": "数学"})
    assert figures(preview)["不能写入"] == 1
    assert "已生效的记录可转为变更申请" in preview
    assert panel.post(f"{address}apply/").status_code == 409
    assert panel.post(f"{address}requests/", {"as_requests": "on"}).status_code == 422

    answer = panel.post(f"{address}requests/", {"as_requests": "on", "reason": "统一更正"})
    assert figures(text(panel.get(answer.location)))["转为变更申请"] == 1
    assert figures(do(office, panel, f"{address}apply/")) == {"已提出变更申请": 1}
    with office.cast() as cast:
        cast.act_as("school_info")
        assert cast.session.scalars(select(ChangeRequest.reason)).all() == ["统一更正"]


def test_what_cannot_be_changed_is_listed_by_reason(office: Office) -> None:
    (_, one), (_, other) = assessed(office, "王一", "王二")
    panel = office.login("school_info")
    address = begin(panel, "bulk_edit", one, other)
    preview = spell(panel, address, **{"op-year": "set", "year": "今年"})

    assert figures(preview)["不能写入"] == 2
    (why,) = set(re.findall(r"tab=cannot&amp;why=([0-9a-f]{12})", preview))
    assert text(panel.get(f"{address}preview/?tab=cannot&why={why}")).count("王") >= 2
    assert text(panel.get(f"{address}preview/?tab=nonsense&why=x&page=99999"))


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, 422),
        ({"op-result": "set", "result": ""}, 422),
        ({"op-unit_path": "set", "unit_path": "0001"}, 403),
        ({"op-state": "set", "state": "in_force"}, 403),
        ({"op-teacher_id": "clear"}, 403),
        ({"op-result": "replace", "find-result": "1"}, 422),
    ],
)
def test_what_a_form_may_not_say_changes_nothing(
    office: Office, values: dict[str, str], status: int
) -> None:
    ((teacher, row),) = assessed(office, "王一")
    panel = office.login("school_info")
    address = begin(panel, "bulk_edit", row)

    assert panel.post(address, values).status_code == status
    assert panel.post(f"{address}apply/").status_code == 409
    assert value(office, teacher) == "2"


def test_a_foreign_row_is_not_chosen(office: Office) -> None:
    ((_, foreign),) = assessed(office, "王三", unit="3136000201")
    panel = office.login("school_info")

    data = {"action": "bulk_edit", "rowid": [str(foreign)]}
    assert "没有选中任何记录" in text(panel.post(f"/{ASSESSMENT}/action/", data), 422)


@pytest.mark.parametrize("name", ["county_query", "school_head", "school_admin"])
def test_who_fills_nothing_is_offered_nothing(office: Office, name: str) -> None:
    ((_, row),) = assessed(office, "王一")
    panel = office.login(name)

    assert "bulk_edit" not in panel.get(f"/{ASSESSMENT}/").get_data(as_text=True)
    data = {"action": "bulk_edit", "rowid": [str(row)]}
    assert panel.post(f"/{ASSESSMENT}/action/", data).status_code == 403
    assert panel.post("/teacher/action/", data).status_code == 403
    assert panel.get("/bulk/").status_code == 403


def test_an_act_is_its_makers_alone(office: Office) -> None:
    ((_, row),) = assessed(office, "王一")
    address = begin(office.login("school_info"), "bulk_edit", row)
    other = office.login("county_info")

    for path in ("", "preview/", "result/"):
        assert other.get(address + path).status_code == 404
    for path in ("", "table/", "requests/", "apply/", "undo/"):
        assert other.post(address + path).status_code == 404


def test_many_rows_are_previewed_by_a_job(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_jobs, "AT_ONCE", 0)
    ((_, row),) = assessed(office, "王一")
    panel = office.login("school_info")
    address = begin(panel, "bulk_edit", row)
    answer = panel.post(address, EXCELLENT)
    assert panel.get(f"{address}preview/").location == answer.location
    work(office)

    assert f"{address}preview/" in text(panel.get(answer.location))
    assert figures(text(panel.get(f"{address}preview/")))["将更改"] == 1


def test_the_list_says_how_far_each_came(office: Office) -> None:
    ((_, row),) = assessed(office, "王一")
    panel = office.login("school_info")
    assert "还没有批量操作" in text(panel.get("/bulk/"))
    address = begin(panel, "bulk_edit", row)
    assert "未完成" in text(panel.get("/bulk/"))
    spell(panel, address, **EXCELLENT)
    assert "已预览" in text(panel.get("/bulk/"))
    do(office, panel, f"{address}apply/")
    assert "已执行" in text(panel.get("/bulk/"))
    assert panel.get(address).location.endswith("result/")


def test_no_number_of_anybody_stands_in_a_preview(office: Office) -> None:
    teacher = office.make_file(name="王一")
    with office.cast() as cast:
        row = the_row(cast, teacher, "basic_information")["id"]
    panel = office.login("school_info")
    address = begin(panel, "bulk_edit", row, place="basic_information")

    form = text(panel.get(address))
    assert 'name="op-id_number"' not in form
    preview = spell(panel, address, **{"op-former_name": "set", "former_name": "无"})
    assert not re.search(r"\d{17}[\dX]", form + preview)


def test_the_result_says_which_record_of_which_school(office: Office) -> None:
    ((_teacher, row),) = assessed(office, "王一")
    panel = office.login("school_info")
    address = begin(panel, "bulk_edit", row)
    spell(panel, address, **EXCELLENT)

    preview = text(panel.get(f"{address}preview/"))
    do(office, panel, f"{address}apply/")

    for page in (preview, text(panel.get(f"{address}result/"))):
        assert '<td data-label="哪条记录">2024</td>' in page
        assert '<small class="mut">东湖县第一小学</small>' in page
