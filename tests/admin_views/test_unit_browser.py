"""The tree and the acts in Chromium: by keyboard, at both widths, and without scripts."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Browser, Page

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.support.databases import on_sqlite

pytestmark = [pytest.mark.browser, on_sqlite]
SCHOOL = "3136000101"


def test_pages_fit_both_widths(office: Office, page: Page) -> None:
    unit = office.people.units[SCHOOL].id
    log_in(page, "county_admin")
    paths = ["/unit/tree/", f"/unit/details/?id={unit}", f"/unit/act/?act=move&id={unit}"]
    paths += ["/codes/", "/codes/award_type", "/policy/?table=remuneration"]

    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for path in paths:
            page.goto(path)
            assert not page.evaluate(TOO_WIDE), (width, path)


def test_the_tree_is_walked_by_keyboard(office: Office, page: Page) -> None:
    city, county = (office.people.units[code].id for code in ("360100", "360102"))
    log_in(page, "province_admin")
    page.goto("/unit/tree/")

    page.focus(f"#u{city} [data-twist]")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"#u{county}")
    kept = page.evaluate("document.activeElement.closest('tr').id")
    page.keyboard.press("ArrowDown")
    moved = page.evaluate("document.activeElement.closest('tr').id")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(f"#u{county}", state="detached")

    assert (kept, moved) == (f"u{city}", f"u{county}")
    assert f"open={city}" not in page.url


def test_a_school_is_closed_from_the_tree_without_scripts(
    office: Office, browser: Browser, address: str
) -> None:
    unit = office.people.units["3136000102"].id
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    log_in(page, "county_admin")

    page.goto("/unit/tree/")
    page.click(f"#u{unit} summary")
    page.click(f"#u{unit} .drop >> text=撤销")
    page.click("button[value=preview]")
    page.click("button[value=confirm]")
    page.goto("/unit/tree/")
    text = page.inner_text(f"#u{unit}")
    context.close()

    assert f"{date.today()}撤销" in text
