"""Text formats: CSV that no program runs or shortens, and JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from tms.exchange.book import Book, Line, SheetRows
from tms.exchange.guard import guard_cell
from tms.records.read import chunks

#: Rows that are put into their text together.
AT_A_TIME: Final = 1_000


class CsvWriter:
    """UTF-8 with a mark, without which Excel reads Chinese as GBK; dangerous cells neutralised.

    All cells are quoted: LibreOffice offers to divide at semicolons and tabs too, and what stands
    behind one of these, as in ``见;=1+1``, would then be a cell of its own that is run.

    A line beside the header and the rows would be a row to whoever reads the file, so the watermark
    is in the file's name only.
    """

    def __init__(self, out: BinaryIO, _book: Book, _folder: Path | None = None) -> None:
        self.text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")

    def begin(self, sheet: SheetRows) -> None:
        """The header of *sheet*, whose rows come next."""
        self.text.write(_lines([[_cell(head.label) for head in sheet.heads]]))

    def write(self, rows: Iterable[Line]) -> int:
        """Write *rows*; says how many."""
        count = 0
        for part in chunks(rows, AT_A_TIME):
            columns = [_cells(column) for column in zip(*part, strict=True)]
            self.text.write(_lines(zip(*columns, strict=True)))
            count += len(part)
        return count

    def close(self) -> None:
        """Write what is left; the stream stays open."""
        self.text.flush()
        self.text.detach()


def _cells(column: Sequence[str | None]) -> list[str]:
    """Every text as a cell; the same text, such as a code's label, is looked at once."""
    known = {text: _cell(text) for text in set(column)}
    return [known[text] for text in column]


def _cell(text: str | None) -> str:
    """*text* as it stands between a cell's quotes."""
    return guard_cell(text).replace('"', '""') if text else ""


def _lines(rows: Iterable[Sequence[str]]) -> str:
    """The rows as `csv` writes them with all cells quoted, in a fifth of its time."""
    return "".join(['"' + '","'.join(row) + '"\r\n' for row in rows])


class JsonWriter:
    """An array of objects, values by header; with a watermark, an object of both.

    Scripts read the array (the command line writes no watermark); people get
    ``{"export": {…}, "<sheet>": […], …}``.
    """

    def __init__(self, out: BinaryIO, book: Book, _folder: Path | None = None) -> None:
        self.text = io.TextIOWrapper(out, encoding="utf-8", newline="\n")
        self.stamp, self.count, self.header = book.stamp, 0, [""]
        if self.stamp:
            about = {"number": self.stamp.number} | dict(self.stamp.lines)
            self.text.write('{"export": ' + json.dumps(about, ensure_ascii=False))
        self.is_open = False

    def begin(self, sheet: SheetRows) -> None:
        """A key with the sheet's name; without a watermark all rows are one array."""
        self.header = [head.label for head in sheet.heads]
        if self.stamp:
            self._end()
            self.text.write(f",\n{json.dumps(sheet.name, ensure_ascii=False)}: ")
        if not self.is_open:
            self.text.write("[")
            self.is_open, self.count = True, 0

    def write(self, rows: Iterable[Line]) -> int:
        """Write *rows*; says how many."""
        before = self.count
        for row in rows:
            self.text.write(",\n" if self.count else "\n")
            record = dict(zip(self.header, row, strict=True))
            self.text.write(json.dumps(record, ensure_ascii=False))
            self.count += 1
        return self.count - before

    def _end(self) -> None:
        if self.is_open:
            self.text.write("\n]" if self.count else "]")
        self.is_open = False

    def close(self) -> None:
        """Write what is left; the stream stays open."""
        self._end()
        self.text.write("}\n" if self.stamp else "\n")
        self.text.flush()
        self.text.detach()
