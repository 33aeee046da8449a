"""A reviewer's suggestion at a returned field: kept canonical, taken up with one tap (issue 7)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.support.cast import Cast
from tests.support.review import TEACHERS_WAY, ask, bring, content, do, row_of
from tms.access import Actor
from tms.dictionary import Sensitivity
from tms.errors import Conflict, Invalid, NotFound
from tms.models import TABLES, ReviewNote
from tms.workflow import NoteOn
from tms.workflow.suggestions import accept, suggestible

STUDY = "study_experience"


@pytest.fixture
def reviewed(cast: Cast, ready: int) -> int:
    """A complete file on the head's desk."""
    bring(cast, ready, "school_info", TEACHERS_WAY)
    return ready


def give_back(cast: Cast, teacher: int, table: str, **suggested: Any) -> list[Any]:
    """Return the first row of a table with a suggestion each; the notes."""
    row = row_of(cast, teacher, table)
    on = [NoteOn("请核对", table, row, key, value) for key, value in suggested.items()]
    do(cast, "return", "school_head", teacher, on=on)
    columns = (ReviewNote.id, ReviewNote.field, ReviewNote.suggestion)
    return list(ask(cast, select(*columns).order_by(ReviewNote.id)))


def take(cast: Cast, name: str, note: int, version: int | None = None) -> int:
    try:
        row = accept(cast.session, cast.act_as(name), note, version)
        cast.session.commit()
        return row
    finally:
        cast.session.rollback()


def test_what_is_suggested_is_written_like_anything_typed(cast: Cast, reviewed: int) -> None:
    before = content(cast, reviewed, STUDY)
    notes = give_back(cast, reviewed, STUDY, major=" 应用数学 ".strip(), admission_month="2003-09")

    for note in notes:
        take(cast, "teacher", note.id)

    after = content(cast, reviewed, STUDY)
    assert (after.major, str(after.admission_month)[:7]) == ("应用数学", "2003-09")
    assert after.content_version == before.content_version + 2
    assert after.updated_by == cast.staff["teacher"].user_id
    assert do(cast, "submit", "teacher", reviewed).taken == 1


def test_it_is_kept_as_it_is_stored(cast: Cast, reviewed: int) -> None:
    code = content(cast, reviewed, STUDY).education_level
    kept = give_back(
        cast, reviewed, STUDY, admission_month="2003-09", education_level=code, major=""
    )

    assert [note.suggestion for note in kept] == ['"2003-09"', None, None], "no news is none"


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        (STUDY, "admission_month", "前年"),
        (STUDY, "education_level", "没有这个"),
        ("basic_information", "id_number", "11010519491231002X"),
        (STUDY, None, "数学"),
    ],
)
def test_what_cannot_be_written_is_not_suggested(
    cast: Cast, reviewed: int, table: str, key: str | None, value: str
) -> None:
    row = row_of(cast, reviewed, table)

    with pytest.raises(Invalid):
        do(cast, "return", "school_head", reviewed, on=[NoteOn("x", table, row, key, value)])


def test_only_who_fills_the_field_takes_it_up(cast: Cast, reviewed: int) -> None:
    (note,) = give_back(cast, reviewed, STUDY, major="应用数学")
    for name in ("far_school_info", "neighbour_info"):
        with pytest.raises(NotFound):
            take(cast, name, note.id)

    assert take(cast, "school_info", note.id) == row_of(cast, reviewed, STUDY)


def test_who_was_quicker_is_not_overwritten(cast: Cast, reviewed: int) -> None:
    (note,) = give_back(cast, reviewed, STUDY, major="应用数学")

    with pytest.raises(Conflict):
        take(cast, "teacher", note.id, content(cast, reviewed, STUDY).content_version - 1)


def test_it_ends_with_the_note(cast: Cast, reviewed: int) -> None:
    (note,) = give_back(cast, reviewed, STUDY, major="应用数学")
    take(cast, "teacher", note.id)
    do(cast, "submit", "teacher", reviewed)

    with pytest.raises(NotFound):
        take(cast, "teacher", note.id)


def test_nothing_that_is_sealed_or_delicate_is_suggested(cast: Cast) -> None:
    head: Actor = cast.act_as("school_head")

    for model in TABLES.values():
        for field in model.dictionary.fields.values():
            if suggestible(head, field):
                assert not field.encrypted
                assert field.sensitivity is not Sensitivity.HIGH
