"""Pages in English: nothing Chinese but data."""

from __future__ import annotations

from typing import Any

import pytest

from tests.admin_views.conftest import TOKEN, Office, Panel
from tests.admin_views.test_imports import BAD, HEAD, checked, work
from tests.support.cast import UNITS, complete
from tests.support.databases import on_sqlite
from tests.test_translations import CHINESE
from tms.exchange.parse import parse

pytestmark = on_sqlite
#: Names that were typed in, the language's own, a file's, the seal's character, and what the
#: collection wants typed.
DATA = ["&#24072;", *(name for name, *_ in UNITS.values()), "教育部", "中文", "新教师", "无"]


def left(page: str, *data: str) -> list[str]:
    """Lines of *page* that are Chinese although they are no data."""
    for text in sorted((*DATA, *data), key=len, reverse=True):
        page = page.replace(text, "")
    return [line.strip() for line in page.splitlines() if CHINESE.search(line)]


@pytest.fixture
def panel(office: Office) -> Panel:
    """A school's information administrator who reads English."""
    made = office.login("school_info")
    made.post("/locale", {"locale": "en"})
    return made


@pytest.fixture
def teacher(office: Office) -> int:
    """A file that lacks everything but the account items."""
    return office.make_file(name="Wang")


def test_before_login(office: Office) -> None:
    client = office.application.test_client()
    token = TOKEN.search(client.get("/login").get_data(as_text=True))
    assert token
    client.post("/locale", data={"csrf_token": token[1], "locale": "en"})

    wrong = client.post("/login", data={"csrf_token": token[1], "username": "x"})
    assert "Log in" in client.get("/login").get_data(as_text=True)
    assert not left(client.get("/login").get_data(as_text=True))
    assert not left(wrong.get_data(as_text=True))
    assert not left(client.get("/nothing").get_data(as_text=True))
    assert not left(client.post("/login").get_data(as_text=True))


@pytest.mark.parametrize(
    "path",
    ["/", "/teacher/", "/teacher/new/", "/teacher/details/?id={id}", "/import/",
     "/study_experience/new/?teacher_id={id}", "/post_appointment/new/", "/contact/?state=draft",
     "/teaching/new/?teacher_id={id}", "/professional_ethics/"],
)  # fmt: skip
def test_pages(panel: Panel, teacher: int, path: str) -> None:
    page = panel.get(path.format(id=teacher)).get_data(as_text=True)

    assert '<html lang="en">' in page
    assert not left(page)


@pytest.mark.parametrize("path", ["/unit/", "/unit/new/", "/account/", "/account/new/"])
def test_pages_of_system_administrators(office: Office, path: str) -> None:
    admin = office.login("county_admin")
    admin.post("/locale", {"locale": "en"})

    assert not left(admin.get(path).get_data(as_text=True))


def test_what_forms_complain_of(panel: Panel) -> None:
    nothing = panel.post("/teacher/new/", {"person_kind": "x"}).get_data(as_text=True)
    no_file = panel.post("/import/", {}).get_data(as_text=True)

    assert "This field is required." in nothing
    assert "Choose a file, or paste" in no_file
    assert not left(nothing + no_file)


def test_forms_complain_in_chinese_by_default(office: Office) -> None:
    page = office.login("school_info").post("/teacher/new/", {}).get_data(as_text=True)

    assert "This field" not in page
    assert "该字段是必填字段。" in page


def test_an_import_and_its_workbook(office: Office, panel: Panel) -> None:
    path = checked(office, panel, BAD, BAD.replace("孙", "赵"))
    panel.post(f"{path}report/")
    work(office)
    page = panel.get(path).get_data(as_text=True)
    (sheet,) = parse(panel.get(f"{path}file/").get_data(), "a.xlsx")

    assert "身份证件号码" in page  # their header
    assert "a person has one row only" in page
    assert not left(page, *HEAD.split(","), "新教师.csv", "孙有误", "赵有误")
    assert sheet.header[-2:] == ["import result", "problems"]
    assert not left(str(sheet.rows[0].cells[-1]), *HEAD.split(","))


def test_open_forms_and_what_two_editors_are_shown(
    office: Office, panel: Panel, teacher: int
) -> None:
    form = {"education_level": "21", "degree_level": "0", "admission_month": "x"}
    path = f"/study_experience/new/?teacher_id={teacher}"
    told = panel.post(f"/study_experience/judge/?teacher_id={teacher}", form).json
    refused = panel.post(path, form).get_data(as_text=True)
    panel.post(path, {"education_level": "21"})
    row = office.row_of("study_experience", teacher)
    stale = {"education_level": "14", "row_version": "0"}
    clash = panel.post(f"/study_experience/edit/?id={row}", stale).get_data(as_text=True)
    found = panel.get("/paper/new/", q="Wa").get_data(as_text=True)

    assert "because “degree level” is “None”" in str(told)
    assert "Whose record is it?" in found
    assert "Save the merged record" in clash
    assert not left(f"{told}{refused}{clash}{found}")


def test_where_a_file_is_and_why_it_was_left_out(
    office: Office, panel: Panel, teacher: int
) -> None:
    ready = office.make_file(name="Li")
    with office.cast() as cast:
        complete(cast, ready)

    def act(**more: Any) -> str:
        form = {"rowid": [ready, teacher], "action": "submit", **more}
        return panel.post("/teacher/action/", form).get_data(as_text=True)

    asked, done = act(), act(confirmed="1")
    passed = act(action="report", confirmed="1")
    listed = panel.get("/teacher/").get_data(as_text=True)

    assert "at the step “Head reviews”" in passed
    assert "Head reviews" in listed
    assert not left(asked + done + passed + listed)
