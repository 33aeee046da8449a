"""核对无变化: a submission without rows, by the short way (DOMAIN.md 10, R64, R68)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.cast import Cast, complete
from tests.support.holds import let_pass
from tests.support.own_routes import INSPECT, put, with_step
from tests.support.review import (
    TEACHERS_WAY,
    acts,
    add_job,
    ask,
    bring,
    delete,
    desks,
    do,
    enrol,
    look,
    status,
    submission,
    undo,
)
from tests.support.university import COLLEGE, THROUGH, UNIVERSITY
from tms.errors import NotAllowed
from tms.models import SubmissionRow, Teacher
from tms.workflow import confirm
from tms.workflow.desks import seat_of
from tms.workflow.offered import Act, acts_on
from tms.workflow.route_edit import default_draft

SCHOOL, COUNTY = "3136000101", "360102"


@pytest.fixture
def in_force(cast: Cast, ready: int) -> int:
    """A file in force of a primary school, whose teacher can act."""
    bring(cast, ready, "approve", TEACHERS_WAY)
    return ready


def confirmed(cast: Cast, teacher: int) -> Any:
    """When the header says that it was last confirmed."""
    ((at,),) = ask(cast, select(Teacher.confirmed_at).where(Teacher.id == teacher))
    return at


def refused(cast: Cast, name: str, teacher: int) -> str:
    outcome = do(cast, "confirm", name, teacher)
    assert outcome.taken == 0
    (left,) = outcome.left_out
    return str(left.reason)


def test_first_desk_and_superior_are_asked(cast: Cast, in_force: int) -> None:
    assert confirmed(cast, in_force) is None

    assert do(cast, "confirm", "teacher", in_force).taken == 1
    assert desks(cast, in_force) == {("supplement", SCHOOL)}
    assert submission(cast, in_force).shape == "nochange"
    assert do(cast, "pass", "school_info", in_force).taken == 1
    assert desks(cast, in_force) == {("approve", COUNTY)}
    assert confirmed(cast, in_force) is None
    assert do(cast, "approve", "county_info", in_force).taken == 1

    assert (status(cast, in_force), desks(cast, in_force)) == ("approved", set())
    assert confirmed(cast, in_force) == submission(cast, in_force).submitted_at
    assert acts(cast, in_force)[-3:] == ["submit", "pass.supplement", "pass.approve"]
    assert ask(cast, select(SubmissionRow).where(_of(cast, in_force))) == []


def _of(cast: Cast, teacher: int) -> Any:
    return SubmissionRow.submission_id == submission(cast, teacher).id


def test_the_school_confirms_for_a_teacher_as_itself(cast: Cast, in_force: int) -> None:
    """What it has looked at needs no second look of its own; the superior's is another's."""
    assert do(cast, "confirm", "school_info", in_force).taken == 1

    assert desks(cast, in_force) == {("approve", COUNTY)}
    assert submission(cast, in_force).submitted_by == cast.staff["school_info"].user_id
    assert do(cast, "approve", "county_info", in_force).taken == 1


def test_departments_of_a_university_are_not_asked(campus: Cast, member: int) -> None:
    bring(campus, member, "approve", THROUGH)

    assert do(campus, "confirm", "teacher", member).taken == 1
    seen = [desks(campus, member)]
    for name in ("college", "rector", "province_info"):
        assert do(campus, "pass", name, member).taken == 1
        seen.append(desks(campus, member))

    assert seen == [
        {("unit_review", COLLEGE)},
        {("consolidate", UNIVERSITY)},
        {("approve", "360000")},
        set(),
    ]
    assert confirmed(campus, member) is not None


def test_a_step_of_ones_own_is_not_asked_either(campus: Cast, member: int) -> None:
    bring(campus, member, "approve", THROUGH)
    put(campus, with_step(default_draft(0), INSPECT, "unit_review"))

    do(campus, "confirm", "teacher", member)
    do(campus, "pass", "college", member)

    assert desks(campus, member) == {("consolidate", UNIVERSITY)}


def test_only_what_is_in_force_with_nothing_open_and_no_drafts(cast: Cast, ready: int) -> None:
    assert "尚未生效" in refused(cast, "teacher", ready)
    do(cast, "submit", "teacher", ready)
    assert "环节" in refused(cast, "teacher", ready)
    bring(cast, ready, "approve", TEACHERS_WAY[1:])
    added = add_job(cast, ready)
    for name in ("teacher", "school_info"):
        assert "还有没有报送的内容" in refused(cast, name, ready)
    delete(cast, "teacher", ready, "work_experience", added)

    assert do(cast, "confirm", "teacher", ready).taken == 1
    assert "环节" in refused(cast, "teacher", ready)
    do(cast, "return", "school_info", ready, note="x")
    assert "退回修改" in refused(cast, "teacher", ready)


def test_what_a_teacher_confirms_others_do_not_see_nor_change(cast: Cast, in_force: int) -> None:
    other = cast.make_file()
    complete(cast, other)
    enrol(cast, other, name="colleague")

    assert do(cast, "confirm", "colleague", in_force).taken == 0
    assert do(cast, "confirm", "far_school_info", in_force).taken == 0
    assert status(cast, in_force) == "approved"


@pytest.mark.parametrize("name", ["school_head", "county_query", "auditor", "school_admin"])
def test_roles_that_send_in_nothing(cast: Cast, in_force: int, name: str) -> None:
    with pytest.raises(NotAllowed):
        do(cast, "confirm", name, in_force)


def test_it_is_withdrawn_like_others(cast: Cast, in_force: int) -> None:
    do(cast, "confirm", "teacher", in_force)

    assert do(cast, "withdraw", "teacher", in_force).taken == 1

    assert (status(cast, in_force), desks(cast, in_force)) == ("approved", set())
    assert do(cast, "confirm", "teacher", in_force).taken == 1
    look(cast, "school_info", in_force)
    assert do(cast, "withdraw", "teacher", in_force).taken == 0


def test_a_return_is_answered_as_it_is_or_with_what_was_missing(cast: Cast, in_force: int) -> None:
    do(cast, "confirm", "school_info", in_force)
    assert do(cast, "return", "county_info", in_force, note="请核对职称").taken == 1
    assert status(cast, in_force) == "returned"

    assert do(cast, "submit", "teacher", in_force).taken == 1
    assert desks(cast, in_force) == {("approve", COUNTY)}
    do(cast, "return", "county_info", in_force, note="缺近期任职")
    add_job(cast, in_force)
    assert do(cast, "submit", "teacher", in_force).taken == 1
    assert submission(cast, in_force).shape == "new:work_experience"
    bring(cast, in_force, "approve", TEACHERS_WAY[1:])
    assert confirmed(cast, in_force) is None, "it brought something after all"


def test_what_joins_at_the_first_desk_goes_the_whole_way(cast: Cast, in_force: int) -> None:
    do(cast, "confirm", "teacher", in_force)
    add_job(cast, in_force, "school_info")

    do(cast, "pass", "school_info", in_force)

    assert desks(cast, in_force) == {("head", SCHOOL)}


def test_a_verdict_is_taken_back(cast: Cast, in_force: int) -> None:
    do(cast, "confirm", "teacher", in_force)
    passed = do(cast, "pass", "school_info", in_force)
    assert undo(cast, "school_info", passed.act_id).taken == 1
    assert desks(cast, in_force) == {("supplement", SCHOOL)}
    do(cast, "pass", "school_info", in_force)
    let_pass(cast, "submission", "submitted_at", timedelta(days=1))
    first = do(cast, "approve", "county_info", in_force)
    at = confirmed(cast, in_force)
    assert do(cast, "confirm", "school_info", in_force).taken == 1
    again = do(cast, "approve", "county_info", in_force)
    assert confirmed(cast, in_force) > at

    assert undo(cast, "county_info", again.act_id).taken == 1

    assert confirmed(cast, in_force) == at
    assert do(cast, "return", "county_info", in_force, note="x").taken == 1
    assert undo(cast, "county_info", first.act_id).taken == 0


def test_many_are_confirmed_and_passed_at_once(cast: Cast, in_force: int) -> None:
    other = cast.make_file()
    complete(cast, other)
    bring(cast, other, "approve")
    third = cast.make_file()

    assert confirm(cast.session, cast.act_as("school_info"), None).taken == 2
    cast.session.commit()
    assert do(cast, "approve", "county_info").taken == 2

    assert status(cast, third) == "draft"
    assert None not in {confirmed(cast, in_force), confirmed(cast, other)}


def test_it_is_offered_for_a_file_at_rest(cast: Cast, in_force: int) -> None:
    seat = seat_of(cast.session, cast.act_as("teacher"))

    assert acts_on(seat, "approved", None, has_drafts=False) == (Act.CONFIRM,)
    assert acts_on(seat, "approved", None, has_drafts=True) == (Act.SUBMIT,)
    assert acts_on(seat, "draft", None, has_drafts=False) == ()
    assert acts_on(seat_of(cast.session, cast.act_as("school_head")), "approved", None) == ()
