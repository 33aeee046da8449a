"""Which departments judge a row: the first line that holds, and own lines come first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tms.dictionary import Department, Routing, get_table
from tms.dictionary.routing import mask_of, own_line, read_line, words
from tms.models import TABLES

HR, RESEARCH = Department.HR, Department.RESEARCH


def test_an_own_line_decides_before_those_declared() -> None:
    table = get_table("award")
    national = own_line(table.fields["award_type"], ["21"], (HR, RESEARCH))
    own = Routing(table.reviewer.default, (national, *table.reviewer.rows))

    assert table.functions_of({"award_type": "21"}, own) == mask_of((HR, RESEARCH))
    assert table.functions_of({"award_type": "22"}, own) == table.functions_of({"award_type": "22"})
    assert table.functions_of({"award_type": "21"}) == Department.ACADEMIC_AFFAIRS.mask


def test_of_several_choices_one_suffices() -> None:
    table = get_table("post_appointment")
    line = own_line(table.fields["school_position"], ["01", "02"], (HR,))

    routing = Routing((RESEARCH,), (line,))

    assert routing.mask(table, {"school_position": ["02", "05"]}) == HR.mask
    assert routing.mask(table, {"school_position": ["05"]}) == RESEARCH.mask
    assert routing.mask(table, {}) == RESEARCH.mask


def test_a_line_may_name_several_departments_and_so_may_the_default() -> None:
    table = get_table("contact")

    assert Routing((HR, RESEARCH)).mask(table, {}) == 5


@given(st.data())
def test_what_is_written_is_read_back(data: st.DataObject) -> None:
    table = get_table(data.draw(st.sampled_from(["award", "post_appointment", "teaching"])))
    coded = [f for f in table.fields.values() if f.codes]
    field = data.draw(st.sampled_from(coded))
    codes = data.draw(st.lists(st.from_regex(r"[0-9A-Za-z]{1,6}", fullmatch=True), min_size=1))

    assert read_line(own_line(field, codes, (HR,)).when) == (field.key, tuple(codes))


@pytest.mark.parametrize("key", ["award", "teaching", "post_appointment"])
def test_declared_conditions_are_said_in_both_languages(key: str) -> None:
    table = get_table(key)

    for row in table.reviewer.rows:
        assert (str(words(table, row)), words(table, row).en) == (row.zh, row.en)
        assert read_line(row.when) is None


def test_an_own_line_is_said_by_its_labels() -> None:
    table = get_table("award")

    said = words(table, own_line(table.fields["award_type"], ["21", "22"], (HR,)))

    assert str(said) == "奖励类别：国家教学成果奖、省级教学成果奖"
    assert said.en.startswith("award type: National teaching achievement award, ")


def test_fields_are_those_that_conditions_ask_for() -> None:
    table = TABLES["post_appointment"].dictionary

    assert {f.key for f in table.reviewer.fields(table)} == {
        "post_category", "concurrent_post_category", "school_position", "party_admin_position_type",
    }  # fmt: skip
