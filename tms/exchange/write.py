"""A file written beside its final place, then renamed, so that nobody sees a half."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from tms.errors import Invalid, message
from tms.exchange.book import Book, Head, Line, SheetRows, Stamp, heads_of
from tms.exchange.write_ods import write_ods
from tms.exchange.write_text import write_csv, write_json
from tms.exchange.write_xlsx import write_xlsx

__all__ = ["Head", "Line", "SheetRows", "Stamp", "heads_of", "write_file", "write_to"]


def write_file(
    path: Path, fmt: str, sheets: Sequence[SheetRows], stamp: Stamp | None = None
) -> int:
    """Write *sheets* to *path*; returns the number of rows.

    :raises Invalid: there is no such format.
    """
    write = _writer(fmt)
    handle, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            count = write(out, Book(sheets, stamp), path.parent)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return count


def write_to(out: BinaryIO, fmt: str, book: Book, folder: Path) -> int:
    """Write *book* to *out*, of which nothing is asked but to take bytes.

    :param folder: where a format may keep what is not yet written; it is removed afterwards.
    :raises Invalid: there is no such format.
    """
    return _writer(fmt)(out, book, folder)


def _writer(fmt: str) -> Callable[[BinaryIO, Book, Path], int]:
    writer = WRITERS.get(fmt)
    if writer is None:
        raise Invalid(message("没有“%(format)s”这种导出格式。", format=fmt))
    return writer


WRITERS: Final[dict[str, Callable[[BinaryIO, Book, Path], int]]] = {
    "csv": lambda out, book, _: write_csv(out, book),
    "xlsx": write_xlsx,
    "ods": lambda out, book, _: write_ods(out, book),
    "json": lambda out, book, _: write_json(out, book),
}
