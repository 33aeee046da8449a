"""Without a mouse: find a teacher, open the file, correct a field, save."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import log_in
from tests.support.cast import complete
from tests.support.databases import on_sqlite

#: More stops of the tab key than any page has.
MANY = 200


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what *selector* names has the focus."""
    for _ in range(MANY):
        page.keyboard.press("Tab")
        if page.evaluate("text => document.activeElement.matches(text)", selector):
            return
    raise AssertionError(f"the tab key does not reach {selector}")


@pytest.mark.browser
@on_sqlite
def test_from_the_search_box_to_a_saved_field(office: Office, page: Page) -> None:
    teacher = office.make_file(name="王无鼠")
    office.make_file(name="李别人")
    with office.cast() as cast:
        complete(cast, teacher)
    log_in(page, "school_info")

    page.keyboard.press("/")
    page.keyboard.type("王无")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    tab_to(page, "td.who a")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("王无鼠")
    tab_to(page, "#contact header .acts a")
    page.keyboard.press("Enter")
    expect(page.locator("#email")).to_be_visible()
    tab_to(page, "#email")
    page.keyboard.press("Control+A")
    page.keyboard.type("keys@example.com")
    tab_to(page, "button[name=save]")
    page.keyboard.press("Enter")

    expect(page.locator(".toast-line")).to_be_visible()
    row = office.row_of("contact", teacher)
    assert office.scalar("email", row, "contact") == "keys@example.com"


@pytest.mark.browser
@on_sqlite
def test_the_focus_can_be_seen(office: Office, page: Page) -> None:
    office.make_file()
    log_in(page, "school_info")
    page.goto("/teacher/")

    for selector in (".btn-primary", "td.who a", ".dots", ".pager a, .foot a", ".tabs a"):
        tab_to(page, selector)
        shadow = page.evaluate("getComputedStyle(document.activeElement).boxShadow")
        assert shadow != "none", selector
