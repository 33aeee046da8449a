"""First stage: a file becomes sheets of raw rows. Nobody asks yet what the columns mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import tablib

from tms.errors import message
from tms.exchange.delimited import read_delimited, read_pasted
from tms.exchange.header import LOOKED_AT, find_header
from tms.exchange.kinds import kind_of
from tms.exchange.limits import MAX_CELLS, refuse_cells, refuse_size
from tms.exchange.notes import remarks
from tms.exchange.read_formats import Worksheet
from tms.exchange.sheet_names import is_ignored
from tms.exchange.stages import FileRefused, NoValue, RawRow, Sheet

EMPTY: Final = message("文件是空的：没有找到表头。")


def parse(data: bytes, filename: str, known: Collection[str] = ()) -> list[Sheet]:
    """The sheets of *data*; the content decides the format, not the name.

    :param known: what headers may say (`columns.normal`), to find them among other lines.
    :raises FileRefused: it is no spreadsheet, too large, empty or dangerous.
    """
    refuse_size(len(data))
    kind = kind_of(data)
    if kind == "text":
        name = Path(filename).stem or "CSV"
        return _filled([_sheet(name, read_delimited(data), known)])
    book = tablib.Databook().load(BytesIO(data), kind)
    sheets = [sheet for sheet in book.sheets() if not is_ignored(sheet.title)]
    return _filled([_worksheet(sheet, known) for sheet in sheets])


def parse_pasted(text: str, known: Collection[str] = (), name: str = "粘贴") -> list[Sheet]:
    """The one sheet of *text* as a browser gets it from a spreadsheet's clipboard.

    :raises FileRefused: there is nothing in it, or too much.
    """
    refuse_size(len(text.encode("utf-8", "surrogatepass")))
    return _filled([_sheet(name, read_pasted(text), known)])


def _filled(sheets: Iterable[Sheet | None]) -> list[Sheet]:
    found = [sheet for sheet in sheets if sheet]
    if not found:
        raise FileRefused(EMPTY)
    return found


def _worksheet(read: Worksheet, known: Collection[str]) -> Sheet | None:
    sheet = _sheet(read.title, read, known, is_hidden=read.notes.is_hidden)
    if sheet:
        sheet.remarks.extend(remarks(sheet, read.notes))
        _mark(sheet, read.notes.failed)
    return sheet


def _mark(sheet: Sheet, failed: Mapping[tuple[int, int], str]) -> None:
    """Put what is shown in place of a formula's result into the cells, which were read as empty."""
    rows = {row.number: row.cells for row in sheet.rows} if failed else {}
    for (number, column), shown in failed.items():
        cells = rows.get(number, [])
        if column <= len(cells) and cells[column - 1] in ("", None, 0.0):
            cells[column - 1] = NoValue(shown)


def _sheet(
    name: str, rows: Iterable[Sequence[Any]], known: Collection[str], *, is_hidden: bool = False
) -> Sheet | None:
    filled = (RawRow(n, list(row)) for n, row in enumerate(rows, 1) if not _is_blank(row))
    first = list(islice(filled, LOOKED_AT))
    if not first:
        return None
    header, place = find_header(first, known)
    number = first[place].number
    sheet = Sheet(name, header, [], number, is_hidden=is_hidden)
    most = MAX_CELLS // max(len(header), 1)
    for row in chain(first[place + 1 :], filled):
        _fit(row.cells, len(header))
        sheet.rows.append(row)
        if len(sheet.rows) > most:
            refuse_cells()
    return sheet


def _is_blank(row: Sequence[Any]) -> bool:
    for cell in row:
        if cell is not None and (type(cell) is not str or (cell and not cell.isspace())):
            return False
    return True


def _fit(cells: list[Any], width: int) -> None:
    """Ragged rows: what is missing is empty; what is too much is kept, to be reported."""
    if len(cells) < width:
        cells += [""] * (width - len(cells))
    while len(cells) > width and _is_blank(cells[-1:]):
        cells.pop()
