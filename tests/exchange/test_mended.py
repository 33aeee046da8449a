"""A long list with assorted mistakes: the good are taken, the rest come back, mended all are in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.exchange.sheets import book_of
from tests.exchange.test_kills import people
from tests.support.cast import Cast
from tests.support.jobs import drain
from tms.access import CONSOLE, acting
from tms.exchange import batches, parts
from tms.exchange.batches import Chosen
from tms.exchange.parse import parse
from tms.models import Teacher
from tms.records import kept

TITLES = [("东湖县第一小学 2026 年教师名单",), ("填表人：信息办", "联系电话：略")]
HEAD = ("姓名", "性别", "出生日期", "身份证件号码", "学校(机构)标识码", "政治面貌")
SHEET = "名单"

Row = list[Any]


def wrong(place: int, value: Any) -> Callable[[Row], int]:
    """A mistake: *value* in the column at *place*."""

    def spoil(row: Row) -> int:
        row[place] = value
        return place

    return spoil


def bad_check_digit(row: Row) -> int:
    row[3] = row[3][:-1] + ("0" if row[3][-1] != "0" else "1")
    return 3


def as_number(row: Row) -> int:
    row[3] = int(row[3][:-1] + "0")
    return 3


def other_sex(row: Row) -> int:
    row[1] = "2" if row[1] == "1" else "1"
    return 1


def spaced(row: Row) -> int:
    row[0] = row[0][:1] + " " + row[0][1:]
    return 0


MISTAKES: list[Callable[[Row], int]] = [
    wrong(0, ""),
    wrong(1, "男的"),
    wrong(2, "不详"),
    wrong(2, "1965-13-40"),
    wrong(3, "360102850312001"),
    wrong(4, "9999999999"),
    wrong(4, ""),
    wrong(5, "火星党"),
    bad_check_digit,
    as_number,
    other_sex,
    spaced,
]


def good(count: int) -> list[Row]:
    """People without mistakes: the number says the sex."""
    return [[row[0], "1" if int(row[3][16]) % 2 else "2", *row[2:]] for row in people(count)]


def take(cast: Cast, folder: Path, content: bytes) -> int:
    """The batch of a file that was checked, loaded, and given back."""
    actor = cast.act_as("school_info")
    batch = batches.begin(cast.session, actor, folder, "名单.xlsx", content, Chosen())
    drain(cast.session, folder)
    batches.ask_load(cast.session, cast.act_as("school_info"), batch)
    drain(cast.session, folder)
    batches.ask_report(cast.session, cast.act_as("school_info"), batch, "zh")
    drain(cast.session, folder)
    cast.act_as("school_info")
    return batch


def report(cast: Cast, folder: Path, batch: int) -> Any:
    """The sheet of the workbook that comes back."""
    file_id = batches.find(cast.session, batch).report_id
    content = kept.read_kept(cast.session, folder, file_id)
    (sheet,) = parse(content, "a.xlsx")
    return sheet


def outcomes(cast: Cast, batch: int) -> dict[str, int]:
    return dict(parts.tally(cast.session, batch, "load")[0])


def spoil(rows: list[Row], mistakes: int) -> dict[int, int]:
    """A mistake every so many rows; {row: column}."""
    places: dict[int, int] = {}
    for n in range(mistakes):
        at = n * (len(rows) // mistakes) + 3
        places[at] = MISTAKES[n % len(MISTAKES)](rows[at])
    return places


def tells_of_each(sheet: Any, places: dict[int, int]) -> None:
    """Each wrong row says at which column, all others were taken."""
    result, problems = (sheet.header.index(name) for name in ("导入结果", "问题"))
    for at, place in places.items():
        cells = next(row.cells for row in sheet.rows if row.number == at + len(TITLES) + 2)
        assert cells[result] == "不收"
        assert HEAD[place] in cells[problems], (at, cells)
    taken = [row.cells for row in sheet.rows if row.cells[result] == "新增"]
    assert len(taken) == len(sheet.rows) - len(places)


def run(cast: Cast, folder: Path, count: int, mistakes: int) -> None:
    rows, whole = good(count), good(count)
    places = spoil(rows, mistakes)
    batch = take(cast, folder, book_of({SHEET: [*TITLES, HEAD, *rows]}))

    assert outcomes(cast, batch) == {"new": count - mistakes, "refused": mistakes}
    sheet = report(cast, folder, batch)
    tells_of_each(sheet, places)
    mended = [list(row.cells) for row in sheet.rows]
    for line, right in zip(mended, whole, strict=True):
        line[: len(HEAD)] = right
    again = take(cast, folder, book_of({SHEET: [sheet.header, *mended]}))

    assert outcomes(cast, again) == {"new": mistakes, "unchanged": count - mistakes}
    with acting(cast.session, CONSOLE):
        here = select(func.count()).select_from(Teacher)
        assert cast.session.scalar(here) == count


def test_a_list_with_mistakes_is_mended_and_all_are_in(cast: Cast, tmp_path: Path) -> None:
    run(cast, tmp_path, 360, 24)


@pytest.mark.full
def test_five_thousand_people_with_two_hundred_mistakes(cast: Cast, tmp_path: Path) -> None:
    run(cast, tmp_path, 5_000, 200)
