"""First stage: a file becomes sheets of raw rows. Nobody asks yet what the columns mean."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import tablib

from tms.errors import message
from tms.exchange import formats
from tms.exchange.gate import MAX_COLUMNS, MAX_FILE, MAX_ROWS, refuse_extent
from tms.exchange.guard import open_cell
from tms.exchange.sheet_names import is_ignored
from tms.exchange.stages import FileRefused, RawRow, Sheet

OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
DELIMITERS: Final = (",", "\t", ";")
#: Above the header there may stand a title; further down nobody looks.
TITLE_ROWS: Final = 5
MAX_CELL: Final = 100_000


def parse(data: bytes, filename: str) -> list[Sheet]:
    """The sheets of *data*; the content decides the format, not the name.

    :raises FileRefused: it is no spreadsheet, too large, empty or dangerous.
    """
    if len(data) > MAX_FILE:
        raise FileRefused(message("文件超过%(size)d MB，请分成几个文件。", size=MAX_FILE >> 20))
    if data.startswith(OLD_EXCEL):
        raise FileRefused(
            message("这是旧版（.xls）或加密的 Excel 文件，请另存为未加密的 .xlsx 再导入。")
        )
    if data.startswith(formats.ZIP_MAGIC):
        book = tablib.Databook().load(io.BytesIO(data), "xlsx")
        sheets = [(s.title, s) for s in book.sheets() if not is_ignored(s.title)]
    else:
        sheets = [(Path(filename).stem or "CSV", _csv(data))]
    found = [sheet for name, rows in sheets if (sheet := _sheet(name, rows))]
    if not found:
        raise FileRefused(message("文件是空的：没有找到表头。"))
    return found


def _csv(data: bytes) -> list[list[str]]:
    text = _decode(data)
    if "\0" in text:
        raise FileRefused(message("文件含有空字符，不是表格，请另存为 .xlsx 或 .csv 再导入。"))
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        return [[open_cell(cell) for cell in row] for row in _bounded(reader)]
    except csv.Error as error:
        where = reader.line_num
        raise FileRefused(message("第%(line)d行无法读取：引号不成对。", line=where)) from error


def _bounded(reader: Iterable[list[str]]) -> Iterable[list[str]]:
    for number, row in enumerate(reader):
        if number > MAX_ROWS or len(row) > MAX_COLUMNS:
            refuse_extent()
        yield row


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)  # Excel's "Unicode text"
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused(message("文字编码无法识别，请另存为 UTF-8 编码的 .csv 或 .xlsx 再导入。"))


def _delimiter(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "")
    bare = "".join(line.split('"')[::2])  # what stands between quotes does not count
    return max(DELIMITERS, key=bare.count)


def _sheet(name: str, rows: Iterable[Sequence[Any]]) -> Sheet | None:
    filled = [RawRow(n, list(row)) for n, row in enumerate(rows, 1) if not _is_blank(row)]
    if not filled:
        return None
    place = _header_place(filled)
    header = [str(cell).strip() for cell in filled[place].cells]
    while header and not header[-1]:
        header.pop()
    body = [RawRow(row.number, _fitted(row.cells, len(header))) for row in filled[place + 1 :]]
    return Sheet(name, header, body, filled[place].number)


def _is_blank(row: Sequence[Any]) -> bool:
    return not any(cell is not None and (type(cell) is not str or cell.strip()) for cell in row)


def _header_place(rows: list[RawRow]) -> int:
    """The first line, unless it is a title: one cell alone above a line with several."""
    for place, row in enumerate(rows[:TITLE_ROWS]):
        if sum(not _is_blank([cell]) for cell in row.cells) > 1:
            return place
    return 0


def _fitted(cells: list[Any], width: int) -> list[Any]:
    """Ragged rows: what is missing is empty; what is too much is kept, to be reported."""
    if len(cells) < width:
        return cells + [""] * (width - len(cells))
    while len(cells) > width and _is_blank(cells[-1:]):
        cells.pop()
    return cells
