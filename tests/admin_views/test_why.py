"""Why can't I: the questions stand where something is locked or missing, and are answered."""

from __future__ import annotations

import re
from html import unescape

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import inspect, select, text

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.admin_views.test_keyboard import tab_to
from tests.support.cast import complete
from tests.support.databases import on_sqlite
from tests.test_house import ROOT
from tests.workflow.test_k12 import bring, do
from tms import workflow
from tms.models import Teacher
from tms.workflow import NoteOn

ANSWER = re.compile(r'<p class="lead">.*?<span>(.*?)</span></p>', re.DOTALL)


def answers(page: str) -> list[str]:
    return [unescape(each) for each in ANSWER.findall(page)]


def file_at(office: Office, until: str = "") -> int:
    """A complete file, on its way up to and including *until*."""
    teacher = office.make_file(name="王无忧")
    with office.cast() as cast:
        complete(cast, teacher)
        if until:
            bring(cast, teacher, until)
    return teacher


def test_a_locked_row_says_why_in_its_lists_menu_and_on_the_file(office: Office) -> None:
    teacher = file_at(office, "approve")
    row = office.row_of("work_experience", teacher)
    panel = office.login("school_info")
    url = f"/why/?file={teacher}&amp;do=fill&amp;table=work_experience&amp;row={row}"

    for path in (
        "/work_experience/",
        f"/teacher/details/?id={teacher}",
        f"/work_experience/details/?id={row}",
    ):
        assert url in panel.get(path).text

    (answer,) = answers(panel.get(unescape(url)).text)
    assert answer.startswith("“工作经历”的这条记录已于")
    assert "变更申请" in answer


def test_what_is_returned_in_part_answers_at_its_fields(office: Office) -> None:
    teacher = file_at(office, "submit")
    row = office.row_of("study_experience", teacher)
    with office.cast() as cast:
        actor = cast.act_as("school_head")
        on = [NoteOn("年月有误", "study_experience", row, "graduation_month")]
        workflow.return_(cast.session, actor, select(Teacher.id), "", on)
        cast.session.commit()
    panel = office.login("school_info")

    page = panel.get(f"/study_experience/edit/?id={row}").text
    field = f"/why/?file={teacher}&do=fill&table=study_experience&row={row}"
    asked = panel.get(f"{field}&field=education_institution").text

    assert f"{field}&field=education_institution".replace("&", "&amp;") in page
    assert "为什么不能修改“获得学历的院校或机构”？" in asked
    assert "只开放退回时指明的“毕业年月”" in answers(asked)[0]
    assert f"/study_experience/edit/?id={row}" in asked


def test_all_verbs_of_a_role_are_answered_at_once(office: Office) -> None:
    teacher = file_at(office, "submit")
    panel = office.login("school_head")

    page = panel.get("/why/", file=teacher).text

    assert [line.split("？")[0] for line in re.findall("<h2>(为什么.*?)</h2>", page)] == [
        f"为什么不能“{verb}”" for verb in ("通过", "退回", "上报", "撤销裁定")
    ]
    assert "您现在可以对这份档案办理“通过”" in page
    assert f'value="pass:{teacher}"' in page


@pytest.mark.parametrize("verb", ["submit", "withdraw", "pass", "return", "report", "undo"])
def test_asking_leaves_nothing_behind(office: Office, verb: str) -> None:
    teacher = file_at(office, "submit")
    names = ("school_info", "school_head", "county_info", "school_admin", "county_query")
    panels = [office.login(name) for name in names]
    for panel in panels:  # that they open the file today is noted (tests/admin_views/test_reach.py)
        panel.get("/teacher/details/", id=teacher)
    before = contents(office)

    for panel in panels:
        assert panel.get("/why/", file=teacher, do=verb).status_code == 200

    assert contents(office) == before
    with office.cast() as cast:  # and nobody waits for a lock
        assert do(cast, "pass", "school_head", teacher).taken == 1


def contents(office: Office) -> dict[str, set[str]]:
    """Every row of every table but of logins, as text."""
    with office.cast() as cast:
        connection = cast.session.connection()
        tables = set(inspect(connection).get_table_names()) - {"login_session"}
        return {
            name: {str(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{name}"'))}
            for name in sorted(tables)
        }


@pytest.mark.parametrize(
    "about",
    [
        {"do": "dance"},
        {"do": "fill"},
        {"do": "fill", "table": "nonsense"},
        {"do": "fill", "table": "contact", "field": "nonsense"},
        {"do": "fill", "table": "contact", "row": "999999"},
        {"do": "pass", "file": "999999"},
        {"do": "pass", "file": "x"},
    ],
)
def test_what_does_not_exist_has_no_answer(office: Office, about: dict[str, str]) -> None:
    teacher = file_at(office)

    answer = office.login("school_info").get("/why/", **{"file": str(teacher), **about})

    assert answer.status_code == 404


def test_the_neighbour_gets_no_answer(office: Office) -> None:
    teacher = file_at(office)

    for do_ in ("", "pass", "fill", "read"):
        answer = office.login("neighbour_info").get(
            "/why/", file=teacher, do=do_, table="basic_information"
        )
        assert answer.status_code == 404


def test_who_does_not_read_records_is_told_why(office: Office) -> None:
    teacher = file_at(office)
    panel = office.login("school_admin")

    page = panel.get(f"/teacher/details/?id={teacher}").text
    link = f"/why/?file={teacher}&do=read&table=basic_information"

    assert link.replace("&", "&amp;") in page
    assert "职责分离" in answers(panel.get(link).text)[0]


def test_a_department_is_told_whose_rows_it_does_not_see(office: Office) -> None:
    teacher = office.make_file("4136010001")
    panel = office.login("research_office")

    page = panel.get(f"/teacher/details/?id={teacher}").text
    link = f"/why/?file={teacher}&do=read&table=basic_information"

    assert link.replace("&", "&amp;") in page
    assert "“示例大学科研处”只能看到归本部门审核的记录" in panel.get(link).text


def test_a_verdict_to_be_undone_is_linked(office: Office) -> None:
    teacher = file_at(office, "pass")
    panel = office.login("school_head")

    page = panel.get("/why/", file=teacher, do="undo").text
    link = re.search(r'href="(/inbox/mine/\?act=[^"]+)">我的裁定<', page)

    assert answers(page) == ["您现在可以对这份档案办理“撤销裁定”。"]
    assert link
    found = panel.get(unescape(link[1]))
    assert found.status_code == 200
    assert "王无忧" in found.text


def test_verbs_are_asked_about_in_plain_english(office: Office) -> None:
    teacher = file_at(office, "report")
    panel = office.login("school_head")
    panel.post("/locale", {"locale": "en"})

    asked = [unescape(each) for each in H2.findall(panel.get("/why/", file=teacher).text)]

    assert asked
    assert all(each.startswith("Why can't I ") and each.endswith("?") for each in asked)
    assert {verb for each in asked for verb in WORDS if verb in each} == set(WORDS)
    assert not [each for each in asked if re.search("[“”A-Z]", each.removeprefix("Why can't I"))]


#: Verbs of a head, as they are asked about.
WORDS = ("pass", "return", "report", "undo my verdict")
H2 = re.compile("<h2>(Why .*?)</h2>")


def test_style_sheets_leave_the_colon_to_the_language() -> None:
    sheets = sorted((ROOT / "tms/static/css").glob("*.css"))
    hard = [path.name for path in sheets if re.search("content:[^;]*：", path.read_text("utf-8"))]

    assert len(sheets) > 10
    assert not hard


# -- in the browser --------------------------------------------------------------------------------


@pytest.mark.browser
@on_sqlite
@pytest.mark.parametrize("width", [1280, 390])
def test_the_answer_opens_beside_the_button_and_gives_the_focus_back(
    office: Office, page: Page, width: int
) -> None:
    teacher = file_at(office, "approve")
    page.set_viewport_size({"width": width, "height": 800})
    log_in(page, "school_info")
    page.goto(f"/teacher/details/?id={teacher}")
    row = office.row_of("work_experience", teacher)
    link = f"#work_experience a[href$='row={row}']"

    tab_to(page, link)
    page.keyboard.press("Enter")

    dialog = page.locator("dialog.why")
    expect(dialog).to_contain_text("变更申请")
    expect(dialog.locator("[data-close]")).to_be_focused()
    assert not page.evaluate(TOO_WIDE)
    assert page.url.endswith(f"/teacher/details/?id={teacher}")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(link)).to_be_focused()


@pytest.mark.browser
@on_sqlite
def test_an_answer_leads_on(office: Office, page: Page) -> None:
    gap = office.make_file()
    log_in(page, "school_info")
    page.goto(f"/teacher/details/?id={gap}")

    page.click("a.why-link")
    page.locator("dialog.why").get_by_role("link", name="去修改").first.click()

    expect(page.locator("h1")).to_contain_text("基本信息")


@pytest.mark.browser
@on_sqlite
def test_from_a_rows_menu_the_focus_goes_back_to_the_menu(office: Office, page: Page) -> None:
    file_at(office, "submit")
    log_in(page, "school_info")
    page.goto("/teacher/")

    page.click("tbody .dots")
    page.click("tbody .drop a:has-text('为什么不能')")
    expect(page.locator("dialog.why")).to_contain_text("为什么不能“撤回报送”？")
    page.click("dialog.why [data-close]")

    expect(page.locator("dialog.why")).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('tbody .menu') !== null")


@pytest.mark.browser
@on_sqlite
def test_without_scripts_the_link_opens_the_page(office: Office, page: Page) -> None:
    teacher = file_at(office, "submit")
    log_in(page, "school_info")
    page.route("**/why.js*", lambda route: route.abort())

    page.goto(f"/teacher/details/?id={teacher}")
    page.click(".why-link")

    expect(page.locator("h1")).to_have_text("为什么不能？")
    page.click("#answer >> text=返回档案")
    expect(page).to_have_url(re.compile(f"/teacher/details/\\?id={teacher}$"))


@pytest.mark.browser
@on_sqlite
def test_on_a_telephone_the_bar_ends_the_answers(office: Office, page: Page) -> None:
    teacher = file_at(office, "report")
    page.set_viewport_size({"width": 390, "height": 360})
    log_in(page, "school_head")

    page.goto(f"/why/?file={teacher}")

    bar, last, height = page.evaluate(BAR)
    assert last > height  # what comes last has to be scrolled to, and no bar lies on it
    assert 0 <= bar - last < 2
    assert not page.evaluate(TOO_WIDE)


#: Where the bar begins and the last answer ends, and how high the window is, in pixels.
BAR = """() => {
  const box = (name) => [...document.querySelectorAll(name)].at(-1).getBoundingClientRect();
  return [box("#answer > .judge").top, box("#answer > .answer").bottom, innerHeight];
}"""
