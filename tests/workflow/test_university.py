"""The university's route: first review, supplement, departments in parallel, consolidation."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.support.cast import Cast
from tests.support.review import (
    acts,
    ask,
    bring,
    desks,
    do,
    enrol,
    row_of,
    rows,
    states,
    status,
    submission,
)
from tests.support.university import (
    COLLEGE,
    OFFICES,
    THROUGH,
    UNIVERSITY,
    complete_university,
    make_teacher,
)
from tms.dictionary import Department
from tms.models import TABLES, ReportUp, ReviewTask, RowState, SubmissionRow
from tms.workflow import NoteOn

HR, RESEARCH = Department.HR, Department.RESEARCH
#: Each desk that a file comes to, and the verb that brings it there.
STEPS = {
    "unit_review": ("submit", "college"),
    "supplement": ("college", "university_info"),
    "departments": ("university_info", "research_office"),
    "consolidate": (OFFICES[list(Department)[-1]], "rector"),
    "report": ("rector", "rector"),
    "approve": ("report", "province_info"),
}


def department_desks(*functions: Department) -> set[tuple[str, str]]:
    codes = {
        Department.HR: "RS",
        Department.ORGANIZATION: "ZZ",
        Department.RESEARCH: "KY",
        Department.ACADEMIC_AFFAIRS: "JW",
        Department.GRADUATE_SCHOOL: "YJ",
    }
    return {("departments", f"{UNIVERSITY}-{codes[function]}") for function in functions}


def test_the_way_of_a_file(campus: Cast, member: int) -> None:
    seen = []
    for verb, name in THROUGH:
        outcome = do(campus, verb, name, member)
        assert (outcome.taken, outcome.left_out) == (1, []), name
        seen.append(status(campus, member))

    assert seen == [
        "submitted",
        *["unit_passed"] * 6,
        "dept_passed",
        "school_passed",
        "reported",
        "approved",
    ]
    assert states(campus, member) == {RowState.IN_FORCE}
    assert acts(campus, member) == [
        "submit",
        "pass.unit_review",
        "pass.supplement",
        *["pass.departments"] * 5,
        "pass.consolidate",
        "report.report",
        "pass.approve",
    ]


def test_each_desk_in_its_turn(campus: Cast, member: int) -> None:
    found = []
    for step in STEPS:
        until, _ = STEPS[step]
        bring_on(campus, member, until)
        found.append(desks(campus, member))

    assert found == [
        {("unit_review", COLLEGE)},
        {("supplement", UNIVERSITY)},
        department_desks(*Department),
        {("consolidate", UNIVERSITY)},
        {("report", UNIVERSITY)},
        {("approve", "360000")},
    ]


def bring_on(campus: Cast, member: int, until: str) -> None:
    """Go on from where the file is, up to and including *until*."""
    passed = len(acts(campus, member))
    bring(campus, member, until, THROUGH[passed:])


# -- who is asked ----------------------------------------------------------------------------------


def test_without_a_secondary_unit_hr_looks_first(campus: Cast) -> None:
    teacher = make_teacher(campus, college=False)
    complete_university(campus, teacher)
    enrol(campus, teacher, UNIVERSITY)

    bring(campus, teacher, "submit", THROUGH)

    assert desks(campus, teacher) == {("unit_review", f"{UNIVERSITY}-RS")}
    assert do(campus, "pass", "college", teacher).taken == 0
    assert do(campus, "pass", "hr_office", teacher).taken == 1
    bring(campus, teacher, "university_info", THROUGH[2:])
    assert desks(campus, teacher) == department_desks(*Department)


def test_a_department_without_rows_of_a_person_is_not_waited_for(campus: Cast) -> None:
    teacher = make_teacher(campus)
    complete_university(campus, teacher, [Department.GRADUATE_SCHOOL])
    enrol(campus, teacher, UNIVERSITY)

    bring(campus, teacher, "university_info", THROUGH)

    judging = (HR, RESEARCH, Department.GRADUATE_SCHOOL)
    assert desks(campus, teacher) == department_desks(*judging)
    for function in judging:
        assert do(campus, "pass", OFFICES[function], teacher).taken == 1
    assert status(campus, teacher) == "dept_passed"


def test_a_row_of_two_departments_is_judged_by_both(campus: Cast) -> None:
    teacher = make_teacher(campus)
    complete_university(campus, teacher, [Department.GRADUATE_SCHOOL])
    campus.add("university_info", teacher, "teaching", year=2024, term="1", supervisor_type="1",
             discipline_field="05", taught_undergraduates="1", course_hours=32)  # fmt: skip
    enrol(campus, teacher, UNIVERSITY)
    bring(campus, teacher, "university_info", THROUGH)

    others = set(Department) - {Department.ORGANIZATION}
    assert desks(campus, teacher) == department_desks(*others)


def test_consolidation_begins_when_the_last_department_has_passed(
    campus: Cast, member: int
) -> None:
    bring(campus, member, "university_info", THROUGH)
    for function in reversed(Department):
        assert status(campus, member) == "unit_passed"
        assert do(campus, "pass", "rector", member).taken == 0
        assert do(campus, "pass", OFFICES[function], member).taken == 1

    assert desks(campus, member) == {("consolidate", UNIVERSITY)}


@pytest.mark.parametrize("name", ["rector", "university_info"])
def test_the_head_or_the_information_administrator_reports(
    campus: Cast, member: int, name: str
) -> None:
    bring(campus, member, "rector", THROUGH)

    outcome = do(campus, "report", name, member)

    assert len(outcome.receipts) == 1
    found = ask(campus, select(ReportUp.receipt, ReportUp.files, ReportUp.superior_id))
    assert [tuple(row) for row in found] == [(outcome.receipts[0], 1, campus.units["360000"].id)]
    assert submission(campus, member).report_id is not None
    assert do(campus, "approve", "province_info", member).taken == 1
    assert status(campus, member) == "approved"


def test_the_school_sends_in_and_still_every_desk_is_asked(campus: Cast, member: int) -> None:
    """What the information administrator sends in himself passes the supplement at once."""
    way = (("submit", "university_info"), *THROUGH[1:2], *THROUGH[3:])
    bring(campus, member, "college", way)

    assert desks(campus, member) == {("supplement", UNIVERSITY)}


# -- returns ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
def test_a_return_at_every_step(campus: Cast, member: int, step: str) -> None:
    until, name = STEPS[step]
    bring(campus, member, until, THROUGH)

    assert do(campus, "return", name, member, note="请核对").taken == 1

    assert (status(campus, member), submission(campus, member).step) == ("returned", "")
    assert acts(campus, member)[-1] == f"return.{step}"
    assert RowState.DRAFT in states(campus, member)
    bring(campus, member, "submit", THROUGH)
    assert submission(campus, member).round == 2
    for verb, name in THROUGH[1:]:
        do(campus, verb, name, member)
    assert (status(campus, member), states(campus, member)) == ("approved", {RowState.IN_FORCE})


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
