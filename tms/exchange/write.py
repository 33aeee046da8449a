"""Rows of text to a file: streamed beside its final place, then renamed, so nobody sees a half."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tms.errors import Invalid, message
from tms.exchange.formats import write_xlsx
from tms.exchange.guard import guard_cell

Line = Sequence[str | None]


@dataclass(frozen=True)
class SheetRows:
    """What one sheet is to hold."""

    name: str
    header: Sequence[str]
    rows: Iterable[Line]


def write_file(path: Path, fmt: str, sheets: Sequence[SheetRows]) -> int:
    """Write *sheets* to *path*; returns the number of rows.

    :raises Invalid: there is no such format.
    """
    writer = WRITERS.get(fmt)
    if writer is None:
        raise Invalid(message("没有“%(format)s”这种导出格式。", format=fmt))
    handle, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    try:
        count = writer(Path(name), sheets)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return count


def _csv(path: Path, sheets: Sequence[SheetRows]) -> int:
    """UTF-8 with a mark, without which Excel reads Chinese as GBK; dangerous cells neutralised."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for sheet in sheets:
            writer.writerow([guard_cell(label) for label in sheet.header])
            counted = _Counted(sheet.rows)
            writer.writerows([guard_cell(v) if v else v for v in row] for row in counted)
            count += counted.count
    return count


def _xlsx(path: Path, sheets: Sequence[SheetRows]) -> int:
    return write_xlsx(path, [(s.name, s.header, s.rows) for s in sheets])


def _json(path: Path, sheets: Sequence[SheetRows]) -> int:
    """One array of objects, values by header."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for sheet in sheets:
            for row in sheet.rows:
                record = dict(zip(sheet.header, row, strict=True))
                file.write(",\n" if count else "[\n")
                file.write(json.dumps(record, ensure_ascii=False))
                count += 1
        file.write("\n]\n" if count else "[]\n")
    return count


class _Counted:
    """Counts what passes."""

    def __init__(self, rows: Iterable[Line]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Line]:
        for row in self.rows:
            self.count += 1
            yield row


WRITERS: Final[dict[str, Callable[[Path, Sequence[SheetRows]], int]]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "json": _json,
}
