"""The panel in Chromium: nothing blocked, nothing wider than the screen, deletion asks first."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.admin_views.conftest import Office
from tests.support.cast import PASSWORD
from tests.support.databases import on_sqlite

PATHS = ("/", "/teacher/", "/teacher/new/", "/basic_information/", "/unit/", "/import/")
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def log_in(page: Page, name: str) -> None:
    page.goto("/login")
    page.fill("#username", name)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".menu", state="attached")


@pytest.mark.browser
@on_sqlite
def test_pages_fit_both_widths(office: Office, page: Page) -> None:
    teacher = office.make_file()
    paths = (*PATHS, f"/teacher/details/?id={teacher}", f"/paper/new/?teacher_id={teacher}")
    log_in(page, "school_info")

    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for path in paths:
            page.goto(path)
            assert not page.evaluate(TOO_WIDE), (width, path)


@pytest.mark.browser
@on_sqlite
def test_deleting_asks_first(office: Office, page: Page) -> None:
    teacher = office.make_file()
    log_in(page, "school_info")
    page.goto(f"/work_experience/new/?teacher_id={teacher}")
    page.fill("#unit_name", "东湖县第一小学")
    page.click("button[name=save]")
    page.wait_for_selector("[data-ask]")

    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click("[data-ask]")
    kept = office.row_of("work_experience", teacher)
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("[data-ask]")
    page.wait_for_selector(".alert-success")

    assert kept
    assert not office.row_of("work_experience", teacher)


@pytest.mark.browser
@on_sqlite
def test_the_menu_opens_and_closes_by_keyboard(office: Office, page: Page) -> None:
    log_in(page, "school_info")

    page.focus(".fold summary >> nth=0")
    page.keyboard.press("Enter")
    opened = page.is_visible(".fold-list >> nth=0")
    page.keyboard.press("Escape")

    assert opened
    assert not page.is_visible(".fold-list >> nth=0")
