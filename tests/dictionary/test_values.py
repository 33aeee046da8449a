"""Canonical, stored and empty values."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tms.dictionary import (
    Category,
    Field,
    Kind,
    Unreadable,
    canonical,
    check_record,
    from_stored,
    get_table,
    is_empty,
    stored,
)
from tms.models.sections import TABLES

FIELDS = [f for model in TABLES.values() for f in model.dictionary.fields.values()]


def a_field(kind: Kind, multiple: bool = False) -> Field:
    return next(f for f in FIELDS if f.kind is kind and f.multiple is multiple)


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        (Kind.TEXT, " a ", " a "),
        (Kind.CODE, "01", "01"),
        (Kind.DATE, "2024-02-29", date(2024, 2, 29)),
        (Kind.DATE, date(2024, 2, 29), date(2024, 2, 29)),
        (Kind.MONTH, "2024-02", "2024-02"),
        (Kind.YEAR, "2024", 2024),
        (Kind.YEAR, 2024, 2024),
        (Kind.INTEGER, "-12", -12),
        (Kind.INTEGER, 3.0, 3),
        (Kind.DECIMAL, "12.50", Decimal("12.50")),
        (Kind.DECIMAL, 0.1, Decimal("0.1")),
        (Kind.DECIMAL, Decimal(7), Decimal(7)),
        (Kind.ID_NUMBER, "11010519491231002x", "11010519491231002X"),
        *((kind, empty, None) for kind in Kind for empty in (None, "", [])),
    ],
)
def test_a_value_becomes_canonical(kind: Kind, raw: Any, expected: Any):
    assert canonical(a_field(kind), raw) == expected


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (Kind.TEXT, 7),
        (Kind.TEXT, "a\0b"),
        (Kind.TEXT, "\ud800"),
        (Kind.CODE, 1),
        (Kind.CODE, ["1"]),
        (Kind.DATE, "2023-02-29"),
        (Kind.DATE, "2023/02/28"),
        (Kind.DATE, "20230228"),
        (Kind.DATE, datetime(2023, 2, 28)),
        (Kind.MONTH, "2023-13"),
        (Kind.MONTH, "2023-1"),
        (Kind.MONTH, "２０２３-01"),
        (Kind.YEAR, "23"),
        (Kind.YEAR, True),
        (Kind.YEAR, 2020.0),
        (Kind.INTEGER, "1.0"),
        (Kind.INTEGER, "9" * 5000),
        (Kind.INTEGER, 3.5),
        (Kind.INTEGER, " 1"),
        (Kind.DECIMAL, "1,000"),
        (Kind.DECIMAL, "1e3"),
        (Kind.DECIMAL, float("nan")),
        (Kind.DECIMAL, float("inf")),
        (Kind.DECIMAL, False),
        (Kind.ID_NUMBER, 110105194912310000),
    ],
)
def test_another_kind_or_form_is_unreadable(kind: Kind, raw: Any):
    with pytest.raises(Unreadable):
        canonical(a_field(kind), raw)


def test_several_codes_are_a_list_or_joined():
    field = a_field(Kind.CODE, multiple=True)

    assert canonical(field, ["1", "2"]) == canonical(field, "1,2") == ["1", "2"]
    with pytest.raises(Unreadable):
        canonical(field, [1])
    with pytest.raises(Unreadable):
        canonical(field, {"1": "2"})


@pytest.mark.parametrize("multiple", [False, True])
def test_what_is_stored_comes_back(multiple: bool):
    field = a_field(Kind.CODE, multiple=multiple)
    value = ["1", "2"] if multiple else "1"

    assert from_stored(field, stored(field, value)) == value
    assert stored(field, None) is stored(field, []) is from_stored(field, None) is None


def test_zero_and_blanks_are_not_empty():
    assert not any(map(is_empty, (0, Decimal(0), False, " ", {})))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


@given(st.sampled_from(sorted(TABLES)), st.data())
def test_any_json_at_all_is_judged_without_raising(key: str, data: st.DataObject):
    table = get_table(key)
    names = [*table.fields, "unknown"]
    values = data.draw(st.dictionaries(st.sampled_from(names), anything, max_size=6))

    for finding in check_record(table, Category.HIGHER_EDUCATION, values):
        assert finding.zh
        assert finding.en
        assert "{" not in finding.zh + finding.en
        assert dataclasses.asdict(finding)["table"] == key
