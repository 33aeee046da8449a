"""The old container of Office, a file system within a file: its directory and its streams.

Source: [MS-CFB]. Sectors are linked by a table (FAT), whose own sectors are listed in the header
and, of large files, in a chain of further sectors (DIFAT).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from tms.exchange.limits import BROKEN
from tms.exchange.stages import FileRefused

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER: Final = 76
_LISTED: Final = 109
#: From here on numbers of sectors mean something else, such as the end of a chain.
_LAST: Final = 0xFFFFFFFA
_ENTRY: Final = 128
_ROOT: Final = 5
#: Streams below this lie together in the root's, in small sectors. The header says so too, but
#: calamine asks no header, and a false one must not show us another stream than it reads.
SMALL: Final = 4096
_SMALL_SECTOR: Final = 64


class Compound:
    """An opened compound file."""

    def __init__(self, data: bytes) -> None:
        """:raises FileRefused: the directory cannot be read."""
        self.data = data
        try:
            self.sector = 1 << self._header("<H", 30)
            if not data.startswith(MAGIC) or self.sector not in (512, 4096):
                raise FileRefused(BROKEN)
            self.table = self._table()
            #: Where the small streams begin.
            self.root = _LAST
            #: First sector and size of each stream by name.
            self.streams = dict(self._entries(self._chain(self._header("<I", 48))))
        except (struct.error, UnicodeDecodeError) as error:
            raise FileRefused(BROKEN) from error

    def read(self, name: str) -> bytes:
        """The whole stream *name*.

        :raises FileRefused: the file ends before it does.
        """
        start, size = self.streams[name]
        found = self._small(start, size) if size < SMALL else self._chain(start)
        if len(found) < size:
            raise FileRefused(BROKEN)
        return found[:size]

    def _small(self, number: int, size: int) -> bytes:
        """*size* bytes of a stream without sectors of its own, rounded up."""
        if not size:
            return b""
        table = self._numbers(self._chain(self._header("<I", 60)))
        room = self._chain(self.root)
        pieces: list[bytes] = []
        while number < _LAST and len(pieces) * _SMALL_SECTOR < size:
            if number >= len(table):
                raise FileRefused(BROKEN)
            pieces.append(room[number * _SMALL_SECTOR : (number + 1) * _SMALL_SECTOR])
            number = table[number]
        return b"".join(pieces)

    def _header(self, form: str, place: int) -> int:
        return int(struct.unpack_from(form, self.data, place)[0])

    def _at(self, number: int) -> bytes:
        """One sector; the last of a file may be short."""
        start = (number + 1) * self.sector
        if start >= len(self.data):
            raise FileRefused(BROKEN)
        return self.data[start : start + self.sector]

    def _table(self) -> list[int]:
        listed = [n for n in self._numbers(self.data[_HEADER : _HEADER + 4 * _LISTED]) if n < _LAST]
        further, seen = self._header("<I", 68), 0
        while further < _LAST and seen * self.sector < len(self.data):
            *numbers, further = self._numbers(self._at(further))
            listed += [n for n in numbers if n < _LAST]
            seen += 1
        if len(listed) > 2 + len(self.data) // self.sector // (self.sector // 4) * 2:
            raise FileRefused(BROKEN)  # a longer table than the file has sectors
        return [n for sector in listed for n in self._numbers(self._at(sector))]

    @staticmethod
    def _numbers(piece: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(piece) // 4}I", piece[: len(piece) // 4 * 4])

    def _chain(self, number: int) -> bytes:
        pieces: list[bytes] = []
        while number < _LAST:
            if number >= len(self.table) or len(pieces) * self.sector > len(self.data):
                raise FileRefused(BROKEN)  # it leads out of the file, or in a circle
            pieces.append(self._at(number))
            number = self.table[number]
        return b"".join(pieces)

    def _entries(self, directory: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
        for place in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, place + 64)
            if 2 <= length <= 64 and kind:
                name = directory[place : place + length - 2].decode("utf-16-le", "replace")
                start, size = struct.unpack_from("<II", directory, place + 116)
                if kind == _ROOT:
                    self.root = start
                yield name, (start, size)
