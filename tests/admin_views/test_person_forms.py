"""The page of a file's form: from the file, to the PDF, with the papers there are (R44)."""

from __future__ import annotations

import io
import re

from PIL import Image

from tests.admin_views.conftest import Office
from tests.admin_views.test_reach import teacher
from tests.support.cast import complete, id_number
from tests.support.jobs import drain
from tests.support.review import bring
from tms.records import RowChange, save

CODE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}")


def test_the_form_is_reached_from_the_file_and_fetched(office: Office) -> None:
    file = office.make_file(name="王看看")
    panel = office.login("school_info")

    assert f'href="/form/{file}/"' in panel.get("/teacher/details/", id=file).text
    before = panel.get(f"/form/{file}/").text
    answer = panel.post(f"/form/{file}/print/")
    after = panel.get(f"/form/{file}/").text

    assert "处错误" in before
    assert "打印过的" not in before
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "打印过的" in after
    assert "有错误，仅供核对" in after


def test_a_paper_says_whether_the_file_has_changed_since(office: Office) -> None:
    file = office.make_file(name="王看看")
    with office.cast() as cast:
        complete(cast, file)
    panel = office.login("school_info")

    panel.post(f"/form/{file}/print/")
    same = panel.get(f"/form/{file}/").text
    with office.cast() as cast:
        cast.add("school_info", file, "work_experience", unit_name="示例小学")
    changed = panel.get(f"/form/{file}/").text

    assert "与档案一致" in same
    assert "档案已变" not in same
    assert "档案已变" in changed


def test_many_are_printed_from_the_list_and_fetched_once(office: Office) -> None:
    office.make_file(name="王看看")
    panel = office.login("county_query")

    assert "打印信息表" in panel.get("/teacher/").text
    asked = panel.post("/teacher/action/", {"action": "forms", "pick": "all"})
    begun = panel.post("/teacher/action/", {"action": "forms", "pick": "all", "confirmed": "1"})
    job = begun.headers["Location"]
    with office.cast() as cast:
        cast.act_as("county_query")
        drain(cast.session, office.application.config["TMS_DATA_DIR"])
    told = panel.get(job).text
    first = panel.post(f"/form/batch/{job.split('/')[2]}/file/")
    again = panel.post(f"/form/batch/{job.split('/')[2]}/file/")

    assert "选中1份档案" in asked.text
    assert "已生成1份个人信息表" in told
    assert first.data.startswith(b"%PDF-")
    assert again.status_code == 404
    assert "已下载或已过期" in panel.get(job).text


def test_teachers_find_their_own_and_no_others(office: Office) -> None:
    file = office.make_file(name="王看看", id_number=id_number(71))
    other = office.make_file(name="李别人")
    panel = teacher(office, file)

    assert panel.get("/form/").headers["Location"] == f"/form/{file}/"
    assert panel.get(f"/form/{file}/").status_code == 200
    assert panel.get(f"/form/{other}/").status_code == 404
    assert panel.post(f"/form/{other}/print/").status_code == 404
    assert panel.post(f"/form/{file}/print/").data.startswith(b"%PDF-")


def test_a_paper_is_checked_signed_and_asks_to_be_signed_again(office: Office) -> None:
    file = office.make_file(name="王看看")
    with office.cast() as cast:
        complete(cast, file)
    panel, head = office.login("school_info"), office.login("school_head")

    panel.post(f"/form/{file}/print/")
    code = CODE.findall(panel.get(f"/form/{file}/").text)[0]
    before = head.get("/form/check/", code=code).text
    picture = (io.BytesIO(jpeg()), "签名.jpg")
    panel.post(f"/form/{file}/scan/", {"code": code, "scan": picture})
    signed = panel.get(f"/form/{file}/").text
    office_row = office.row_of("work_experience", file)
    with office.cast() as cast:
        actor = cast.act_as("school_info")
        change = RowChange(file, {"unit_name": "改名小学"}, office_row)
        save(cast.session, actor, {"work_experience": [change]})
        cast.session.commit()
    after = head.get("/form/check/", code=code).text

    assert "档案自打印以来没有变化" in before
    assert "王看看" in before
    assert "已签名" in signed
    for each in ("需重新签名", "工作经历", "任职单位名称", "东湖县第一小学", "改名小学"):
        assert each in after
    assert "需重新签名" in panel.get("/teacher/details/", id=file).text
    assert office.login("neighbour_info").get("/form/check/", code=code).status_code == 404


def test_a_scan_without_code_or_file_is_sent_back_with_the_reason(office: Office) -> None:
    file = office.make_file(name="王看看")
    panel = office.login("school_info")

    panel.post(f"/form/{file}/scan/", {"code": "x"})
    none = panel.get(f"/form/{file}/").text
    panel.post(f"/form/{file}/scan/", {"code": "x", "scan": (io.BytesIO(jpeg()), "a.jpg")})
    wrong = panel.get(f"/form/{file}/").text

    assert "请选择文件" in none
    assert "没有这份个人信息表" in wrong
    assert panel.post("/form/99999/scan/", {"code": "x"}).status_code == 404


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(out, "JPEG")
    return out.getvalue()


def test_a_sheet_for_a_business_is_offered_once_something_is_in_force(office: Office) -> None:
    file = office.make_file(name="王看看")
    panel = office.login("school_info")
    before = panel.get(f"/form/{file}/").text
    refused = panel.post(f"/form/{file}/print/", {"business": "title"})
    with office.cast() as cast:
        complete(cast, file)
        bring(cast, file, "in_force")

    offered = panel.get(f"/form/{file}/").text
    made = panel.post(f"/form/{file}/print/", {"business": "title"})
    after = panel.get(f"/form/{file}/").text

    assert "业务数据表" not in before
    assert refused.status_code == 409
    assert "骨干教师遴选" in offered
    assert made.data.startswith(b"%PDF-")
    code = re.findall(r"/form/check/\?code=(\w{12})", after)[0]
    assert "职称评审" in panel.get("/form/check/", code=code).text
