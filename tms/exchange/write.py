"""A file written beside its final place, then renamed, so that nobody sees a half."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from tms.errors import Invalid, message
from tms.exchange.book import Book, Head, Line, SheetRows, Stamp, heads_of
from tms.exchange.write_ods import OdsWriter
from tms.exchange.write_text import CsvWriter, JsonWriter
from tms.exchange.write_xlsx import XlsxWriter

__all__ = ["Head", "Line", "SheetRows", "Stamp", "Writer", "heads_of", "write_file", "write_to"]


class Writer(Protocol):
    """One file under way. Rows are pushed, so that a job can stop between two batches of them."""

    def begin(self, sheet: SheetRows) -> None: ...
    def write(self, rows: Iterable[Line]) -> int: ...
    def close(self) -> None: ...


def write_file(
    path: Path, fmt: str, sheets: Sequence[SheetRows], stamp: Stamp | None = None
) -> int:
    """Write *sheets* to *path*; returns the number of rows.

    :raises Invalid: there is no such format.
    """
    require_format(fmt)
    handle, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            count = write_to(out, fmt, Book(sheets, stamp), path.parent)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return count


def write_to(out: BinaryIO, fmt: str, book: Book, folder: Path | None = None) -> int:
    """Write *book* to *out*, of which nothing is asked but to take bytes.

    :param folder: where a format may keep what is not yet written; nothing of it stays.
    :raises Invalid: there is no such format.
    """
    require_format(fmt)
    count = 0
    with tempfile.TemporaryDirectory(dir=folder) as spool:
        writer = open_writer(out, fmt, book, Path(spool))
        for sheet in book.sheets:
            writer.begin(sheet)
            count += writer.write(sheet.rows)
        writer.close()
    return count


def open_writer(out: BinaryIO, fmt: str, book: Book, folder: Path | None = None) -> Writer:
    """A writer of *book*'s sheets to *out*; the rows are still to be pushed.

    :param folder: where rows may wait in the open; the caller removes it, whatever happens.
    :raises Invalid: there is no such format.
    """
    require_format(fmt)
    return WRITERS[fmt](out, book, folder)


def require_format(fmt: str) -> None:
    """:raises Invalid: there is no such format."""
    if fmt not in WRITERS:
        raise Invalid(message("没有“%(format)s”这种导出格式。", format=fmt))


WRITERS: Final[dict[str, Callable[[BinaryIO, Book, Path | None], Writer]]] = {
    "csv": CsvWriter,
    "xlsx": XlsxWriter,
    "ods": OdsWriter,
    "json": JsonWriter,
}
