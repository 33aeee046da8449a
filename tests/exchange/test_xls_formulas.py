"""Formulas in XLS files of LibreOffice, which writes texts that they came to as the number 0."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.data.libreoffice.make_formulas import FORMULAS, HERE, NAME, workbook
from tests.support.libreoffice import convert, needs_libreoffice
from tms.exchange.cells import UNCOUNTED, CellError, as_text
from tms.exchange.gate_xls import inspect_xls
from tms.exchange.ole import SMALL, Compound
from tms.exchange.parse import parse
from tms.exchange.stages import FileRefused, NoValue
from tms.exchange.xls_formula import is_number

SAVED = HERE / f"{NAME}.xls"
WRITER = b"\x04\0\0Calc"


def column(data: bytes, place: int, sheet: int = 0) -> list[Any]:
    return [row.cells[place] for row in parse(data, "a.xls")[sheet].rows]


def seen(cells: list[Any]) -> list[Any]:
    """Numbers, and None where there is no result."""
    return [None if isinstance(cell, NoValue) else cell for cell in cells]


def test_a_text_that_was_lost_is_a_problem_and_never_0() -> None:
    found = column(SAVED.read_bytes(), 1)

    assert seen(found) == [result if is_kept else None for _, result, is_kept in FORMULAS]
    with pytest.raises(CellError) as caught:
        as_text(found[0])
    assert caught.value.text == UNCOUNTED


def test_formulas_that_cells_share_are_looked_up_in_their_sheet() -> None:
    data, count = SAVED.read_bytes(), len(FORMULAS)

    assert seen(column(data, 2)) == [None] * count
    assert seen(column(data, 3)) == [0] * count
    assert [seen(column(data, place, 1)) for place in (1, 2, 3)] == [[0, 0], [0, 0], [None, None]]


def test_a_0_of_another_program_is_one() -> None:
    """Excel and WPS write a text as a text."""
    data = SAVED.read_bytes().replace(WRITER, b"\x04\0\0Excl")

    assert seen(column(data, 2)) == [0] * len(FORMULAS)


@pytest.mark.full
@needs_libreoffice
def test_libreoffice_still_does_so(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx")
    folder = tmp_path / "saved"
    folder.mkdir()

    made = convert(tmp_path / "a.xlsx", "xls", folder).read_bytes()

    assert [seen(column(made, place)) for place in (1, 2, 3)] == [
        seen(column(SAVED.read_bytes(), place)) for place in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    "tokens",
    [
        b"",
        b"\x18\x04",  # unknown
        b"\x1e\x01",  # cut off
        b"\x17\x02\x00ab",
        b"\x17\x01\x01\x05\x05",  # a text whose last byte looks like a sum
        b"\x44\x01\x00\x00\xc0",
        b"\x41\x10\x00",
    ],
)
def test_what_is_not_surely_a_number(tokens: bytes) -> None:
    assert not is_number(tokens)


def test_small_streams_are_read_too() -> None:
    """A workbook below 4 KiB has no sectors of its own, and is looked at nevertheless."""
    data = (HERE / "error.xls").read_bytes()
    book = Compound(data)

    (sheet,) = parse(data, "a.xls")

    assert book.streams["Workbook"][1] < SMALL
    assert sheet.rows[0].cells == ["张", "#DIV/0!"]
    assert isinstance(sheet.rows[0].cells[1], NoValue)


def test_damaged_small_streams_are_refused_or_read() -> None:
    """Its table in a circle, its first sector far away, the root's stream cut short."""
    good, refused = (HERE / "error.xls").read_bytes(), 0
    places = range(len(good) - 3)
    for place in places:
        data = good[:place] + b"\xff\xff\x00\x00" + good[place + 4 :]
        try:
            inspect_xls(data)
        except FileRefused:
            refused += 1

    assert 20 < refused < len(places)
