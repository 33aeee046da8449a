"""tablib's formats xlsx, xls and ods, the reading half: calamine, 11 times faster than its own.

tablib stays the one interface to spreadsheets (DESIGN.md 4.8); importing this module registers the
formats, so that whatever uses tablib passes the same gate. `formats` adds the writing half.
"""

from __future__ import annotations

from typing import IO, Any, ClassVar

import tablib
from tablib.formats import registry

from tms.exchange.kinds import ZIP_MAGIC, Kind
from tms.exchange.notes import Notes
from tms.exchange.ole import MAGIC as OLE_MAGIC
from tms.exchange.spreadsheet import read_workbook


class Worksheet(tablib.Dataset):  # type: ignore[misc]
    """A dataset that knows what was odd about its sheet."""

    notes: Notes = Notes()


class Reader:
    """A format as tablib calls it; each has its kind."""

    title: ClassVar[str] = "xlsx"
    kind: ClassVar[Kind] = "xlsx"
    magic: ClassVar[bytes] = ZIP_MAGIC

    @classmethod
    def detect(cls, stream: IO[bytes]) -> bool:
        """Whether *stream* begins as such a file does."""
        head = stream.read(len(cls.magic))
        stream.seek(0)
        return head == cls.magic

    @classmethod
    def import_book(cls, book: Any, stream: IO[bytes], headers: bool = False) -> None:
        """Fill *book* with the sheets, typed; all rows of a sheet are equally long."""
        book.wipe()
        for name, notes, rows in read_workbook(stream.read(), cls.kind):
            sheet = Worksheet(title=name)
            sheet.notes = notes
            cls._fill(sheet, rows, headers)
            book.add_sheet(sheet)

    @classmethod
    def import_set(cls, sheet: Any, stream: IO[bytes], headers: bool = True) -> None:
        """Fill *sheet* with the first sheet of the file."""
        sheet.wipe()
        for name, _, rows in read_workbook(stream.read(), cls.kind):
            sheet.title = name
            cls._fill(sheet, rows, headers)
            break

    @staticmethod
    def _fill(sheet: Any, rows: Any, headers: bool) -> None:
        for number, row in enumerate(rows):
            if headers and number == 0:
                sheet.headers = row
            else:
                sheet.append(row)


class XlsReader(Reader):
    """Excel 97–2003."""

    title = "xls"
    kind = "xls"
    magic = OLE_MAGIC


class OdsReader(Reader):
    """OpenDocument."""

    title = "ods"
    kind = "ods"


for _format in (Reader, OdsReader, XlsReader):
    registry.register(_format.title, _format)
