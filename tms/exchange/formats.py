"""tablib's xlsx format: calamine reads (11 times faster), XlsxWriter writes (2.5 times).

tablib stays the one interface to spreadsheets (DESIGN.md 4.8); importing this module registers the
format, so that whatever uses tablib passes the same gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

import tablib
import xlsxwriter
from tablib.formats import registry

from tms.exchange.spreadsheet import read_workbook

ZIP_MAGIC: Final = b"PK\x03\x04"
#: Rows of one sheet; what comes after goes on another sheet.
SHEET_ROWS: Final = 1_048_575

#: Text stays text: nothing becomes a formula, a link or a number.
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class Xlsx:
    """The format as tablib calls it."""

    title = "xlsx"
    extensions = ("xlsx",)

    @classmethod
    def detect(cls, stream: IO[bytes]) -> bool:
        """Whether *stream* looks like a zip archive."""
        head = stream.read(4)
        stream.seek(0)
        return head == ZIP_MAGIC

    @classmethod
    def import_book(cls, book: Any, stream: IO[bytes], headers: bool = False) -> None:
        """Fill *book* with the sheets, typed; ragged rows cannot occur."""
        book.wipe()
        for name, rows in read_workbook(stream.read()):
            sheet = tablib.Dataset(title=name)
            cls._fill(sheet, rows, headers)
            book.add_sheet(sheet)

    @classmethod
    def import_set(cls, sheet: Any, stream: IO[bytes], headers: bool = True) -> None:
        """Fill *sheet* with the first sheet of the file."""
        sheet.wipe()
        for name, rows in read_workbook(stream.read())[:1]:
            sheet.title = name
            cls._fill(sheet, rows, headers)

    @staticmethod
    def _fill(sheet: Any, rows: list[list[Any]], headers: bool) -> None:
        for number, row in enumerate(rows):
            if headers and number == 0:
                sheet.headers = row
            else:
                sheet.append(row)

    @classmethod
    def export_set(cls, sheet: Any, **_options: Any) -> bytes:
        """The dataset as a workbook of text."""
        return cls.export_book(tablib.Databook([sheet]))

    @classmethod
    def export_book(cls, book: Any, **_options: Any) -> bytes:
        """The datasets as the sheets of a workbook of text."""
        out = BytesIO()
        with xlsxwriter.Workbook(out, {**_OPTIONS, "in_memory": True}) as workbook:
            for sheet in book.sheets():
                _write_sheet(workbook, sheet.title or "Sheet1", sheet.headers or [], sheet)
        return out.getvalue()


Rows = Iterable[Sequence[str | None]]


def write_xlsx(path: Path, sheets: Iterable[tuple[str, Sequence[str], Rows]]) -> int:
    """Stream sheets (name, header, rows of text) to *path* in constant memory; counts the rows."""
    with xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(path.parent)}) as workbook:
        return sum(_write_sheet(workbook, *sheet) for sheet in sheets)


def _write_sheet(workbook: Any, name: str, header: Sequence[str], rows: Rows) -> int:
    text = workbook.add_format({"num_format": "@"})
    bold = workbook.add_format({"bold": True, "num_format": "@"})
    sheet, count = None, 0
    for row in rows:
        place = count % SHEET_ROWS
        if place == 0:
            sheet = _sheet(workbook, name, count // SHEET_ROWS, header, bold)
        for column, value in enumerate(row):
            if value not in (None, ""):
                sheet.write_string(place + 1, column, str(value), text)  # type: ignore[union-attr]
        count += 1
    if sheet is None:
        _sheet(workbook, name, 0, header, bold)
    return count


def _sheet(workbook: Any, name: str, number: int, header: Sequence[str], style: Any) -> Any:
    safe = "".join(c for c in name if c not in "[]:*?/\\")[:26].strip("'") or "Sheet"
    sheet = workbook.add_worksheet(f"{safe}-{number + 1}" if number else safe)
    sheet.set_column(0, max(len(header) - 1, 0), 18)
    sheet.freeze_panes(1, 0)
    for column, label in enumerate(header):
        sheet.write_string(0, column, str(label), style)
    return sheet


registry.register("xlsx", Xlsx)
