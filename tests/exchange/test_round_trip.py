"""Whatever is exported can be imported again and changes nothing, table by table."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.rows import full_row
from tests.exchange.test_imports import number_of
from tests.support.cast import Cast
from tests.support.databases import on_sqlite
from tms.dictionary import Category, Table
from tms.exchange import export_table, import_file
from tms.models import TABLES
from tms.records import RowChange, save

SUFFIXES = ("csv", "xlsx")
SCHOOLS = {
    Category.PRIMARY_SECONDARY: "3136000101",
    Category.KINDERGARTEN: "3136000102",
    Category.HIGHER_EDUCATION: "4136010001",
}


def fill(cast: Cast, table: Table) -> int:
    """Two rows for a teacher of each category that has *table*; says how many."""
    count = 0
    for category, school in SCHOOLS.items():
        if not table.applies(category):
            continue
        teacher = cast.make_file(school)
        serials = [0] if table.cardinality == "one" else [0, 7]
        changes = [RowChange(teacher, full_row(table, category, serial)) for serial in serials]
        save(cast.session, cast.act_as("province_info"), {table.key: changes})
        cast.session.commit()
        count += len(changes)
    return count


def round_trip(cast: Cast, table: str, path: Path, **options: Any) -> dict[str, Any]:
    actor = cast.act_as("province_admin" if table == "unit" else "province_info")
    export_table(cast.session, actor, table, path, fmt=path.suffix[1:], **options)
    result = import_file(cast.session, actor, path, path.name, into=table)
    cast.session.commit()
    return result.as_json()


@pytest.mark.parametrize("table", [key for key in TABLES if key != "basic_information"])
@on_sqlite
def test_every_table_comes_back_unchanged(cast: Cast, tmp_path: Path, table: str) -> None:
    count = fill(cast, TABLES[table].dictionary)

    for suffix, codes, lang in product(SUFFIXES, ("code-label", "code"), ("zh", "en")):
        how = {"codes": codes, "lang": lang, "for_editing": lang == "zh"}
        found = round_trip(cast, table, tmp_path / f"a.{suffix}", **how)

        assert [p for p in found["problems"] if p["severity"] == "error"] == []
        assert (found["rows"], found["unchanged"]) == (count, count)


@pytest.mark.parametrize("table", ["basic_information", "teacher", "teaching", "unit"])
def test_the_rest_in_both_languages(cast: Cast, tmp_path: Path, table: str) -> None:
    for school in SCHOOLS.values():
        number_of(cast, cast.make_file(school))
    fill(cast, TABLES["teaching"].dictionary)

    for lang, suffix, codes in product(("zh", "en"), SUFFIXES, ("code-label", "code")):
        found = round_trip(cast, table, tmp_path / f"a.{suffix}", lang=lang, codes=codes)

        assert [p for p in found["problems"] if p["severity"] == "error"] == []
        assert found["rows"] == found["unchanged"] > 0


def cells(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            yield from row


def test_no_cell_of_a_csv_is_a_formula(cast: Cast, tmp_path: Path) -> None:
    fill(cast, TABLES["work_experience"].dictionary)
    actor = cast.act_as("province_info")

    export_table(cast.session, actor, "work_experience", tmp_path / "a.csv")

    found = list(cells(tmp_path / "a.csv"))
    assert any("=1+1" in cell for cell in found)
    assert not [cell for cell in found if cell[:1] in set("=+-@\r")]
