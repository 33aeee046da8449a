"""Files that LibreOffice saved: the same people, however they are written down (Must show 5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.data.libreoffice.make import COUNT, WRONG_CODE, WRONG_NUMBER
from tests.exchange.sheets import csv_of
from tests.support.cast import Cast
from tests.support.libreoffice import CSV_GB18030, CSV_UTF_8, convert, needs_libreoffice
from tms.exchange import ImportResult, import_file
from tms.exchange.parse import parse
from tms.models import Teacher

FILES = Path(__file__).parents[1] / "data" / "libreoffice"
VARIANTS = ("clean", "typed", "serials", "titles")
SUFFIXES = ("xlsx", "xls", "ods", "gb18030")
#: Lines above the people.
ABOVE = {"titles": 5}


def take(cast: Cast, name: str, **options: Any) -> ImportResult:
    actor = cast.act_as("county_info")
    return import_file(cast.session, actor, FILES / name, name, **options)


def wrong(result: ImportResult, above: int) -> set[tuple[int, str]]:
    """Person and rule of each error."""
    errors = [p for p in result.problems if p.severity == "error"]
    return {(p.row - above - 1, p.rule) for p in errors}


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_way_to_save_them_gives_the_same_people(cast: Cast, variant: str) -> None:
    clean = take(cast, "clean.gb18030")
    cast.session.commit()
    assert (clean.new, clean.refused) == (COUNT - 2, 2)

    for suffix in SUFFIXES:
        found = take(cast, f"{variant}.{suffix}", dry_run=True)

        assert (found.rows, found.unchanged, found.refused) == (COUNT, COUNT - 2, 2), suffix
        assert wrong(found, ABOVE.get(variant, 1)) == wrong(clean, 1), suffix


def test_the_mistakes_are_those_that_were_made(cast: Cast) -> None:
    found = take(cast, "titles.ods", dry_run=True)

    assert {person for person, _ in wrong(found, 5)} == {WRONG_NUMBER, WRONG_CODE}
    assert cast.session.scalar(select(func.count()).select_from(Teacher)) == 0


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_rows_that_nobody_sees_are_read_and_named(suffix: str) -> None:
    name = f"titles.{suffix}"
    (sheet,) = parse((FILES / name).read_bytes(), name, {"姓名", "性别", "出生日期"})

    assert len(sheet.rows) == COUNT
    assert [str(p.reason) for p in sheet.remarks] == ["有1个隐藏的行，也会读入；不需要的请删去。"]


@pytest.mark.full
@needs_libreoffice
@pytest.mark.parametrize("to", ["xlsx", "xls", "ods", CSV_UTF_8, CSV_GB18030])
def test_what_libreoffice_saves_today_is_read(tmp_path: Path, to: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(csv_of(("姓名", "职工号"), ("张三", "甲乙"), encoding="utf-8-sig"))
    folder = tmp_path / "saved"

    made = convert(path, to, folder)

    (sheet,) = parse(made.read_bytes(), made.name)
    assert (sheet.header, sheet.rows[0].cells) == (["姓名", "职工号"], ["张三", "甲乙"])
