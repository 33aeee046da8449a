"""Routes in Chromium: by keyboard, without scripts, on a phone, without complaints of axe."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.admin_views.test_crawl import GRAVE
from tests.support.databases import on_sqlite
from tests.support.university import UNIVERSITY

pytestmark = [pytest.mark.browser, on_sqlite]
NAME = "input[name=s3-zh]"


def put_a_step_in(page: Page, unit: int) -> None:
    """Up to the preview, with the keyboard alone."""
    page.goto(f"/route/edit/?unit={unit}")
    page.focus("#i3")
    page.keyboard.press("Enter")
    page.wait_for_selector(NAME)
    assert page.evaluate("document.activeElement.name") == "s3-zh"
    page.keyboard.type("纪检监察审核")
    page.select_option("[name=s3-desk]", "department:organization")
    page.select_option("#new-line", "award.award_type")
    page.focus("#line0")
    page.keyboard.press("Enter")
    page.wait_for_selector("#l0-codes")
    page.check("[name=l0-codes][value='21']")
    page.check("[name=l0-dept][value=hr]")
    page.focus("input[name=s3-days]")
    page.keyboard.press("Enter")  # the form's default is the preview, not its first button
    page.wait_for_selector("#note")


def test_a_step_is_put_in_by_keyboard_at_both_widths(office: Office, page: Page) -> None:
    unit = office.people.units[UNIVERSITY].id
    log_in(page, "university_info")

    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        put_a_step_in(page, unit)
        assert not page.evaluate(TOO_WIDE), width
        assert "纪检监察审核：组织部，5天" in page.inner_text("main")
        complain_of_nothing(page)

    page.fill("#note", "按纪委要求")
    page.click("button[value=confirm]")
    page.wait_for_selector(".way")
    assert "纪检监察审核" in page.inner_text(".way")


def complain_of_nothing(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert not [each["id"] for each in found if each["impact"] in GRAVE]


def test_pages_fit_both_widths_in_both_languages(office: Office, page: Page) -> None:
    unit = office.people.units[UNIVERSITY].id
    log_in(page, "university_info")

    for language, heading in (("zh", "审核路线："), ("en", "Review route: ")):
        if language == "en":
            page.click("button[name=locale][value=en]:visible")
            page.wait_for_selector("html[lang=en]")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            for path in (f"/route/?unit={unit}", f"/route/edit/?unit={unit}"):
                page.goto(path)
                assert not page.evaluate(TOO_WIDE), (language, width, path)
                complain_of_nothing(page)
            page.goto(f"/route/?unit={unit}")
            assert page.inner_text("h1").startswith(heading)
        page.set_viewport_size({"width": 1280, "height": 800})


def test_it_works_without_scripts(office: Office, browser: Browser, address: str) -> None:
    unit = office.people.units[UNIVERSITY].id
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    log_in(page, "university_info")

    page.goto(f"/route/edit/?unit={unit}")
    page.click("#remove0")
    page.click("button.btn-primary[value=preview]")
    page.fill("#note", "学院不再初审")
    page.click("button[value=confirm]")
    text = page.inner_text(".way")
    context.close()

    assert "二级单位初审" not in text
    assert text.startswith("学校核对补充")
