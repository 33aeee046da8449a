"""Renaming, closing and opening units again: with dates, obstacles and one event each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.support.cast import Cast
from tests.support.units import COUNTY, NEIGHBOUR, SCHOOL, as_console, make_unit, reported
from tms.access import CONSOLE, Role, bind
from tms.actors import actor_for
from tms.dictionary import Category
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import AuditEvent, Level, Unit, UnitKind, UnitName, User
from tms.records.accounts import NewUser, create_user, set_disabled
from tms.records.assignments import add_assignment, assignments_of
from tms.records.unit_acts import carry_out, close, merge, preview, rename, reopen
from tms.records.unit_plan import Order, UnitAct, offered
from tms.records.units import NewUnit, change_unit, create_unit

TODAY = date.today()
KINDERGARTEN = "3136000102"


def names(cast: Cast, unit: int) -> list[tuple[Any, ...]]:
    columns = (UnitName.name, UnitName.from_on, UnitName.to_on)
    statement = select(*columns).where(UnitName.unit_id == unit).order_by(UnitName.id)
    return [tuple(row) for row in as_console(cast, statement)]


def test_a_new_name_begins_on_its_day(cast: Cast) -> None:
    school = cast.units[SCHOOL].id
    opened, day = TODAY - timedelta(100), TODAY - timedelta(10)
    as_console(cast, update(UnitName).where(UnitName.unit_id == school).values(from_on=opened))
    cast.session.commit()

    rename(cast.session, cast.act_as("county_admin"), school, "东湖县实验小学", day)

    assert names(cast, school) == [
        ("东湖县第一小学", opened, day),
        ("东湖县实验小学", day, None),
    ]
    event = as_console(cast, select(AuditEvent).where(AuditEvent.act == "unit.rename"))
    assert event.scalars().one().former == {"unit": {str(school): {"name": "东湖县第一小学"}}}


@pytest.mark.parametrize(
    ("name", "days"), [("x", 1), ("x", -1), (" ", 0), ("名" * 101, 0), ("东湖县第一小学", 0)]
)
def test_names_that_are_refused(cast: Cast, name: str, days: int) -> None:
    day = TODAY + timedelta(days)
    with pytest.raises(Invalid):
        rename(cast.session, cast.act_as("county_admin"), cast.units[SCHOOL].id, name, day)


def test_an_empty_unit_closes_and_its_accounts_are_disabled(cast: Cast) -> None:
    school = cast.units[SCHOOL].id

    plan = close(cast.session, cast.act_as("county_admin"), school, TODAY)
    cast.session.commit()

    assert plan.accounts == 3
    unit = as_console(cast, select(Unit).where(Unit.id == school)).scalars().one()
    assert unit.closed_on == TODAY
    with pytest.raises(NotFound):
        actor_for(cast.session, "school_info")
    event = as_console(cast, select(AuditEvent).where(AuditEvent.act == "unit.close"))
    users = [cast.staff[name].user_id for name in ("school_admin", "school_info", "school_head")]
    assert event.scalars().one().detail["disabled"] == sorted(users)


def test_what_stands_in_the_way_is_counted_with_its_remedy(cast: Cast) -> None:
    reported(cast)
    cast.make_file()
    order = Order(UnitAct.CLOSE, cast.units[COUNTY].id, on=TODAY)
    actor = cast.act_as("province_admin")

    plan = preview(cast.session, actor, order)

    said = [str(obstacle) for obstacle in plan.obstacles]
    assert said == [
        "还有2个下级单位，请先合并、划转或撤销。",
        "还有2份教师档案，请先合并到其他单位。",
        "桌上还有1份未办，请先办理。",
    ]
    with pytest.raises(Conflict, match=r"还有2个下级单位.*还有2份教师档案.*桌上还有1份"):
        carry_out(cast.session, actor, order)


@pytest.mark.parametrize("days", [1, -1])
def test_a_unit_closes_neither_ahead_nor_before_it_was_opened(cast: Cast, days: int) -> None:
    school = cast.units[SCHOOL].id
    as_console(cast, update(Unit).where(Unit.id == school).values(opened_on=TODAY))
    with pytest.raises(Invalid):
        close(cast.session, cast.act_as("county_admin"), school, TODAY + timedelta(days))


def closed_school(cast: Cast) -> int:
    school = cast.units[SCHOOL].id
    close(cast.session, cast.act_as("county_admin"), school, TODAY)
    cast.session.commit()
    return school


def test_a_closed_unit_gets_nothing_new(cast: Cast) -> None:
    school = closed_school(cast)
    head = cast.staff["school_head"].user_id or 0
    actor = cast.act_as("school_admin")

    with pytest.raises(Conflict):
        create_user(cast.session, actor, NewUser("late", Role.INFO_ADMIN, school, "迟到"))
    with pytest.raises(Conflict):
        set_disabled(cast.session, actor, head, disabled=False)
    with pytest.raises(NotFound):
        cast.make_file(SCHOOL)
    cast.session.rollback()
    with pytest.raises(Conflict):
        change_unit(cast.session, cast.act_as("county_admin"), school, {"contact_email": "a@b.cn"})


def test_nothing_goes_below_a_closed_unit(cast: Cast) -> None:
    bureau = make_unit(cast, "360104", "360100", UnitKind.BUREAU, level=Level.COUNTY)
    actor = cast.act_as("province_admin")
    close(cast.session, actor, bureau, TODAY)
    new = NewUnit("3136000103", "新校", Level.SCHOOL, UnitKind.SCHOOL, None,
                  Category.KINDERGARTEN, bureau)  # fmt: skip

    with pytest.raises(Invalid):
        create_unit(cast.session, actor, new)
    with pytest.raises(Invalid):
        carry_out(cast.session, actor, Order(UnitAct.MOVE, cast.units[SCHOOL].id, bureau))
    with pytest.raises(Invalid):
        carry_out(cast.session, actor, Order(UnitAct.MERGE, cast.units[COUNTY].id, bureau))


@pytest.mark.parametrize("act", [UnitAct.RENAME, UnitAct.MOVE, UnitAct.MERGE, UnitAct.CLOSE])
def test_a_closed_unit_only_opens_again(cast: Cast, act: UnitAct) -> None:
    school = closed_school(cast)
    order = Order(act, school, cast.units[KINDERGARTEN].id, "新名", TODAY)
    with pytest.raises(Conflict, match="撤销"):
        carry_out(cast.session, cast.act_as("county_admin"), order)


def test_a_closing_is_taken_back_and_accounts_stay_disabled(cast: Cast) -> None:
    school = closed_school(cast)
    admin = cast.staff["school_admin"].user_id or 0
    actor = cast.act_as("county_admin")

    reopen(cast.session, actor, school)

    unit = cast.session.scalars(select(Unit).where(Unit.id == school)).one()
    assert unit.closed_on is None
    assert cast.session.scalars(select(User.is_disabled).where(User.id == admin)).one()
    set_disabled(cast.session, actor, admin, disabled=False)
    with pytest.raises(Conflict):
        reopen(cast.session, actor, school)


def test_a_unit_does_not_open_below_a_closed_one(cast: Cast) -> None:
    bureau = make_unit(cast, "360104", "360100", UnitKind.BUREAU, level=Level.COUNTY)
    school = make_unit(cast, "3136000104", "360104", UnitKind.SCHOOL,
                       school_category=Category.KINDERGARTEN)  # fmt: skip
    actor = cast.act_as("province_admin")
    for unit in (school, bureau):
        close(cast.session, actor, unit, TODAY)

    with pytest.raises(Invalid, match="已撤销"):
        reopen(cast.session, actor, school)


def test_an_act_does_what_its_preview_said_or_nothing(cast: Cast) -> None:
    actor = cast.act_as("province_admin")
    order = Order(UnitAct.MOVE, cast.units[SCHOOL].id, cast.units[NEIGHBOUR].id)
    seen = preview(cast.session, actor, order).figures
    cast.make_file()

    with pytest.raises(Conflict, match="预览之后"):
        carry_out(cast.session, actor, order, seen=seen)
    seen = preview(cast.session, actor, order).figures

    assert carry_out(cast.session, actor, order, seen=seen).figures == seen


@pytest.mark.parametrize(
    ("name", "unit", "wanted"),
    [
        ("county_admin", SCHOOL, "rename move merge close"),
        ("county_admin", COUNTY, ""),
        ("county_info", SCHOOL, ""),
        ("province_admin", "4136010001-01", "rename merge close"),
        ("school_admin", SCHOOL, ""),
    ],
)
def test_acts_are_offered_by_role_and_kind(cast: Cast, name: str, unit: str, wanted: str) -> None:
    actor = cast.act_as(name)
    row = cast.session.scalars(select(Unit).where(Unit.code == unit)).one()
    assert " ".join(offered(actor, row)) == wanted


def test_a_merged_unit_offers_to_be_opened_again_and_then_is_empty(cast: Cast) -> None:
    cast.make_file()
    first, second = cast.units[SCHOOL].id, cast.units["3136000201"].id
    actor = cast.act_as("province_admin")
    merge(cast.session, actor, first, second)

    plan = reopen(cast.session, actor, first)

    bind(cast.session, CONSOLE)
    assert (plan.files, plan.accounts) == (0, 0)


def test_nobody_without_the_right_and_nobody_from_elsewhere_acts(cast: Cast) -> None:
    order = Order(UnitAct.CLOSE, cast.units[SCHOOL].id, on=TODAY)
    for name in ("county_info", "county_query", "school_head", "officer", "auditor"):
        with pytest.raises(NotAllowed):
            preview(cast.session, cast.act_as(name), order)
    elsewhere = Order(UnitAct.CLOSE, cast.units["3136000201"].id, on=TODAY)
    with pytest.raises(NotFound):
        preview(cast.session, cast.act_as("county_admin"), elsewhere)


def test_who_acts_elsewhere_too_goes_on_there(cast: Cast) -> None:
    bind(cast.session, CONSOLE)
    user, school = cast.staff["school_info"].user_id or 0, cast.units[SCHOOL].id
    elsewhere = cast.units[KINDERGARTEN].id
    add_assignment(cast.session, CONSOLE, user, Role.INFO_QUERY, elsewhere)
    guest = cast.staff["kindergarten_info"].user_id or 0
    add_assignment(cast.session, CONSOLE, guest, Role.INFO_QUERY, school)
    cast.session.commit()

    plan = close(cast.session, cast.act_as("county_admin"), school, TODAY)
    cast.session.commit()

    assert plan.accounts == 4
    assert actor_for(cast.session, "school_info").unit_id == elsewhere
    assert actor_for(cast.session, "kindergarten_info").unit_id == elsewhere
    bind(cast.session, CONSOLE)
    assert [row.role for row in assignments_of(cast.session, guest)] == ["info_admin"]
    event = as_console(cast, select(AuditEvent).where(AuditEvent.act == "unit.close"))
    assert event.scalars().one().detail["ended"] == sorted([user, guest])
