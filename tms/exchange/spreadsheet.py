"""Reading a workbook in a child process, which may die in our stead (SECURITY.md S24).

Rows are read from its pipe as they come, so that neither side holds them as one text; at the first
limit passed the child is killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from threading import Timer
from typing import IO, Any, Final

from tms.errors import message
from tms.exchange import limits, sheet_child
from tms.exchange.gate import inspect
from tms.exchange.kinds import Kind
from tms.exchange.meter import Meter
from tms.exchange.notes import Notes
from tms.exchange.stages import FileRefused

Rows = Iterator[list[Any]]

_LIMITS: Final = json.dumps(
    {
        "memory": limits.CHILD_MEMORY,
        "seconds": limits.CHILD_SECONDS,
        "rows": limits.MAX_ROWS,
        "columns": limits.MAX_COLUMNS,
        "cells": limits.MAX_CELLS,
        "sheets": limits.MAX_SHEETS,
    }
)
_LATE: Final = message("文件读取超时，请分成几个文件再导入。")


def read_workbook(data: bytes, kind: Kind) -> Iterator[tuple[str, Notes, Rows]]:
    """Name, notes and rows of each worksheet, from its first line on; dates and numbers are typed.

    The rows of a sheet are there until the next sheet is asked for.

    :raises FileRefused: the gate refuses it, or the child could not read it within its limits.
    """
    noted = inspect(data, kind)
    with _handed(data) as file, _child(file) as child:
        lines = _Lines(child, Meter(2 * len(data)))
        while (about := lines.sheet()) is not None:
            notes = noted.get(about["name"], Notes())
            notes.is_hidden = about["hidden"]
            notes.merged = notes.merged or about["merged"]
            yield about["name"], notes, lines.rows()


def _memory_file() -> IO[bytes]:
    """A file without a name: in memory where that is possible, else on disk until closed."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("upload"), "w+b")
    return tempfile.TemporaryFile()


@contextmanager
def _handed(data: bytes) -> Iterator[IO[bytes]]:
    """*data* as a file that the child can read without a copy."""
    with _memory_file() as file:
        file.write(data)
        file.seek(0)
        yield file


@contextmanager
def _child(file: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The running child; it never outlives the block."""
    child = subprocess.Popen(  # noqa: S603  our own words; the file comes in on standard input
        [sys.executable, "-I", str(Path(sheet_child.__file__)), _LIMITS],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    clock = Timer(limits.TIMEOUT, child.kill)
    clock.daemon = True
    clock.start()
    try:
        yield child
    finally:
        clock.cancel()
        child.kill()
        if child.stdout:
            child.stdout.close()
        child.wait()


class _Lines:
    """What the child prints, as sheets and rows."""

    def __init__(self, child: subprocess.Popen[bytes], meter: Meter) -> None:
        self.child, self.meter = child, meter
        self.ahead: dict[str, Any] | None = None

    def sheet(self) -> dict[str, Any] | None:
        """The next sheet; what is left of the one before is passed over."""
        for _ in self.rows():
            pass
        about, self.ahead = self.ahead, None
        if about is not None:
            self.meter.beside = _resident(self.child.pid)
        return about

    def rows(self) -> Rows:
        """The rows until the next sheet begins.

        :raises FileRefused: the child did not come to the end.
        """
        if self.ahead is not None:
            return
        take = self.meter.take
        for line in self.child.stdout or ():
            value = _decode(line)
            if type(value) is list:
                yield take(value)
            else:
                self.ahead = value
                return
        self._ended()

    def _ended(self) -> None:
        code = self.child.wait()
        if code == sheet_child.EXTENT:
            limits.refuse_extent()
        if code == sheet_child.CELLS:
            limits.refuse_cells()
        if code == sheet_child.SHEETS:
            limits.refuse_sheets()
        if code == sheet_child.PROTECTED:
            raise FileRefused(limits.PROTECTED)
        if code < 0:  # out of memory, of its CPU time or of time: it was too much
            raise FileRefused(limits.TOO_LARGE)
        if code:
            raise FileRefused(limits.BROKEN)


def _resident(pid: int) -> int:
    """Bytes of memory that process *pid* holds; where nobody says, as many as it may."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]
    except OSError:
        return limits.CHILD_MEMORY
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


_TAGS: Final[dict[str, Any]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
}


@lru_cache(maxsize=1 << 15)
def _read(kind: str, text: str) -> Any:
    return _TAGS[kind](text) if kind in _TAGS else text


def _value(found: dict[str, Any]) -> Any:
    if len(found) > 1:
        return found
    ((kind, text),) = found.items()
    return _read(kind, text)


_DECODER: Final = json.JSONDecoder(object_hook=_value)


def _decode(line: bytes) -> Any:
    return _DECODER.decode(line.decode())
