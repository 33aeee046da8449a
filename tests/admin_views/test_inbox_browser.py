"""The inbox without a mouse: next, pass, return with flags; both widths, nothing blocked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.admin_views.test_keyboard import tab_to
from tests.support.databases import on_sqlite
from tms.access import CONSOLE, bind
from tms.models import ReviewNote


@pytest.mark.browser
@on_sqlite
def test_going_through_the_desk_by_single_keys(office: Office, desk: list[int], page: Page) -> None:
    log_in(page, "county_info")
    page.goto("/inbox/?pile=first")
    tab_to(page, "td.who a")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("王一")

    for key, name in (("j", "王二"), ("n", "李三"), ("k", "王二"), ("p", "王一")):
        page.keyboard.press(key)
        expect(page.locator("h1")).to_have_text(name)
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("h1")).to_have_text("王二")

    assert office.scalar("record_status", desk[0]) == "approved"
    assert office.scalar("record_status", desk[1]) == "reported"


@pytest.mark.browser
@on_sqlite
def test_a_return_with_flags_by_keyboard(office: Office, desk: list[int], page: Page) -> None:
    row = office.row_of("contact", desk[0])
    log_in(page, "county_info")
    page.goto(f"/inbox/file/?id={desk[0]}")

    tab_to(page, f"input[value='contact:{row}:mobile']")
    page.keyboard.press("Space")
    expect(page.locator("[data-flagged]")).to_have_text("1")
    page.keyboard.press("r")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.type("janpr 空号")
    tab_to(page, "button[name=confirmed]")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("王二")

    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        (note,) = cast.session.scalars(select(ReviewNote))
        assert (note.field, note.reason) == ("mobile", "janpr 空号")


@pytest.mark.browser
@on_sqlite
def test_single_keys_can_be_switched_off_and_stay_off(
    office: Office, desk: list[int], page: Page
) -> None:
    log_in(page, "county_info")
    page.goto(f"/inbox/file/?id={desk[0]}")

    page.uncheck("[data-keys-on]")
    page.keyboard.press("j")
    page.reload()
    page.keyboard.press("j")

    expect(page.locator("[data-keys-on]")).not_to_be_checked()
    expect(page.locator("h1")).to_have_text("王一")


@pytest.mark.browser
@on_sqlite
def test_the_pages_of_the_desk_fit_both_widths(office: Office, desk: list[int], page: Page) -> None:
    log_in(page, "county_info")
    paths = ("/inbox/", "/inbox/mine/", "/waiting/", f"/inbox/file/?id={desk[0]}")

    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for path in paths:
            page.goto(path)
            assert not page.evaluate(TOO_WIDE), (width, path)
