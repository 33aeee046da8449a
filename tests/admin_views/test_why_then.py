"""The auditor's page: a question about an instant, answered without values and names."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.admin_views.test_why import answers, file_at
from tests.support.databases import on_sqlite

LATER = "2035-01-01T10:00"


def asked(office: Office, teacher: int, **more: str) -> dict[str, str]:
    number = office.number(teacher)
    return {
        "number": number,
        "place": "contact.mobile",
        "role": "teacher",
        "at": LATER,
        "account": "",
        **more,
    }


def test_the_answer_names_events_and_neither_names_nor_values(office: Office) -> None:
    teacher = file_at(office, "approve")
    panel = office.login("auditor")

    page = panel.get("/why/then/", **asked(office, teacher)).text

    (answer,) = answers(page)
    assert answer.startswith("当时“手机”已审核通过并生效，生效的内容只能通过变更申请修改；依据：")
    assert "东湖县教育局的信息管理员（账号county_info）通过（主管部门审核）" in answer
    assert "王无忧" not in page
    assert "13800000000" not in page


def test_every_record_of_a_section_has_its_answer(office: Office) -> None:
    teacher = file_at(office)
    with office.cast() as cast:
        cast.add("school_info", teacher, "work_experience", unit_name="某校")

    panel = office.login("auditor")
    page = panel.get("/why/then/", **asked(office, teacher, place="work_experience")).text

    assert len(answers(page)) == 2
    row = office.row_of("work_experience", teacher)
    one = asked(office, teacher, place="work_experience", row=str(row))
    assert len(answers(panel.get("/why/then/", **one).text)) == 1


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"number": "L00000000000000000"}, 404),
        ({"account": "nobody"}, 404),
        ({"place": "nonsense"}, 422),
        ({"at": "yesterday"}, 422),
        ({"number": ""}, 422),
    ],
)
def test_what_does_not_exist_has_no_answer(
    office: Office, more: dict[str, str], status: int
) -> None:
    teacher = file_at(office)

    answer = office.login("auditor").get("/why/then/", **asked(office, teacher, **more))

    assert answer.status_code == status
    assert not answers(answer.text)


@pytest.mark.browser
@on_sqlite
def test_an_auditor_finds_and_asks_it(office: Office, page: Page) -> None:
    teacher = file_at(office, "submit")
    log_in(page, "auditor")

    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/why/then/")
        page.fill("#number", office.number(teacher))
        page.evaluate("document.getElementById('place').value = 'study_experience'")
        page.fill("#at", LATER)
        page.get_by_role("button", name="查询").click()
        expect(page.locator("#answer")).to_contain_text("在“学校负责人审核”环节审核")
        assert not page.evaluate(TOO_WIDE)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/")
    page.click("#nav a[href='/why/then/']")
    expect(page.locator("h1")).to_have_text("为什么当时不能？")
