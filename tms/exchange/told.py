"""What was kept of the rows of an import, in little room, for the workbook that tells of it.

A file may have two million problems. A reason or column that many rows share is held once, and a
row holds their numbers.
"""

from __future__ import annotations

import json
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tms.exchange.parts import OUTCOMES, Entry
from tms.exchange.report import Outcome
from tms.exchange.stages import Problem, Severity
from tms.packed import unpack

#: Outcome and length of the personal number, which follows.
_HEAD: Final = struct.Struct("<BB")
#: Of each problem its column, reason and severity.
_PROBLEM: Final = struct.Struct("<IIB")
_SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning")


class Told(Mapping[tuple[str, int], Outcome]):
    """Outcomes by name of the sheet and number of the row."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._rows: dict[str, dict[int, bytes]] = defaultdict(dict)
        self._texts = _Numbered()
        for entry in entries:
            self._rows[entry.sheet][entry.row] = self._packed(entry)

    def _packed(self, entry: Entry) -> bytes:
        number = entry.number.encode()
        pieces = [_HEAD.pack(OUTCOMES.index(entry.outcome), len(number)), number]
        for _place, column, _value, _rule, reason, severity in entry.problems:
            texts = self._texts.add(column), self._texts.add(reason)
            pieces.append(_PROBLEM.pack(*texts, _SEVERITIES.index(severity)))
        return b"".join(pieces)

    def __getitem__(self, place: tuple[str, int]) -> Outcome:
        sheet, row = place
        packed = self._rows[sheet][row] if sheet in self._rows else b""
        if not packed:
            raise KeyError(place)
        outcome, length = _HEAD.unpack_from(packed)
        start = _HEAD.size + length
        number = packed[_HEAD.size : start].decode()
        known, found = self._texts.known, _PROBLEM.iter_unpack(packed[start:])
        problems = (
            Problem(sheet, row, known[column], "", "", known[reason], _SEVERITIES[severity])
            for column, reason, severity in found
        )
        return Outcome(OUTCOMES[outcome], tuple(problems), number)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return ((sheet, row) for sheet, rows in self._rows.items() for row in rows)

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))


class _Numbered:
    """Texts, each once."""

    def __init__(self) -> None:
        self.known: list[Any] = []
        self._places: dict[str, int] = {}

    def add(self, packed: Any) -> int:
        """The place of what *packed* says."""
        key = packed if type(packed) is str else json.dumps(packed, ensure_ascii=False)
        place = self._places.setdefault(key, len(self.known))
        if place == len(self.known):
            self.known.append(unpack(packed))
        return place
