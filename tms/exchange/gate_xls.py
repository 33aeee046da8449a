"""What the gate looks for in an XLS workbook: passwords, formulas in error, rows nobody sees.

Source: [MS-XLS], records of BIFF8. Older books, before Excel 97, are left to the parser.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Final

from tms.exchange.limits import BROKEN, MAX_SHEETS, PROTECTED, refuse_sheets
from tms.exchange.notes import NOTHING, Notes
from tms.exchange.ole import Compound
from tms.exchange.stages import FileRefused
from tms.exchange.xls_formula import is_number, shared_from

STREAM: Final = "Workbook"
_FORMULA, _DATES, _PASSWORD, _WRITER, _NAME = 0x06, 0x22, 0x2F, 0x5C, 0x85
_TRUTH, _ROW, _BEGIN = 0x205, 0x208, 0x809
_WANTED: Final = frozenset({_FORMULA, _DATES, _PASSWORD, _WRITER, _NAME, _TRUTH, _ROW, _BEGIN})
#: Lengths below which such a record is damaged.
_SHORTEST: Final = {_FORMULA: 22, _DATES: 2, _NAME: 8, _TRUTH: 8, _ROW: 16, _BEGIN: 4}
#: A formula of an array of cells, or of several cells that share it; where its length stands.
_SHARES: Final = {0x221: 12, 0x4BC: 8}
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
#: LibreOffice calls whoever saved the file so, whatever the user's name.
_CALC: Final = b"\x04\0\0Calc"


def inspect_xls(data: bytes) -> dict[str, Notes]:
    """What is odd about the sheets, by name.

    :raises FileRefused: it is protected or damaged.
    """
    book = Compound(data)
    stream = book.read(STREAM) if STREAM in book.streams else b""
    return _Walk(stream).through() if stream else {}


class _Walk:
    """Follows the records of a workbook."""

    def __init__(self, stream: bytes) -> None:
        self.stream = stream
        self.found: dict[str, Notes] = {}
        self.sheet = Notes()
        #: Where its records begin.
        self.start = 0
        #: Name of each sheet by where it begins.
        self.names: dict[int, str] = {}
        self.is_1904 = False
        self.is_of_libreoffice = False

    def through(self) -> dict[str, Notes]:
        """All records; what was found, by name of the sheet."""
        stream = self.stream
        for kind, place, length in _records(stream, _WANTED):
            if length < _SHORTEST.get(kind, 0):
                raise FileRefused(BROKEN)
            if kind == _PASSWORD:
                raise FileRefused(PROTECTED)
            if kind == _BEGIN:
                if struct.unpack_from("<H", stream, place)[0] != _BIFF8:
                    return {}
                self.start = place
                self.sheet = self.found.setdefault(self.names.get(place - 4, ""), Notes())
            elif kind == _NAME:
                self._name(place, length)
            elif kind == _DATES:
                self.is_1904 = stream[place] == 1
            elif kind == _WRITER:
                self.is_of_libreoffice = stream.startswith(_CALC, place)
            else:
                self._cell(kind, place)
        for notes in self.found.values():
            notes.is_1904 = self.is_1904
        return self.found

    def _name(self, place: int, length: int) -> None:
        start, _, size, flags = struct.unpack_from("<IHBB", self.stream, place)
        text = self.stream[place + 8 : place + length]
        name = text[: size * 2].decode("utf-16-le", "replace") if flags & 1 else ""
        self.names[start] = name or text[:size].decode("latin-1")
        if len(self.names) > MAX_SHEETS:
            refuse_sheets()

    def _cell(self, kind: int, place: int) -> None:
        stream = self.stream
        row, column = struct.unpack_from("<HH", stream, place)
        if kind == _ROW:
            first, after = struct.unpack_from("<HH", stream, place + 2)
            is_hidden = stream[place + 12] & _HIDDEN and after > first
            self.sheet.hidden_rows += bool(is_hidden)
            return
        if kind == _TRUTH:
            shown = _error(stream[place + 6]) if stream[place + 7] == 1 else ""
        else:
            shown = self._failed(place)
        if shown:
            self.sheet.fail(row + 1, column + 1, shown)

    def _failed(self, place: int) -> str:
        """What is shown for the formula at *place* if it has no result; "" where it has one."""
        result = self.stream[place + 6 : place + 14]
        if result.endswith(b"\xff\xff"):
            return _error(result[2]) if result[0] == _IS_ERROR else ""
        if any(result) or not self.is_of_libreoffice:
            return ""
        tokens = _tokens(self.stream, place + 20)
        if whose := shared_from(tokens):
            return "" if self._shared.get((self.start, *whose)) else NOTHING
        return "" if is_number(tokens) else NOTHING

    @cached_property
    def _shared(self) -> dict[tuple[int, int, int], bool]:
        """By sheet, row and column of their first cell: whether shared formulas are of numbers."""
        found, start = {}, 0
        for kind, place, length in _records(self.stream, {_BEGIN, *_SHARES}):
            if kind == _BEGIN:
                start = place
            elif length >= _SHARES[kind] + 2:
                row, _, column = struct.unpack_from("<HHB", self.stream, place)
                tokens = _tokens(self.stream, place + _SHARES[kind])
                found[start, row, column] = is_number(tokens)
        return found


def _tokens(stream: bytes, place: int) -> bytes:
    """A formula, behind its length."""
    size = struct.unpack_from("<H", stream, place)[0]
    return stream[place + 2 : place + 2 + size]


def _error(code: int) -> str:
    return _ERRORS.get(code, "#VALUE!")


def _records(stream: bytes, wanted: Collection[int]) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of the content of each of the records *wanted*.

    :raises FileRefused: the last of them is cut off.
    """
    head = struct.Struct("<HH").unpack_from
    place, end = 0, len(stream) - 4
    while place <= end:
        kind, length = head(stream, place)
        place += 4 + length
        if kind in wanted:
            if place > len(stream):
                raise FileRefused(BROKEN)
            yield kind, place - length, length
