"""The university's route: first review, supplement, departments in parallel, consolidation."""

from __future__ import annotations

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
    department_desks,
    make_teacher,
)
from tms.dictionary import Department
from tms.models import ReportUp, RowState

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
