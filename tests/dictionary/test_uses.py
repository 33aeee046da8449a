"""Where code tables are used."""

from __future__ import annotations

from tms.dictionary.uses import fields_using
from tms.models import TABLES


def test_uses_are_those_of_the_declarations() -> None:
    assert "study_experience" in TABLES
    used = {(t.key if t else "", f.key) for t, f in fields_using("education_level")}
    header = {(t.key if t else "", f.key) for t, f in fields_using("collection_person_kind")}

    assert ("study_experience", "education_level") in used
    assert header == {("", "person_kind")}


def test_a_table_that_differs_by_category_counts() -> None:
    used = {f.key for _, f in fields_using("staff_source_kindergarten")}

    assert used == {"staff_source"}


def test_what_the_system_keeps_for_itself_has_no_use() -> None:
    assert fields_using("account_role") == []
