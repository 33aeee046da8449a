"""The export page of every list, exports as jobs, and those that are run again."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.admin_views.conftest import Office, Panel
from tests.support.jobs import drain
from tms.access import CONSOLE, acting
from tms.admin_views import export
from tms.models import AuditEvent, SavedExport

ROSTER = {"content": "roster", "fmt": "csv", "codes": "label"}
LIST = {"content": "rows", "fmt": "csv", "codes": "code-label"}


def run(panel: Panel, path: str = "/teacher/export/run/", **form: Any) -> TestResponse:
    return panel.post(path, form, buffered=True)


def rows(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def events(office: Office) -> list[Any]:
    with office.cast() as cast, acting(cast.session, CONSOLE):
        wanted = select(AuditEvent.detail).where(AuditEvent.act == "export")
        return list(cast.session.scalars(wanted.order_by(AuditEvent.id)))


def work(office: Office) -> None:
    """What a worker would do now."""
    with office.cast() as cast, acting(cast.session, CONSOLE):
        drain(cast.session, office.application.config["TMS_DATA_DIR"])


def test_columns_come_in_the_order_of_the_user(office: Office) -> None:
    office.make_file()
    keys = ["teacher.teacher_no", "teacher.name", "basic_information.gender"]
    order = ",".join(reversed(keys))

    (row,) = rows(run(office.login("school_info"), column=keys, order=order, **ROSTER))

    assert list(row) == ["性别", "姓名", "个人标识码"]
    assert row["性别"] == "男"


def test_the_filters_of_the_list_hold(office: Office) -> None:
    office.make_file(name="王一")
    office.make_file(name="李二")
    panel = office.login("school_info")

    found = rows(run(panel, "/teacher/export/run/?search=王", column=["gender"], **LIST))

    assert [row["姓名"] for row in found] == ["王一"]


def test_what_is_on_the_screen_alone(office: Office) -> None:
    for _ in range(22):
        office.make_file()
    panel = office.login("school_info")
    form = LIST | {"column": ["gender"], "rows": "page"}

    first = rows(run(panel, "/teacher/export/run/?page_size=20", **form))
    second = rows(run(panel, "/teacher/export/run/?page_size=20&page=1", **form))

    assert (len(first), len(second)) == (20, 2)


def test_the_page_offers_what_the_role_sees(office: Office) -> None:
    office.make_file()
    page = "/teacher/export/?content=roster"

    mine = office.login("county_info").get(page).get_data(as_text=True)
    query = office.login("county_query").get(page).get_data(as_text=True)

    assert "remuneration.annual_income" in mine
    assert "remuneration.annual_income" not in query
    assert 'name="unmask"' in mine
    assert 'name="unmask"' not in query


def test_full_numbers_need_the_permission_and_a_purpose(office: Office) -> None:
    office.make_file()
    form = LIST | {"column": ["gender"], "unmask": "1"}
    info, query = office.login("county_info"), office.login("county_query")

    assert run(info, **form).status_code == 422
    assert run(info, **form, purpose="查").status_code == 422
    assert run(query, **form, purpose="核对社保名单").status_code == 403
    (row,) = rows(run(info, **form, purpose="核对社保名单"))

    assert "*" not in row["身份证件号码"]
    (event,) = events(office)
    assert (event["purpose"], event["fields"]) == ("核对社保名单", ["id_number"])


@pytest.mark.parametrize(
    "form",
    [
        {},
        LIST,
        LIST | {"column": ["gender"], "fmt": "exe"},
        LIST | {"column": ["gender"], "codes": "?"},
        {"content": "files", "fmt": "csv", "codes": "code", "column": ["contact"]},
        ROSTER | {"column": ["teacher.password"]},
    ],
)
def test_what_makes_no_sense_comes_back_with_a_reason(office: Office, form: dict[str, Any]) -> None:
    answer = run(office.login("school_info"), **form)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.get_data(as_text=True)
    assert events(office) == []


def test_many_rows_are_a_job_with_a_file_for_a_day(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 1)
    for _ in range(3):
        office.make_file()
    panel, other = office.login("county_info"), office.login("province_info")

    answer = run(panel, column=["gender"], **LIST)
    work(office)

    assert answer.status_code == 302
    number = re.search(r"/job/(\d+)/", answer.location)
    assert number
    assert "下载" in panel.get(answer.location).get_data(as_text=True)
    url = f"/exports/{number[1]}/file/"
    assert url in panel.get("/exports/").get_data(as_text=True)
    file = panel.get(url)
    assert len(rows(file)) == 3
    assert "no-store" in file.headers["Cache-Control"]
    assert re.search(r"-E[0-9A-F]{12}\.csv", file.headers["Content-Disposition"])
    assert other.get(url).status_code == 404
    assert other.post(f"/exports/{number[1]}/discard/").status_code == 404
    assert panel.post(f"/exports/{number[1]}/discard/").status_code == 302
    assert panel.get(url).status_code == 404
    assert "文件已过期或已删除" in panel.get(url).get_data(as_text=True)
    assert "已过期或已删除" in panel.get("/exports/").get_data(as_text=True)
    page = panel.get(answer.location).get_data(as_text=True)
    assert "已过期或已删除" in page
    assert url not in page


def test_a_saved_export_is_run_with_one_click(office: Office) -> None:
    office.make_file(name="王一")
    office.make_file(name="李二")
    panel = office.login("school_info")
    keys = ["teacher.name", "contact.mobile"]
    form = ROSTER | {"column": keys, "save": "1", "name": "通讯录", "unmask": "1"}
    form["purpose"] = "核对社保名单"

    assert run(panel, "/teacher/export/run/?search=王", **form).status_code == 302
    page = panel.get("/exports/").get_data(as_text=True)
    saved = re.search(r'action="(/teacher/export/run/\?search=[^"]+)"(.*?)</form>', page, re.S)
    assert saved
    fields: dict[str, Any] = {"column": []}
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', saved[2]):
        if name == "column":
            fields["column"].append(value)
        elif name != "csrf_token":
            fields[name] = value
    (row,) = rows(run(panel, saved[1], **fields))

    assert row == {"姓名": "王一", "手机": ""}
    assert "purpose" not in events(office)[0]
    with office.cast() as cast, acting(cast.session, CONSOLE):
        kept = cast.session.scalars(select(SavedExport.options)).one()
    assert "社保" not in json.dumps(kept, ensure_ascii=False)


def test_saved_exports_are_each_users_own(office: Office) -> None:
    panel, other = office.login("school_info"), office.login("county_info")
    run(panel, **ROSTER, column=["teacher.name"], save="1", name="名册")
    (found,) = re.findall(
        r"/exports/saved/(\d+)/forget/", panel.get("/exports/").get_data(as_text=True)
    )

    assert "名册" not in re.sub("教师名册", "", other.get("/exports/").get_data(as_text=True))
    assert other.post(f"/exports/saved/{found}/forget/").status_code == 404
    assert panel.post(f"/exports/saved/{found}/forget/").status_code == 302
    assert "/forget/" not in panel.get("/exports/").get_data(as_text=True)


def test_a_name_is_wanted_to_save(office: Office) -> None:
    answer = run(office.login("school_info"), **ROSTER, column=["teacher.name"], save="1")

    assert answer.status_code == 422


def test_whole_files_and_rows_for_editing(office: Office) -> None:
    office.make_file()
    panel = office.login("school_info")

    book = run(panel, content="files", fmt="json", codes="code", column=["contact"])
    alone = run(
        panel,
        "/basic_information/export/run/",
        **(LIST | {"fmt": "json"}),
        column=["gender"],
        for_editing="1",
    )

    assert list(json.loads(book.get_data())) == ["export", "联系方式"]
    (row,) = json.loads(alone.get_data())["基本信息"]
    assert row["记录版本"] == "1"


@pytest.mark.parametrize("name", ["county_admin", "auditor", "college"])
def test_who_exports_nothing_has_no_page(office: Office, name: str) -> None:
    panel = office.login(name)

    assert panel.get("/exports/").status_code == 403
    assert panel.get("/teacher/export/").status_code == 403
    assert run(panel, **LIST, column=["gender"]).status_code == 403
