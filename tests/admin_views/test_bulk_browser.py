"""Bulk edits in Chromium: at both widths, by hand from the grid to the undo, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.admin_views.test_bulk import ASSESSMENT, STUDY, work
from tests.support.begin import begun
from tests.support.changes import file_in_force
from tests.support.databases import on_sqlite

pytestmark = [pytest.mark.browser, on_sqlite]
WIDTHS = (1280, 390)


def fill(office: Office) -> None:
    """Ten files with assessments, one of them in force."""
    with office.cast() as cast:
        begun(cast, file_in_force)
    for number in range(9):
        teacher = office.make_file(name=f"王{number}")
        with office.cast() as cast:
            result = "2" if number else "1"
            cast.add("school_info", teacher, ASSESSMENT, year=2024, result=result)
            cast.add("school_info", teacher, STUDY, major="物理", education_institution="示例大学")


def look(page: Page, name: str) -> None:
    """At both widths nothing sticks out."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert not page.evaluate(TOO_WIDE), (name, width)
    page.set_viewport_size({"width": 1280, "height": 800})


def spell_out(page: Page) -> None:
    """From the grid: everybody's assessment becomes excellent."""
    page.goto(f"/{ASSESSMENT}/")
    page.check("input[name=pick][value=all]")
    look(page, "grid")
    page.click("button[value=bulk_edit]")
    expect(page.locator("#find-result")).to_have_count(0)
    expect(page.locator("[name=result]")).not_to_be_visible()
    page.select_option("#op-result", "set")
    page.select_option("select[name=result]", "1")
    look(page, "form")
    page.click(".formbar button")


def test_from_the_grid_to_the_preview(office: Office, page: Page) -> None:
    fill(office)
    log_in(page, "school_info")
    spell_out(page)

    expect(page.locator(".bulk-tally")).to_contain_text("8")
    expect(page.locator("del.was").first).to_have_text("合格")
    look(page, "preview")
    page.click(".tabs a[href*='tab=cannot']")
    look(page, "cannot")
    expect(page.locator("#reason")).not_to_be_visible()
    page.check("#as_requests")
    page.fill("#reason", "年度核对，统一更正")
    page.click(".bulk-force button")
    expect(page.locator(".bulk-tally div:nth-child(2) b")).to_have_text("1")
    look(page, "requests")


def test_from_the_preview_to_the_undo(office: Office, page: Page) -> None:
    fill(office)
    log_in(page, "school_info")
    spell_out(page)
    page.click(".head form button")
    page.wait_for_url("**/job/**")
    work(office)
    page.reload()
    look(page, "job")
    page.click("a[href*='/bulk/'].btn")
    look(page, "result")
    page.click(".head form button")
    page.click("#ask [value=yes]")
    page.wait_for_url("**/job/**")
    work(office)
    page.reload()
    page.click("a[href*='/bulk/'].btn")
    look(page, "undone")
    expect(page.locator(".tabs a").first).to_contain_text("8")


def test_from_the_list_of_files_a_row_for_everyone(office: Office, page: Page) -> None:
    fill(office)
    log_in(page, "school_info")
    page.goto("/teacher/")
    page.check("input[name=pick][value=all]")
    look(page, "teachers")
    page.click("button[value=bulk_add]")
    page.select_option("#table", ASSESSMENT)
    look(page, "table")
    page.click(".judge button")
    page.check("#copies-1")
    page.fill("[name=year]", "2025")
    look(page, "add")
    page.click(".formbar button")
    expect(page.locator("ins.now").first).to_have_text("2025")
    look(page, "add-preview")
    page.goto("/bulk/")
    look(page, "list")


def test_by_keyboard_alone(office: Office, page: Page) -> None:
    """Every control is reached by the tab key and worked by the keys of its kind."""
    fill(office)
    log_in(page, "school_info")
    page.goto(f"/{ASSESSMENT}/")
    page.focus("input[name=pick][value=ticked]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.focus("#op-result")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.of-set') !== null")
    page.locator("select[name=result]").select_option("1")
    page.focus(".formbar button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".bulk-tally")
