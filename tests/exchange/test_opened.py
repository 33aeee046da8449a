"""Exports opened by LibreOffice and saved again: nothing is lost, nothing runs, nothing changes."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from tests.exchange.rows import HARD
from tests.exchange.test_imports import WORK, number_of, take
from tests.exchange.test_template import template
from tests.exchange.test_unmasked import real_number
from tests.support.cast import Cast
from tests.support.databases import on_sqlite
from tests.support.libreoffice import CSV_UTF_8, FROM_CSV_DIVIDED, convert, needs_libreoffice
from tms.exchange import export_table, import_file
from tms.exchange.trace import number_in
from tms.models import Teacher

pytestmark = [pytest.mark.full, needs_libreoffice, on_sqlite]

FORMATS = ("csv", "xlsx", "ods")
NAME = "教师名单（二〇二六）"


def saved(cast: Cast, table: str, fmt: str, folder: Path, **how: Any) -> Path:
    """The export, opened and saved as a workbook by LibreOffice."""
    path, again = folder / f"{NAME}.{fmt}", folder / "saved"
    again.mkdir()
    export_table(cast.session, cast.act_as("province_info"), table, path, fmt, **how)
    cast.session.commit()
    return convert(path, "xlsx", again)


def records(path: Path) -> list[dict[str, Any]]:
    """Rows of the first sheet, typed."""
    book = CalamineWorkbook.from_path(path)
    header, *rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.parametrize("fmt", FORMATS)
def test_numbers_dates_and_the_name_of_the_file(cast: Cast, tmp_path: Path, fmt: str) -> None:
    teacher = cast.make_file()
    number, no = real_number(cast, teacher), number_of(cast, teacher)

    path = saved(cast, "basic_information", fmt, tmp_path, purpose="核对社保名单")

    (row,) = records(path)
    assert path.stem == NAME
    assert len(number) == 18
    assert str(row["身份证件号码"]).strip("\t") == number
    assert str(row["学校(机构)标识码"]) in ("3136000101", "3136000101.0")
    assert row["个人标识码"] == no
    assert isinstance(row["出生日期"], date)
    result = import_file(cast.session, cast.act_as("province_info"), path, path.name)
    assert (result.rows, result.unchanged) == (1, 1)


@pytest.mark.parametrize("fmt", FORMATS)
def test_hard_texts_stay_texts(cast: Cast, tmp_path: Path, fmt: str) -> None:
    number = number_of(cast, cast.make_file())
    texts = ("=1+1", *HARD)
    rows = [(number, text, f"20{n:02}-09", "", "教师") for n, text in enumerate(texts, 1)]
    assert take(cast, "school_info", WORK, *rows, incomplete="draft").new == len(texts)

    path = saved(cast, "work_experience", fmt, tmp_path)

    found = {row["任职开始年月"]: row["任职单位名称"] for row in records(path)}
    assert all(isinstance(value, str) for value in found.values())
    assert len(found) == len(texts)
    assert "=1+1" in {value.removeprefix("'") for value in found.values()}
    if fmt == "csv":  # its guards are an importer's of CSV to take away
        path = convert(tmp_path / f"{NAME}.csv", CSV_UTF_8, tmp_path / "saved")
    how: dict[str, Any] = {"into": "work_experience", "dry_run": True}
    result = import_file(cast.session, cast.act_as("province_info"), path, path.name, **how)
    assert (result.rows, result.unchanged) == (len(texts), len(texts))


def test_a_csv_divided_at_semicolons_and_tabs_keeps_its_cells(cast: Cast, tmp_path: Path) -> None:
    number = number_of(cast, cast.make_file())
    texts = {"2001-09": "见;=1+1", "2002-09": "0123", "2003-09": "甲,=1+1"}
    rows = [(number, text, month, "", "教师") for month, text in texts.items()]
    assert take(cast, "school_info", WORK, *rows, incomplete="draft").new == len(texts)
    path = tmp_path / "a.csv"
    export_table(cast.session, cast.act_as("province_info"), "work_experience", path)

    opened = convert(path, "xlsx", tmp_path / "saved", FROM_CSV_DIVIDED)

    found = {row["任职开始年月"]: row["任职单位名称"] for row in records(opened)}
    assert {month: text.strip("\t") for month, text in found.items()} == texts
    with zipfile.ZipFile(opened) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("fmt", ["xlsx", "ods"])
def test_the_hidden_number_survives(cast: Cast, tmp_path: Path, fmt: str) -> None:
    cast.make_file()

    path = saved(cast, "teacher", fmt, tmp_path)

    with path.open("rb") as file:
        assert number_in(file, "any.xlsx")


def test_a_filled_template_saved_again_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    number = number_of(cast, cast.make_file())
    take(cast, "school_info", WORK, (number, "一小", "2001-09", "", "教师"), incomplete="draft")
    path, again = tmp_path / "模板.xlsx", tmp_path / "saved"
    again.mkdir()
    tables = ("basic_information", "work_experience", "study_experience")
    path.write_bytes(template(cast, "school_info", *tables, rows=select(Teacher.id)))

    back = convert(path, "xlsx", again)

    result = import_file(cast.session, cast.act_as("school_info"), back, back.name)
    assert (result.rows, result.unchanged, result.problems) == (2, 2, ())
