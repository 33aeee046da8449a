"""CSV, TSV and what a spreadsheet puts on the clipboard: bytes or text to rows of text."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from io import BytesIO, TextIOWrapper
from typing import Final

from tms.errors import message
from tms.exchange.guard import open_cell
from tms.exchange.limits import MAX_CELL, MAX_COLUMNS, MAX_ROWS, refuse_extent
from tms.exchange.meter import Meter
from tms.exchange.stages import FileRefused

DELIMITERS: Final = (",", "\t", ";")
#: Where the delimiter is looked for; titles above the header have none.
_HEAD: Final = 1 << 16
_HEAD_LINES: Final = 30
_CHUNK: Final = 1 << 20
#: Characters of a line; what is longer is no table.
_LINE: Final = 4 << 20
#: A quoted cell of the clipboard ends before a tab or at the line's end; what only looks like one
#: is text. The groups never give back what they took, so hostile text costs no more than its size.
_PASTED = re.compile(r'(?:"((?:[^"]|"")*+)"(?=[\t\r\n]|\Z)|([^\t\r\n]*+))(\t|\r\n|\r|\n|\Z)')


def read_delimited(data: bytes) -> Iterator[list[str]]:
    """The rows of *data*, whatever its encoding and delimiter.

    :raises FileRefused: it is no text, or quotes do not pair.
    """
    encoding = _encoding(data)
    text = TextIOWrapper(BytesIO(data), encoding, newline="")
    delimiter = _delimiter(text.read(_HEAD))
    text.seek(0)
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    meter = Meter(2 * len(data))
    try:
        for row in _bounded(reader):
            yield meter.take([open_cell(cell) for cell in row])
    except csv.Error as error:
        where = reader.line_num
        raise FileRefused(message("第%(line)d行无法读取：引号不成对。", line=where)) from error


def read_pasted(text: str) -> Iterator[list[str]]:
    """The rows that a browser's text field gets from Excel, WPS or LibreOffice.

    :raises FileRefused: more rows or columns than a file may have.
    """
    meter = Meter(4 * len(text))
    return map(meter.take, _bounded(_pasted(text)))


def _pasted(text: str) -> Iterator[list[str]]:
    row: list[str] = []
    place = 0
    while place < len(text):
        found = _PASTED.match(text, place)
        if found is None:
            return
        quoted, plain, end = found.groups()
        row.append(open_cell(quoted.replace('""', '"') if quoted is not None else plain))
        place = found.end()
        if end != "\t":
            yield row
            row = []
    if row:
        yield [*row, ""]


def _bounded(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    for number, row in enumerate(rows):
        while row and not row[-1].strip():
            row.pop()  # programs save as many commas as the widest row has
        if number > MAX_ROWS or len(row) > MAX_COLUMNS:
            refuse_extent()
        yield row


def _lines(text: TextIOWrapper) -> Iterator[str]:
    while line := text.readline(_LINE):
        if len(line) >= _LINE:
            raise FileRefused(message("有一行过长，不是表格，请另存为 .xlsx 再导入。"))
        if "\0" in line:
            raise FileRefused(message("文件含有空字符，不是表格，请另存为 .xlsx 或 .csv 再导入。"))
        yield line


def _encoding(data: bytes) -> str:
    """The first of the usual encodings that all of *data* bears."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates: tuple[str, ...] = ("utf-16",)  # Excel's "Unicode text"
    else:
        candidates = ("utf-8-sig", "gb18030")
    for encoding in candidates:
        if _bears(encoding, data):
            return encoding
    raise FileRefused(message("文字编码无法识别，请另存为 UTF-8 编码的 .csv 或 .xlsx 再导入。"))


def _bears(encoding: str, data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(data)
    try:
        for place in range(0, len(data), _CHUNK):
            decoder.decode(view[place : place + _CHUNK])
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(head: str) -> str:
    """What separates most lines of *head*; what stands between quotes does not count."""
    bare = "".join(head.split('"')[::2])
    lines = [line for line in bare.splitlines() if line.strip()][:_HEAD_LINES]

    def weight(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines]
        return sum(map(bool, counts)), sum(counts)

    return max(DELIMITERS, key=weight)
