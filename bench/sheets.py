"""A spreadsheet of people who are in no demonstration: account items and ten columns more."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import xlsxwriter

from bench.place import SEED
from tms.demo.dice import Dice
from tms.demo.life import Place as Workplace
from tms.demo.life import life
from tms.demo.people import person
from tms.demo.sections.basic import basic_information
from tms.dictionary import PS
from tms.models import TABLES

#: Numbers of people beyond any demonstration that is measured.
FIRST = 5_000_000
ACCOUNT_ITEMS = ("name", "gender", "birth_date", "id_type", "id_number")
TEN_MORE = (
    "ethnicity",
    "political_status",
    "marital_status",
    "health_status",
    "work_start_month",
    "school_entry_month",
    "staff_source",
    "academic_origin",
    "staff_category",
    "personnel_status",
)
SCHOOL = "学校(机构)标识码"


def rows(count: int, schools: Sequence[str]) -> Iterator[list[str]]:
    """Header and *count* people, shared out over *schools*, one school after the other."""
    fields = TABLES["basic_information"].dictionary.fields
    keys = (*ACCOUNT_ITEMS, *TEN_MORE)
    yield [SCHOOL, *(fields[key].zh for key in keys)]
    for place in range(count):
        school = schools[place * len(schools) // count]
        yield [school, *_cells(FIRST + place, keys)]


def _cells(number: int, keys: Sequence[str]) -> Iterator[str]:
    dice = Dice(SEED, number)
    who = life(person(SEED, number, dice), Workplace("学校", PS, "县", "2", ""), dice)
    (values,) = basic_information(who, dice)
    for key in keys:
        value = values[key]
        yield ",".join(value) if isinstance(value, list) else str(value or "")


def write_csv(path: Path, count: int, schools: Sequence[str]) -> None:
    """As a file of UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows(count, schools))


def write_xlsx(path: Path, count: int, schools: Sequence[str]) -> None:
    """As a workbook with one sheet of texts."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet()
    for number, cells in enumerate(rows(count, schools)):
        sheet.write_row(number, 0, cells)
    book.close()
