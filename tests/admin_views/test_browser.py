"""The panel in Chromium: nothing blocked, nothing wider than the screen, deletion asks first."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.admin_views.conftest import Office
from tests.support.cast import PASSWORD
from tests.support.databases import on_sqlite

PATHS = ("/", "/teacher/", "/teacher/new/", "/basic_information/", "/unit/", "/import/")
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/login")
    page.fill("#username", name)
    page.fill("#password", password)
    page.keyboard.press("Enter")
    page.wait_for_selector(".menu", state="attached")


@pytest.mark.browser
@on_sqlite
def test_pages_fit_both_widths(office: Office, page: Page) -> None:
    teacher = office.make_file()
    paths = (*PATHS, f"/teacher/details/?id={teacher}")
    paths += (f"/paper/new/?teacher_id={teacher}", "/paper/new/?q=教师")
    log_in(page, "school_info")

    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for path in paths:
            page.goto(path)
            assert not page.evaluate(TOO_WIDE), (width, path)


@pytest.mark.browser
@on_sqlite
def test_the_menu_opens_on_a_phone(office: Office, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, "school_info")
    expect(page.locator("#nav")).to_be_hidden()

    page.click(".bars")

    expect(page.locator("#nav a").first).to_be_visible()
    assert not page.evaluate(TOO_WIDE)
    page.click(".bars")
    expect(page.locator("#nav")).to_be_hidden()


@pytest.mark.browser
@on_sqlite
def test_deleting_asks_first(office: Office, page: Page) -> None:
    teacher = office.make_file()
    log_in(page, "school_info")
    page.goto(f"/work_experience/new/?teacher_id={teacher}")
    page.fill("#unit_name", "东湖县第一小学")
    page.click("button[name=save]")
    page.click("[data-ask]")

    page.click("dialog[open] [value=no]")
    kept = office.row_of("work_experience", teacher)
    page.click("[data-ask]")
    page.click("dialog[open] [value=yes]")
    page.wait_for_selector(".toast-line")

    assert kept
    assert not office.row_of("work_experience", teacher)


@pytest.mark.browser
@on_sqlite
def test_a_menu_opens_walks_and_closes_by_keyboard(office: Office, page: Page) -> None:
    log_in(page, "school_info")

    page.focus(".as")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    inside = page.evaluate("document.activeElement.className")
    page.keyboard.press("Escape")

    assert "drop-item" in inside
    assert not page.is_visible(".top .drop")
    assert page.evaluate("document.activeElement.className") == "as"


@pytest.mark.browser
@on_sqlite
def test_ticking_rows_is_counted(office: Office, page: Page) -> None:
    for _ in range(3):
        office.make_file()
    log_in(page, "school_info")
    page.goto("/teacher/")

    page.check("input[name=rowid] >> nth=0")
    one = page.text_content("[data-picked]")
    page.check("[data-tick-all]")

    assert (one, page.text_content("[data-picked]")) == ("1", "3")


@pytest.mark.browser
@on_sqlite
def test_a_unit_is_chosen_from_the_tree(office: Office, page: Page) -> None:
    office.make_file("3136000102", name="园中人")
    office.make_file(name="校中人")
    log_in(page, "county_info")
    page.goto("/teacher/")

    page.click("[data-unfold=filters]")
    page.click(".tree-open")
    page.click(".tree-more")
    page.click(".tree-take:has-text('幼儿园')")
    page.click("#filters .btn-primary")

    assert page.text_content("tbody td.who") == "园中人"
    assert page.locator("tbody tr").count() == 1
