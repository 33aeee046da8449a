"""The cascade of accounts in Chromium, each from the hand above it; shortcuts refused (R14–R19)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.support.cast import PASSWORD
from tests.support.databases import on_sqlite
from tms.access import CONSOLE, Role, bind
from tms.records.accounts import NewUser, create_user

pytestmark = [pytest.mark.browser, on_sqlite]
CHAIN = ("000000", "360000", "360100", "360102", "3136000101")
ADMIN = "system_admin"


@pytest.fixture
def ministry(office: Office) -> str:
    """The first of all, made at the server's console."""
    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        new = NewUser("ministry", Role.SYSTEM_ADMIN, cast.units["000000"].id, "部级管理员")
        create_user(cast.session, CONSOLE, new, password=PASSWORD)
        cast.session.commit()
    return "ministry"


def grant(page: Page, username: str, role: str, unit: str, name: str = "张示例") -> str:
    """Ask for an account; the one-time code, or "" where it is refused or not even offered."""
    page.goto("/account/new/")
    page.fill("#username", username)
    page.fill("#name", name)
    if not page.query_selector(f"#role option[value={role}]"):
        return ""
    page.select_option("#role", role)
    page.fill("#unit", unit)
    with page.expect_navigation():
        page.click("form.panel button.btn-primary")
    code = page.query_selector(".code code")
    return code.inner_text().strip() if code else ""


def enter(office: Office, page: Page, username: str, code: str) -> None:
    """Log in with the code; its holder has changed it since."""
    from sqlalchemy import update

    from tms.access.passwords import hash_password, verify_password
    from tms.db import BLIND
    from tms.models import User

    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        mine = User.username == username
        stored = cast.session.query(User.password_hash).filter(mine).scalar()
        assert verify_password(stored, code)
        change = update(User).where(mine)
        change = change.values(
            password_hash=hash_password(PASSWORD), must_change=False, code_expires_at=None
        )
        cast.session.execute(change, execution_options=BLIND)
        cast.session.commit()
    page.context.clear_cookies()
    log_in(page, username)


@pytest.mark.full
def test_accounts_go_down_level_by_level(office: Office, page: Page, ministry: str) -> None:
    log_in(page, ministry)
    for number, unit in enumerate(CHAIN[1:], start=1):
        beyond = CHAIN[number + 1 :]
        for skipped in beyond:
            assert not grant(page, f"skip{skipped}", ADMIN, skipped)
        assert not grant(page, f"info{unit}", "info_admin", unit)
        assert not grant(page, f"nobody{unit}", ADMIN, unit, name=" ")
        code = grant(page, f"admin{unit}", ADMIN, unit)
        assert code
        page.goto("/handover/")
        assert "未签收" in page.inner_text("main")
        enter(office, page, f"admin{unit}", code)
    for role in ("info_admin", "info_query", "school_head", ADMIN):
        assert grant(page, f"own-{role}", role, CHAIN[-1])
    assert not grant(page, "above", ADMIN, CHAIN[-2])
    assert not grant(page, "beside", ADMIN, "3136000102")


def test_a_university_makes_its_own_secretary_and_reviewers(office: Office, page: Page) -> None:
    log_in(page, "province_admin")
    assert not grant(page, "college2", "unit_secretary", "4136010001-01")
    code = grant(page, "university_admin", ADMIN, "4136010001")
    enter(office, page, "university_admin", code)

    assert grant(page, "secretary", "unit_secretary", "4136010001-01")
    assert grant(page, "reviewer", "dept_reviewer", "4136010001-KY")
    assert not grant(page, "wrong", "dept_reviewer", "4136010001-01")


def test_a_receipt_is_noted_once_and_the_list_printed_and_saved(office: Office, page: Page) -> None:
    log_in(page, "county_admin")
    grant(page, "kg_admin", ADMIN, "3136000102", name="李签收")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/handover/?search=李签收")
        assert not page.evaluate(TOO_WIDE)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.click("text=李签收")
    page.wait_for_url("**/handover/details/**")
    page.click("button:has-text('登记签收')")
    page.click("#ask [value=yes]")
    page.wait_for_selector("text=已登记签收")
    page.goto("/handover/?search=李签收")

    assert "已签收" in page.inner_text("main")
    panel = office.login("county_admin")
    saved = panel.get("/handover/file/").get_data(as_text=True)
    assert "李签收" in saved
    assert "county_admin" in saved
    assert "李签收" in panel.get("/handover/print/").get_data(as_text=True)
    assert "李签收" not in office.login("school_admin").get("/handover/").get_data(as_text=True)
