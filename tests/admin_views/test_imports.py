"""The import centre: checked first, written when asked, told row by row, taken back."""

from __future__ import annotations

import io
import re
from typing import Any

from flask_babel import force_locale
from werkzeug.test import TestResponse

from tests.admin_views.conftest import Office, Panel
from tests.support.cast import id_number
from tests.support.jobs import drain
from tms.admin_views.import_mending import closest
from tms.exchange.parse import parse
from tms.models import TABLES

HEAD = "姓名,性别,出生日期,身份证件类型,身份证件号码,学校(机构)标识码"
GOOD = f"钱导入,1,1985-03-12,1,{id_number(801)},3136000101"
BAD = "孙有误,9x,1985-03-12,1,123,3136000101"


def send(panel: Panel, *lines: str, **more: Any) -> TestResponse:
    """The upload's answer; nothing has been checked yet."""
    body = "\r\n".join([HEAD, *lines]).encode("utf-8-sig")
    form = {
        "file": (io.BytesIO(body), "新教师.csv"),
        "into": "teacher",
        "mode": "update",
        "keep": "person",
        "incomplete": "refuse",
        "in_force": "refuse",
    }
    return panel.post("/import/", form | more, content_type="multipart/form-data")


def work(office: Office) -> None:
    """What a worker does meanwhile."""
    with office.cast() as cast:
        cast.act_as("school_info")
        drain(cast.session, office.application.config["TMS_DATA_DIR"])


def checked(office: Office, panel: Panel, *lines: str, **more: Any) -> str:
    """The path of an import that was checked."""
    answer = send(panel, *lines, **more)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    work(office)
    return answer.location


def text(panel: Panel, path: str) -> str:
    page = panel.get(path)
    assert page.status_code == 200
    return page.get_data(as_text=True)


def test_uploaded_checked_shown_and_only_then_written(office: Office) -> None:
    panel = office.login("school_info")
    waiting = send(panel, GOOD, BAD).location
    assert "等待办理" in text(panel, waiting)
    work(office)

    page = text(panel, waiting)
    assert "写入1行" in page
    assert "孙有误" in page
    assert "9x" in page
    assert "钱导入" not in text(panel, "/teacher/")
    panel.post(f"{waiting}load/")
    work(office)

    page = text(panel, waiting)
    assert "导入回执" in page
    assert "撤销这次导入" in page
    assert "写入1行" not in page
    assert "钱导入" in text(panel, "/teacher/")
    assert id_number(801) not in page + text(panel, waiting + "?rows=new")


def test_the_workbook_comes_back_with_the_reasons(office: Office) -> None:
    panel = office.login("school_info")
    path = checked(office, panel, GOOD, BAD)
    panel.post(f"{path}report/")
    work(office)

    assert "下载带批注的原文件" in text(panel, path)
    answer = panel.get(f"{path}file/")
    (sheet,) = parse(answer.get_data(), "a.xlsx")
    assert [row.cells[0] for row in sheet.rows] == ["钱导入", "孙有误"]
    assert "性别" in str(sheet.rows[1].cells[-1])
    assert answer.headers["Cache-Control"] == "no-store"
    assert id_number(801) not in answer.headers["Content-Disposition"]


def test_taken_back_as_a_whole(office: Office) -> None:
    panel = office.login("school_info")
    path = checked(office, panel, GOOD)
    panel.post(f"{path}load/")
    work(office)
    panel.post(f"{path}undo/")
    work(office)

    page = text(panel, path)
    assert "处已恢复" in page
    assert "撤销这次导入" not in page
    assert "钱导入" not in text(panel, "/teacher/")


def test_pasted_from_a_spreadsheet(office: Office) -> None:
    panel = office.login("school_info")
    pasted = "\n".join(line.replace(",", "\t") for line in (HEAD, GOOD))

    path = checked(office, panel, file=(io.BytesIO(b""), ""), pasted=pasted)

    assert "写入1行" in text(panel, path)


def test_tabs_and_reasons_lead_to_their_rows(office: Office) -> None:
    panel = office.login("school_info")
    path = checked(office, panel, GOOD, BAD)

    assert "钱导入" in text(panel, path + "?rows=new")
    assert "孙有误" not in text(panel, path + "?rows=new")
    assert "没有这样的行" in text(panel, path + "?rows=same")
    assert "没有这样的行" in text(panel, path + "?rows=see&why=nothing&page=7")


def test_an_import_is_its_owners_only(office: Office) -> None:
    path = checked(office, office.login("school_info"), GOOD)
    other = office.login("county_info")

    assert other.get(path).status_code == 404
    assert other.get(f"{path}file/").status_code == 404
    for act in ("load", "undo", "report"):
        assert other.post(f"{path}{act}/").status_code == 404
    assert "新教师.csv" not in text(other, "/import/")


def test_what_cannot_be_taken_is_said(office: Office) -> None:
    panel = office.login("school_info")

    nothing = panel.post("/import/", {"into": "teacher"})
    assert nothing.status_code == 422
    assert "请选择文件，或粘贴表格内容。" in nothing.get_data(as_text=True)
    both = send(panel, GOOD, pasted="x")
    assert "文件和粘贴只能选一样。" in both.get_data(as_text=True)
    unexplained = send(panel, GOOD, in_force="request")
    assert "请说明变更的理由。" in unexplained.get_data(as_text=True)
    assert send(panel, GOOD, into="unit").status_code == 403


def test_a_file_that_is_none_says_why(office: Office) -> None:
    panel = office.login("school_info")
    path = checked(office, panel, file=(io.BytesIO(b"PK\3\4rubbish"), "x.xlsx"))

    page = text(panel, path)
    assert "未完成" in page
    assert 'role="alert"' in page
    assert panel.post(f"{path}load/").status_code == 409


def test_importing_is_for_roles_that_import(office: Office) -> None:
    assert office.login("county_query").get("/import/").status_code == 403


def test_empty_templates_at_once_and_filled_ones_by_a_job(office: Office) -> None:
    office.make_file()
    panel = office.login("school_info")
    form = {"category": "primary_secondary", "table": ["contact", "work_experience"]}
    assert "联系方式" in text(panel, "/import/template/")

    empty = panel.post("/import/template/", form)
    assert empty.get_data().startswith(b"PK")
    assert panel.post("/import/template/", {"category": "x"}).status_code == 422
    filled = panel.post("/import/template/", form | {"filled": "1"})
    assert filled.status_code == 302
    work(office)

    page = text(panel, filled.location)
    file = page.split('href="/import/template/')[1].split('"')[0]
    assert panel.get(f"/import/template/{file}").get_data().startswith(b"PK")
    assert office.login("county_info").get(f"/import/template/{file}").status_code == 404


def test_the_same_mistake_is_mended_at_once(office: Office) -> None:
    panel = office.login("school_info")
    wrong = [f"赵{n},男的,1985-03-12,1,{id_number(n)},3136000101" for n in (803, 805)]
    path = checked(office, panel, GOOD, *wrong)
    page = text(panel, path)
    assert "2处都改为" in page
    choices = re.findall(r"<option>([^<]+)</option>", page)
    assert choices[0].startswith("1-男")
    form = dict(re.findall(r'type="hidden" name="(sheet|column|was)" value="([^"]*)"', page))

    answer = panel.post(f"{path}mend/", form | {"value": choices[0]})
    work(office)

    assert answer.location == path
    mended = text(panel, path)
    assert "写入3行" in mended
    assert f"“性别”的“男的”已改为“{choices[0]}”，2处" in mended
    assert panel.post(f"{path}unmend/", {"place": "0"}).status_code == 302
    work(office)
    assert "2处都改为" in text(panel, path)
    assert panel.post(f"{path}unmend/", {"place": "7"}).status_code == 404
    assert panel.post(f"{path}mend/", form | {"value": ""}).status_code == 422
    assert office.login("county_info").post(f"{path}mend/", form).status_code == 404


def test_the_likeliest_code_comes_first_in_either_language(office: Office) -> None:
    field = TABLES["basic_information"].dictionary.fields["gender"]

    with office.application.test_request_context(), force_locale("en"):
        found = [closest(field, wrong)[0] for wrong in ("男的", "Femal", "※")]

    assert found[0] == ("1-Male", True)
    assert found[1] == ("2-Female", True)
    assert not found[2][1]
