"""What is to be written: sheets of text, and what the text of each column means.

Rows are text whatever the format: that keeps CSV fast, and a writer that knows types takes the
type from the column. Text that is not of its column's type stays text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

Line = Sequence[str | None]

#: Rows of one sheet; what comes after goes on another one.
SHEET_ROWS: Final = 1_048_575
#: Spreadsheet programs keep fifteen digits of a number; longer ones stay text.
EXACT_DIGITS: Final = 15
#: Day 0 of the programs' calendars, and the first day on which they agree with ours.
EPOCH: Final = date(1899, 12, 30).toordinal()
FIRST_DAY: Final = date(1900, 3, 1).toordinal()
#: In characters of Latin letters.
NARROWEST, WIDEST = 8, 42
#: Of a sheet's name, in every program.
LONGEST_NAME: Final = 31


class CellType(StrEnum):
    """What a spreadsheet program takes a cell for. Months are text: no program knows them."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"


@dataclass(frozen=True)
class Head:
    """One column: its header, and how its cells are to be written."""

    label: str
    type: CellType = CellType.TEXT
    #: Decimal places of numbers.
    places: int = 0
    #: What the content wants, in Latin letters; the label is always readable.
    width: int = 0
    #: Kept out of sight where the format can: ids and versions for the way back.
    is_hidden: bool = False

    @property
    def shown_width(self) -> int:
        """The width of the column, with room for the filter's button."""
        return min(max(NARROWEST, self.width + 1, width_of(self.label) + 4), WIDEST)


@dataclass(frozen=True)
class SheetRows:
    """What one sheet is to hold."""

    name: str
    heads: Sequence[Head]
    rows: Iterable[Line]


@dataclass(frozen=True)
class Stamp:
    """The watermark of an export: what says who took it, to the eye and to `flask tms trace`."""

    #: Number of the export, which leads to its audit event.
    number: str
    #: Name of the sheet, and its lines: what it is about and what is to be said.
    title: str
    lines: Sequence[tuple[str, str]]
    #: One line for the foot of printed pages.
    foot: str


@dataclass(frozen=True)
class Book:
    """A file to be written."""

    sheets: Sequence[SheetRows]
    stamp: Stamp | None = None


class Counted:
    """Counts what passes."""

    def __init__(self, rows: Iterable[Line]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Line]:
        for row in self.rows:
            self.count += 1
            yield row


def heads_of(labels: Iterable[str]) -> list[Head]:
    """Columns of text."""
    return [Head(str(label)) for label in labels]


def width_of(text: str) -> int:
    """How wide *text* is in Latin letters: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def day_number(text: str) -> int | None:
    """The number by which spreadsheet programs count the day *text* (YYYY-MM-DD)."""
    try:
        day = date.fromisoformat(text).toordinal()
    except ValueError:
        return None
    return day - EPOCH if day >= FIRST_DAY else None


def number(text: str) -> float | None:
    """The number that *text* is; None where a program would lose digits of it."""
    if len(text) > EXACT_DIGITS + 2 or sum(c.isdigit() for c in text) > EXACT_DIGITS:
        return None
    try:
        return float(text) if text[-1:].isdigit() and text.isascii() else None
    except ValueError:
        return None


def sheet_name(name: str, part: int = 0) -> str:
    """*name* as every program takes it; later parts of a sheet that was too long are numbered."""
    tail = f"-{part + 1}" if part else ""
    safe = "".join(c for c in name if c not in "[]:*?/\\")[: LONGEST_NAME - len(tail)]
    return (safe.strip("'") or "Sheet") + tail
