"""Merging units: files, accounts and open work become the other's, the past keeps its names."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text, update

from tests.support.cast import Cast, complete, id_number
from tests.support.review import do
from tests.support.units import (
    COUNTY,
    NEIGHBOUR,
    SCHOOL,
    as_console,
    at,
    make_unit,
    path_of,
    reported,
)
from tms import workflow
from tms.access import CONSOLE, Role, bind
from tms.actors import actor_for
from tms.errors import Invalid, NotAllowed, NotFound
from tms.models import Assignment, AuditEvent, Teacher, Unit, UnitKind, UnitName
from tms.models.unit import SEGMENT
from tms.records import NewFile, create_files
from tms.records.accounts import NewUser, create_user
from tms.records.assignments import add_assignment, assignments_of
from tms.records.unit_acts import merge


@pytest.fixture
def second(cast: Cast) -> int:
    """A second primary school in the neighbouring county."""
    return cast.units["3136000201"].id


def test_a_merge_gives_files_accounts_and_open_work_to_the_other(cast: Cast, second: int) -> None:
    teacher = reported(cast)
    waiting = cast.make_file()
    complete(cast, waiting)
    do(cast, "submit", "school_info", waiting)
    first = cast.units[SCHOOL].id
    old = path_of(cast, SCHOOL)

    plan = merge(cast.session, cast.act_as("province_admin"), first, second)
    cast.session.commit()

    new = path_of(cast, "3136000201")
    assert (plan.files, plan.tasks) == (2, 2)
    rows = as_console(cast, select(Teacher.unit_id, Teacher.unit_path)).all()
    assert {tuple(row) for row in rows} == {(second, new)}
    left = {name for name, count in at(cast, old).items() if count}
    assert left == {"audit_event", "unit", "unit_name"}
    assert actor_for(cast.session, "school_head").unit_id == second
    assert do_as(cast, "pass", "school_head").taken == 1
    assert do(cast, "approve", "neighbour_info", teacher).taken == 1


def do_as(cast: Cast, verb: str, name: str) -> workflow.Outcome:
    """As `do`, with the assignment of today."""
    cast.staff[name] = actor_for(cast.session, name)
    return do(cast, verb, name)


def test_a_merged_unit_stays_closed_with_its_names(cast: Cast, second: int) -> None:
    merge(cast.session, cast.act_as("province_admin"), cast.units[SCHOOL].id, second)
    cast.session.commit()

    unit = as_console(cast, select(Unit).where(Unit.code == SCHOOL)).scalars().one()
    names = as_console(cast, text_of_names(unit.id)).scalars().all()
    assert unit.closed_on is not None
    assert unit.supervisor_id == cast.units[COUNTY].id
    assert names == ["东湖县第一小学"]


def text_of_names(unit_id: int) -> Any:
    return select(UnitName.name).where(UnitName.unit_id == unit_id)


def test_a_merge_leaves_an_event_for_the_unit_and_for_each_file(cast: Cast, second: int) -> None:
    files = [cast.make_file(), cast.make_file()]
    merge(cast.session, cast.act_as("province_admin"), cast.units[SCHOOL].id, second)

    merged = AuditEvent.act == "unit.merge"
    events = as_console(cast, select(AuditEvent).where(merged)).scalars().all()
    assert sorted(e.teacher_id for e in events if e.teacher_id) == files
    (whole,) = [event for event in events if event.teacher_id is None]
    assert whole.files == 2
    assert len({event.act_id for event in events}) == 1
    assert {event.unit_path for event in events} == {path_of(cast, "3136000201")}


def university_file(cast: Cast, college: int) -> int:
    bind(cast.session, CONSOLE)
    items = {"name": "林一", "gender": "1", "birth_date": "1985-03-12", "id_number": ""}
    items["id_number"] = id_number(931)
    new = NewFile(cast.units["4136010001"].id, items, secondary_unit_id=college)
    (made,) = create_files(cast.session, CONSOLE, [new])
    cast.session.commit()
    return made


def test_two_colleges_become_one(cast: Cast) -> None:
    first = cast.units["4136010001-01"].id
    second = make_unit(cast, "4136010001-02", "4136010001", UnitKind.SECONDARY_UNIT)
    teacher = university_file(cast, first)

    merge(cast.session, cast.act_as("province_admin"), first, second)
    cast.session.commit()

    columns = (Teacher.unit_id, Teacher.secondary_unit_id, Teacher.unit_path)
    row = as_console(cast, select(*columns).where(Teacher.id == teacher)).one()
    university = cast.units["4136010001"].id
    assert tuple(row) == (university, second, path_of(cast, "4136010001-02"))


def test_a_merged_bureau_gives_its_schools_away(cast: Cast) -> None:
    teacher = reported(cast)
    county, neighbour = cast.units[COUNTY].id, cast.units[NEIGHBOUR].id
    plan = merge(cast.session, cast.act_as("province_admin"), county, neighbour)
    cast.session.commit()

    above = select(Unit.supervisor_id).where(Unit.code.in_([SCHOOL, "3136000102"]))
    paths = {path_of(cast, code) for code in (SCHOOL, "3136000102", "3136000201")}
    assert (plan.units, plan.files, plan.tasks) == (2, 1, 1)
    assert set(as_console(cast, above).scalars()) == {neighbour}
    assert len(paths) == 3
    assert {path[:-SEGMENT] for path in paths} == {path_of(cast, NEIGHBOUR)}
    assert do(cast, "approve", "neighbour_info", teacher).taken == 1


UNLIKE = {
    "another category": (SCHOOL, "3136000102", "county_admin", Invalid),
    "another kind": (SCHOOL, "360103", "province_admin", Invalid),
    "another level": ("360102", "360100", "province_admin", Invalid),
    "itself": (SCHOOL, SCHOOL, "county_admin", Invalid),
    "out of reach": (SCHOOL, "3136000201", "county_admin", NotFound),
    "the own unit": (SCHOOL, "360102", "county_admin", NotAllowed),
}


@pytest.mark.parametrize("case", UNLIKE)
def test_merges_that_are_refused(cast: Cast, case: str) -> None:
    unit, into, name, error = UNLIKE[case]
    with pytest.raises(error):
        merge(cast.session, cast.act_as(name), cast.units[unit].id, cast.units[into].id)


def test_who_had_an_account_before_keeps_its_name(cast: Cast, second: int) -> None:
    bind(cast.session, CONSOLE)
    first = cast.units[SCHOOL].id
    user, _ = create_user(cast.session, CONSOLE, NewUser("gone", Role.INFO_ADMIN, first, "旧人"))
    ended = {"ended_at": text("CURRENT_TIMESTAMP"), "is_active": False}
    as_console(cast, update(Assignment).where(Assignment.user_id == user).values(**ended))
    cast.session.commit()

    merge(cast.session, cast.act_as("province_admin"), first, second)

    units = as_console(cast, select(Assignment.user_id, Assignment.unit_id)).all()
    assert dict(tuple(row) for row in units)[user] == first
    assert dict(tuple(row) for row in units)[cast.staff["school_info"].user_id] == second


def test_who_worked_at_both_keeps_one_assignment(cast: Cast, second: int) -> None:
    bind(cast.session, CONSOLE)
    first, user = cast.units[SCHOOL].id, cast.staff["far_school_info"].user_id or 0
    add_assignment(cast.session, CONSOLE, user, Role.INFO_ADMIN, first)
    add_assignment(cast.session, CONSOLE, user, Role.INFO_QUERY, first)
    cast.session.commit()

    merge(cast.session, cast.act_as("province_admin"), first, second)
    cast.session.commit()

    bind(cast.session, CONSOLE)
    held = [(row.role, row.is_active) for row in assignments_of(cast.session, user)]
    assert sorted(held) == [("info_admin", True), ("info_query", False)]
    assert actor_for(cast.session, "far_school_info").unit_id == second


def test_who_acted_for_the_merged_one_acts_for_the_other(cast: Cast, second: int) -> None:
    bind(cast.session, CONSOLE)
    user = cast.staff["school_info"].user_id or 0
    add_assignment(cast.session, CONSOLE, user, Role.INFO_ADMIN, second)
    cast.session.commit()

    merge(cast.session, cast.act_as("province_admin"), cast.units[SCHOOL].id, second)
    cast.session.commit()

    bind(cast.session, CONSOLE)
    assert [row.is_active for row in assignments_of(cast.session, user)] == [True]
    assert actor_for(cast.session, "school_info").unit_id == second
