"""Forms of the file's tables: drafts, findings at their fields, refusals, nobody else's rows."""

from __future__ import annotations

import pytest

from tests.admin_views.conftest import Office, Panel
from tests.support.cast import complete

STUDY = {"education_level": "21", "education_institution": "示例师范大学", "study_mode": "1"}


def add_study(office: Office, panel: Panel, teacher: int, **values: str) -> int:
    panel.post(f"/study_experience/new/?teacher_id={teacher}", STUDY | values)
    return office.row_of("study_experience", teacher)


def test_a_draft_is_saved_and_says_what_is_missing(office: Office) -> None:
    teacher, panel = office.make_file(), office.login("school_info")

    answer = panel.post(
        f"/study_experience/new/?teacher_id={teacher}", STUDY, follow_redirects=True
    )

    page = answer.get_data(as_text=True)
    assert "已保存为草稿，还有" in page
    assert "请填写“学位层次”。" in page
    assert office.row_of("study_experience", teacher)


def test_a_value_that_cannot_be_stored_is_kept_and_named_at_its_field(office: Office) -> None:
    teacher, panel = office.make_file(), office.login("school_info")
    path = f"/study_experience/new/?teacher_id={teacher}"

    answer = panel.post(path, STUDY | {"admission_month": "2004年13月"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="2004年13月"' in page
    assert "“入学年月”应为年月，如2020-01。" in page
    assert not office.row_of("study_experience", teacher)


@pytest.mark.parametrize("written", ["2004年9月", "2004.9", "200409", " 2004-09 "])
def test_months_are_taken_as_people_write_them(office: Office, written: str) -> None:
    teacher, panel = office.make_file(), office.login("school_info")

    row = add_study(office, panel, teacher, admission_month=written)

    assert office.scalar("admission_month", row, "study_experience") == "2004-09"


def test_defaults_stand_in_a_new_row(office: Office) -> None:
    teacher, panel = office.make_file(), office.login("school_info")

    page = panel.get("/study_experience/new/", teacher_id=teacher).get_data(as_text=True)

    assert '<option data-initials="zg" selected value="156">156-中国</option>' in page


def test_forged_fields_change_nothing(office: Office) -> None:
    teacher, panel = office.make_file(), office.login("school_info")
    forged = {"state": "in_force", "unit_path": "0001", "teacher_id": "1", "content_version": "9"}

    row = add_study(office, panel, teacher, **forged)

    assert office.scalar("state", row, "study_experience") == "draft"
    assert office.scalar("teacher_id", row, "study_experience") == teacher
    assert office.scalar("content_version", row, "study_experience") == 1


def test_an_edit_changes_and_a_stale_one_is_refused(office: Office) -> None:
    teacher, panel = office.make_file(), office.login("school_info")
    row = add_study(office, panel, teacher)
    path = f"/study_experience/edit/?id={row}"

    first = panel.post(path, {"major": "数学", "row_version": "1"})
    stale = panel.post(path, {"major": "物理", "row_version": "1"})

    assert first.status_code == 302
    assert stale.status_code == 409
    assert "刚被他人修改" in stale.get_data(as_text=True)
    assert office.scalar("major", row, "study_experience") == "数学"


def test_several_choices_are_saved_and_cleared(office: Office) -> None:
    teacher, panel = office.make_file(), office.login("school_info")
    row = office.row_of("basic_information", teacher)
    path = f"/basic_information/edit/?id={row}"

    panel.post(path, {"political_status": ["", "02", "13"], "row_version": "1"})
    chosen = office.scalar("political_status", row, "basic_information")
    panel.post(path, {"political_status": [""], "row_version": "2"})

    assert chosen == "02,13"
    assert office.scalar("political_status", row, "basic_information") is None


def test_an_id_number_is_shown_masked_and_kept_when_left_empty(office: Office) -> None:
    teacher, panel = office.make_file(), office.login("school_info")
    row = office.row_of("basic_information", teacher)
    before = office.scalar("id_number", row, "basic_information")
    path = f"/basic_information/edit/?id={row}"

    page = panel.get(path).get_data(as_text=True)
    panel.post(path, {"id_number": "", "former_name": "无", "row_version": "1"})

    assert "360***********0" in page
    assert office.scalar("id_number", row, "basic_information") == before
    assert office.scalar("former_name", row, "basic_information") == "无"


def test_a_row_in_review_shows_why_it_cannot_be_changed(office: Office) -> None:
    teacher, panel = office.make_file(), office.login("school_info")
    with office.cast() as cast:
        complete(cast, teacher)
    panel.post("/teacher/action/", {"action": "submit", "rowid": teacher, "confirmed": "1"})
    row = office.row_of("study_experience", teacher)

    page = panel.get("/study_experience/edit/", id=row).get_data(as_text=True)
    answer = panel.post(f"/study_experience/edit/?id={row}", {"major": "x", "row_version": "1"})

    assert "记录正在审核，退回后才能修改。" in page
    assert answer.status_code == 409
    assert office.scalar("major", row, "study_experience") == "汉语言文学"


def test_a_draft_is_deleted_by_post_only(office: Office) -> None:
    teacher, panel = office.make_file(), office.login("school_info")
    row = add_study(office, panel, teacher)

    by_get = panel.get("/study_experience/delete/", id=row)
    by_post = panel.post("/study_experience/delete/", {"id": row, "row_version": "1"})

    assert by_get.status_code == 405
    assert by_post.status_code == 302
    assert not office.row_of("study_experience", teacher)


def test_the_basic_record_is_never_deleted(office: Office) -> None:
    teacher, panel = office.make_file(), office.login("school_info")
    row = office.row_of("basic_information", teacher)

    answer = panel.post("/basic_information/delete/", {"id": row})

    assert answer.status_code == 409
    assert office.row_of("basic_information", teacher) == row


@pytest.mark.parametrize("method", ["edit", "details"])
def test_foreign_rows_look_like_rows_that_do_not_exist(office: Office, method: str) -> None:
    foreign = office.make_file("3136000201")
    row = office.row_of("basic_information", foreign)
    panel = office.login("school_info")

    theirs = panel.get(f"/basic_information/{method}/", id=row)
    nobodys = panel.get(f"/basic_information/{method}/", id=987654321)

    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert strip(theirs.get_data(as_text=True)) == strip(nobodys.get_data(as_text=True))


def strip(page: str) -> str:
    import re

    return re.sub(r'nonce="[^"]*"', "", page)


def test_no_row_is_made_in_a_foreign_file(office: Office) -> None:
    foreign, panel = office.make_file("3136000201"), office.login("school_info")

    answer = panel.post(f"/study_experience/new/?teacher_id={foreign}", STUDY)

    assert answer.status_code == 404
    assert not office.row_of("study_experience", foreign)


def test_readers_have_no_forms(office: Office) -> None:
    teacher, panel = office.make_file(), office.login("county_query")
    row = office.row_of("basic_information", teacher)

    listed = panel.get("/basic_information/").get_data(as_text=True)

    assert "/basic_information/edit/" not in listed
    assert panel.get("/basic_information/edit/", id=row).status_code == 403
    assert panel.post(f"/basic_information/edit/?id={row}").status_code == 403
    assert panel.post("/basic_information/delete/", {"id": row}).status_code == 403


def test_a_locked_row_leads_to_no_form(office: Office) -> None:
    from tests.support.review import bring

    teacher, panel = office.make_file(), office.login("school_info")
    with office.cast() as cast:
        complete(cast, teacher)
        drafts = panel.get("/contact/").get_data(as_text=True)
        bring(cast, teacher, "approve")

    locked = panel.get("/contact/").get_data(as_text=True)

    assert "/contact/edit/" in drafts
    assert "/contact/edit/" not in locked
    assert "/contact/details/" in locked
