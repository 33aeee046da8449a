"""Lists of people at the limits of what one file may be: 200,000 rows by 12 columns."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import xlsxwriter

from tests.exchange.sheets import csv_of
from tests.support.cast import id_number
from tms.exchange.limits import MAX_CELLS, MAX_COLUMNS, MAX_FILE, MAX_ROWS

Row = Sequence[str]

HEAD: Final = (
    ("姓名", "性别", "出生日期", "身份证件类型", "身份证件号码", "学校(机构)标识码")
    + ("国籍/地区", "民族", "政治面貌", "婚姻状况", "曾用名", "籍贯")
)  # fmt: skip
#: So many rows of `HEAD` are as many cells as a file may have; so many of the widest.
COUNT: Final = min(MAX_ROWS, MAX_CELLS // len(HEAD)) - 1
WIDE: Final = MAX_CELLS // MAX_COLUMNS - 1
FIRST_DAY: Final = date(1955, 1, 1)


def people(count: int = COUNT) -> Iterator[Row]:
    """Invented people, all new and without fault."""
    yield HEAD
    for n in range(count):
        born, serial = FIRST_DAY + timedelta(days=n // 900), n % 900 + 1
        number = id_number(serial, born=born)
        sex = "1" if serial % 2 else "2"
        place = ("3136000101", "156", "01", "13", "20", f"曾用{n}", "江西省南昌市东湖区")
        yield (f"教师{n}", sex, born.isoformat(), "1", number, *place)


def mistakes() -> Iterator[Row]:
    """Rows in which nothing is right, no two cells are the same, and letters take four bytes."""
    yield HEAD
    for n in range(COUNT):
        yield [f"{n:06}{c:x}😀" for c in range(len(HEAD))]


def wide() -> Iterator[Row]:
    """As many columns as there may be, most of them unknown, all cells different."""
    width = MAX_COLUMNS - len(HEAD)
    for n, row in enumerate(people(WIDE)):
        yield (*row, *(f"列{c}" if n == 0 else f"{n:x}{c}多" for c in range(width)))


def as_csv(rows: Iterator[Row]) -> bytes:
    """The rows as far as one file has room for them."""
    return csv_of(*rows)[:MAX_FILE].rpartition(b"\r\n")[0]


def as_xlsx(rows: Iterator[Row]) -> bytes:
    """The rows as a workbook."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value)
    return out.getvalue()


#: What is made, and with which words it is told: what became of the rows and that the workbook
#: with the reasons was made, or why they are refused.
LISTS: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "people.csv": (lambda: as_csv(people()), f"'new': {COUNT}.*made"),
    "people.xlsx": (lambda: as_xlsx(people()), f"'new': {COUNT}.*made"),
    "mistakes.csv": (lambda: as_csv(mistakes()), f"'refused': {COUNT}.*made"),
    "mistakes.xlsx": (lambda: as_xlsx(mistakes()), "过大"),
    "wide.csv": (lambda: as_csv(wide()), f"'new': {WIDE}.*made"),
    "wide.xlsx": (lambda: as_xlsx(wide()), "过大"),
}
