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
    Counted,
    Head,
    Line,
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


class XlsxWriter:
    """Sheets with a frozen header, filters and widths; rows wait in *folder* until the end.

    :param folder: else the system's temporary folder.
    """

    def __init__(self, out: BinaryIO, book: Book, folder: Path | None = None) -> None:
        options = OPTIONS | ({"tmpdir": str(folder)} if folder else {})
        self.workbook = xlsxwriter.Workbook(out, options)
        self.styles, self.stamp = styles_of(self.workbook), book.stamp
        self.page: Any = None

    def begin(self, sheet: SheetRows) -> None:
        """The sheet whose rows come next."""
        self._finish()
        self.sheet, self.part = sheet, 0
        self._begin_page()

    def write(self, rows: Iterable[Line]) -> int:
        """Write *rows*; says how many."""
        counted = Counted(rows)
        for row in counted:
            if self.used == SHEET_ROWS:
                self._finish()
                self.part += 1
                self._begin_page()
            self.used += 1
            for column, value in enumerate(row):
                if value:
                    self.puts[column](self.used, column, value)
        return counted.count

    def _begin_page(self) -> None:
        name = sheet_name(self.sheet.name, self.part)
        self.page = add_page(self.workbook, name, self.sheet.heads, self.styles, self.stamp)
        self.puts, self.used = putters(self.page, self.sheet.heads, self.styles), 0

    def _finish(self) -> None:
        if self.page is not None and self.sheet.heads:
            self.page.autofilter(0, 0, max(self.used, 1), len(self.sheet.heads) - 1)

    def close(self) -> None:
        """The watermark, and the archive; the stream stays open."""
        self._finish()
        if self.stamp:
            write_stamp(self.workbook, self.stamp, self.styles)
        self.workbook.close()


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
