"""Slips from the list of accounts in Chromium: picked, printed, fetched once (R23)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.support.databases import on_sqlite
from tms.cli.worker import drain

pytestmark = [pytest.mark.browser, on_sqlite]


def work(office: Office) -> None:
    """What a worker would do now."""
    with office.application.app_context():
        drain(office.application)


def test_slips_are_printed_from_the_list_and_fetched_once(office: Office, page: Page) -> None:
    office.make_file(name="王账号")
    office.make_file(name="李账号")
    log_in(page, "school_admin")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/account/?role=teacher")
        assert not page.evaluate(TOO_WIDE)
    page.check("input[name=pick][value=all]")
    page.click("button[value=slips]")
    page.wait_for_url("**/job/*/")
    work(office)
    page.reload()
    assert "2张账号条" in page.inner_text("main")

    with page.expect_download() as fetched:
        page.click("text=下载并删除")
    content = fetched.value.path().read_bytes()
    page.wait_for_selector("text=口令不会再次显示")

    assert content.startswith(b"%PDF-")
    assert not page.query_selector("text=下载并删除")
    page.goto("/handover/")
    assert "教师账号条" in page.inner_text("main")


def test_a_bureau_has_no_such_button(office: Office, page: Page) -> None:
    office.make_file()
    log_in(page, "county_admin")
    page.goto("/account/?role=teacher")

    assert not page.query_selector("button[value=slips]")
    answer = office.login("county_admin").post("/account/action/", {"action": "slips"})
    assert answer.status_code == 403
