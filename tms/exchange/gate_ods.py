"""What the gate looks for in an OpenDocument spreadsheet: its rows and cells may repeat a billion
times in one line of XML, so they are counted as a reader would lay them out."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from typing import Final

# Its dangers, DTDs and entities, end the parse (`_refuse`).
from xml.parsers import expat  # noqa: S407  # nosec B407

from tms.exchange.limits import (
    BROKEN,
    MACROS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    PROTECTED,
    TOO_LARGE,
    refuse_cells,
    refuse_extent,
    refuse_sheets,
)
from tms.exchange.notes import NOTHING, Notes
from tms.exchange.stages import FileRefused

CONTENT: Final = "content.xml"
MANIFEST: Final = "META-INF/manifest.xml"
_ROWS: Final = "table:number-rows-repeated"
_COLUMNS: Final = "table:number-columns-repeated"
#: Each cell has a paragraph or two.
_MOST_ELEMENTS: Final = 4 * MAX_CELLS
#: Bytes that the parser may hold back; of one long tag it would hold all.
_LONGEST_TAG: Final = 4 << 20
_CELLS: Final = frozenset({"table:table-cell", "table:covered-table-cell"})
_INVISIBLE: Final = frozenset({"collapse", "filter"})


class OdsSearch:
    """Searches the parts as they are unpacked and walks through the cells."""

    def __init__(self) -> None:
        self.found: dict[str, Notes] = {}
        self.sheet = Notes()
        self.row = self.row_repeat = self.column = self.cells = 0
        self.elements = self.fed = 0
        self.is_unseen = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.StartDoctypeDeclHandler = _refuse

    def names(self, names: Sequence[str]) -> None:
        """:raises FileRefused: a part holds macros."""
        if any(name.startswith(("Basic/", "Scripts/")) and name[-1] != "/" for name in names):
            raise FileRefused(MACROS)

    def feed(self, piece: bytes, name: str, tail: int) -> None:
        """Search *piece* of part *name*; its first *tail* bytes were searched before.

        :raises FileRefused: it is encrypted, damaged or larger than a file may be.
        """
        if name == MANIFEST and b"encryption-data" in piece:
            raise FileRefused(PROTECTED)
        if name == CONTENT:
            self._parse(piece[tail:], False)

    def end(self, name: str) -> None:
        """:raises FileRefused: the table ends in the middle."""
        if name == CONTENT:
            self._parse(b"", True)

    def notes(self, archive: zipfile.ZipFile) -> dict[str, Notes]:
        """What was counted, by name of the sheet."""
        return self.found

    def _parse(self, piece: bytes, is_final: bool) -> None:
        self.fed += len(piece)
        try:
            self.parser.Parse(piece, is_final)
        except expat.ExpatError as error:
            raise FileRefused(BROKEN) from error
        if self.fed - self.parser.CurrentByteIndex > _LONGEST_TAG:
            raise FileRefused(BROKEN)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > _MOST_ELEMENTS:
            raise FileRefused(TOO_LARGE)
        if name in _CELLS:
            self._cell(attributes)
        elif name == "table:table-row":
            self.row += self.row_repeat
            self.row_repeat = _times(attributes, _ROWS)
            self.column = 0
            self.is_unseen = attributes.get("table:visibility") in _INVISIBLE
        elif name == "table:table":
            self.sheet = self.found.setdefault(attributes.get("table:name", ""), Notes())
            self.row = self.row_repeat = 0
            if len(self.found) > MAX_SHEETS:
                refuse_sheets()

    def _cell(self, attributes: dict[str, str]) -> None:
        repeat = _times(attributes, _COLUMNS)
        if any(key.startswith("office:") or key == "table:formula" for key in attributes):
            last_row, last_column = self.row + self.row_repeat, self.column + repeat
            if last_row > MAX_ROWS + 1 or last_column > MAX_COLUMNS:
                refuse_extent()
            self.cells += repeat * self.row_repeat
            if self.cells > MAX_CELLS:
                refuse_cells()
            self._note(attributes)
        self.column += repeat

    def _note(self, attributes: dict[str, str]) -> None:
        if self.is_unseen:
            self.sheet.hidden_rows += self.row_repeat
            self.is_unseen = False
        if attributes.get("calcext:value-type") == "error":
            self.sheet.fail(self.row + 1, self.column + 1, "#VALUE!")
        elif "table:formula" in attributes and "office:value-type" not in attributes:
            self.sheet.fail(self.row + 1, self.column + 1, NOTHING)
        rows = _times(attributes, "table:number-rows-spanned")
        if rows > 1 or _times(attributes, "table:number-columns-spanned") > 1:
            self.sheet.merge(self.row + rows)


def _times(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name)
    if text is None:
        return 1
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise FileRefused(BROKEN)
    return int(text)


def _refuse(*_declaration: object) -> None:
    raise FileRefused(BROKEN)
