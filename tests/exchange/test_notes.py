"""What is odd about a sheet without being wrong is said as a warning."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import tablib
import xlsxwriter

from tests.exchange.hostile import GOOD, HEADER, PERSON, with_rows
from tests.exchange.sheets import book_of
from tests.exchange.test_imports import WORK, number_of
from tests.support.cast import Cast
from tms.exchange import import_file
from tms.exchange.parse import parse


def book(make: Callable[[Any, Any], None], **options: Any) -> bytes:
    """A workbook with header and person in its first two lines, and what *make* adds."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as made:
        sheet = made.add_worksheet("名单")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, PERSON)
        make(made, sheet)
    return out.getvalue()


def said(data: bytes) -> list[str]:
    (sheet, *_) = parse(data, "a.xlsx", {"姓名", "性别"})
    assert all(p.severity == "warning" and p.row == sheet.header_row for p in sheet.remarks)
    return [str(p.reason) for p in sheet.remarks]


def test_an_ordinary_workbook_has_no_remarks() -> None:
    assert said(book(lambda made, sheet: None)) == []


def test_hidden_rows_are_read_and_counted() -> None:
    def make(made: Any, sheet: Any) -> None:
        sheet.write_row(2, 0, PERSON)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(9, None, None, {"hidden": True})  # without cells: no row

    data = book(make)

    assert len(parse(data, "a.xlsx")[0].rows) == 2
    assert said(data) == ["有1个隐藏的行，也会读入；不需要的请删去。"]


def test_merged_cells_below_the_header_are_counted() -> None:
    (words,) = said(book(lambda made, sheet: sheet.merge_range("A4:A6", "张三")))
    (same,) = said(
        with_rows(
            '<table:table-row><table:table-cell office:value-type="string" '
            'table:number-rows-spanned="2"><text:p>x</text:p></table:table-cell></table:table-row>'
        )
    )

    assert "1处合并单元格" in words
    assert same == words


def test_dates_counted_from_1904_are_read_and_numbers_are_warned_of() -> None:
    def make(made: Any, sheet: Any) -> None:
        sheet.write_datetime(2, 0, date(1980, 1, 2), made.add_format({"num_format": "yyyy-mm-dd"}))

    data = book(make, date_1904=True)

    assert parse(data, "a.xlsx")[0].rows[1].cells[0] == date(1980, 1, 2)
    assert "1904" in said(data)[0]


def test_remarks_come_with_the_result(cast: Cast) -> None:
    number = number_of(cast, cast.make_file())

    def make(made: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, WORK)
        sheet.write_row(1, 0, (number, "一小", "2001-09", "", "教师"))
        sheet.merge_range("B4:C4", "二小")
        made.add_worksheet("代码").hide()
        made.get_worksheet_by_name("代码").write_row(0, 0, ("01", "汉族"))

    actor = cast.act_as("school_info")
    found = import_file(cast.session, actor, book(make), "a.xlsx", incomplete="draft")

    warnings = [p for p in found.problems if p.rule == "sheet"]
    assert [p.sheet for p in warnings] == ["名单"]
    assert "合并" in str(warnings[0].reason)


def test_a_hidden_sheet_is_read_and_known_as_hidden() -> None:
    sheets = parse(book(lambda made, sheet: made.add_worksheet("x").hide()), "a.xlsx")
    assert [sheet.is_hidden for sheet in sheets] == [False]  # an empty one is none

    def make(made: Any, sheet: Any) -> None:
        other = made.add_worksheet("x")
        other.write_row(0, 0, HEADER)
        other.hide()

    assert [s.is_hidden for s in parse(book(make), "a.xlsx")] == [False, True]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_tablib_reads_them_through_the_same_gate(kind: str) -> None:
    data = GOOD[kind]

    (sheet,) = tablib.Databook().load(data, kind).sheets()
    dataset = tablib.Dataset().load(data, kind)

    assert sheet[0] == tuple(dataset.headers)
    assert sheet[1] == dataset[0]
    assert tablib.detect_format(data) in ("xlsx", "xls", "ods")


def test_numbers_of_sheets_do_not_mix() -> None:
    one, two = parse(book_of({"a": [HEADER, PERSON], "b": [("x", "y"), (1, 2.5)]}), "a.xlsx")

    assert (one.name, two.name, two.rows[0].cells) == ("a", "b", [1, 2.5])
