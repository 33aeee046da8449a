"""Files are read for checks in a short way of its own; it must say what the usual way says."""

from __future__ import annotations

from typing import Any

from tests.support.cast import Cast, complete
from tests.support.changes import file_in_force
from tms.dictionary import FileValues
from tms.records import completeness
from tms.records.read import headers, rows_of_files


def filled(values: FileValues) -> dict[str, Any]:
    """{table: rows} without what is empty."""
    return {
        table: [(row, {k: v for k, v in found.items() if v is not None}) for row, found in rows]
        for table, rows in values.rows.items()
        if rows
    }


def test_both_ways_of_reading_a_file_give_the_same(cast: Cast) -> None:
    draft, force = cast.make_file(), file_in_force(cast)
    complete(cast, draft)
    cast.act_as("county_info")

    usual = {
        teacher: completeness.of_rows(header, _rows(cast, teacher))
        for teacher, header in headers(cast.session, [draft, force]).items()
    }
    short = {header.id: f for header, f in completeness.files(cast.session, [draft, force])}

    assert {i: filled(f) for i, f in short.items()} == {i: filled(f) for i, f in usual.items()}
    assert [short[i].via_business for i in (draft, force)] == [False, True]
    assert [usual[i].via_business for i in (draft, force)] == [False, True]


def _rows(cast: Cast, teacher: int) -> dict[str, list[dict[str, Any]]]:
    return rows_of_files(cast.session, [teacher])
