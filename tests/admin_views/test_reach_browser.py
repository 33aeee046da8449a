"""谁看过我的档案 in Chromium: reached by keyboard, at both widths, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.admin_views.test_crawl import violations
from tests.admin_views.test_english import left
from tests.admin_views.test_keyboard import tab_to
from tests.support.cast import id_number
from tests.support.databases import on_sqlite
from tms.access import CONSOLE, acting
from tms.models import User
from tms.records.accounts import reset_password

pytestmark = [pytest.mark.browser, on_sqlite]
SERIAL = 73


def looked_at(office: Office) -> tuple[int, str]:
    """A file that was read, printed, revealed and exported; its teacher's password."""
    file = office.make_file(name="王看看", id_number=id_number(SERIAL))
    reader = office.login("school_info")
    reader.get(f"/teacher/details/?id={file}")
    reader.post(f"/teacher/reveal/?id={file}", {"purpose": "核对" * 60})
    reader.get("/teacher/print/")
    form = {"content": "files", "fmt": "json", "codes": "label"}
    form |= {"column": ["basic_information", "contact", "study_experience", "work_experience"]}
    reader.post("/teacher/export/run/", form, buffered=True)
    with office.cast() as cast, acting(cast.session, CONSOLE):
        user = cast.session.scalar(select(User.id).where(User.teacher_id == file))
        code = reset_password(cast.session, CONSOLE, user)
        cast.session.execute(update(User).where(User.id == user).values(must_change=False))
        cast.session.commit()
    return file, code


def test_the_teacher_finds_it_without_a_mouse(office: Office, page: Page, tmp_path: Path) -> None:
    file, code = looked_at(office)
    log_in(page, id_number(SERIAL), code)
    page.goto(f"/teacher/details/?id={file}")
    tab_to(page, "main a[href='/me/file/']")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("谁看过我的档案")
    expect(page.locator("ol.line li")).to_have_count(4)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert not page.evaluate(TOO_WIDE), width
        assert violations(page) == []
        page.screenshot(path=tmp_path / f"reach-{width}.png", full_page=True)


def test_in_english_nothing_chinese_is_left(office: Office) -> None:
    _file, code = looked_at(office)
    reader = office.login(id_number(SERIAL), code)
    reader.post("/locale", {"locale": "en"})
    page = reader.get("/me/file/").text

    assert "Purpose: " in page
    assert left(page, "王看看", "核对" * 60, "东湖县第一小学") == []
