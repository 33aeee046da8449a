"""The page of a file's form: from the file, to the PDF, with the papers there are (R44)."""

from __future__ import annotations

from tests.admin_views.conftest import Office
from tests.admin_views.test_reach import teacher
from tests.support.cast import complete, id_number
from tests.support.jobs import drain


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
