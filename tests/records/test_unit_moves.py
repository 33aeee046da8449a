"""Moving units: every table follows, open work finds its desk, counts are honest."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from tests.support.cast import STAFF, Cast
from tests.support.databases import on_postgresql
from tests.support.review import do
from tests.support.units import (
    COUNTY,
    NEIGHBOUR,
    SCHOOL,
    as_console,
    at,
    fill,
    make_unit,
    path_of,
    reported,
)
from tms.access import bind
from tms.actors import actor_for
from tms.db import db
from tms.dictionary import Category
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import (
    AuditEvent,
    ReportUp,
    ReviewTask,
    Teacher,
    UnitKind,
)
from tms.models.unit import MAX_PATH, SEGMENT
from tms.records import unit_sweep
from tms.records.unit_acts import move, preview
from tms.records.unit_plan import Order, UnitAct


def test_a_move_takes_every_table_along(cast: Cast) -> None:
    teacher = reported(cast)
    old = path_of(cast, SCHOOL)
    fill(cast, old, teacher)
    before = at(cast, old)

    move(cast.session, cast.act_as("province_admin"), cast.units[SCHOOL].id,
         cast.units[NEIGHBOUR].id)  # fmt: skip
    cast.session.commit()

    new = path_of(cast, SCHOOL)
    after = at(cast, new)
    assert new.startswith(path_of(cast, NEIGHBOUR))
    assert {name for name, count in at(cast, old).items() if count} == {"audit_event"}
    assert all(before.values()), "every table is tried"
    assert {k: v for k, v in after.items() if k != "audit_event"} == {
        k: v for k, v in before.items() if k != "audit_event"
    }


def test_a_move_hands_open_work_to_the_new_superior_and_leaves_verdicts(cast: Cast) -> None:
    teacher = reported(cast)
    plan = move(cast.session, cast.act_as("province_admin"), cast.units[SCHOOL].id,
                cast.units[NEIGHBOUR].id)  # fmt: skip
    cast.session.commit()

    tasks = as_console(cast, select(ReviewTask.verdict, ReviewTask.desk_unit_id).where(
        ReviewTask.step == "approve").order_by(ReviewTask.id)).all()  # fmt: skip
    assert plan.tasks == 1
    assert [tuple(task) for task in tasks] == [
        ("returned", cast.units[COUNTY].id),
        (None, cast.units[NEIGHBOUR].id),
    ]
    superiors = set(as_console(cast, select(ReportUp.superior_id)).scalars())
    assert superiors == {cast.units[COUNTY].id}
    assert do(cast, "approve", "neighbour_info", teacher).taken == 1


def test_after_a_move_the_former_superior_sees_nothing_and_the_new_one_all(cast: Cast) -> None:
    teacher = cast.make_file()
    move(cast.session, cast.act_as("province_admin"), cast.units[SCHOOL].id,
         cast.units[NEIGHBOUR].id)  # fmt: skip
    cast.session.commit()

    seen = {}
    for name in ("county_info", "neighbour_info", "school_info"):
        bind(cast.session, actor_for(cast.session, name))
        seen[name] = cast.session.scalar(select(Teacher.id).where(Teacher.id == teacher))

    assert seen == {"county_info": None, "neighbour_info": teacher, "school_info": teacher}


def test_a_move_leaves_one_event_with_the_counts(cast: Cast) -> None:
    cast.make_file()
    cast.make_file()
    old = path_of(cast, SCHOOL)
    plan = move(cast.session, cast.act_as("province_admin"), cast.units[SCHOOL].id,
                cast.units[NEIGHBOUR].id)  # fmt: skip

    (event,) = as_console(cast, select(AuditEvent).where(AuditEvent.act == "unit.move")).scalars()
    accounts = 2 + sum(code == SCHOOL for _, code in STAFF.values())
    assert (plan.units, plan.files, plan.accounts, plan.tasks) == (0, 2, accounts, 0)
    assert event.files == 2
    assert event.detail["accounts"] == accounts
    former = {"supervisor_id": cast.units[COUNTY].id, "unit_path": old}
    assert event.former == {"unit": {str(cast.units[SCHOOL].id): former}}
    assert event.user_id == cast.staff["province_admin"].user_id


def test_a_bureau_moves_with_its_schools(cast: Cast) -> None:
    teacher = cast.make_file()
    plan = move(cast.session, cast.act_as("province_admin"), cast.units[COUNTY].id,
                cast.units["360000"].id)  # fmt: skip
    cast.session.commit()

    province, county, school = (path_of(cast, code) for code in ("360000", COUNTY, SCHOOL))
    assert (plan.units, plan.files) == (2, 1)
    assert county[:-SEGMENT] == province
    assert school[:-SEGMENT] == county
    cast.act_as("county_info")
    bind(cast.session, actor_for(cast.session, "county_info"))
    assert cast.session.scalars(select(Teacher.unit_path).where(Teacher.id == teacher)).one() == (
        school
    )


def test_a_place_that_was_left_is_given_to_nobody_else(cast: Cast) -> None:
    last = make_unit(cast, "3136000109", COUNTY, UnitKind.SCHOOL,
                     school_category=Category.PRIMARY_SECONDARY)  # fmt: skip
    left = path_of(cast, "3136000109")
    move(cast.session, cast.act_as("province_admin"), last, cast.units[NEIGHBOUR].id)
    cast.session.commit()

    make_unit(cast, "3136000110", COUNTY, UnitKind.SCHOOL,
              school_category=Category.PRIMARY_SECONDARY)  # fmt: skip

    assert path_of(cast, "3136000110") > left


REFUSED = {
    "own unit": ("province_admin", "360000", "360103", NotAllowed),
    "out of reach": ("county_admin", "3136000201", "360102", NotFound),
    "new superior out of reach": ("county_admin", SCHOOL, "360103", NotFound),
    "below itself": ("province_admin", "360100", "360102", Invalid),
    "to itself": ("province_admin", "360102", "360102", Invalid),
    "where it is": ("province_admin", SCHOOL, "360102", Invalid),
    "below a school": ("province_admin", SCHOOL, "3136000201", Invalid),
    "below its own level": ("province_admin", "360102", "360103", Invalid),
    "a school's part": ("province_admin", "4136010001-01", "360102", Invalid),
    "no right": ("province_info", SCHOOL, "360103", NotAllowed),
}


@pytest.mark.parametrize("case", REFUSED)
def test_moves_that_are_refused_change_nothing(cast: Cast, case: str) -> None:
    name, unit, above, error = REFUSED[case]
    before = path_of(cast, unit) if name != "county_admin" else ""

    with pytest.raises(error):
        move(cast.session, cast.act_as(name), cast.units[unit].id, cast.units[above].id)

    assert name == "county_admin" or path_of(cast, unit) == before


def test_a_tree_does_not_get_too_deep(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    order = Order(UnitAct.MOVE, cast.units["4136010001"].id, cast.units["360102"].id)
    deepest = len(path_of(cast, "360102")) + 2 * SEGMENT
    actor = cast.act_as("province_admin")

    monkeypatch.setattr("tms.records.unit_moves.MAX_PATH", deepest - 1)
    with pytest.raises(Invalid, match="层级过多"):
        preview(cast.session, actor, order)
    monkeypatch.setattr("tms.records.unit_moves.MAX_PATH", deepest)

    assert preview(cast.session, actor, order).units == 2
    assert MAX_PATH % SEGMENT == 0


@on_postgresql
def test_a_move_waits_for_those_who_write_and_then_gives_up(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_sweep, "PATIENCE_MS", 50)
    actor = cast.act_as("province_admin")
    ids = cast.units[SCHOOL].id, cast.units[NEIGHBOUR].id
    cast.session.rollback()

    with db.engine.connect() as writer, writer.begin():
        writer.execute(text("SELECT 1"))
        with pytest.raises(Conflict, match="大批数据"):
            move(cast.session, actor, *ids)
        cast.session.rollback()

    assert move(cast.session, actor, *ids).files == 0
