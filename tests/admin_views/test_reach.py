"""谁看过我的档案: whoever reads or takes out a file is told to its teacher (SECURITY.md S30)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests.admin_views.conftest import Office, Panel
from tests.support.begin import begun
from tests.support.cast import Cast, complete, id_number
from tms.access import CONSOLE, acting, unscoped
from tms.models import AuditEvent, ExportReach, FileRead, User
from tms.records.accounts import reset_password
from tms.records.readings import PRINT, READ

OURS, OTHERS = 71, 72
NOTHING = "近三年没有人查看或导出过您的档案"


@pytest.fixture
def files(office: Office) -> list[int]:
    """Our teacher's file and a colleague's, at one school."""
    with office.cast() as cast:
        return begun(cast, two_colleagues)


def two_colleagues(cast: Cast) -> list[int]:
    made = [
        cast.make_file(name=name, id_number=id_number(serial))
        for name, serial in (("王看看", OURS), ("李别人", OTHERS))
    ]
    complete(cast, made[0])
    return made


def teacher(office: Office, file: int, serial: int = OURS) -> Panel:
    """The browser of the file's own teacher."""
    with office.cast() as cast, acting(cast.session, CONSOLE):
        user = cast.session.scalar(select(User.id).where(User.teacher_id == file))
        code = reset_password(cast.session, CONSOLE, user)
        cast.session.execute(update(User).where(User.id == user).values(must_change=False))
        cast.session.commit()
    return office.login(id_number(serial), code)


def told(office: Office, file: int, serial: int = OURS) -> list[str]:
    """What the page says, a text a line, newest first."""
    page = teacher(office, file, serial).get("/me/file/")
    assert page.status_code == 200
    found = re.findall(r"<li>.*?</li>", page.text.partition('<ol class="line">')[2], re.DOTALL)
    assert bool(found) != (NOTHING in page.text)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", each)).split()) for each in found]


def count(office: Office, model: Any, *conditions: Any) -> int:
    with office.cast() as cast, acting(cast.session, CONSOLE):
        statement = select(func.count()).select_from(model).where(*conditions)
        return cast.session.scalar(unscoped(statement, "a test")) or 0


def reads(office: Office, file: int) -> int:
    return count(office, AuditEvent, AuditEvent.act == READ, AuditEvent.teacher_id == file)


# -- reading ---------------------------------------------------------------------------------------


def test_own_reading_is_no_line_and_without_any_it_is_said(
    office: Office, files: list[int]
) -> None:
    page = teacher(office, files[1], OTHERS)
    own = page.get(f"/teacher/details/?id={files[1]}")

    assert "/me/file/" in own.text
    assert reads(office, files[1]) == 0
    assert told(office, files[1], OTHERS) == []


def test_reading_is_told_once_a_day_by_day(office: Office, files: list[int]) -> None:
    reader = office.login("school_info")
    for _ in range(3):
        assert reader.get(f"/teacher/details/?id={files[0]}").status_code == 200
    reader.get("/teacher/history/", id=files[0])

    assert reads(office, files[0]) == 1
    (line,) = told(office, files[0])
    assert line.startswith("查看档案 东湖县第一小学 · 信息管理员")
    assert "school_info" in line
    assert re.search(r"\d{4}-\d\d-\d\d$", line)
    assert told(office, files[1], OTHERS) == []


def test_another_reader_and_another_day_are_other_lines(office: Office, files: list[int]) -> None:
    path = f"/teacher/details/?id={files[0]}"
    office.login("school_info").get(path)
    office.login("county_info").get(path)
    with office.cast() as cast, acting(cast.session, CONSOLE):
        day = cast.session.scalar(unscoped(select(FileRead.day).limit(1), "a test"))
        earlier = update(FileRead).values(day=day - timedelta(days=1))
        cast.session.execute(unscoped(earlier, "a test"))
        cast.session.commit()
    office.login("school_info").get(path)

    lines = told(office, files[0])
    assert [("东湖县教育局" in line) for line in lines] == [False, True, False]


def test_every_page_of_a_file_counts(office: Office, files: list[int]) -> None:
    row = office.row_of("contact", files[0])
    pages = (
        f"/teacher/details/?id={files[0]}",
        f"/teacher/history/?id={files[0]}",
        f"/contact/details/?id={row}",
        f"/contact/edit/?id={row}",
        f"/why/?file={files[0]}&do=submit",
    )
    readers = ("school_info", "county_info", "province_info", "school_info", "county_query")
    for path, name in zip(pages, readers, strict=True):
        before = reads(office, files[0])
        with office.cast() as cast, acting(cast.session, CONSOLE):
            cast.session.execute(unscoped(FileRead.__table__.delete(), "a test"))
            cast.session.commit()
        assert office.login(name).get(path).status_code == 200, path
        assert reads(office, files[0]) == before + 1, path


def test_the_inbox_counts(office: Office, desk: list[int]) -> None:
    office.login("county_info").get(f"/inbox/file/?id={desk[0]}")

    assert [reads(office, each) for each in desk] == [1, 0, 0]


def test_lists_and_strangers_leave_no_line(office: Office, files: list[int]) -> None:
    office.login("school_info").get("/teacher/")
    office.login("school_info").get("/contact/")
    answer = office.login("neighbour_info").get(f"/teacher/details/?id={files[0]}")

    assert answer.status_code == 404
    assert told(office, files[0]) == []


def test_many_readers_at_once_are_one(office: Office, files: list[int]) -> None:
    panels = [office.login("school_info") for _ in range(6)]

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda p: p.get(f"/teacher/details/?id={files[0]}"), panels))

    assert {answer.status_code for answer in answers} == {200}
    assert reads(office, files[0]) == 1
    assert count(office, FileRead) == 1


def test_the_files_history_is_not_filled_with_readers(office: Office, files: list[int]) -> None:
    reader = office.login("school_info")
    reader.get(f"/teacher/details/?id={files[0]}")

    assert "查看档案" not in reader.get("/teacher/history/", id=files[0]).text


# -- numbers, paper, exports -----------------------------------------------------------------------


def test_a_reveal_is_told_with_its_purpose(office: Office, files: list[int]) -> None:
    purpose = f"核对<b>社保</b> {id_number(OURS)}"
    office.login("school_info").post(f"/teacher/reveal/?id={files[0]}", {"purpose": purpose})

    (line,) = told(office, files[0])
    assert line.startswith("查看完整号码 东湖县第一小学")
    assert "用途：核对<b>社保</b>" in line
    assert id_number(OURS) not in line


def test_a_search_by_number_is_told(office: Office, files: list[int]) -> None:
    office.login("school_info").post("/find", {"term": id_number(OURS)})

    assert told(office, files[0])[0].startswith("按证件号码查到")


def test_a_printed_list_is_told_to_all_on_it(office: Office, files: list[int]) -> None:
    reader = office.login("school_info")
    reader.get("/teacher/print/", search="王看")
    reader.get("/contact/print/", search="王看")

    assert [line.partition(" 东湖")[0] for line in told(office, files[0])] == ["打印名单"] * 2
    assert "联系方式" in told(office, files[0])[0]
    assert told(office, files[1], OTHERS) == []
    assert count(office, AuditEvent, AuditEvent.act == PRINT) == 2


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_an_export_at_once_is_told(office: Office, files: list[int], fmt: str) -> None:
    answer = office.login("school_info").get(f"/teacher/export/{fmt}/", search="王看")

    assert answer.status_code == 200
    (line,) = told(office, files[0])
    number = re.search(r"导出 (\S+) ", line)
    assert number
    assert number[1] in unescape(answer.headers["Content-Disposition"])
    assert "教师列表" in line
    assert "证件号码已遮盖" in line
    assert told(office, files[1], OTHERS) == []


def test_full_numbers_and_chosen_columns_are_told(office: Office, files: list[int]) -> None:
    form = {"content": "roster", "fmt": "csv", "codes": "label", "unmask": "1"}
    form |= {"column": ["teacher.id_number", "contact.mobile"], "purpose": "核对社保名单"}
    reader = office.login("school_info")
    answer = reader.post("/teacher/export/run/?search=王看", form, buffered=True)

    assert answer.status_code == 200
    (line,) = told(office, files[0])
    assert "含完整证件号码" in line
    assert "用途：核对社保名单" in line
    assert "联系方式：" in line


def test_an_export_of_others_is_not(office: Office, files: list[int]) -> None:
    office.make_file("3136000201")
    office.login("neighbour_info").get("/teacher/export/csv/")

    assert count(office, ExportReach) == 1
    assert told(office, files[0]) == []


def test_pages_go_back_in_time(
    office: Office, files: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tms.admin_views.reach.LINES", 2)
    reader = office.login("school_info")
    for table in ("teacher", "contact", "basic_information"):
        reader.get(f"/{table}/export/csv/")
    browser = teacher(office, files[0])
    pages = [browser.get("/me/file/", page=page).text for page in range(3)]

    assert [len(re.findall("导出 ", page)) for page in pages] == [2, 1, 0]
    assert 'rel="next" href="/me/file/?page=1"' in pages[0]
    assert 'rel="prev" href="/me/file/"' in pages[1]


@pytest.mark.parametrize("name", ["school_info", "school_admin", "auditor", "county_info"])
def test_staff_have_no_such_page(office: Office, files: list[int], name: str) -> None:
    browser = office.login(name)

    assert browser.get("/me/file/").status_code == 403
    assert "/me/file/" not in browser.get("/").text
