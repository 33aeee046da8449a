"""The photo in Chromium: cut out by keyboard alone, at both widths, in both languages."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.admin_views.test_crawl import violations
from tests.admin_views.test_english import left
from tests.admin_views.test_keyboard import tab_to
from tests.support.databases import on_sqlite
from tests.support.papers import picture

pytestmark = [pytest.mark.browser, pytest.mark.full, on_sqlite]


def test_a_photo_is_cut_out_without_a_mouse(office: Office, page: Page, tmp_path: Path) -> None:
    teacher, chosen = office.make_file(name="王照片"), tmp_path / "me.jpg"
    chosen.write_bytes(picture(1200, 900))
    log_in(page, "school_info")
    page.goto(f"/document/photo/?teacher_id={teacher}")
    page.set_input_files("#photo", chosen)
    expect(page.locator("[data-said]")).to_contain_text("731×900")
    tab_to(page, "[data-canvas]")
    for key in ("-", "-", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    left_edge, top, width, height = map(float, page.input_value("[data-box]").split(","))
    assert left_edge < (1 - width) / 2
    assert top < (1 - height) / 2
    for size in (1280, 390):
        page.set_viewport_size({"width": size, "height": 800})
        assert not page.evaluate(TOO_WIDE), size
        assert violations(page) == []
        page.screenshot(path=tmp_path / f"photo-{size}.png", full_page=True)

    tab_to(page, "form.bring .btn-primary")
    page.keyboard.press("Enter")

    page.wait_for_url("**/teacher/details/**")
    expect(page.locator(".photo img")).to_have_js_property("naturalWidth", 390)
    shown = office.login("school_info").get("/document/picture/", teacher_id=teacher)
    assert Image.open(BytesIO(shown.data)).width == 390


def test_in_english_nothing_chinese_is_left(office: Office) -> None:
    teacher = office.make_file(name="王照片")
    panel = office.login("school_info")
    panel.post("/locale", {"locale": "en"})

    for address in (f"/document/photo/?teacher_id={teacher}", f"/teacher/details/?id={teacher}"):
        page = panel.get(address).text
        assert left(page, "王照片", "东湖县第一小学") == []
