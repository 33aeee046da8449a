"""From the first login to 报送 in Chromium: every section, the check, its links (issue 7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect
from pypdf import PdfReader
from sqlalchemy import select

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.admin_views.test_crawl import violations
from tests.admin_views.test_keyboard import tab_to
from tests.support import university
from tests.support.complete import BASIC, ROWS
from tests.support.own import NUMBER, at_home
from tests.support.review import bring, change, do
from tms.access import CONSOLE, bind
from tms.dictionary import Category, Filler
from tms.models import SECTIONS, TABLES, User
from tms.records.accounts import reset_password
from tms.workflow import NoteOn

pytestmark = pytest.mark.browser
OWN = "Lantern#4872kite"
#: How often an option is looked for; at first so many milliseconds, then twice as long each time.
TRIES, AGAIN = 8, 250
#: Left out at first, so that the check has something to name.
FORGOTTEN = ("work_experience", "position")


@dataclass(frozen=True)
class Newcomer:
    """Who comes for the first time, and what is to be filled in."""

    unit: str
    category: Category
    basic: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Any]]


PUPILS = Newcomer("3136000101", Category.PRIMARY_SECONDARY, BASIC, ROWS)
LECTURER = Newcomer(
    "4136010001",
    Category.HIGHER_EDUCATION,
    university._BASIC,
    university._HR
    | {"post_appointment": university._POST | {"school_position": ["00"]}}
    | {
        "teaching": university._TEACHING
        | {"term": "1", "supervisor_type": "0", "taught_undergraduates": "1"}
    },
)


def first_login(office: Office, page: Page, who: Newcomer) -> int:
    """With the code from the slip: a password of one's own, the rules, then one's own pages."""
    teacher = office.make_file(who.unit, id_number=NUMBER, name="方知远")
    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        user = cast.session.scalars(select(User.id).where(User.teacher_id == teacher)).one()
        code = reset_password(cast.session, CONSOLE, user)
        cast.session.commit()
    page.goto("/login")
    page.fill("#username", NUMBER)
    page.fill("#password", code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/password/")
    page.fill("#new", OWN)
    page.fill("#again", OWN)
    page.check("#agreed")
    page.click("form .btn-primary")
    page.wait_for_url("**/mine/")
    return teacher


def put(page: Page, values: Mapping[str, Any]) -> None:
    """Fill the open form as a person does, in the order of its fields."""
    order = page.eval_on_selector_all("[data-field]", "all => all.map(a => a.dataset.field)")
    for key in order:
        if key in values:
            box = page.locator(f"[data-field={key}]")
            expect(box).to_be_visible()
            put_one(page, box, key, values[key])


def put_one(page: Page, box: Locator, key: str, value: Any) -> None:
    many = value if isinstance(value, list) else [str(value)]
    if box.locator("fieldset").count():
        for each in many:
            box.locator(f"input[value='{each}']").check()
    elif box.locator("select:visible").count():
        box.locator("select").select_option(many[0])
    elif box.locator("[role=combobox]").count():
        choose(page, box, key, many[0])
    else:
        page.fill(f"#{key}", many[0])
        page.press(f"#{key}", "Tab")
    page.wait_for_load_state("networkidle")


def choose(page: Page, box: Locator, key: str, code: str) -> None:
    """Type a code and take its option; which are offered may hang on what was chosen just now."""
    option = box.locator("[role=option]", has_text=re.compile(rf"^{code}-")).first
    for tries in range(TRIES):
        page.fill(f"#{key}", code)
        try:
            option.click(timeout=AGAIN * 2**tries)  # a busy machine may need seconds
        except TimeoutError:
            page.press(f"#{key}", "Escape")
        else:
            return
    raise AssertionError(f"{key} does not offer {code}")


def fill_section(page: Page, who: Newcomer, key: str) -> None:
    """Each table of the section: a record, or 无 with one tap."""
    section = next(each for each in SECTIONS if each.key == key)
    for table in section.tables:
        if not _is_mine(table.key, who.category):
            continue
        page.goto(f"/mine/{key}/")
        pile = page.locator(f"section#{table.key}")
        none = pile.locator("form[action$='/none/'] button")
        values = {
            k: v for k, v in who.rows.get(table.key, {}).items() if (table.key, k) != FORGOTTEN
        }
        if none.count() and values in ({}, dict([table.none_record or ("", "")])):
            none.click()
            continue
        basic = table.key == "basic_information"
        pile.locator("a[href*='/edit/']" if basic else "a[href$='/new/']").last.click()
        put(page, who.basic if basic else values)
        page.click("button[name=save]")
        page.wait_for_load_state("networkidle")
        assert not page.locator(".note.is-error").count(), page.locator("main").inner_text()


def mine(category: Category) -> list[str]:
    """Sections that teachers of *category* fill."""
    return [
        section.key
        for section in SECTIONS
        if any(_is_mine(table.key, category) for table in section.tables)
    ]


def mend_and_send(page: Page) -> None:
    """From one's first page by the link of the check to the field, and to 报送."""
    page.goto("/mine/")
    page.click(".send .btn")  # leads to what was forgotten
    assert page.evaluate("document.activeElement.id") == FORGOTTEN[1]
    look(page)
    page.keyboard.type("教师")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mine/work_experience/*")
    page.goto("/mine/")
    expect(page.locator("#check .todo .e")).to_have_count(0)
    page.click(".send .btn")
    look(page)
    page.click("main .btn-primary")
    expect(page.locator(".desks li")).to_have_count(1)
    look(page)


def print_form(page: Page) -> str:
    """From one's own first page to the printed form; its text without blanks."""
    page.click("main a[href='/form/']")
    look(page)
    with page.expect_download() as coming:
        page.click("main .btn-primary")
    found = PdfReader(coming.value.path()).pages
    return "".join("".join(each.extract_text() for each in found).split())


def typed_texts(who: Newcomer) -> list[str]:
    """What the teacher typed in words, and did not forget."""
    found = []
    for table, values in {"basic_information": who.basic, **who.rows}.items():
        for key, value in values.items():
            filler = TABLES[table].dictionary.fields[key].filled_by.get(who.category)
            if filler == Filler.TEACHER and isinstance(value, str) and (table, key) != FORGOTTEN:
                found.append(value)
    return [value for value in found if not value.isascii()]


def _is_mine(key: str, category: Category) -> bool:
    table = TABLES[key].dictionary
    return table.applies(category) and table.filled_by(category) == Filler.TEACHER


def look(page: Page) -> None:
    """Nothing wider than the screen, no grave violation."""
    page.wait_for_load_state("networkidle")
    assert not page.evaluate(TOO_WIDE), page.url
    assert violations(page) == [], page.url


@pytest.mark.full
@pytest.mark.parametrize(
    ("who", "width", "english", "database_url"),
    [
        pytest.param(PUPILS, 390, False, "sqlite", id="pupils-390-zh-sqlite"),
        pytest.param(PUPILS, 1280, True, "postgresql", id="pupils-1280-en-postgresql"),
        pytest.param(LECTURER, 390, True, "postgresql", id="lecturer-390-en-postgresql"),
        pytest.param(LECTURER, 1280, False, "sqlite", id="lecturer-1280-zh-sqlite"),
    ],
    indirect=["database_url"],
)
def test_a_newcomer_fills_everything_and_sends_it_in(
    office: Office, page: Page, who: Newcomer, width: int, english: bool
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    teacher = first_login(office, page, who)
    if english:
        page.click(".top button[name=locale]")
    look(page)
    for key in mine(who.category):
        fill_section(page, who, key)
        page.goto(f"/mine/{key}/")
        look(page)

    mend_and_send(page)
    assert office.scalar("record_status", teacher) == "submitted"
    printed = print_form(page)
    assert [text for text in ("方知远", NUMBER, *typed_texts(who)) if text not in printed] == []
    page.goto("/mine/guide/")
    assert not page.evaluate(TOO_WIDE)


@pytest.mark.full
def test_keyboard_alone_is_enough(office: Office, page: Page) -> None:
    """From the login to a field that the check names, its saving, and 报送."""
    teacher = at_home(office, whole=True)
    with office.cast() as cast:
        change(cast, "school_info", teacher, "work_experience", position=None)
    log_in(page, NUMBER)
    tab_to(page, "#check .todo a.e")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mine/work_experience/edit/**")
    expect(page.locator("#position")).to_be_focused()
    page.keyboard.type("语文教师")
    tab_to(page, "button[name=save]")
    page.keyboard.press("Enter")
    expect(page.locator(".toast-line")).to_be_visible()
    page.wait_for_url("**/mine/work_experience/*")
    tab_to(page, ".up a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mine/")
    tab_to(page, ".send .btn")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mine/submit/")
    tab_to(page, "main .btn-primary")
    page.keyboard.press("Enter")
    expect(page.locator(".desks li")).to_have_count(1)

    assert office.scalar("record_status", teacher) == "submitted"


@pytest.mark.full
def test_a_return_of_two_fields_is_answered_in_under_five_taps(office: Office, page: Page) -> None:
    teacher = at_home(office, whole=True)
    study, contact = (office.row_of(t, teacher) for t in ("study_experience", "contact"))
    with office.cast() as cast:
        bring(cast, teacher, "teacher", (("submit", "teacher"),))
        flags = [
            NoteOn("专业写全称", "study_experience", study, "major", "汉语言文学教育"),
            NoteOn("手机号有误", "contact", contact, "mobile"),
        ]
        do(cast, "return", "school_info", teacher, note="请核对", on=flags)
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, NUMBER)

    page.click(".send .btn")
    page.click("[data-take]")
    page.fill(f"#contact-{contact}-mobile", "13911112222")
    look(page)
    page.click("button[name=send]")

    expect(page.locator(".desks li")).to_have_count(1)
    assert office.scalar("major", study, "study_experience") == "汉语言文学教育"
    assert office.scalar("record_status", teacher) == "submitted"
