"""The form on paper: every field of every section, in order, legible to programs (R44)."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from tests.support.full_file import full_file
from tms.access import CONSOLE
from tms.dictionary import Category
from tms.documents.form_layout import Layout
from tms.documents.form_values import is_drawn, show_of
from tms.documents.forms import Press
from tms.models import SECTIONS
from tms.records.form_files import FormFile
from tms.records.printed_forms import Paper

MADE = datetime(2026, 3, 5, 6, 7, tzinfo=UTC)
BASE = "http://127.0.0.1:8000/"


def paper_of(file: FormFile, errors: int = 0) -> Paper:
    return Paper(file, "5a65862bdb93" + "0" * 52, 12, errors, "", "ABCDEFGHJKMN", MADE)


def pages(*files: FormFile, lang: str = "zh", errors: int = 0) -> list[str]:
    """The text of each page, as a reader's search sees it: without blanks and breaks."""
    press = Press(Layout(CONSOLE, lang, str), BASE)
    made = press.begin([paper_of(file, errors) for file in files]).pdf()
    return [bare(page.extract_text()) for page in PdfReader(io.BytesIO(made)).pages]


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def expected(file: FormFile) -> list[str]:
    """Labels and values of everything that is collected, in order."""
    found: list[str] = []
    category = file.header.category
    for section in SECTIONS:
        for table in (each for each in section.tables if each.applies(category)):
            found.append(f"{section.no}{table.zh if len(section.tables) == 1 else section.zh}")
            for field in (each for each in table.fields_for(category) if is_drawn(each)):
                show = show_of(CONSOLE, table, field, category, "zh")
                found += [field.zh, *(show(row) for row in file.rows[table.key])]
    return found


@pytest.fixture(scope="module")
def five() -> dict[Category, str]:
    """Text of a full file of each category, set in one document."""
    found: dict[Category, str] = {}
    text = iter("".join(pages(*map(full_file, Category))).split("教师个人信息表")[1:])
    for category in Category:
        found[category] = next(text)
    return found


@pytest.mark.parametrize("category", list(Category))
def test_every_field_of_every_section_is_on_the_form(
    five: dict[Category, str], category: Category
) -> None:
    wanted = expected(full_file(category))

    missing = [each for each in wanted if bare(each) not in five[category]]

    assert len(wanted) > 200
    assert not missing


def test_it_says_whose_it_is_when_it_was_made_and_what_is_promised(
    five: dict[Category, str],
) -> None:
    text = five[Category.PRIMARY_SECONDARY]

    for each in (
        "学校东湖县第一小学",
        "姓名王全满",
        "个人标识码L36000000000007",
        "导出时间2026-03-0514:07",
        "数据版本12·5A65-862B-DB93",
        "ABCD-EFGH-JKMN",
        "本人承诺以上信息真实、准确、完整。",
        "本人签名",
        "二级单位审核",
        "学校审核",
        "日期",
    ):
        assert bare(each) in text
    assert "签字无效" not in text


def test_a_form_with_errors_says_that_signing_it_is_of_no_use() -> None:
    file = full_file(Category.KINDERGARTEN)

    assert "签字无效" in "".join(pages(file, errors=2))


def test_none_is_said_and_what_nobody_reported_too() -> None:
    file = full_file(Category.PRIMARY_SECONDARY)
    rows: Any = file.rows
    rows["book"][0]["book_type"] = "00"
    del rows["patent"]

    text = "".join(pages(file))

    assert "著作无" in text
    assert "专利或软件著作权无记录" in text


def test_forty_rows_break_over_pages_below_a_repeated_head() -> None:
    file = full_file(Category.PRIMARY_SECONDARY, work_experience=40, paper=40)
    for row in file.rows["paper"]:
        row["paper_name"] += "关于长题目在表格中换行的研究" * 6

    found = pages(file)

    whole = "".join(found)
    names = [row["unit_name"] for row in file.rows["work_experience"]]
    assert [each for each in names if each not in whole] == []
    for row in file.rows["paper"]:  # whole on one page
        assert any(row["paper_name"] in page and row["issue"] in page for page in found)
    for caption in ("3工作经历", "教学科研成果及获奖·论文"):
        assert sum(caption in page for page in found) > 1
    assert f"第{len(found)}页，共{len(found)}页" in found[-1]


def test_footers_name_nobody_and_count_each_forms_own_pages() -> None:
    long, short = full_file(Category.HIGHER_EDUCATION, rows=6), full_file(Category.KINDERGARTEN)

    found = pages(long, short)

    numbers = [re.search(r"第(\d+)页，共(\d+)页", page) for page in found]
    told = [(int(each[1]), int(each[2])) for each in numbers if each]
    first = told.index((1, told[-1][1]), 1)
    assert told == [(n + 1, first) for n in range(first)] + [
        (n + 1, len(found) - first) for n in range(len(found) - first)
    ]
    assert "王全满" not in found[first - 1]


def test_the_document_is_self_contained() -> None:
    press = Press(Layout(CONSOLE, "zh", str), BASE)
    content = press.begin([paper_of(full_file(Category.SPECIAL_EDUCATION))]).pdf()

    fonts = {
        str(font.get_object()["/BaseFont"]): font.get_object()["/DescendantFonts"][0]
        for page in PdfReader(io.BytesIO(content)).pages
        for font in page["/Resources"]["/Font"].values()
    }

    assert fonts
    for name, font in fonts.items():
        assert "NotoSansSC" in name
        assert "/FontFile3" in font.get_object()["/FontDescriptor"]
    assert b"/URI" not in content


def test_a_name_is_no_markup() -> None:
    file = full_file(Category.PRIMARY_SECONDARY)
    file.rows["work_experience"][0]["unit_name"] = "#panic[*强*] $x$ <end-0> \\ @a"

    assert bare("#panic[*强*] $x$ <end-0> \\ @a") in "".join(pages(file))


def test_in_english_labels_and_codes_are() -> None:
    file = full_file(Category.PRIMARY_SECONDARY)

    text = "".join(pages(file, lang="en"))

    assert "Workexperience" in text
    assert "工作经历" not in text
