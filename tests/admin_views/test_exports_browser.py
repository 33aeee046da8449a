"""The export page by keyboard, at both widths; nothing blocked, nothing off the screen."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.admin_views.test_keyboard import tab_to
from tests.support.databases import on_sqlite
from tms.records import export_limits
from tms.records.export_limits import Limits


@pytest.mark.browser
@on_sqlite
def test_columns_are_moved_and_a_file_comes(office: Office, page: Page, tmp_path: Path) -> None:
    office.make_file(name="王一")
    log_in(page, "county_info")
    page.goto("/teacher/export/?content=roster&search=王")

    page.locator(".export-order summary").click()
    first = page.locator(".export-order li").nth(0)
    expect(first).to_contain_text("个人标识码")
    tab_to(page, ".export-order li:nth-child(2) button:first-child")
    page.keyboard.press("Enter")
    expect(first).to_contain_text("姓名")
    expect(first.locator("button").first).to_be_focused()
    page.locator("input[name=fmt][value=csv]").check()
    with page.expect_download() as coming:
        page.locator(".judge .btn-primary").click()

    path = tmp_path / coming.value.suggested_filename
    coming.value.save_as(path)
    assert path.name.startswith("教师名册-")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    assert header[:2] == ["姓名", "个人标识码"]
    assert row[0] == "王一"


@pytest.mark.browser
@on_sqlite
def test_a_purpose_is_wanted_with_full_numbers_only(office: Office, page: Page) -> None:
    log_in(page, "county_info")
    page.goto("/teacher/export/")

    expect(page.locator("#purpose")).to_be_disabled()
    page.locator("[data-unmask]").check()

    expect(page.locator("#purpose")).to_be_enabled()
    assert page.locator("#purpose").evaluate("field => field.required")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@on_sqlite
def test_the_pages_fit(office: Office, page: Page, width: int) -> None:
    office.make_file()
    log_in(page, "county_info")
    page.set_viewport_size({"width": width, "height": 844})

    for path in ("/teacher/export/?content=roster", "/contact/export/", "/exports/"):
        page.goto(path)
        assert not page.evaluate(TOO_WIDE), path


def again(page: Page, name: str, path: str) -> None:
    """Another person at the same browser."""
    page.context.clear_cookies()
    log_in(page, name)
    page.goto(path)
    assert not page.evaluate(TOO_WIDE), path


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@on_sqlite
def test_a_second_person_agrees(
    office: Office, page: Page, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_limits, "_limits", Limits(alone=0))
    office.make_file(name="王一")
    page.set_viewport_size({"width": width, "height": 900})
    again(page, "county_info", "/teacher/export/")
    page.locator("[data-unmask]").check()
    page.locator("#purpose").fill("核对社保名单")
    page.locator(".judge .btn-primary").click()
    expect(page.locator(".st").first).to_contain_text("等待另一人同意")
    address = page.url

    again(page, "province_info", "/exports/requests/")
    page.locator(".who a").first.click()
    assert not page.evaluate(TOO_WIDE)
    tab_to(page, ".judge .btn-primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("已同意")

    again(page, "county_info", "/exports/")
    page.goto(address)
    page.locator(".head .btn-primary").click()
    page.wait_for_url(re.compile(r"/job/\d+/"))


@pytest.mark.browser
@on_sqlite
def test_a_form_that_gives_a_file_gives_another(office: Office, page: Page) -> None:
    office.make_file()
    log_in(page, "county_info")
    page.goto("/teacher/export/")

    for _ in range(2):
        with page.expect_download():
            page.locator(".judge .btn-primary").click()
        page.wait_for_selector("form[data-gives]:not([data-sent])")
