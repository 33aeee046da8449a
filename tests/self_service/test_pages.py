"""我的档案: what is to be done, filled section by section, checked, sent in (R24, R39–R43)."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.admin_views.conftest import Office, Panel
from tests.support.databases import on_sqlite
from tests.support.own import at_home, enter
from tests.support.review import bring, change, look, rows
from tms.dictionary import Category, Filler, Section
from tms.models import SECTIONS

pytestmark = on_sqlite
CATEGORY = Category.PRIMARY_SECONDARY
STUDY = {"education_level": "21", "education_institution": "示例师范大学", "study_mode": "1"}


def read(panel: Panel, path: str = "/mine/") -> str:
    return panel.get(path).get_data(as_text=True)


def seen_on(panel: Panel) -> str:
    """What the page before sending in says that was seen on it."""
    found = re.search(r'name="seen" value="(\w+)"', read(panel, "/mine/submit/"))
    assert found
    return found[1]


def send(panel: Panel, teacher: int) -> None:
    """Confirm, and send in."""
    panel.post("/mine/submit/", {"file": teacher, "seen": seen_on(panel)})


def links(page: str, path: str) -> list[str]:
    """Addresses on the page that begin so."""
    return re.findall(rf'href="({re.escape(path)}[^"]*)"', page)


def test_every_section_of_the_category_stands_there_in_order(office: Office) -> None:
    """R39."""
    at_home(office)

    page = read(enter(office))

    mine = [s.key for s in SECTIONS if _is_mine(s)]
    shown = re.findall(r'<a class="(?:e|ok)" href="/mine/([a-z_]+)/">', page)
    assert shown == mine
    assert "由学校填的" in page


def _is_mine(section: Section) -> bool:
    return any(
        t.applies(CATEGORY) and t.filled_by(CATEGORY) == Filler.TEACHER for t in section.tables
    )


def test_what_is_missing_links_to_the_very_field(office: Office) -> None:
    """R42."""
    teacher, panel = at_home(office), enter(office)
    row = office.row_of("basic_information", teacher)

    page = read(panel)

    found = links(page, "/mine/basic_information/edit/")
    assert f"/mine/basic_information/edit/?id={row}#nationality" in found
    form = read(panel, found[0].partition("#")[0])
    assert 'id="nationality"' in form
    assert "/mine/study_experience/new/" in links(page, "/mine/study_experience/")


def test_what_the_school_fills_is_seen_and_explained(office: Office) -> None:
    teacher, panel = at_home(office, whole=True), enter(office)
    row = office.row_of("remuneration", teacher)

    page = read(panel, "/mine/remuneration/")

    assert "由学校填，您不用管" in page
    assert "96000.00" in page
    assert not links(page, "/mine/remuneration/edit/")
    assert panel.post(f"/mine/remuneration/edit/?id={row}", {"year": "2023"}).status_code == 409
    assert panel.post("/mine/remuneration/new/", {"year": "2023"}).status_code == 403


def test_a_row_is_added_and_stays_open_while_something_is_missing(office: Office) -> None:
    teacher, panel = at_home(office), enter(office)

    answer = panel.post("/mine/study_experience/new/", STUDY)

    row = office.row_of("study_experience", teacher)
    assert answer.location == f"/mine/study_experience/edit/?id={row}"
    page = read(panel, answer.location)
    assert "已保存为草稿，还有" in page
    assert "请填写“学位层次”。" in page


def test_a_record_of_which_nothing_was_said_is_not_kept(office: Office) -> None:
    """What a form begins with, such as the country, is not said by anybody."""
    teacher, panel = at_home(office), enter(office)

    for path, fresh in (("study_experience", {"education_country": "156"}), ("contact", {})):
        answer = panel.post(f"/mine/{path}/new/", fresh | {"mobile": " "})
        assert answer.status_code == 422
        assert "什么也没有填写" in answer.text
    with office.cast() as cast:
        kept = {table for table, _row in rows(cast, teacher)}
    assert not kept & {"study_experience", "contact"}


def test_a_copy_begins_without_the_times(office: Office) -> None:
    teacher, panel = at_home(office, whole=True), enter(office)
    row = office.row_of("teaching", teacher)

    page = read(panel, f"/mine/teaching/new/?like={row}")

    assert '<option selected value="20">20-' in page
    assert 'name="weekly_hours"' in page
    assert re.search(r'name="weekly_hours"[^>]*value="14"', page)
    assert not re.search(r'name="academic_year"[^>]*value="2025"', page)


def test_none_is_one_tap(office: Office) -> None:
    teacher, panel = at_home(office), enter(office)
    assert "我没有" in read(panel, "/mine/talent_project/")
    assert "我没有" in read(panel, "/mine/talent_project/new/")

    panel.post("/mine/talent_project/none/")

    row = office.row_of("talent_project", teacher)
    assert office.scalar("talent_project", row, "talent_project") == "00"
    assert "已确认：无" in read(panel)
    assert "照这条新增" not in read(panel, "/mine/talent_project/")
    assert panel.post("/mine/talent_project/none/").status_code == 404
    assert panel.post("/mine/contact/none/").status_code == 404


def test_errors_come_before_sending_in(office: Office) -> None:
    """R43: with one error 报送 leads there, whatever is posted."""
    teacher, panel = at_home(office), enter(office)

    answer = panel.post("/mine/submit/", {"file": teacher, "seen": "x"})

    assert answer.location.startswith("/mine/basic_information/edit/")
    assert office.scalar("record_status", teacher) == "draft"


def test_a_whole_file_is_sent_in_once_it_was_confirmed(office: Office) -> None:
    """R40, R41: form read-only, and who has it."""
    teacher, panel = at_home(office, whole=True), enter(office)
    assert "<dd>无</dd>" in (asked := read(panel, "/mine/submit/"))
    assert "<dd>1条</dd>" in asked

    send(panel, teacher)

    assert office.scalar("record_status", teacher) == "submitted"
    page = read(panel)
    assert "正在审核" in page
    assert "学校信息管理员" in page
    assert not links(read(panel, "/mine/study_experience/"), "/mine/study_experience/edit/")


def test_warnings_are_confirmed_one_by_one_seen(office: Office) -> None:
    """R43: a warning that came up since the page was drawn is shown before anything is sent."""
    teacher, panel = at_home(office, whole=True), enter(office)
    seen = seen_on(panel)
    with office.cast() as cast:
        change(cast, "school_info", teacher, "work_experience", start_month="2008-08")

    answer = panel.post("/mine/submit/", {"file": teacher, "seen": seen})

    assert answer.status_code == 200
    assert "报送前请再核对" in answer.text
    assert office.scalar("record_status", teacher) == "draft"


def test_it_is_taken_back_before_anybody_opened_it(office: Office) -> None:
    teacher, panel = at_home(office, whole=True), enter(office)
    send(panel, teacher)
    assert "撤回报送" in read(panel)

    panel.post("/mine/withdraw/", {"file": teacher})

    assert office.scalar("record_status", teacher) == "draft"


@pytest.mark.full
def test_it_is_not_taken_back_once_it_was_opened(office: Office) -> None:
    teacher, panel = at_home(office, whole=True), enter(office)
    send(panel, teacher)
    with office.cast() as cast:
        look(cast, "school_info", teacher)

    page = read(panel)
    panel.post("/mine/withdraw/", {"file": teacher})

    assert "撤回报送" not in page
    assert office.scalar("record_status", teacher) == "submitted"


def test_two_who_write_one_row_see_the_difference(office: Office) -> None:
    """Nothing is overwritten silently."""
    teacher, panel = at_home(office, whole=True), enter(office)
    row = office.row_of("contact", teacher)
    with office.cast() as cast:
        change(cast, "school_info", teacher, "contact", email="a@example.com")

    answer = panel.post(
        f"/mine/contact/edit/?id={row}", {"row_version": "1", "email": "b@example.com"}
    )

    assert answer.status_code == 409
    assert f'action="/mine/contact/edit/?id={row}"' in answer.text
    assert office.scalar("email", row, "contact") == "a@example.com"


@pytest.mark.parametrize("path", ["/mine/contact/edit/?id={row}", "/mine/exchange_rotation/new/"])
def test_what_is_not_ones_own_is_not_there(office: Office, path: str) -> None:
    """R24; a kindergarten collects no rotation."""
    at_home(office, "3136000102")
    other = office.make_file()
    row = office.row_of("basic_information", other)

    answer = enter(office).get(path.format(row=row))

    assert answer.status_code == 404


def test_staff_have_no_such_pages(office: Office) -> None:
    assert office.login("school_info").get("/mine/").status_code == 403


def test_nothing_changed_is_said_of_a_file_in_force(office: Office) -> None:
    """R68: offered, sent in, and no longer offered."""
    teacher, panel = at_home(office, whole=True), enter(office)
    with office.cast() as cast:
        bring(cast, teacher, "approve")
    assert "/mine/confirm/" in read(panel)

    panel.post("/mine/confirm/", {"file": teacher})

    page = read(panel)
    assert "正在审核" in page
    assert "/mine/confirm/" not in page


def test_the_guide_tells_of_each_field_of_the_category(office: Office) -> None:
    """R36: reached from the first page and from each form."""
    at_home(office, whole=True)
    panel = enter(office)

    page = read(panel, "/mine/guide/")

    for table in (t for s in SECTIONS for t in s.tables if t.applies(CATEGORY)):
        chapter = page.partition(f'id="{table.key}"')[2].partition("</section>")[0]
        for field in table.fields_for(CATEGORY):
            assert field.readonly or f"<b>{field.zh}</b>" in chapter, (table.key, field.key)
    assert "必填" in page
    assert "/mine/guide/" in read(panel)
    form = read(panel, "/mine/study_experience/new/")
    assert links(form, "/mine/guide/#study_experience")


@pytest.mark.full
def test_the_guide_is_handed_out_as_pdf(office: Office) -> None:
    at_home(office)

    answer = enter(office).get("/mine/guide/file/")

    assert answer.mimetype == "application/pdf"
    pages = PdfReader(BytesIO(answer.data)).pages
    text = "".join(page.extract_text() for page in pages)
    assert "获得学历" in text
    assert len(pages) > 3
