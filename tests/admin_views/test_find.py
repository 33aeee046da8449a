"""The search box: names to a list, numbers to the file, never in an address, never out of reach."""

from __future__ import annotations

from sqlalchemy import select

from tests.admin_views.conftest import Office
from tests.support.cast import id_number
from tms.access import CONSOLE, bind
from tms.models import AuditEvent
from tms.records import find

NUMBER = id_number(77)


def test_a_name_leads_to_the_list_and_a_number_to_the_file(office: Office) -> None:
    teacher = office.make_file(name="王找到", id_number=NUMBER)
    panel = office.login("school_info")

    by_name = panel.post("/find", {"term": "王找"})
    by_own = panel.post("/find", {"term": office.number(teacher)})
    by_document = panel.post("/find", {"term": f" {NUMBER.lower()} "})

    assert "search=" in by_name.headers["Location"]
    assert by_own.headers["Location"].endswith(f"/teacher/details/?id={teacher}")
    assert by_document.headers["Location"].endswith(f"/teacher/details/?id={teacher}")


def test_a_number_out_of_reach_is_unknown(office: Office) -> None:
    office.make_file("3136000201", id_number=NUMBER)
    panel = office.login("school_info")

    foreign = panel.post("/find", {"term": NUMBER})
    unknown = panel.post("/find", {"term": id_number(78)})

    assert foreign.headers["Location"] == unknown.headers["Location"] == "/teacher/"
    assert "管理范围内没有这个号码的档案" in panel.get("/teacher/").get_data(as_text=True)


def test_a_search_by_number_leaves_an_event_without_the_number(office: Office) -> None:
    teacher = office.make_file(id_number=NUMBER)
    office.login("school_info").post("/find", {"term": NUMBER})

    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        event = cast.session.scalars(select(AuditEvent).where(AuditEvent.act == find.ACT)).one()

        assert event.teacher_id == teacher
        assert event.detail == {"found": True}


def test_trying_numbers_out_is_stopped(office: Office) -> None:
    panel = office.login("school_info")

    answers = [panel.post("/find", {"term": id_number(each)}) for each in range(find.A_MINUTE + 1)]

    assert {answer.status_code for answer in answers[:-1]} == {302}
    assert answers[-1].status_code == 403


def test_who_reads_no_records_finds_nobody_by_number(office: Office) -> None:
    office.make_file(id_number=NUMBER)

    assert office.login("school_admin").post("/find", {"term": NUMBER}).status_code == 403
    assert office.login("support").post("/find", {"term": "王"}).status_code == 403
