"""Parallel departments: one returns, the others are untouched."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests.support.cast import Cast
from tests.support.review import (
    ask,
    bring,
    desks,
    do,
    row_of,
    rows,
    status,
    submission,
)
from tests.support.university import (
    COLLEGE,
    OFFICES,
    THROUGH,
    UNIVERSITY,
    department_desks,
)
from tms.dictionary import Department
from tms.models import TABLES, ReviewTask, RowState, SubmissionRow
from tms.workflow import NoteOn

RESEARCH = Department.RESEARCH


def test_one_department_returns_and_the_others_are_untouched(campus: Cast, member: int) -> None:
    """R55: returning 科研 never reopens 人事."""
    bring(campus, member, "hr_office", THROUGH)
    before = decisions(campus, member)
    paper = row_of(campus, member, "paper")

    on = [NoteOn("卷号有误", "paper", paper, "volume")]
    assert do(campus, "return", "research_office", member, on=on).taken == 1

    rest = (Department.ORGANIZATION, Department.ACADEMIC_AFFAIRS, Department.GRADUATE_SCHOOL)
    assert desks(campus, member) == department_desks(*rest)
    assert decisions(campus, member).items() >= before.items()
    drafts = {key for key, state in rows(campus, member).items() if state == RowState.DRAFT}
    assert drafts == {("paper", paper)}
    assert do(campus, "pass", "academic_office", member).taken == 1
    assert status(campus, member) == "returned"


def decisions(campus: Cast, member: int) -> dict[int, Any]:
    """{task: its verdict and act} of what was decided."""
    statement = select(ReviewTask.id, ReviewTask.verdict, ReviewTask.act, ReviewTask.round)
    mine = statement.where(ReviewTask.teacher_id == member, ReviewTask.verdict.is_not(None))
    return {row.id: tuple(row) for row in ask(campus, mine)}


def test_after_mending_only_who_judged_the_row_is_asked_again(campus: Cast, member: int) -> None:
    bring(campus, member, OFFICES[Department.ORGANIZATION], THROUGH)
    on = [NoteOn("卷号有误", "paper", row_of(campus, member, "paper"), "volume")]
    do(campus, "return", "research_office", member, on=on)

    bring(campus, member, "university_info", THROUGH)

    rest = (RESEARCH, Department.ACADEMIC_AFFAIRS, Department.GRADUATE_SCHOOL)
    assert desks(campus, member) == department_desks(*rest)
    for function in rest:
        assert do(campus, "pass", OFFICES[function], member).taken == 1
    assert desks(campus, member) == {("consolidate", UNIVERSITY)}


def test_a_department_decides_while_the_mended_row_is_on_its_way(campus: Cast, member: int) -> None:
    """The secondary unit is not passed over because another department goes on meanwhile."""
    bring(campus, member, "university_info", THROUGH)
    on = [NoteOn("卷号有误", "paper", row_of(campus, member, "paper"), "volume")]
    do(campus, "return", "research_office", member, on=on)
    bring(campus, member, "submit", THROUGH)

    assert do(campus, "pass", "hr_office", member).taken == 1

    rest = (Department.ORGANIZATION, Department.ACADEMIC_AFFAIRS, Department.GRADUATE_SCHOOL)
    waiting = department_desks(*rest) | {("unit_review", COLLEGE)}
    assert desks(campus, member) == waiting
    found = submission(campus, member)
    assert (found.step, found.status) == ("unit_review", "submitted")
    assert do(campus, "pass", "research_office", member).taken == 0
    bring(campus, member, "university_info", THROUGH[1:])
    assert desks(campus, member) == department_desks(RESEARCH, *rest)


def test_two_departments_return_and_both_are_mended_together(campus: Cast, member: int) -> None:
    bring(campus, member, "university_info", THROUGH)
    paper, award = (row_of(campus, member, table) for table in ("paper", "award"))
    for name, table, row in (
        ("research_office", "paper", paper),
        ("academic_office", "award", award),
    ):
        on = [NoteOn("请核对", table, row)]
        assert do(campus, "return", name, member, on=on).taken == 1
    states_now = rows(campus, member)
    assert {key for key, state in states_now.items() if state == RowState.DRAFT} == {
        ("paper", paper),
        ("award", award),
    }

    bring(campus, member, "university_info", THROUGH)

    assert submission(campus, member).round == 2
    assert desks(campus, member) == department_desks(*Department)


def test_a_department_returns_what_it_judges_and_nothing_else(campus: Cast, member: int) -> None:
    bring(campus, member, "university_info", THROUGH)

    assert do(campus, "return", "graduate_office", member, note="请核对").taken == 1

    drafts = {key for key, state in rows(campus, member).items() if state == RowState.DRAFT}
    masks = {
        (row.table_name, row.row_id): row.functions
        for row in ask(campus, select(SubmissionRow.table_name, SubmissionRow.row_id,
                                    SubmissionRow.functions))
    }  # fmt: skip
    of_graduate_school = {
        key for key, mask in masks.items() if mask & Department.GRADUATE_SCHOOL.mask
    }
    assert drafts == of_graduate_school
    assert {table for table, _ in drafts} == {"teaching"}


def test_a_section_returned_by_one_department_stays_with_the_other(
    campus: Cast, member: int
) -> None:
    """Teaching has rows of academic affairs and one of the graduate school."""
    bring(campus, member, "university_info", THROUGH)

    do(campus, "return", "graduate_office", member, on=[NoteOn("请核对", "teaching")])

    teaching = TABLES["teaching"]
    found = ask(campus, select(teaching.functions, teaching.state))
    assert {tuple(row) for row in found} == {
        (Department.ACADEMIC_AFFAIRS.mask, RowState.IN_REVIEW),
        (Department.GRADUATE_SCHOOL.mask, RowState.DRAFT),
    }
