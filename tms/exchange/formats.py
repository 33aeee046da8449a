"""tablib's formats: calamine reads (11 times faster), XlsxWriter writes (2.5 times).

tablib stays the one interface to spreadsheets (DESIGN.md 4.8); importing this module registers the
formats, so that whatever uses tablib passes the same gate and the same guards.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any, ClassVar, Final

import tablib
from tablib.formats import registry
from tablib.formats._csv import CSVFormat
from tablib.formats._json import JSONFormat

from tms.exchange.book import Book, SheetRows, heads_of
from tms.exchange.spreadsheet import read_workbook
from tms.exchange.write import write_to

ZIP_MAGIC: Final = b"PK\x03\x04"


class Writing:
    """The half of a format that writes: datasets of text."""

    title: ClassVar[str]

    @classmethod
    def export_set(cls, dataset: Any, **_options: Any) -> Any:
        """The dataset as a file."""
        return cls.export_book(tablib.Databook([dataset]))

    @classmethod
    def export_book(cls, databook: Any, **_options: Any) -> Any:
        """The datasets as the sheets of a file."""
        out = BytesIO()
        sheets = [
            SheetRows(sheet.title or "Sheet1", heads_of(sheet.headers or []), _texts(sheet))
            for sheet in databook.sheets()
        ]
        write_to(out, cls.title, Book(sheets))
        return out.getvalue()


def _texts(sheet: Any) -> list[list[str | None]]:
    return [[None if value is None else str(value) for value in row] for row in sheet]


class Xlsx(Writing):
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


class Ods(Writing):
    """OpenDocument spreadsheets, written."""

    title = "ods"
    extensions = ("ods",)


class Text(Writing):
    """The half of a text format that writes: tablib expects text."""

    @classmethod
    def export_book(cls, databook: Any, **options: Any) -> str:
        """The datasets, one after the other."""
        return bytes(super().export_book(databook, **options)).decode("utf-8-sig")


class Csv(Text, CSVFormat):  # type: ignore[misc]
    """As tablib's, but no cell is run or shortened by the program that opens it."""


class Json(Text, JSONFormat):  # type: ignore[misc]
    """As tablib's, an object a row."""


for _format in (Xlsx, Ods, Csv, Json):
    registry.register(_format.title, _format)
