"""Open forms: what a field's state says agrees with what the check of the record finds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dictionary.records import generate
from tms.dictionary import (
    Category,
    FileValues,
    Table,
    check_record,
    code_table,
    form_state,
    is_empty,
)
from tms.dictionary.completeness import OpenFile
from tms.dictionary.live import FieldState, sections_asked
from tms.models import TABLES


def get_table(key: str) -> Table:
    return TABLES[key].dictionary


STUDY, BASIC = get_table("study_experience"), get_table("basic_information")
POST = get_table("post_appointment")


def state(table: Table, key: str, **values: Any) -> FieldState:
    return form_state(table, values, FileValues(Category.PRIMARY_SECONDARY, {}))[0][key]


@pytest.mark.parametrize("seed", range(8))
def test_states_agree_with_the_check_of_the_record(seed: int) -> None:
    """Every empty field is required, and every filled one forbidden, exactly as the check says."""
    agreed = 0
    for key, name, values in generate(260, seed):
        table, category = get_table(key), Category(name)
        found = {(f.field, f.rule) for f in check_record(table, category, values)}
        states, _ = form_state(table, values, FileValues(category, {}))
        for field in table.fields_for(category):
            is_filled = not is_empty(values.get(field.key))
            rule = "forbidden" if is_filled else "required"
            assert getattr(states[field.key], rule) == ((field.key, rule) in found)
            agreed += (field.key, rule) in found
    assert agreed > 260


@pytest.mark.parametrize("level", ["", "0", "2", "3", "4"])
def test_the_options_are_the_codes_that_the_check_takes(level: str) -> None:
    offered = state(STUDY, "degree_name", degree_level=level).options
    assert offered is not None

    for entry in code_table("degree_name").entries:
        values = {"degree_level": level, "degree_name": entry.code}
        found = check_record(STUDY, Category.PRIMARY_SECONDARY, values)
        refused = any((f.field, f.rule) == ("degree_name", "code") for f in found)
        assert refused == (entry.code not in offered)


def test_a_state_says_what_it_looked_at() -> None:
    foreign = state(BASIC, "ethnicity", nationality="840")
    degree = state(STUDY, "degree_name", education_level="14", degree_level="2")

    assert (foreign.forbidden, foreign.required) == (True, False)
    assert foreign.because == (("basic_information", "nationality"),)
    assert degree.because == degree.narrowed_by == (("study_experience", "degree_level"),)


def test_the_rest_of_the_file_is_asked_too() -> None:
    """A post cannot begin before work did, which another section says."""
    work = {"basic_information": [(1, {"work_start_month": "2008-07"})]}
    alone = FileValues(Category.PRIMARY_SECONDARY, {})
    within = FileValues(Category.PRIMARY_SECONDARY, work)
    values = {"post_category": "1", "start_month": "2001-01"}

    def findings(file: FileValues) -> int:
        states, _ = form_state(POST, values, file)
        return len(states["start_month"].findings)

    assert (findings(alone), findings(within)) == (0, 1)


def test_a_row_is_not_its_own_duplicate() -> None:
    values = {"year": "2024", "result": "2"}
    rows = {"annual_assessment": [(7, values)]}
    file = FileValues(Category.PRIMARY_SECONDARY, rows)
    table = get_table("annual_assessment")

    _, itself = form_state(table, values, file, 7)
    _, beside = form_state(table, values, file)

    assert not itself
    assert [f.rule for f in beside] == ["natural_key"]


def test_no_other_section_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form reads only the sections that its questions need: they must name them all."""
    looked: set[str] = set()
    scopes = OpenFile.scopes
    monkeypatch.setattr(OpenFile, "scopes", lambda self, t: looked.add(t) or scopes(self, t))
    seen: dict[str, set[str]] = {}

    for key, name, values in generate(1000, 3):
        table, category = get_table(key), Category(name)
        looked.clear()
        form_state(table, values, FileValues(category, {}))
        assert looked <= set(sections_asked(table, category))
        seen.setdefault(key, set()).update(looked)

    assert seen["study_experience"] == {"study_experience", "basic_information"}
    assert seen["work_experience"] == {
        "work_experience",
        "study_experience",
        "basic_information",
    }
