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


@pytest.mark.browser
@on_sqlite
def test_ticks_survive_the_way_to_a_return_and_the_wrong_key(
    office: Office, desk: list[int], page: Page
) -> None:
    box = f"input[value='contact:{office.row_of('contact', desk[0])}:mobile']"
    log_in(page, "county_info")
    page.goto(f"/inbox/file/?id={desk[0]}")

    page.check(box)
    page.keyboard.press("r")
    page.click("button[form=look]")
    expect(page.locator(box)).to_be_checked()
    page.keyboard.press("a")

    expect(page.locator("h1")).to_be_focused()
    expect(page.get_by_text("已勾选1处有误")).to_be_visible()
    expect(page.locator(box)).to_be_checked()
    expect(page.locator("[data-flagged]")).to_have_text("1")
    assert office.scalar("record_status", desk[0]) == "reported"


@pytest.mark.browser
@on_sqlite
def test_the_steps_are_centred_in_their_buttons(
    office: Office, desk: list[int], page: Page
) -> None:
    log_in(page, "county_info")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/inbox/file/?id={desk[0]}")

    for each in page.locator(".steps-nav .btn").all():
        assert abs(each.evaluate(OFF_CENTRE)) <= 1


#: How far the middle of the text lies from that of its button, in CSS pixels.
OFF_CENTRE = """button => {
  const range = document.createRange();
  range.selectNodeContents(button);
  const text = range.getBoundingClientRect(), box = button.getBoundingClientRect();
  return (text.top + text.bottom - box.top - box.bottom) / 2;
}"""


@pytest.mark.browser
@on_sqlite
def test_what_is_asked_about_is_named_at_the_right(
    office: Office, desk: list[int], page: Page
) -> None:
    log_in(page, "county_info")
    page.goto(f"/inbox/file/?id={desk[0]}")
    page.keyboard.press("a")
    expect(page.locator("h1")).to_have_text("王二")
    page.goto("/inbox/mine/")
    page.click("td a")

    page.click("button[value=all]")
    expect(page.locator("#ask button")).to_have_text(["取消", "撤销全部1份"])
    page.click("#ask [value=no]")
    assert office.scalar("record_status", desk[0]) == "approved"
    page.click("button[value=all]")
    page.click("#ask [value=yes]")
    expect(page.locator(".tally")).to_be_visible()

    assert office.scalar("record_status", desk[0]) == "reported"
