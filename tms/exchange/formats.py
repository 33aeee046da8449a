"""tablib's formats: calamine reads (11 times faster), XlsxWriter writes (2.5 times).

tablib stays the one interface to spreadsheets (DESIGN.md 4.8); importing this module registers the
formats, so that whatever uses tablib passes the same gate and the same guards.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, ClassVar

import tablib
from tablib.formats import registry
from tablib.formats._csv import CSVFormat
from tablib.formats._json import JSONFormat

from tms.exchange.book import Book, SheetRows, heads_of
from tms.exchange.read_formats import OdsReader, Reader
from tms.exchange.write import write_to


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


class Xlsx(Writing, Reader):
    """The format as tablib calls it."""

    title = "xlsx"
    extensions = ("xlsx",)


class Ods(Writing, OdsReader):
    """OpenDocument spreadsheets."""

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
