"""Workbooks of Excel: XlsxWriter in constant memory, rows in the order they come.

Nothing becomes a formula, a link or a number that was not one; dates and numbers are real ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import xlsxwriter

from tms.exchange.book import (
    SHEET_ROWS,
    Book,
    CellType,
    Head,
    SheetRows,
    Stamp,
    day_number,
    number,
    sheet_name,
)

#: Text stays text.
OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
#: Name of the document's property that carries the number of the export.
PROPERTY: Final = "tms-export"
HEADER: Final = {"bold": True, "bg_color": "#E6EDF5", "bottom": 1, "bottom_color": "#9DB2C9"}
DATE_FORMAT: Final = "yyyy-mm-dd"

Put = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Styles:
    """The cell formats of one workbook."""

    header: Any
    text: Any
    date: Any
    #: By decimal places.
    numbers: tuple[Any, ...]
    plain: Any

    def of(self, head: Head) -> Any:
        """What cells of that column look like, those still empty included."""
        if head.type is CellType.DATE:
            return self.date
        return self.numbers[head.places] if head.type is CellType.NUMBER else self.text


def write_xlsx(out: BinaryIO, book: Book, folder: Path | None = None) -> int:
    """Stream *book* to *out*; counts the rows.

    :param folder: where rows wait until the archive is made; else the system's temporary folder.
    """
    options = OPTIONS | ({"tmpdir": str(folder)} if folder else {})
    with xlsxwriter.Workbook(out, options) as workbook:
        styles = styles_of(workbook)
        count = sum(_write(workbook, sheet, styles, book.stamp) for sheet in book.sheets)
        if book.stamp:
            write_stamp(workbook, book.stamp, styles)
    return count


def styles_of(workbook: Any) -> Styles:
    """The formats that every sheet of *workbook* uses."""
    centred = {"text_wrap": True, "valign": "vcenter", "num_format": "@"}
    whole, cents = ({"num_format": form} for form in ("0", "0.00"))
    return Styles(
        header=workbook.add_format(HEADER | centred),
        text=workbook.add_format({"num_format": "@"}),
        date=workbook.add_format({"num_format": DATE_FORMAT}),
        numbers=(workbook.add_format(whole), None, workbook.add_format(cents)),
        plain=workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
    )


def _write(workbook: Any, sheet: SheetRows, styles: Styles, stamp: Stamp | None) -> int:
    page, count, used = None, 0, 0
    puts: list[Put] = []
    for row in sheet.rows:
        place = count % SHEET_ROWS
        if place == 0:
            _finish(page, sheet.heads, used)
            page = add_page(
                workbook, sheet_name(sheet.name, count // SHEET_ROWS), sheet.heads, styles, stamp
            )
            puts = putters(page, sheet.heads, styles)
        for column, value in enumerate(row):
            if value:
                puts[column](place + 1, column, value)
        count += 1
        used = place + 1
    if page is None:
        page = add_page(workbook, sheet_name(sheet.name), sheet.heads, styles, stamp)
    _finish(page, sheet.heads, used)
    return count


def _finish(page: Any, heads: Any, used: int) -> None:
    if page is not None and heads:
        page.autofilter(0, 0, max(used, 1), len(heads) - 1)


def add_page(workbook: Any, name: str, heads: Any, styles: Styles, stamp: Stamp | None) -> Any:
    """A sheet with its header, frozen, and its columns in their width and form."""
    page = workbook.add_worksheet(name)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    for column, head in enumerate(heads):
        hidden = {"hidden": True} if head.is_hidden else {}
        page.set_column(column, column, head.shown_width, styles.of(head), hidden)
        page.write_string(0, column, head.label, styles.header)
    if stamp:
        page.set_landscape()
        page.set_footer(f"&L{_plain(stamp.foot)}&R&P / &N")
    return page


def _plain(text: str) -> str:
    """*text* for a footer, where the ampersand commands and 255 characters are all."""
    return text.replace("&", "&&")[:200]


def putters(page: Any, heads: Iterable[Head], styles: Styles) -> list[Put]:
    """For each column what writes its cells."""
    return [_putter(page, head, styles) for head in heads]


def _putter(page: Any, head: Head, styles: Styles) -> Put:
    string, numeric, form = page.write_string, page.write_number, styles.of(head)
    if head.type is CellType.TEXT:
        return lambda row, column, value: string(row, column, value, form)
    read = day_number if head.type is CellType.DATE else number

    def put(row: int, column: int, value: str) -> None:
        found = read(value)
        if found is None:
            string(row, column, value, styles.text)
        else:
            numeric(row, column, found, form)

    return put


def write_stamp(workbook: Any, stamp: Stamp, styles: Styles) -> None:
    """The watermark: a last sheet for the eye, a property of the document for `trace`."""
    page = workbook.add_worksheet(stamp.title)
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 90)
    for row, (about, said) in enumerate(stamp.lines):
        page.write_string(row, 0, about, styles.header)
        page.write_string(row, 1, said, styles.plain)
    workbook.set_properties({"comments": stamp.foot, "author": ""})
    workbook.set_custom_property(PROPERTY, stamp.number, "text")
