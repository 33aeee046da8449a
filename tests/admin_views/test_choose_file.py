"""A grid's "new" asks whose row it is: by name or number, within reach, where it can be."""

from __future__ import annotations

from tests.admin_views.conftest import Office


def test_a_number_leads_on_at_once_within_reach(office: Office) -> None:
    teacher, foreign = office.make_file(), office.make_file("3136000201")
    panel = office.login("school_info")

    found = panel.get("/study_experience/new/", q=office.number(teacher))
    hidden = panel.get("/study_experience/new/", q=office.number(foreign))

    assert found.headers["Location"].endswith(f"teacher_id={teacher}")
    assert hidden.status_code == 200
    assert "没有找到" in hidden.get_data(as_text=True)


def test_files_are_listed_by_the_beginning_of_the_name(office: Office) -> None:
    mine = [office.make_file(name=f"李示例{number}") for number in range(3)]
    foreign = office.make_file("3136000201", name="李示例四")

    page = office.login("school_info").get("/paper/new/", q="李示").get_data(as_text=True)

    for teacher in mine:
        assert f"/paper/new/?teacher_id={teacher}" in page
    assert "东湖县第一小学" in page
    assert f"teacher_id={foreign}" not in page
    assert office.number(foreign) not in page


def test_no_more_than_twenty_are_listed(office: Office) -> None:
    for number in range(21):
        office.make_file(name=f"李示例{number}")

    page = office.login("school_info").get("/paper/new/", q="李").get_data(as_text=True)

    assert page.count("/paper/new/?teacher_id=") == 20
    assert "只列出前20份" in page


def test_the_one_record_there_is_is_changed_instead(office: Office) -> None:
    teacher = office.make_file(name="李示例")
    with office.cast() as cast:
        row = cast.add("school_info", teacher, "contact", mobile="13800000000")

    page = office.login("school_info").get("/contact/new/", q="李").get_data(as_text=True)

    assert f"/contact/edit/?id={row}" in page
    assert "/contact/new/?teacher_id=" not in page


def test_a_school_that_does_not_collect_the_table_says_so(office: Office) -> None:
    kindergarten = office.make_file("3136000102", name="李示例")
    panel = office.login("kindergarten_info")

    by_name = panel.get("/teaching/new/", q="李").get_data(as_text=True)
    by_number = panel.get("/teaching/new/", q=office.number(kindergarten)).get_data(as_text=True)

    for page in (by_name, by_number):
        assert "该类学校不采集" in page
        assert "teacher_id=" not in page


def test_basic_information_is_made_with_its_file(office: Office) -> None:
    answer = office.login("school_info").get("/basic_information/new/")

    assert answer.headers["Location"].endswith("/teacher/new/")
