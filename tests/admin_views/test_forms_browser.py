"""Forms in Chromium: fields follow what is typed, codes and months are picked by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.admin_views.test_crawl import violations
from tests.support.databases import on_sqlite

pytestmark = pytest.mark.browser
STUDY = "study_experience"


def open_form(office: Office, page: Page, table: str = STUDY) -> int:
    """Opens the form of a new row and gives the file's id."""
    teacher = office.make_file()
    log_in(page, "school_info")
    page.goto(f"/{table}/new/?teacher_id={teacher}")
    return teacher


def type_and_take(page: Page, key: str, text: str) -> None:
    """In the combobox of field *key*, by keyboard only."""
    page.focus(f"#{key}")
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    expect(page.locator(f".field[data-field={key}] [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")


@on_sqlite
def test_the_degree_follows_its_level(office: Office, page: Page) -> None:
    open_form(office, page)
    name = page.locator(".field[data-field=degree_name]")
    expect(name.locator("[data-narrowed]")).to_have_text("请先填写“学位层次”")

    page.select_option("#degree_level", "3")
    expect(name.locator("[data-narrowed]")).to_have_text("按“学位层次”列出选项")
    type_and_take(page, "degree_name", "jy")
    expect(page.locator("#degree_name")).to_have_value("304-教育学硕士学位")
    page.select_option("#degree_level", "0")

    expect(name).to_be_hidden()
    assert page.input_value("#degree_name-value") == ""
    expect(page.locator("[data-idle]")).to_contain_text(
        "因“学位层次”为“无”，不用填写：学位名称、获得学位的国家"
    )
    expect(page.locator("[data-status]")).to_contain_text("已清空：学位名称")
    page.select_option("#degree_level", "3")
    expect(page.locator("#degree_name")).to_have_value("304-教育学硕士学位")
    expect(name.locator("[data-why]")).to_have_text("因“学位层次”为“硕士”，须填写")


@on_sqlite
def test_ethnicity_is_asked_of_nationals_only(office: Office, page: Page) -> None:
    teacher = office.make_file()
    log_in(page, "school_info")
    page.goto(f"/basic_information/edit/?id={office.row_of('basic_information', teacher)}")
    ethnicity = page.locator(".field[data-field=ethnicity]")

    type_and_take(page, "nationality", "zg")
    expect(ethnicity.locator("[data-req]")).to_be_visible()
    type_and_take(page, "ethnicity", "hz")
    chosen = page.input_value("#ethnicity-value")
    type_and_take(page, "nationality", "840")
    expect(ethnicity).to_be_hidden()
    page.click("button[name=save]")
    page.wait_for_url("**/edit/**")

    row = office.row_of("basic_information", teacher)
    assert chosen == "01"
    assert office.scalar("nationality", row, "basic_information") == "840"
    assert office.scalar("ethnicity", row, "basic_information") is None


@on_sqlite
def test_a_combobox_is_left_and_reset_by_keyboard(office: Office, page: Page) -> None:
    open_form(office, page)
    country = page.locator("#education_country")
    before = country.input_value()

    country.focus()
    page.keyboard.press("ArrowDown")
    expect(country).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("End")
    page.keyboard.press("Escape")
    after_escape = country.input_value()
    page.keyboard.press("Control+A")
    page.keyboard.type("没有这个国家")
    page.keyboard.press("Tab")

    assert (after_escape, country.input_value()) == (before, before)
    expect(country).to_have_attribute("aria-expanded", "false")
    page.focus("#education_country")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.press("Tab")
    assert page.input_value("#education_country-value") == ""


@on_sqlite
def test_a_month_is_typed_or_picked_by_keyboard(office: Office, page: Page) -> None:
    open_form(office, page)

    page.fill("#admission_month", "2004年9月")
    page.keyboard.press("Tab")
    typed = page.input_value("#admission_month")
    page.keyboard.press("Enter")  # the button beside it
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    picked = page.input_value("#admission_month")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")

    assert (typed, picked) == ("2004-09", "2005-10")
    assert page.input_value("#admission_month") == "2005-10"
    expect(page.locator(".months")).to_have_count(0)


@on_sqlite
def test_findings_stand_at_touched_fields_only(office: Office, page: Page) -> None:
    open_form(office, page)

    page.fill("#admission_month", "2004-09")
    page.fill("#graduation_month", "2001-06")
    page.focus("#major")

    said = page.locator(".field[data-field=graduation_month] .said")
    expect(said).to_have_count(1)
    expect(page.locator("#graduation_month")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".said")).to_have_count(1)  # empty required fields are left in peace
    page.fill("#graduation_month", "2008-06")
    page.focus("#major")
    expect(said).to_have_count(0)


@on_sqlite
def test_many_boxes_are_filtered_without_losing_what_is_ticked(office: Office, page: Page) -> None:
    open_form(office, page, "teaching")
    page.check(".field[data-field=teaching_stage] input[value='2']")
    group = page.locator(".field[data-field=courses]")
    group.locator("li", has_text="语文").locator("input").check()
    group.locator(".box-find").fill("shux")

    expect(group.locator("li:visible")).to_have_count(1)
    group.locator(".box-find").fill("数")
    expect(group.locator("li:visible")).to_have_count(2)


@on_sqlite
def test_two_editors_settle_it_on_a_page(office: Office, page: Page) -> None:
    teacher = office.make_file()
    with office.cast() as cast:
        row = cast.add("school_info", teacher, STUDY, education_level="21", major="数学")
    log_in(page, "school_info")
    page.goto(f"/{STUDY}/edit/?id={row}")
    other = {"major": "化学", "education_institution": "别的大学", "row_version": "1"}
    office.login("county_info").post(f"/{STUDY}/edit/?id={row}", other)

    page.fill("#major", "物理")
    page.fill("#admission_month", "2004-09")
    page.click("button[name=save]")
    page.wait_for_selector("text=保存合并结果")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert not page.evaluate(TOO_WIDE)
    page.check("input[name=take-major][value=theirs]")
    page.click("text=保存合并结果")
    page.wait_for_selector("#major")

    values = [office.scalar(key, row, STUDY) for key in (*other, "admission_month")[:2]]
    assert values == ["化学", "别的大学"]
    assert office.scalar("admission_month", row, STUDY) == "2004-09"


@on_sqlite
def test_a_refused_form_takes_the_focus_to_its_errors(office: Office, page: Page) -> None:
    open_form(office, page)
    page.fill("#admission_month", "2004-13")
    page.click("button[name=save]")

    expect(page.locator("#summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#admission_month")).to_be_focused()


@on_sqlite
def test_forms_speak_english_throughout(office: Office, page: Page) -> None:
    open_form(office, page)
    page.click(".top-link.languages button, .languages .top-link")
    page.wait_for_selector("html[lang=en]")

    type_and_take(page, "education_country", "united kingdom")
    page.select_option("#degree_level", "0")

    assert page.input_value("#education_country").startswith("826-")
    expect(page.locator("[data-idle]")).to_contain_text("“degree level” is “None”")


@on_sqlite
def test_open_forms_break_no_rule_of_axe(office: Office, page: Page) -> None:
    """With a list, a month and complaints on the screen."""
    teacher = open_form(office, page)
    page.click("#education_country")
    expect(page.locator(".listbox:visible")).to_have_count(1)
    listed = violations(page)
    page.click(".field[data-field=admission_month] .month-box button")
    picking = violations(page)
    page.keyboard.press("Escape")
    page.fill("#admission_month", "2004-13")
    page.click("button[name=save]")
    expect(page.locator("#summary")).to_be_focused()
    refused = violations(page)
    page.goto(f"/teaching/new/?teacher_id={teacher}")

    assert (listed, picking, refused, violations(page)) == ([], [], [], [])
