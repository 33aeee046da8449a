"""Nothing typed is lost: dropped connection, expired session, two tabs (issue 7, must show 2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import log_in
from tests.support.cast import PASSWORD
from tests.support.own import NUMBER, at_home
from tms.access import LOGIN, acting
from tms.models import LoginSession
from tms.models.types import now

pytestmark = pytest.mark.browser
KEPT = "Object.keys(localStorage).filter(name => name.startsWith('tms.keep:'))"
#: What stands in the browser's store.
STORE = "Object.values(localStorage).join()"


def typed_into(page: Page, path: str, **values: str) -> None:
    """Open a form of one's own and type, until the browser has kept it."""
    page.goto(path)
    page.wait_for_selector("form[data-keeps]")
    for name, value in values.items():
        page.fill(f"#{name}", value)
    expect(page.locator("[data-kept-at]")).to_be_visible()


def expire(office: Office) -> None:
    """Every login is too old."""
    with office.cast() as cast, acting(cast.session, LOGIN):
        cast.session.execute(update(LoginSession).values(seen_at=now() - timedelta(hours=9)))
        cast.session.commit()


def test_an_expired_session_loses_nothing(office: Office, page: Page) -> None:
    teacher = at_home(office, whole=True)
    row = office.row_of("contact", teacher)
    log_in(page, NUMBER)
    path = f"/mine/contact/edit/?id={row}"
    typed_into(page, path, email="typed@example.com")
    assert "typed@example.com" not in page.evaluate(STORE)

    expire(office)
    page.click("button[name=save]")
    page.fill("input[name=username]", NUMBER)
    page.fill("input[type=password]", PASSWORD)
    page.press("input[type=password]", "Enter")

    expect(page.locator("#email")).to_have_value("typed@example.com")
    expect(page.locator("[data-kept]")).to_be_visible()
    page.click("button[name=save]")
    expect(page.locator(".toast-line")).to_be_visible()
    assert office.scalar("email", row, "contact") == "typed@example.com"
    assert page.evaluate(KEPT) == []


@pytest.mark.full
def test_a_reload_after_the_server_was_away_brings_it_back(office: Office, page: Page) -> None:
    at_home(office)
    log_in(page, NUMBER)
    typed_into(page, "/mine/study_experience/new/", education_institution="示例师范大学")
    page.route("**/mine/**", lambda route: route.abort())
    page.fill("#major", "汉语言文学")

    page.unroute("**/mine/**")
    page.goto("/mine/study_experience/new/")

    expect(page.locator("#education_institution")).to_have_value("示例师范大学")
    expect(page.locator("#major")).to_have_value("汉语言文学")


@pytest.mark.full
def test_two_tabs_see_the_difference_and_a_closed_tab_is_offered(
    office: Office, page: Page
) -> None:
    teacher = at_home(office, whole=True)
    row = office.row_of("contact", teacher)
    log_in(page, NUMBER)
    path = f"/mine/contact/edit/?id={row}"
    typed_into(page, path, email="first@example.com")
    other = page.context.new_page()
    other.goto(path)
    expect(other.locator("[data-kept-back]")).to_be_visible()
    expect(other.locator("#email")).to_have_value("")
    other.fill("#email", "second@example.com")
    other.click("button[name=save]")
    expect(other.locator(".toast-line")).to_be_visible()

    page.click("button[name=save]")

    expect(page.locator(".difference")).to_contain_text("second@example.com")
    expect(page.locator(".difference")).to_contain_text("first@example.com")
    assert office.scalar("email", row, "contact") == "second@example.com"

    page.click("[data-drops]")
    expect(page.locator("#email")).to_have_value("second@example.com")
    expect(page.locator("[data-kept]")).to_be_hidden()
    assert page.evaluate(KEPT) == []


@pytest.mark.full
def test_logging_out_forgets(office: Office, page: Page) -> None:
    at_home(office)
    log_in(page, NUMBER)
    typed_into(page, "/mine/study_experience/new/", major="数学")

    page.click(".top .menu summary")
    page.click("form[data-forgets] button")
    page.wait_for_url("**/login**")

    assert page.evaluate(KEPT) == []
