"""What new records begin with, and records that say nothing more."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tms.dictionary import Category, Table, defaults, says_nothing
from tms.models import TABLES

HE = Category.HIGHER_EDUCATION
PS = Category.PRIMARY_SECONDARY


def table_of(key: str) -> Table:
    return TABLES[key].dictionary


@pytest.mark.parametrize(("day", "year"), [(date(2026, 8, 31), "2025"), (date(2026, 9, 1), "2026")])
def test_a_lesson_begins_in_the_school_year(day: date, year: str) -> None:
    begun = defaults(table_of("teaching"), PS, "一小", day)

    assert year in begun.values()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"role": [], "standard_name": ""}, True),
        ({"is_representative": "0"}, True),
        ({"is_representative": "1"}, False),
        ({"is_representative": "没有这样的"}, False),
        ({"is_representative": "0", "standard_name": "标准"}, False),
    ],
)
def test_defaults_alone_are_no_record_where_something_is_missing(
    values: dict[str, Any], expected: bool
) -> None:
    table = table_of("standard")
    fresh = defaults(table, HE, "某大学", date(2026, 11, 23))

    assert says_nothing(table, HE, values, fresh) is expected
