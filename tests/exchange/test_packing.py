"""The end of a file is told as it goes."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from tms.exchange import packing
from tms.exchange.book import Book, SheetRows, heads_of
from tms.exchange.write import open_writer


class Slow:
    """A writer whose end is as long as the test wants; each step writes a part of the file."""

    def __init__(self, file: BinaryIO, *, fails: bool = False) -> None:
        self.file, self.fails = file, fails
        self.go_on = threading.Event()

    def begin(self, sheet: Any) -> None: ...

    def write(self, rows: Any) -> int:
        return 0

    def close(self) -> None:
        self.file.write(os.urandom(5000))
        self.file.flush()
        self.go_on.wait(10)
        if self.fails:
            raise OSError("no space left")


@contextmanager
def opened(folder: Path) -> Iterator[BinaryIO]:
    (folder / "rows").write_bytes(os.urandom(10_000))
    with (folder / "file").open("w+b") as file:
        yield file


def test_it_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "EVERY", 0.05)
    with opened(tmp_path) as file:
        writer = Slow(file)
        told = packing.packing(writer, file, tmp_path)

        first = [next(told) for _ in range(3)][-1]
        writer.go_on.set()

        assert 45 <= first <= 55
        assert all(share <= 99 for share in told)


def test_what_goes_wrong_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "EVERY", 0.05)
    with opened(tmp_path) as file:
        writer = Slow(file, fails=True)
        told = packing.packing(writer, file, tmp_path)
        next(told)
        writer.go_on.set()

        with pytest.raises(OSError, match="no space"):
            list(told)


def test_the_guess_is_near(tmp_path: Path) -> None:
    heads = heads_of(["姓名", "学校"])
    sheet = SheetRows("教师", heads, ())
    with (tmp_path / "file").open("w+b") as file:
        writer = open_writer(file, "xlsx", Book([sheet], None), tmp_path)
        writer.begin(sheet)
        writer.write([[f"教师{n}", f"示例第{n % 97}小学"] for n in range(20_000)])
        guess = packing._expected(tmp_path)
        list(packing.packing(writer, file, tmp_path))

        assert 0.7 < guess / (tmp_path / "file").stat().st_size < 1.4
