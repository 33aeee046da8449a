"""锁定: what it stops and what not, who releases, and that it ends by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.support.begin import begun
from tests.support.cast import Cast, complete, id_number, teacher_actor
from tests.support.changes import file_in_force, wanted
from tests.support.holds import WEEK, WHY, events, freeze_at, freeze_files, let_pass, these
from tests.support.units import COUNTY, NEIGHBOUR, SCHOOL, make_unit
from tests.workflow.test_k12 import do
from tms.access import acting
from tms.dictionary import Category
from tms.dictionary.scope import SHANGHAI, today
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import TABLES, Freeze, Teacher, UnitKind
from tms.records import NewFile, RowChange, create_files, save
from tms.records.editable import for_new_row, for_row
from tms.records.hold_acts import freeze, freeze_unit, release
from tms.records.holds import frozen
from tms.records.read import headers, rows_where
from tms.records.requests import apply, edit
from tms.records.unit_acts import merge, move
from tms.records.wishes import wish

STUDY = {"education_level": "21"}
MAJOR = {"values": {"major": "数学"}}


def held(cast: Cast, *teachers: int, name: str = "school_info") -> set[int]:
    cast.act_as(name)
    return set(frozen(cast.session, headers(cast.session, teachers).values()))


def write(cast: Cast, teacher: int, name: str = "school_info", **more: Any) -> None:
    change = RowChange(teacher, STUDY, **more)
    save(cast.session, cast.act_as(name), {"study_experience": [change]})
    cast.session.commit()


# -- what it stops ---------------------------------------------------------------------------------


def test_a_frozen_file_is_not_written_and_the_reason_is_said(cast: Cast) -> None:
    teacher, other = cast.make_file(), cast.make_file()
    freeze_files(cast, "county_info", teacher)

    with pytest.raises(Conflict) as refused:
        write(cast, teacher)
    write(cast, other)

    said = str(refused.value)
    assert "东湖县教育局" in said
    assert WHY in said
    assert str(today() + WEEK) in said
    assert held(cast, teacher, other) == {teacher}


def test_changing_deleting_and_the_teachers_own_rows_are_stopped_too(cast: Cast) -> None:
    teacher = cast.make_file()
    row = cast.add("school_info", teacher, "study_experience", **STUDY)
    freeze_files(cast, "school_info", teacher)
    actor = teacher_actor(cast, teacher)

    with pytest.raises(Conflict, match="锁定"):
        write(cast, teacher, row_id=row, delete=True)
    with acting(cast.session, actor), pytest.raises(Conflict, match="锁定"):
        save(cast.session, actor, {"contact": [RowChange(teacher, {"email": "a@b.cn"})]})

    model = TABLES["study_experience"]
    cast.act_as("school_info")
    assert cast.session.scalar(select(model.id).where(model.id == row)) == row


def test_forms_say_why_there_is_nothing_to_fill(cast: Cast) -> None:
    teacher = cast.make_file()
    row = cast.add("school_info", teacher, "study_experience", **STUDY)
    freeze_files(cast, "school_info", teacher)
    actor, model = cast.act_as("school_info"), TABLES["study_experience"]
    header = headers(cast.session, [teacher])[teacher]
    (values,) = rows_where(cast.session, model, model.id == row)

    old = for_row(cast.session, actor, model, values, header)
    new = for_new_row(cast.session, actor, model, header)

    for writable in (old, new):
        assert (writable.fields, writable.may_delete) == ((), False)
        assert WHY in str(writable.reason)


def test_a_frozen_unit_holds_all_below_it_and_what_would_come_there(cast: Cast) -> None:
    teacher, elsewhere = cast.make_file(), cast.make_file("3136000201")
    freeze_at(cast, "county_info", COUNTY)
    items = {"name": "新来", "gender": "1", "birth_date": "1990-01-01", "id_number": id_number(77)}
    actor = cast.act_as("school_info")

    with pytest.raises(Conflict, match="东湖县教育局"):
        create_files(cast.session, actor, [NewFile(cast.units[SCHOOL].id, items)])
    cast.session.rollback()

    assert held(cast, teacher) == {teacher}
    assert held(cast, elsewhere, name="far_school_info") == set()


def test_what_is_in_force_is_neither_applied_for_nor_wished(cast: Cast) -> None:
    teacher = begun(cast, file_in_force)
    made = apply(cast.session, cast.act_as("school_info"), wanted(cast, teacher, **MAJOR))
    cast.session.commit()
    freeze_files(cast, "county_info", teacher)
    teacher_ = teacher_actor(cast, teacher)
    asked = wanted(cast, teacher, table="work_experience", values={"position": "教务"})

    with pytest.raises(Conflict, match="锁定"):
        apply(cast.session, cast.act_as("school_info"), asked)
    with pytest.raises(Conflict, match="锁定"):
        edit(cast.session, cast.act_as("school_info"), made, 1, wanted(cast, teacher, **MAJOR))
    with acting(cast.session, teacher_), pytest.raises(Conflict, match="锁定"):
        wish(cast.session, teacher_, asked)


def test_desks_go_on_deciding(cast: Cast) -> None:
    teacher = cast.make_file()
    complete(cast, teacher)
    do(cast, "submit", "school_info", teacher)
    freeze_files(cast, "county_info", teacher)

    assert do(cast, "pass", "school_head", teacher).taken == 1
    assert do(cast, "report", "school_head", teacher).taken == 1
    assert do(cast, "approve", "county_info", teacher).taken == 1


# -- until when ------------------------------------------------------------------------------------


def test_the_last_day_is_inclusive_in_china(cast: Cast) -> None:
    freeze_files(cast, "school_info", cast.make_file(), until=today())

    until = cast.session.scalar(select(Freeze.until))

    assert until == datetime.combine(today() + timedelta(days=1), datetime.min.time(), SHANGHAI)


def test_it_ends_by_itself(cast: Cast) -> None:
    teacher = cast.make_file()
    freeze_files(cast, "school_info", teacher, until=today())
    assert held(cast, teacher) == {teacher}

    let_pass(cast, "file_freeze", "until", timedelta(days=1))

    assert held(cast, teacher) == set()
    write(cast, teacher)


def test_the_longest_counts_and_of_equals_the_highest(cast: Cast) -> None:
    teacher = cast.make_file()
    freeze_at(cast, "county_info", COUNTY)
    freeze_files(cast, "school_info", teacher)
    cast.act_as("school_info")
    files = headers(cast.session, [teacher]).values()
    assert frozen(cast.session, files)[teacher].unit == "东湖县教育局"

    freeze_files(cast, "school_info", teacher, until=today() + 2 * WEEK)

    assert frozen(cast.session, files)[teacher].last_day == today() + 2 * WEEK


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": " "},
        {"reason": "长" * 201},
        {"until": today() - timedelta(days=1)},
        {"until": today() + timedelta(days=400)},
    ],
)
def test_a_freeze_needs_a_reason_and_a_day_within_a_year(cast: Cast, wrong: dict[str, Any]) -> None:
    teacher = cast.make_file()

    with pytest.raises(Invalid):
        freeze_files(cast, "school_info", teacher, **wrong)

    assert held(cast, teacher) == set()


# -- who -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["school_head", "county_query", "county_admin", "research_office"])
def test_other_roles_freeze_and_release_nothing(cast: Cast, name: str) -> None:
    teacher = cast.make_file()
    act = freeze_files(cast, "school_info", teacher)
    asked = {"reason": WHY, "until": today()}
    actor = cast.act_as(name)

    with pytest.raises(NotAllowed):
        freeze(cast.session, actor, these(teacher), **asked)
    with pytest.raises(NotAllowed):
        freeze_unit(cast.session, actor, cast.units[SCHOOL].id, **asked)
    with pytest.raises(NotAllowed):
        release(cast.session, actor, act)


def test_neighbours_can_neither_freeze_nor_release(cast: Cast) -> None:
    teacher = cast.make_file()
    act = freeze_files(cast, "county_info", teacher)
    asked = {"reason": WHY, "until": today()}
    actor = cast.act_as("neighbour_info")

    assert freeze(cast.session, actor, these(teacher), **asked).files == 0
    with pytest.raises(NotFound):
        freeze_unit(cast.session, actor, cast.units[SCHOOL].id, **asked)
    with pytest.raises(NotFound):
        release(cast.session, actor, act)


def test_a_school_cannot_release_its_bureaus_freeze_nor_that_of_the_unit(cast: Cast) -> None:
    teacher = cast.make_file()
    of_file = freeze_files(cast, "county_info", teacher)
    of_unit = freeze_at(cast, "county_info", SCHOOL)
    above = freeze_at(cast, "county_info", COUNTY)
    actor = cast.act_as("school_info")

    for act in (of_file, of_unit):
        with pytest.raises(NotAllowed, match="东湖县教育局"):
            release(cast.session, actor, act)
    with pytest.raises(NotFound):
        release(cast.session, actor, above)

    assert held(cast, teacher) == {teacher}


@pytest.mark.parametrize("name", ["school_info", "county_info", "province_info"])
def test_whoever_stands_as_high_releases(cast: Cast, name: str) -> None:
    teacher, other = cast.make_file(), cast.make_file()
    act = freeze_files(cast, "school_info", teacher, other)

    assert release(cast.session, cast.act_as(name), act) == 2
    cast.session.commit()

    assert held(cast, teacher, other) == set()
    with pytest.raises(NotFound):
        release(cast.session, cast.act_as(name), act)


def test_releasing_one_leaves_the_other(cast: Cast) -> None:
    teacher = cast.make_file()
    freeze_at(cast, "county_info", COUNTY)
    act = freeze_files(cast, "school_info", teacher)

    release(cast.session, cast.act_as("school_info"), act)

    assert held(cast, teacher) == {teacher}


# -- what it leaves --------------------------------------------------------------------------------


def test_one_event_per_file_or_per_unit(cast: Cast) -> None:
    one, two = cast.make_file(), cast.make_file()
    act = freeze_files(cast, "school_info", one, two)
    unit = freeze_at(cast, "county_info", COUNTY)
    release(cast.session, cast.act_as("county_info"), act)
    release(cast.session, cast.act_as("county_info"), unit)

    made, ended = events(cast, "freeze"), events(cast, "release")

    assert [(e.teacher_id, e.files) for e in made] == [(one, 1), (two, 1), (None, 2)]
    assert [e.act_id for e in made] == [act, act, unit]
    assert made[0].detail == {"note": WHY, "until": str(today() + WEEK)}
    assert [e.teacher_id for e in ended] == [one, two, None]


def test_asking_takes_one_statement_for_any_number_of_files(cast: Cast) -> None:
    teachers = cast.make_files(5)
    freeze_files(cast, "school_info", *teachers[:2])
    cast.act_as("school_info")
    files = headers(cast.session, teachers)
    asked: list[str] = []
    engine = cast.session.get_bind()
    listen = ("before_cursor_execute", lambda *a: asked.append(a[2]))
    event.listen(engine, *listen)

    found = frozen(cast.session, files.values())

    event.remove(engine, *listen)
    assert set(found) == set(teachers[:2])
    assert len(asked) == 1


def test_a_file_stays_frozen_when_its_school_moves_and_the_former_bureaus_ends(
    cast: Cast,
) -> None:
    own, bureaus = cast.make_file(), cast.make_file()
    act = freeze_files(cast, "county_info", own)
    freeze_at(cast, "county_info", COUNTY)

    moving = (cast.units[SCHOOL].id, cast.units[NEIGHBOUR].id)
    move(cast.session, cast.act_as("province_admin"), *moving)
    cast.session.commit()

    cast.act_as("province_info")
    files = headers(cast.session, [own, bureaus])
    assert set(frozen(cast.session, files.values())) == {own}
    with pytest.raises(NotAllowed):
        release(cast.session, cast.act_as("neighbour_info"), act)
    assert release(cast.session, cast.act_as("province_info"), act) == 1


def test_a_unit_that_is_frozen_as_a_whole_is_not_merged(cast: Cast) -> None:
    school = {"school_category": Category.PRIMARY_SECONDARY}
    other = make_unit(cast, "3136000199", COUNTY, UnitKind.SCHOOL, **school)
    act = freeze_at(cast, "county_info", SCHOOL)

    with pytest.raises(Conflict, match="解除锁定"):
        merge(cast.session, cast.act_as("county_admin"), cast.units[SCHOOL].id, other)
    cast.session.rollback()
    release(cast.session, cast.act_as("county_info"), act)
    cast.session.commit()
    merge(cast.session, cast.act_as("county_admin"), cast.units[SCHOOL].id, other)

    cast.act_as("county_info")
    assert cast.session.scalar(select(Teacher.id).where(Teacher.unit_id == other)) is None
