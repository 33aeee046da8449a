"""What the gate looks for in an XLS workbook: passwords, formulas in error, rows nobody sees.

Source: [MS-XLS], records of BIFF8. Older books, before Excel 97, are left to the parser.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from tms.exchange.limits import BROKEN, MAX_SHEETS, PROTECTED, refuse_sheets
from tms.exchange.notes import Notes
from tms.exchange.ole import Compound
from tms.exchange.stages import FileRefused

STREAM: Final = "Workbook"
_FORMULA, _DATES, _PASSWORD, _NAME = 0x06, 0x22, 0x2F, 0x85
_TRUTH, _ROW, _BEGIN = 0x205, 0x208, 0x809
_WANTED: Final = frozenset({_FORMULA, _DATES, _PASSWORD, _NAME, _TRUTH, _ROW, _BEGIN})
#: Lengths below which such a record is damaged.
_SHORTEST: Final = {_FORMULA: 20, _DATES: 2, _NAME: 8, _TRUTH: 8, _ROW: 16, _BEGIN: 4}
_BIFF8: Final = 0x0600
_HIDDEN: Final = 0x20
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
#: In place of a number: the result is an error, whose code follows.
_IS_ERROR: Final = 2


def inspect_xls(data: bytes) -> dict[str, Notes]:
    """What is odd about the sheets, by name.

    :raises FileRefused: it is protected or damaged.
    """
    book = Compound(data)
    stream = book.read(STREAM) if STREAM in book.streams else None
    return _Walk().through(stream) if stream else {}


class _Walk:
    """Follows the records of a workbook."""

    def __init__(self) -> None:
        self.found: dict[str, Notes] = {}
        self.sheet = Notes()
        #: Name of each sheet by where it begins.
        self.names: dict[int, str] = {}
        self.is_1904 = False

    def through(self, stream: bytes) -> dict[str, Notes]:
        """All records; what was found, by name of the sheet."""
        for kind, place, length in _records(stream):
            if length < _SHORTEST.get(kind, 0):
                raise FileRefused(BROKEN)
            if kind == _PASSWORD:
                raise FileRefused(PROTECTED)
            if kind == _BEGIN:
                if struct.unpack_from("<H", stream, place)[0] != _BIFF8:
                    return {}
                self.sheet = self.found.setdefault(self.names.get(place - 4, ""), Notes())
            elif kind == _NAME:
                self._name(stream, place, length)
            elif kind == _DATES:
                self.is_1904 = stream[place] == 1
            else:
                self._cell(kind, stream, place)
        for notes in self.found.values():
            notes.is_1904 = self.is_1904
        return self.found

    def _name(self, stream: bytes, place: int, length: int) -> None:
        start, _, size, flags = struct.unpack_from("<IHBB", stream, place)
        text = stream[place + 8 : place + length]
        name = text[: size * 2].decode("utf-16-le", "replace") if flags & 1 else ""
        self.names[start] = name or text[:size].decode("latin-1")
        if len(self.names) > MAX_SHEETS:
            refuse_sheets()

    def _cell(self, kind: int, stream: bytes, place: int) -> None:
        row, column = struct.unpack_from("<HH", stream, place)
        if kind == _ROW:
            first, after = struct.unpack_from("<HH", stream, place + 2)
            is_hidden = stream[place + 12] & _HIDDEN and after > first
            self.sheet.hidden_rows += bool(is_hidden)
            return
        code = None
        if kind == _TRUTH and stream[place + 7] == 1:
            code = stream[place + 6]
        elif kind == _FORMULA and stream[place + 12 : place + 14] == b"\xff\xff":
            code = stream[place + 8] if stream[place + 6] == _IS_ERROR else None
        if code is not None:
            self.sheet.fail(row + 1, column + 1, _ERRORS.get(code, "#VALUE!"))


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of the content of each record that says something here."""
    head = struct.Struct("<HH").unpack_from
    place, end = 0, len(stream) - 4
    while place <= end:
        kind, length = head(stream, place)
        if kind in _WANTED:
            yield kind, place + 4, length
        place += 4 + length
