"""What the page of an import shows of a row: both sides of a conflict, and texts as texts."""

from __future__ import annotations

import html
import io
import re
from typing import Any

from tests.admin_views.conftest import Office
from tests.admin_views.test_imports import GOOD, HEAD, checked, text, work
from tests.support.cast import id_number
from tms.records import RowChange, save

ACTIVE = "<script>alert(1)</script>"
BASIC = "basic_information"


def cells(page: str) -> list[str]:
    """The cells of the preview as they are drawn."""
    return re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL)


def test_a_conflict_shows_what_is_there_and_what_the_file_says(office: Office) -> None:
    teacher = office.make_file(name="周先", gender="1", id_number=id_number(801))
    row, number = office.row_of(BASIC, teacher), office.number(teacher)
    version = office.scalar("content_version", row, BASIC)
    with office.cast() as cast:
        change = RowChange(teacher, {"former_name": "在面板改的"}, row, version)
        save(cast.session, cast.act_as("school_info"), {BASIC: [change]})
        cast.session.commit()
    body = f"个人标识码,曾用名,记录编号,记录版本\r\n{number},在文件改的,{row},{version}"
    panel = office.login("school_info")
    file = (io.BytesIO(body.encode("utf-8-sig")), "a.csv")

    path = checked(office, panel, file=file)

    (cell,) = [cell for cell in cells(text(panel, path)) if "在文件改的" in cell]
    assert '<span class="was">在面板改的</span>' in cell
    assert "没有覆盖" in cell
    assert "school_info" in cell
    assert "/load/" not in text(panel, path)
    assert office.scalar("former_name", row, BASIC) == "在面板改的"


def test_what_a_file_says_is_text_on_every_page(office: Office) -> None:
    head = f"{HEAD},曾用名,{ACTIVE}"
    lines = [GOOD.replace("钱导入", ACTIVE) + f",{ACTIVE},{ACTIVE}", f"{ACTIVE}{',9x' * 7}"]
    body = "\r\n".join([head, *lines]).encode("utf-8-sig")
    panel = office.login("school_info")
    file: Any = (io.BytesIO(body), f"{ACTIVE.replace('/', '')}.csv")
    path = checked(office, panel, file=file, incomplete="draft", keep="row")
    pages = [text(panel, path + more) for more in ("", "?rows=new", "?rows=see")]
    panel.post(f"{path}load/")
    work(office)

    pages += [text(panel, address) for address in (path, "/import/", "/job/", "/teacher/")]
    teacher = re.search(r"/teacher/details/\?id=(\d+)|/teacher/(\d+)/", pages[-1])
    assert teacher
    pages.append(text(panel, teacher[0]))
    for page in pages:
        assert "<script>alert" not in page
    shown = [html.escape(ACTIVE) in page for page in (pages[1], pages[2], pages[-2], pages[-1])]
    assert shown == [True] * 4
