"""After a return: who mends, who is asked again, and what cannot be returned at all."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.cast import Cast, complete
from tests.support.review import (
    TEACHERS_WAY,
    acts,
    add_job,
    ask,
    bring,
    change,
    delete,
    do,
    drafts,
    row_of,
    rows,
    status,
    submission,
)
from tests.support.university import THROUGH
from tests.workflow.test_returns import BASIC, STUDY, returned
from tms.dictionary import Filler
from tms.errors import Invalid, NotAllowed
from tms.models import TABLES, ReviewNote, ReviewTask, RowState, SubmissionRow
from tms.workflow import NoteOn

# -- verdicts that stand ---------------------------------------------------------------------------


def test_desks_that_passed_other_content_are_not_asked_again(cast: Cast, ready: int) -> None:
    """The county returns what nobody has to mend twice: each desk judges what came in anew."""
    bring(cast, ready, "report", TEACHERS_WAY)
    row = row_of(cast, ready, STUDY)
    do(cast, "return", "county_info", ready, on=[NoteOn("请核对", STUDY, row, "major")])
    change(cast, "teacher", ready, STUDY, major="数学")

    bring(cast, ready, "approve", TEACHERS_WAY)

    rounds = ask(cast, select(SubmissionRow.table_name, SubmissionRow.round))
    assert {table for table, number in rounds if number == 2} == {STUDY}
    assert {table for table, number in rounds if number == 1} >= {BASIC, "contact", "remuneration"}
    assert status(cast, ready) == "approved"


def test_the_content_that_was_judged_is_what_comes_into_force(cast: Cast, ready: int) -> None:
    row = row_of(cast, ready, STUDY)
    returned(cast, ready, NoteOn("请核对", STUDY, row, "major"))
    change(cast, "teacher", ready, STUDY, major="数学")
    change(cast, "teacher", ready, STUDY, major="物理学")
    bring(cast, ready, "approve", TEACHERS_WAY)

    for table, model in TABLES.items():
        judged = (
            select(SubmissionRow.content_version)
            .join(model, model.id == SubmissionRow.row_id)
            .where(SubmissionRow.table_name == table, model.content_version
                   != SubmissionRow.content_version)
        )  # fmt: skip
        assert ask(cast, judged) == [], table


# -- who mends -------------------------------------------------------------------------------------


def test_notes_say_who_mends(cast: Cast, ready: int) -> None:
    basic, pay = row_of(cast, ready, BASIC), row_of(cast, ready, "remuneration")
    returned(
        cast,
        ready,
        NoteOn("请核对", BASIC, basic, "ethnicity"),
        NoteOn("请核对", BASIC, basic, "personnel_status"),
        NoteOn("请核对", "remuneration", pay),
        NoteOn("请核对", STUDY),
    )

    notes = ask(cast, select(ReviewNote.table_name, ReviewNote.field, ReviewNote.filler))
    assert {(table, field): filler for table, field, filler in notes} == {
        (BASIC, "ethnicity"): Filler.TEACHER,
        (BASIC, "personnel_status"): Filler.SCHOOL,
        ("remuneration", None): Filler.SCHOOL,
        (STUDY, None): Filler.TEACHER,
    }


def test_what_the_school_mends_joins_at_the_supplement(cast: Cast, ready: int) -> None:
    pay = row_of(cast, ready, "remuneration")
    returned(
        cast,
        ready,
        NoteOn("请核对", STUDY, row_of(cast, ready, STUDY), "major"),
        NoteOn("请核对", "remuneration", pay),
    )
    change(cast, "teacher", ready, STUDY, major="数学")
    with pytest.raises(NotAllowed):
        change(cast, "teacher", ready, "remuneration", annual_income="1.00")

    bring(cast, ready, "submit", TEACHERS_WAY)

    assert rows(cast, ready)["remuneration", pay] == RowState.DRAFT
    open_notes = select(ReviewNote.table_name).where(ReviewNote.resolved_at.is_(None))
    assert [tuple(note) for note in ask(cast, open_notes)] == [("remuneration",)]
    change(cast, "school_info", ready, "remuneration", annual_income="97000.00")
    assert do(cast, "pass", "school_info", ready).taken == 1
    assert rows(cast, ready)["remuneration", pay] == RowState.IN_REVIEW
    assert ask(cast, open_notes) == []


def test_the_teacher_has_nothing_to_send_in_where_the_school_mends(cast: Cast, ready: int) -> None:
    returned(cast, ready, NoteOn("请核对", "remuneration", row_of(cast, ready, "remuneration")))

    outcome = do(cast, "submit", "teacher", ready)
    assert outcome.taken == 0
    assert "没有可报送的内容" in str(outcome.left_out[0].reason)

    change(cast, "school_info", ready, "remuneration", annual_income="97000.00")
    assert do(cast, "submit", "school_info", ready).taken == 1
    assert do(cast, "pass", "school_head", ready).taken == 1


# -- a row that is deleted -------------------------------------------------------------------------


def test_a_file_whose_returned_row_was_deleted_is_sent_in_again(cast: Cast, ready: int) -> None:
    """Whoever judged the row is asked again, though nothing is left of it."""
    add_job(cast, ready)
    bring(cast, ready, "report", TEACHERS_WAY)
    row = row_of(cast, ready, "work_experience")
    do(cast, "return", "county_info", ready, on=[NoteOn("不属实", "work_experience", row)])
    delete(cast, "teacher", ready, "work_experience", row)

    bring(cast, ready, "approve", TEACHERS_WAY)

    assert acts(cast, ready)[-5:] == [
        "submit",
        "pass.supplement",
        "pass.head",
        "report.report",
        "pass.approve",
    ]


def test_a_submission_with_nothing_left_in_it_is_over(cast: Cast, ready: int) -> None:
    bring(cast, ready, "approve", TEACHERS_WAY)
    cast.add("school_info", ready, "annual_assessment", year=2023, result="1")
    do(cast, "submit", "school_info", ready)
    (added,) = [row for (table, row), state in rows(cast, ready).items()
                if state == RowState.IN_REVIEW]  # fmt: skip
    do(cast, "return", "school_head", ready, on=[NoteOn("不属实", "annual_assessment", added)])
    assert status(cast, ready) == "returned"

    delete(cast, "school_info", ready, "annual_assessment", added)

    assert (status(cast, ready), submission(cast, ready).is_open) == ("approved", False)
    open_tasks = select(ReviewTask.id).where(ReviewTask.verdict.is_(None))
    open_notes = select(ReviewNote.id).where(ReviewNote.resolved_at.is_(None))
    assert ask(cast, open_tasks) == ask(cast, open_notes) == []
    assert do(cast, "submit", "school_info", ready).taken == 0


# -- what cannot be returned -----------------------------------------------------------------------

FOREIGN = {
    "no such table": lambda row: NoteOn("x", "no_such_table"),
    "a table without rows here": lambda row: NoteOn("x", "paper"),
    "another's row": lambda row: NoteOn("x", STUDY, row + 100_000),
    "a row of another table": lambda row: NoteOn("x", "contact", row),
    "no such field": lambda row: NoteOn("x", STUDY, row, "no_such_field"),
    "a field of another table": lambda row: NoteOn("x", STUDY, row, "email"),
    "a field without its row": lambda row: NoteOn("x", STUDY, None, "major"),
    "a field of nothing": lambda row: NoteOn("x", None, None, "major"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_what_is_not_under_review_here_is_not_returned(cast: Cast, ready: int, case: str) -> None:
    bring(cast, ready, "school_info", TEACHERS_WAY)
    before = rows(cast, ready)

    on = [FOREIGN[case](row_of(cast, ready, STUDY))]
    with pytest.raises(Invalid):
        do(cast, "return", "school_head", ready, note="x", on=on)
    cast.session.rollback()

    assert (rows(cast, ready), status(cast, ready)) == (before, "submitted")


def test_rows_in_force_are_not_returned(cast: Cast, ready: int) -> None:
    bring(cast, ready, "approve", TEACHERS_WAY)
    cast.add("school_info", ready, "annual_assessment", year=2023, result="1")
    do(cast, "submit", "school_info", ready)

    on = [NoteOn("x", STUDY, row_of(cast, ready, STUDY))]
    with pytest.raises(Invalid):
        do(cast, "return", "school_head", ready, on=on)


def test_a_department_returns_nothing_of_anothers(campus: Cast, member: int) -> None:
    bring(campus, member, "university_info", THROUGH)
    paper, contact = (row_of(campus, member, table) for table in ("paper", "contact"))

    for on in (NoteOn("x", "contact", contact), NoteOn("x", "contact"), NoteOn("x", STUDY)):
        with pytest.raises(Invalid):
            do(campus, "return", "research_office", member, on=[on])
        campus.session.rollback()

    both = [NoteOn("x", "paper", paper), NoteOn("x", "contact", contact)]
    with pytest.raises(Invalid):
        do(campus, "return", "research_office", member, on=both)
    campus.session.rollback()
    assert drafts(campus, member) == set()


def test_places_are_named_in_one_file_at_a_time(cast: Cast, ready: int) -> None:
    second = cast.make_file()
    complete(cast, second)
    bring(cast, ready, "school_info", TEACHERS_WAY)
    do(cast, "submit", "school_info", second)

    with pytest.raises(Invalid):
        do(cast, "return", "school_head", ready, second, on=[NoteOn("x", STUDY)])
    cast.session.rollback()

    assert {status(cast, ready), status(cast, second)} == {"submitted"}
