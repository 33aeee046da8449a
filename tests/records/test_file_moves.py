"""A file that was never reported goes to another school of the same bureau."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from tests.support.cast import Cast, complete
from tests.support.holds import events, freeze_at, freeze_files, these
from tests.support.units import COUNTY, SCHOOL, at, make_unit, path_of
from tests.workflow.test_k12 import do
from tms.access import CONSOLE, Actor, Role, bind, door
from tms.actors import actor_for
from tms.dictionary import Category
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import TABLES, Assignment, ReviewTask, Teacher, UnitKind, User
from tms.records.accounts import NewUser, create_user
from tms.records.file_moves import Moved, move_file
from tms.records.read import open_submissions
from tms.workflow import submit

SECOND, KINDERGARTEN, FAR = "3136000199", "3136000102", "3136000201"
STUDY = {"education_level": "21", "major": "数学"}


@pytest.fixture
def second(cast: Cast) -> int:
    """Another primary school of our county."""
    category = {"school_category": Category.PRIMARY_SECONDARY}
    return make_unit(cast, SECOND, COUNTY, UnitKind.SCHOOL, **category)


def go(cast: Cast, teacher: int, unit: int, name: str = "county_info", **more: Any) -> Moved:
    asked = {"reason": "建错学校"} | more
    moved = move_file(cast.session, cast.act_as(name), teacher, unit, **asked)
    cast.session.commit()
    return moved


def clerk_of(cast: Cast, name: str, unit: int) -> Actor:
    """An information administrator of the other school, for whom the session acts."""
    bind(cast.session, CONSOLE)
    create_user(cast.session, CONSOLE, NewUser(name, Role.INFO_ADMIN, unit, "新校"))
    cast.session.commit()
    cast.staff[name] = actor_for(cast.session, name)
    return cast.act_as(name)


def draft(cast: Cast) -> int:
    teacher = cast.make_file()
    cast.add("school_info", teacher, "study_experience", **STUDY)
    return teacher


def test_everything_goes_along_and_nothing_stays(cast: Cast, second: int) -> None:
    teacher, stays = draft(cast), cast.make_file()
    old = path_of(cast, SCHOOL)
    before = at(cast, old)

    moved = go(cast, teacher, second)

    new = path_of(cast, SECOND)
    here = {n: c for n, c in at(cast, new).items() if n not in ("unit", "unit_name", "audit_event")}
    assert moved == Moved("东湖县第一小学", f"单位{SECOND}")
    assert here == {n: 0 for n in here} | dict.fromkeys(
        ("teacher", "basic_information", "study_experience", "app_user", "person", "assignment"), 1
    )
    after = at(cast, old)
    assert {n: before[n] - after[n] for n in here} == here
    cast.act_as("school_info")
    assert cast.session.scalars(select(Teacher.id)).all() == [stays]


def test_the_header_and_the_login_name_the_new_school(cast: Cast, second: int) -> None:
    teacher = draft(cast)

    go(cast, teacher, second)

    cast.act_as("county_info")
    file = cast.session.scalars(select(Teacher).where(Teacher.id == teacher)).one()
    assert (file.unit_id, file.secondary_unit_id) == (second, None)
    cast.act_as("county_admin")
    held = select(Assignment.unit_id, Assignment.unit_path, User.unit_path)
    held = held.join(User, User.id == Assignment.user_id).where(User.teacher_id == teacher)
    assert tuple(cast.session.execute(held).one()) == (second, file.unit_path, file.unit_path)


def test_the_new_school_goes_on_with_the_drafts(cast: Cast, second: int) -> None:
    teacher = draft(cast)

    go(cast, teacher, second)

    clerk_of(cast, "second_info", second)
    cast.add("second_info", teacher, "study_experience", major="物理")
    model = TABLES["study_experience"]
    found = cast.session.scalars(select(model.major).order_by(model.id)).all()
    assert found == ["数学", "物理"]


def test_a_move_leaves_one_event_with_both_names(cast: Cast, second: int) -> None:
    teacher = draft(cast)

    go(cast, teacher, second)

    (event,) = events(cast, "move")
    names = {"from": "东湖县第一小学", "to": f"单位{SECOND}"}
    assert event.teacher_id == teacher
    assert event.unit_path == path_of(cast, SCHOOL)
    assert event.detail == names | {"note": "建错学校"}


def test_only_schools_of_the_same_category(cast: Cast) -> None:
    teacher = draft(cast)

    for code, why in ((KINDERGARTEN, "类别不同"), (COUNTY, "学校下"), (SCHOOL, "已在这所学校")):
        with pytest.raises(Invalid, match=why):
            go(cast, teacher, cast.units[code].id)


def test_a_closed_school_takes_nobody(cast: Cast, second: int) -> None:
    teacher = draft(cast)
    closing = text("UPDATE unit SET closed_on = '2026-01-01' WHERE id = :id")
    cast.session.connection().execute(closing, {"id": second})

    with pytest.raises(Invalid, match="已撤销"):
        go(cast, teacher, second)


def test_a_reason_is_needed(cast: Cast, second: int) -> None:
    teacher = draft(cast)

    with pytest.raises(Invalid, match="原因"):
        go(cast, teacher, second, reason=" ")


def test_what_is_under_way_or_was_reported_stays(cast: Cast, second: int) -> None:
    teacher = cast.make_file()
    complete(cast, teacher)
    do(cast, "submit", "school_info", teacher)
    with pytest.raises(Conflict, match="先撤回或退回"):
        go(cast, teacher, second)
    cast.session.rollback()

    do(cast, "pass", "school_head", teacher)
    do(cast, "report", "school_head", teacher)
    do(cast, "return", "county_info", teacher, note="请补充")
    with pytest.raises(Conflict, match="曾经上报"):
        go(cast, teacher, second)


def test_what_came_back_before_it_was_reported_may_go(cast: Cast, second: int) -> None:
    teacher = cast.make_file()
    complete(cast, teacher)
    do(cast, "submit", "school_info", teacher)
    do(cast, "return", "school_head", teacher, note="不是本校的")

    go(cast, teacher, second)

    new = at(cast, path_of(cast, SECOND))
    assert (new["submission"], new["review_note"]) == (1, 1)
    assert at(cast, path_of(cast, SCHOOL))["submission"] == 0
    clerk = clerk_of(cast, "second_info", second)
    states = {
        state
        for model in TABLES.values()
        for state in cast.session.scalars(select(model.state).where(model.teacher_id == teacher))
    }
    assert states == {"draft"}
    assert not open_submissions(cast.session, [teacher])
    assert cast.session.scalar(select(Teacher.record_status)) == "draft"

    # the way begins anew: what the former school's desk passed is not passed here
    assert submit(cast.session, clerk, these(teacher)).taken == 1
    desks = select(ReviewTask.step).where(ReviewTask.verdict.is_(None))
    assert cast.session.scalars(desks).all() == ["head"]


def test_at_another_university_its_own_departments_judge(cast: Cast) -> None:
    university, other = "4136010001", "4136010099"
    category = {"school_category": Category.HIGHER_EDUCATION}
    to = make_unit(cast, other, "360000", UnitKind.SCHOOL, **category)
    teacher = cast.make_file(university)
    row = cast.add("university_info", teacher, "paper", paper_name="论文")
    model = TABLES["paper"]
    masks = select(model.functions).where(model.id == row)
    usual = cast.session.scalar(masks)
    with door(cast.session):  # as the former university's own route had it
        cast.session.execute(update(model).values(functions=1))
    cast.session.commit()

    go(cast, teacher, to, "province_info")

    assert usual not in (0, 1)
    assert cast.session.scalar(masks) == usual


def test_a_frozen_file_stays_and_a_frozen_school_takes_nobody(cast: Cast, second: int) -> None:
    frozen, free = draft(cast), draft(cast)
    freeze_files(cast, "county_info", frozen)

    with pytest.raises(Conflict, match="锁定"):
        go(cast, frozen, second)
    cast.session.rollback()
    freeze_at(cast, "county_info", SCHOOL)
    with pytest.raises(Conflict, match="锁定"):
        go(cast, free, second)


@pytest.mark.parametrize("name", ["school_info", "school_head", "county_query", "county_admin"])
def test_other_roles_move_nothing(cast: Cast, second: int, name: str) -> None:
    teacher = draft(cast)

    with pytest.raises(NotAllowed):
        go(cast, teacher, second, name)


def test_neither_from_nor_to_beyond_reach(cast: Cast, second: int) -> None:
    teacher = draft(cast)

    with pytest.raises(NotFound):
        go(cast, teacher, second, "neighbour_info")
    with pytest.raises(NotFound):
        go(cast, teacher, cast.units[FAR].id)
    cast.session.rollback()

    cast.act_as("province_info")
    assert cast.session.scalar(select(func.count()).where(Teacher.unit_id == second)) == 0
