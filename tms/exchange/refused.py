"""Rows that were not taken as a file: the same columns, the row's number and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tms.errors import Say, Term, term
from tms.exchange.cells import shown
from tms.exchange.columns import normal
from tms.exchange.labels import PROBLEMS, ROW
from tms.exchange.stages import CheckedRow, Sheet
from tms.exchange.write import SheetRows, heads_of, write_file

COLON: Final = Term("：", ": ")
SEMICOLON: Final = Term("；", "; ")
_OWN: Final = frozenset(normal(name) for fixed in (ROW, PROBLEMS) for name in fixed.names)


def write_refused(path: Path, rows: Sequence[CheckedRow], say: Say = str) -> int:
    """Write *rows* to *path*, sheet by sheet; returns how many there were.

    Values are untouched, numbers are text. What an earlier file of this kind added is dropped, so
    that the file can go back and forth. CSV has one sheet; there the columns of the first lead.
    """
    sheets: dict[int, tuple[Sheet, list[CheckedRow]]] = {}
    for row in rows:
        sheet = row.origin.sheet
        sheets.setdefault(id(sheet), (sheet, []))[1].append(row)
    contents = [_contents(sheet, some, say) for sheet, some in sheets.values()]
    return write_file(path, path.suffix.lower().lstrip(".") or "csv", contents)


def _contents(sheet: Sheet, rows: Sequence[CheckedRow], say: Say) -> SheetRows:
    places = [n for n, header in enumerate(sheet.header) if normal(header) not in _OWN]
    header = [*(sheet.header[n] for n in places), *(say(term(own)) for own in (ROW, PROBLEMS))]
    return SheetRows(sheet.name, heads_of(header), _lines(places, rows, say))


def _lines(places: Sequence[int], rows: Sequence[CheckedRow], say: Say) -> Iterator[list[str]]:
    colon, semicolon = say(COLON), say(SEMICOLON)
    for row in rows:
        cells = row.origin.raw.cells
        reasons = dict.fromkeys(f"{say(p.column)}{colon}{say(p.reason)}" for p in row.problems)
        number = str(row.origin.raw.number)
        yield [*(shown(cells[n]) for n in places), number, semicolon.join(reasons)]
