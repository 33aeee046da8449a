"""Files as schools send them become sheets, with the row numbers the user sees."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.sheets import book_of, csv_of, xlsx_of
from tms.exchange.limits import MAX_ROWS
from tms.exchange.parse import parse
from tms.exchange.stages import FileRefused

HEADER = ("姓名", "性别")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_is_read_in_every_usual_encoding(encoding: str) -> None:
    (sheet,) = parse(csv_of(HEADER, ("张三", "男"), encoding=encoding), "名单.csv")

    assert (sheet.name, sheet.header) == ("名单", ["姓名", "性别"])
    assert sheet.rows[0].cells == ["张三", "男"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = delimiter.join(['"a,b;c\td"', "性别", "x"]) + "\n" + delimiter.join("123")

    (sheet,) = parse(text.encode(), "a.csv")

    assert sheet.header == ["a,b;c\td", "性别", "x"]
    assert sheet.rows[0].cells == ["1", "2", "3"]


def test_a_table_may_begin_like_a_program() -> None:
    assert parse(b"MZ,PDF\n1,2", "a.csv")[0].header == ["MZ", "PDF"]


def test_rows_keep_the_number_of_the_sheet_and_blank_ones_are_skipped() -> None:
    data = csv_of((), HEADER, ("张三", "男"), ("", " "), ("多行\n文字", "女"), ("李四", "男"))

    (sheet,) = parse(data, "a.csv")

    assert sheet.header_row == 2
    assert [row.number for row in sheet.rows] == [3, 5, 6]


def test_a_title_above_the_header_is_passed_over() -> None:
    (sheet,) = parse(xlsx_of(("新教师名单", ""), HEADER, ("张三", "男")), "a.xlsx")

    assert sheet.header == ["姓名", "性别"]
    assert sheet.rows[0].number == 3


def test_ragged_rows_are_filled_and_what_is_too_much_is_kept() -> None:
    (sheet,) = parse(b"a,b,c\n1\n1,2,3,4\n1,2,3,,\n", "a.csv")

    assert [row.cells for row in sheet.rows] == [
        ["1", "", ""],
        ["1", "2", "3", "4"],
        ["1", "2", "3"],
    ]


def test_cells_of_a_workbook_come_typed_and_all_sheets_are_read() -> None:
    rows = [("a", "b", "c"), (20, date(1980, 1, 2), datetime(1980, 1, 2, 3, 4))]

    first, second = parse(book_of({"一": rows, "空": [], "二": [("x", "y"), ("1", "")]}), "a.xlsx")

    assert first.rows[0].cells[:2] == [20, date(1980, 1, 2)]
    assert (second.name, second.rows[0].cells) == ("二", ["1", ""])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"  \n\n", "空的"),
        (b"a,b\n1\0,2\n", "空字符"),
        (b'a,b\n"1,2\n', "引号"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "损坏"),
        (b"PK\x03\x04nonsense", "损坏"),
        (b"\xff\x00\xfe" * 5, "编码"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(data: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        parse(data, "a.csv")


def test_more_rows_than_one_file_may_have_are_refused() -> None:
    with pytest.raises(FileRefused, match="200000"):
        parse(b"a,b\n" + b"1,2\n" * (MAX_ROWS + 1), "a.csv")


@given(st.binary(max_size=300))
def test_no_bytes_make_the_parser_crash(data: bytes) -> None:
    with suppress(FileRefused):
        parse(data, "a.csv")


@given(st.text(max_size=300))
def test_no_text_makes_the_parser_crash(text: str) -> None:
    try:
        sheets = parse(text.encode("utf-8", "surrogatepass"), "a.csv")
    except FileRefused:
        return
    assert all(len(row.cells) >= len(s.header) for s in sheets for row in s.rows)
