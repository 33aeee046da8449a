"""退回: exactly what is named unlocks, for whoever fills it; everything else keeps its verdict."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.support.cast import Cast, complete
from tests.support.review import (
    TEACHERS_WAY,
    add_job,
    ask,
    bring,
    change,
    content,
    delete,
    do,
    drafts,
    row_of,
    rows,
)
from tms.dictionary import Category
from tms.errors import Conflict, NotAllowed
from tms.models import TABLES, ReviewNote, RowState, SubmissionRow
from tms.records import RowChange, save
from tms.workflow import NoteOn

STUDY, BASIC = "study_experience", "basic_information"
#: What hangs on the degree, which is flagged here.
WITH_DEGREE = {
    "degree_level",
    "degree_name",
    "degree_award_month",
    "degree_country",
    "degree_institution",
}


def returned(cast: Cast, teacher: int, *on: NoteOn, by: str = "school_head") -> None:
    """On its way to the head, who returns it."""
    bring(cast, teacher, "school_info", TEACHERS_WAY)
    assert do(cast, "return", by, teacher, on=on).taken == 1


# -- a field ---------------------------------------------------------------------------------------


MENDED = {
    "degree_level": "3",
    "degree_name": "301",
    "degree_country": "250",
    "degree_institution": "另一所大学",
    "degree_award_month": "2011-06",
    "major": "数学",
}


def collected() -> set[str]:
    """The fields of the table that people of primary schools fill in."""
    declared = TABLES[STUDY].dictionary.fields_for(Category.PRIMARY_SECONDARY)
    return {field.key for field in declared if not field.readonly}


@pytest.fixture
def flagged(cast: Cast, ready: int) -> int:
    """A file returned for the sake of a degree's level and a major."""
    row = row_of(cast, ready, STUDY)
    wrong = NoteOn("学位有误", STUDY, row, "degree_level")
    returned(cast, ready, wrong, NoteOn("请核对", STUDY, row, "major"))
    assert drafts(cast, ready) == {(STUDY, row)}
    return ready


def test_fields_that_were_not_flagged_stay_locked(cast: Cast, flagged: int) -> None:
    before = content(cast, flagged, STUDY)

    for field in sorted(collected() - WITH_DEGREE - {"major"}):
        forged = {field: other_than(before, field)}
        for values in (forged, forged | {"major": "数学"}):
            with pytest.raises(Conflict):
                change(cast, "teacher", flagged, STUDY, **values)

    assert content(cast, flagged, STUDY) == before


def test_flagged_fields_and_their_dependants_are_writable(cast: Cast, flagged: int) -> None:
    mended = {key: value for key, value in MENDED.items() if key in collected()}

    change(cast, "teacher", flagged, STUDY, **mended)

    after = content(cast, flagged, STUDY)
    assert {key: getattr(after, key) for key in mended} == mended


def other_than(row: Any, field: str) -> Any:
    """A value that can be stored, and is not what stands there."""
    known = {
        "education_level": ("21", "31"),
        "education_country": ("156", "250"),
        "is_normal_major": ("1", "0"),
        "study_mode": ("1", "2"),
        "study_institution_type": ("10", "11"),
    }
    first, second = known.get(field, ("2003-09", "2002-09"))
    return second if getattr(row, field) == first else first


def test_a_row_with_flagged_fields_is_not_deleted(cast: Cast, ready: int) -> None:
    row = row_of(cast, ready, STUDY)
    returned(cast, ready, NoteOn("请核对", STUDY, row, "major"))

    with pytest.raises(Conflict):
        save(
            cast.session, cast.act_as("teacher"), {STUDY: [RowChange(ready, {}, row, delete=True)]}
        )
    cast.session.rollback()

    assert (STUDY, row) in rows(cast, ready)


def test_the_other_rows_are_locked(cast: Cast, ready: int) -> None:
    returned(cast, ready, NoteOn("请核对", STUDY, row_of(cast, ready, STUDY), "major"))

    for table, values in (("contact", {"email": "a@b.cn"}), ("work_experience", {"position": "x"})):
        before = content(cast, ready, table)
        for name in ("teacher", "school_info", "county_info"):
            with pytest.raises(Conflict):
                change(cast, name, ready, table, **values)
        assert content(cast, ready, table) == before


def test_a_new_row_may_be_added_and_goes_along(cast: Cast, ready: int) -> None:
    returned(cast, ready, NoteOn("请核对", STUDY, row_of(cast, ready, STUDY), "major"))
    added = add_job(cast, ready)

    bring(cast, ready, "submit", TEACHERS_WAY)

    assert rows(cast, ready)["work_experience", added] == RowState.IN_REVIEW
    travelling = select(SubmissionRow.round).where(SubmissionRow.row_id == added)
    assert [tuple(row) for row in ask(cast, travelling)] == [(2,)]


# -- a row, a section, the file --------------------------------------------------------------------


def test_a_returned_row_is_writable_as_a_whole_and_may_be_deleted(cast: Cast, ready: int) -> None:
    row = row_of(cast, ready, "work_experience")
    returned(cast, ready, NoteOn("不属实", "work_experience", row))
    assert drafts(cast, ready) == {("work_experience", row)}

    change(cast, "teacher", ready, "work_experience", position="校长", unit_name="示例小学")

    delete(cast, "teacher", ready, "work_experience", row)
    assert ("work_experience", row) not in rows(cast, ready)


def test_a_returned_section_unlocks_all_its_rows(cast: Cast, ready: int) -> None:
    add_job(cast, ready)

    returned(cast, ready, NoteOn("请核对", "work_experience"))

    tables = [table for table, _ in drafts(cast, ready)]
    assert tables == ["work_experience"] * 2


def test_a_returned_file_unlocks_everything(cast: Cast, ready: int) -> None:
    bring(cast, ready, "school_info", TEACHERS_WAY)
    do(cast, "return", "school_head", ready, note="请全面核对")

    assert drafts(cast, ready) == set(rows(cast, ready))
    change(cast, "teacher", ready, "contact", email="a@b.cn")
    change(cast, "school_info", ready, "annual_assessment", result="1")
    with pytest.raises(NotAllowed):
        change(cast, "teacher", ready, "annual_assessment", result="3")


def test_a_return_over_many_files_needs_no_places(cast: Cast, ready: int) -> None:
    second = cast.make_file()
    complete(cast, second)
    bring(cast, ready, "school_info", TEACHERS_WAY)
    do(cast, "submit", "school_info", second)

    assert do(cast, "return", "school_head", note="请核对").taken == 2

    reasons = ask(cast, select(ReviewNote.teacher_id, ReviewNote.reason, ReviewNote.table_name))
    assert {tuple(row) for row in reasons} == {(ready, "请核对", None), (second, "请核对", None)}
