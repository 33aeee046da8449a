"""What a browser gets from the clipboard of Excel, WPS and LibreOffice."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tms.exchange.limits import MAX_COLUMNS
from tms.exchange.parse import parse_pasted
from tms.exchange.stages import FileRefused


def rows_of(text: str) -> list[list[str]]:
    (sheet,) = parse_pasted(text)
    return [sheet.header, *(row.cells for row in sheet.rows)]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_lines_and_tabs_separate(end: str) -> None:
    assert rows_of(end.join(["姓名\t性别", "张三\t男", "李四\t", ""])) == [
        ["姓名", "性别"],
        ["张三", "男"],
        ["李四", ""],
    ]


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ('"一\n二"', "一\n二"),
        ('"一\t二"', "一\t二"),
        ('"他说""好""\n"', '他说"好"\n'),
        ('""', ""),
        ('""""', '"'),
        ('他说"好"', '他说"好"'),
        ('"好"他说', '"好"他说'),
        ('"好', '"好'),
        ('5"', '5"'),
        ("'=1+1", "=1+1"),
        ("a,b;c", "a,b;c"),
    ],
)
def test_quotes_stand_around_what_needs_them(cell: str, meant: str) -> None:
    assert rows_of(f"a\tb\tc\nx\t{cell}\ty") == [["a", "b", "c"], ["x", meant, "y"]]


def test_rows_have_the_number_of_the_spreadsheets_rows() -> None:
    (sheet,) = parse_pasted('标题\n\na\tb\n"1\n2"\t3\n4\t5')

    assert (sheet.header_row, [row.number for row in sheet.rows]) == (3, [4, 5])


@pytest.mark.parametrize("text", ["", "\n\n", " \t \n"])
def test_nothing_is_refused(text: str) -> None:
    with pytest.raises(FileRefused, match="空的"):
        parse_pasted(text)


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(FileRefused, match="300列"):
        parse_pasted("x\t" * MAX_COLUMNS + "x")


@pytest.mark.parametrize("piece", ['"', '""', '"\t', '\t"""', '"x\n', 'x"'])
def test_hostile_quotes_cost_no_more_than_their_length(piece: str) -> None:
    with suppress(FileRefused):
        parse_pasted("a\n" + piece * (200_000 // len(piece)))


@given(st.text(alphabet=st.sampled_from("ab\"\t\n\r '="), max_size=60))
def test_no_text_is_lost_or_crashes(text: str) -> None:
    with suppress(FileRefused):
        (sheet,) = parse_pasted(text)
        assert all(len(row.cells) >= len(sheet.header) for row in sheet.rows)
