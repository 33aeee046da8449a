"""Units that change during review: tasks find their new desk, none lost, none doubled."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from tests.support.cast import Cast, complete
from tests.support.review import TEACHERS_WAY, ask, bring, desks, do, enrol, status, undo
from tests.support.units import NEIGHBOUR, SCHOOL, as_console, make_unit
from tests.support.university import (
    COLLEGE,
    OFFICES,
    THROUGH,
    UNIVERSITY,
    complete_university,
    make_teacher,
)
from tms.actors import actor_for
from tms.dictionary import Department
from tms.errors import NotFound
from tms.models import ReviewTask, UnitKind, User
from tms.records.unit_acts import merge, move

RESEARCH = f"{UNIVERSITY}-KY"


def tasks(cast: Cast) -> list[tuple[Any, ...]]:
    """What every task is about but for its desk, in order."""
    columns = ("id", "teacher_id", "step", "verdict", "round", "permission", "desk_function")
    statement = select(*(getattr(ReviewTask, name) for name in columns)).order_by(ReviewTask.id)
    return [tuple(row) for row in ask(cast, statement)]


def merged(cast: Cast, first: str, second: int) -> int:
    """Merge the unit with that code into the other; how many tasks changed hands, as planned."""
    actor = cast.act_as("province_admin")
    done = merge(cast.session, actor, cast.units[first].id, second)
    cast.session.commit()
    return done.tasks


def again(cast: Cast, name: str) -> None:
    """Let *name* act under the assignment that it has now."""
    cast.staff[name] = actor_for(cast.session, name)
    cast.session.rollback()


def test_a_secondary_unit_is_merged_while_it_reviews(campus: Cast, member: int) -> None:
    bring(campus, member, "submit", THROUGH)
    direct = make_teacher(campus, college=False)
    complete_university(campus, direct)
    do(campus, "submit", "university_info", direct)
    second = make_unit(campus, f"{UNIVERSITY}-02", UNIVERSITY, UnitKind.SECONDARY_UNIT)
    before = tasks(campus)

    assert merged(campus, COLLEGE, second) == 1

    assert tasks(campus) == before
    assert desks(campus, member) == {("unit_review", f"{UNIVERSITY}-02")}
    assert desks(campus, direct) == {("unit_review", f"{UNIVERSITY}-RS")}
    again(campus, "college")
    assert do(campus, "pass", "college").taken == 1
    bring(campus, member, "approve", THROUGH[2:])


def test_a_department_is_merged_while_it_reviews(campus: Cast, member: int) -> None:
    bring(campus, member, "hr_office", THROUGH)
    kind = UnitKind.FUNCTIONAL_DEPARTMENT
    second = make_unit(campus, f"{UNIVERSITY}-KX", UNIVERSITY, kind, function="research")
    before, waiting = tasks(campus), desks(campus, member)

    assert merged(campus, RESEARCH, second) == 1

    assert tasks(campus) == before
    moved = {("departments", f"{UNIVERSITY}-KX")}
    assert desks(campus, member) == waiting - {("departments", RESEARCH)} | moved
    again(campus, OFFICES[Department.RESEARCH])
    bring(campus, member, "approve", [pair for pair in THROUGH[4:] if pair[1] in campus.staff])


@pytest.fixture
def headless(cast: Cast) -> tuple[int, int]:
    """A file that the county is to approve, and one that it is to pass in place of the head."""
    files = []
    for number in range(2):
        teacher = cast.make_file()
        complete(cast, teacher)
        enrol(cast, teacher)
        until = "report" if number == 0 else "school_info"
        bring(cast, teacher, until, TEACHERS_WAY)
        files.append(teacher)
    gone = update(User).where(User.username == "school_head").values(is_disabled=True)
    as_console(cast, gone)
    cast.session.commit()
    return files[0], files[1]


def test_a_school_moves_with_what_waits_above_it(cast: Cast, headless: tuple[int, int]) -> None:
    reported, unheaded = headless
    before = tasks(cast)

    actor = cast.act_as("province_admin")
    plan = move(cast.session, actor, cast.units[SCHOOL].id, cast.units[NEIGHBOUR].id)
    cast.session.commit()

    assert (plan.tasks, tasks(cast)) == (1, before)
    assert desks(cast, reported) == {("approve", NEIGHBOUR)}
    assert desks(cast, unheaded) == {("head", SCHOOL)}
    for name in ("county_info", "school_info"):
        assert do(cast, "pass", name).taken == 0
    again(cast, "school_info")
    assert do(cast, "pass", "neighbour_info").taken == 2
    stood_in = select(ReviewTask.teacher_id).where(ReviewTask.stand_in)
    assert ask(cast, stood_in) == [(unheaded,)]
    assert do(cast, "report", "school_info", unheaded).taken == 1
    assert do(cast, "approve", "neighbour_info", unheaded).taken == 1
    assert {status(cast, teacher) for teacher in headless} == {"approved"}


def test_a_verdict_is_not_undone_by_the_former_superior(
    cast: Cast, headless: tuple[int, int]
) -> None:
    reported, _ = headless
    act_id = do(cast, "approve", "county_info", reported).act_id
    actor = cast.act_as("province_admin")
    move(cast.session, actor, cast.units[SCHOOL].id, cast.units[NEIGHBOUR].id)
    cast.session.commit()

    with pytest.raises(NotFound):
        undo(cast, "county_info", act_id, reported)
    cast.session.rollback()
    assert status(cast, reported) == "approved"
