"""Freezes, the bin and moves in Chromium: at both widths, and by hand from list to list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.support.databases import on_sqlite
from tests.support.holds import freeze_at, freeze_files, put_away
from tms.dictionary.scope import today

pytestmark = [pytest.mark.browser, on_sqlite]
SCHOOL, KINDERGARTEN = "3136000101", "3136000102"


def test_pages_fit_both_widths(office: Office, page: Page) -> None:
    teacher, binned = office.make_file(name="王一"), office.make_file(name="王二")
    with office.cast() as cast:
        put_away(cast, binned)
        freeze_files(cast, "school_info", teacher)
        freeze_at(cast, "county_info", SCHOOL)
    unit, vacant = (office.people.units[code].id for code in (SCHOOL, KINDERGARTEN))
    of_school = [f"/teacher/details/?id={teacher}", "/teacher/", "/freeze/", "/bin/"]
    of_county = [f"/teacher/school/?id={teacher}", f"/freeze/unit/?id={unit}", "/freeze/"]
    of_county += [f"/unit/details/?id={vacant}", "/unit/?head=vacant"]
    of_admin = [f"/unit/one-person/?id={unit}"]

    for name, paths in (
        ("school_info", of_school), ("county_info", of_county), ("school_admin", of_admin)
    ):  # fmt: skip
        page.context.clear_cookies()
        log_in(page, name)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            for path in paths:
                page.goto(path)
                assert not page.evaluate(TOO_WIDE), (width, path)


def test_a_file_is_frozen_and_released_by_hand(office: Office, page: Page) -> None:
    office.make_file(name="王一")
    log_in(page, "school_info")
    page.goto("/teacher/")

    page.check("tbody input[name=rowid]")
    page.click("button[value=freeze]")
    page.fill("[name=until]", str(today() + timedelta(days=3)))
    page.fill("[name=reason]", "通报前核对")
    page.click("button[name=confirmed]")
    page.wait_for_selector("text=份已办理")
    page.goto("/teacher/")
    frozen = page.locator("tbody .st-hold").count()
    page.goto("/freeze/")
    page.click(".holds button")
    page.click("#ask [value=yes]")
    page.wait_for_selector("text=已解除锁定")
    page.goto("/teacher/")

    assert frozen == 1
    assert page.locator("tbody .st-hold").count() == 0


def test_a_file_is_deleted_and_restored_from_the_row(office: Office, page: Page) -> None:
    office.make_file(name="王一")
    log_in(page, "school_info")
    page.goto("/teacher/")

    page.click("tbody summary.dots")
    page.click("tbody .drop >> text=删除")
    page.fill("[name=reason]", "重复建档")
    page.click("button[name=confirmed]")
    page.wait_for_selector("text=份已办理")
    page.goto("/teacher/")
    gone = page.locator("text=王一").count()
    page.goto("/bin/")
    page.check("tbody input[name=rowid]")
    page.click("text=恢复勾选的档案")
    page.wait_for_selector("text=已恢复1份档案")
    page.goto("/teacher/")

    assert gone == 0
    assert page.locator("tbody >> text=王一").count() == 1
