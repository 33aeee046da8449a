"""Text formats: CSV that no program runs or shortens, and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import BinaryIO

from tms.exchange.book import Book, Counted, SheetRows
from tms.exchange.guard import guard_cell


def write_csv(out: BinaryIO, book: Book) -> int:
    """UTF-8 with a mark, without which Excel reads Chinese as GBK; dangerous cells neutralised.

    A line beside the header and the rows would be a row to whoever reads the file, so the watermark
    is in the file's name only.
    """
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text)
    count = 0
    for sheet in book.sheets:
        writer.writerow([guard_cell(head.label) for head in sheet.heads])
        counted = Counted(sheet.rows)
        writer.writerows([guard_cell(v) if v else v for v in row] for row in counted)
        count += counted.count
    text.flush()
    text.detach()
    return count


def write_json(out: BinaryIO, book: Book) -> int:
    """An array of objects, values by header; with a watermark, an object of both.

    Scripts read the array (the command line writes no watermark); people get
    ``{"export": {…}, "<sheet>": […], …}``.
    """
    text = io.TextIOWrapper(out, encoding="utf-8", newline="\n")
    count = _stamped(text, book) if book.stamp else _array(text, book.sheets)
    text.write("\n")
    text.flush()
    text.detach()
    return count


def _stamped(text: io.TextIOWrapper, book: Book) -> int:
    assert book.stamp is not None  # noqa: S101  asked above
    count = 0
    text.write('{"export": ')
    about = {"number": book.stamp.number} | dict(book.stamp.lines)
    json.dump(about, text, ensure_ascii=False)
    for sheet in book.sheets:
        text.write(f",\n{json.dumps(sheet.name, ensure_ascii=False)}: ")
        count += _array(text, [sheet])
    text.write("}")
    return count


def _array(text: io.TextIOWrapper, sheets: Sequence[SheetRows]) -> int:
    count = 0
    for sheet in sheets:
        header = [head.label for head in sheet.heads]
        for row in sheet.rows:
            text.write(",\n" if count else "[\n")
            text.write(json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False))
            count += 1
    text.write("\n]" if count else "[]")
    return count
