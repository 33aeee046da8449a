"""Lists: whose rows, which columns, what filters find, and addresses that make no sense."""

from __future__ import annotations

import pytest

from tests.admin_views.conftest import Office

STRANGE = [
    {"page": "-1"},
    {"page": "99999999999999999999"},
    {"page": "abc", "page_size": "-5", "sort": "-1", "desc": "x"},
    {"sort": "99999999999999999999"},
    {"search": "\0"},
    {"search": "%' OR 1=1 --"},
    {"unit": "\0%_"},
    {"state": "nonsense", "status": "nonsense"},
    {"teacher_id": "9" * 30},
    {"flt0_0": "x", "endpoint": "x", "_external": "1", "_method": "POST"},
]
IDS = ["", "abc", "-1", "1 OR 1=1", "\0", "9" * 19, "9" * 5000, "１２"]


def link(teacher: int) -> str:
    """What a list holds for a file that it shows."""
    return f'/teacher/details/?id={teacher}"'


def test_strange_addresses_are_answered(office: Office) -> None:
    office.make_file()
    panel = office.login("school_info")

    for path in ("/teacher/", "/basic_information/", "/unit/"):
        for query in STRANGE:
            assert panel.get(path, **query).status_code == 200, (path, query)


def test_ids_that_no_row_can_have_are_not_found(office: Office) -> None:
    panel = office.login("school_info")

    for text in IDS:
        for path in ("/teacher/details/", "/basic_information/edit/", "/unit/details/"):
            assert panel.get(path, id=text).status_code == 404, (path, text)
        answer = panel.post("/basic_information/delete/", {"id": text})
        assert answer.status_code == 404, text


def test_a_list_holds_what_is_in_reach(office: Office) -> None:
    ours, theirs = office.make_file(name="王在内"), office.make_file("3136000201", name="李在外")

    school = office.login("school_info").get("/teacher/").get_data(as_text=True)
    province = office.login("province_info").get("/teacher/").get_data(as_text=True)

    assert link(ours) in school
    assert link(theirs) not in school
    assert "王在内" in province
    assert "李在外" in province


def test_search_finds_the_beginning_of_a_name_and_a_whole_number(office: Office) -> None:
    wang, li = office.make_file(name="王小明"), office.make_file(name="李小明")
    panel = office.login("school_info")

    for path in ("/teacher/", "/basic_information/"):
        by_name = panel.get(path, search="王").get_data(as_text=True)
        by_middle = panel.get(path, search="小明").get_data(as_text=True)
        by_number = panel.get(path, search=office.number(li)).get_data(as_text=True)

        assert link(wang) in by_name
        assert link(li) not in by_name
        assert link(wang) not in by_middle
        assert "李小明" in by_number
        assert "王小明" not in by_number


def test_filters_narrow_and_stay_in_links(office: Office) -> None:
    man, woman = office.make_file(gender="1"), office.make_file(gender="2")
    panel = office.login("county_info")

    page = panel.get("/basic_information/", gender="2", unit="3136").get_data(as_text=True)

    assert link(woman) in page
    assert link(man) not in page
    assert "gender=2" in page
    assert "<b>1</b> 条" in page


def test_a_unit_filter_reaches_no_foreign_unit(office: Office) -> None:
    office.make_file("3136000201", name="李在外")
    panel = office.login("school_info")

    page = panel.get("/teacher/", unit="3136000201").get_data(as_text=True)

    assert "没有符合条件的记录" in page
    assert "李在外" not in page


def test_a_list_takes_as_many_statements_for_many_rows_as_for_few(office: Office) -> None:
    from sqlalchemy import event

    from tms.db import db

    panel = office.login("county_info")
    counts = []
    for more in (2, 12):
        for _ in range(more):
            office.make_file()
        with office.application.app_context():
            engine = db.engine
        seen: list[str] = []

        def note(conn, cursor, statement, *rest):  # type: ignore[no-untyped-def]
            seen.append(statement)  # noqa: B023

        event.listen(engine, "before_cursor_execute", note)
        panel.get("/basic_information/")
        event.remove(engine, "before_cursor_execute", note)
        counts.append(len(seen))

    assert counts[0] == counts[1]


def test_what_a_role_may_not_see_is_neither_shown_nor_asked(office: Office) -> None:
    from tms.access import policy
    from tms.dictionary import get_table

    teacher = office.make_file()
    row = office.row_of("basic_information", teacher)
    admin, query = office.login("school_admin"), office.login("county_query")
    fields = get_table("remuneration").fields.values()
    hidden = [f for f in fields if not policy.may_see(office.people.staff["county_query"], f)]
    hidden = [f for f in hidden if f.key != "year"]  # others have a year too

    listed = query.get("/remuneration/").get_data(as_text=True)

    assert hidden
    assert all(f.zh not in listed for f in hidden)
    assert admin.get("/basic_information/details/", id=row).status_code == 403
    assert "360***" not in admin.get("/teacher/").get_data(as_text=True)


def test_an_encrypted_column_is_neither_sorted_nor_filtered(office: Office) -> None:
    teacher, panel = office.make_file(), office.login("school_info")

    page = panel.get("/basic_information/", id_number="360102").get_data(as_text=True)

    assert link(teacher) in page  # the argument is no filter
    assert "id_number_index" not in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_holds_what_the_list_shows(office: Office, kind: str) -> None:
    wang, li = office.make_file(name="王一"), office.make_file(name="李二")
    panel = office.login("school_info")

    answer = panel.get(f"/teacher/export/{kind}/", search="王")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    if kind == "csv":
        text = answer.get_data().decode("utf-8-sig")
        assert office.number(wang) in text
        assert office.number(li) not in text


def test_exports_are_for_roles_that_export(office: Office) -> None:
    office.make_file()

    assert office.login("school_admin").get("/teacher/export/csv/").status_code == 403
    assert office.login("school_info").get("/teacher/export/exe/").status_code == 404


def test_lookups_stay_in_reach_and_short(office: Office) -> None:
    panel = office.login("school_info")

    units = panel.get("/lookup/unit", q="31360", limit="1000000").json
    codes = panel.get("/lookup/code/admin_division", q="3").json

    assert units == ["3136000101-东湖县第一小学"]
    assert len(codes or []) == 20
    assert panel.get("/lookup/code/app_user").status_code == 404
    assert office.application.test_client().get("/lookup/unit").status_code == 302
