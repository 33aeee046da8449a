"""The bin: out of everybody's sight at once, back within thirty days, gone after them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from tests.support.cast import Cast, complete, id_number
from tests.support.holds import events, freeze_at, freeze_files, let_pass, put_away
from tests.support.units import COUNTY, NEIGHBOUR, SCHOOL, at, fill, make_unit, path_of, reported
from tests.workflow.test_k12 import do
from tms.access import CONSOLE, bind
from tms.db import Base
from tms.dictionary import Category
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import TABLES, AuditEvent, BinnedFile, Teacher, UnitKind, User
from tms.models.unit import bin_path
from tms.records import NewFile, create_files, file_sweep
from tms.records.binned import KEPT, entries, number, purge
from tms.records.bins import bin_files, restore
from tms.records.find import file_by_document
from tms.records.unit_acts import close, merge, move
from tms.records.unit_sweep import swept

STUDY = {"education_level": "21", "major": "数学"}
EVERYBODY = ("school_info", "county_info", "county_admin", "county_query", "province_info")


def seen(cast: Cast, teacher: int) -> set[str]:
    """Who of many reaches the file or a row of it."""
    found = set()
    for name in EVERYBODY:
        cast.act_as(name)
        for model in (Teacher, *TABLES.values()):
            own = model.id if model is Teacher else model.teacher_id
            if cast.session.scalar(select(own).where(own == teacher).limit(1)):
                found.add(name)
    return found


def expire(cast: Cast) -> None:
    let_pass(cast, "binned_file", "binned_at", KEPT)


def draft(cast: Cast) -> int:
    teacher = cast.make_file()
    cast.add("school_info", teacher, "study_experience", **STUDY)
    return teacher


def again(cast: Cast, teacher: int, name: str = "school_info") -> int:
    """Make another file with the number of that one, as *name*."""
    serial = int(cast.session.connection().execute(
        text("SELECT name FROM teacher WHERE id = :id"), {"id": teacher}
    ).scalar_one().removeprefix("教师"))  # fmt: skip
    items = {"name": "再建", "gender": "1", "birth_date": date(1985, 3, 12)}
    new = NewFile(cast.units[SCHOOL].id, items | {"id_number": id_number(serial)})
    return create_files(cast.session, cast.act_as(name), [new])[0]


# -- into the bin ----------------------------------------------------------------------------------


def test_a_binned_file_is_lost_to_everybody_at_once(cast: Cast) -> None:
    teacher, stays = draft(cast), draft(cast)
    assert seen(cast, teacher) == set(EVERYBODY)

    done = put_away(cast, teacher)

    assert (done.taken, done.left_out) == (1, [])
    assert seen(cast, teacher) == set()
    assert "school_info" in seen(cast, stays)
    cast.act_as("school_info")
    assert cast.session.scalar(select(func.count()).select_from(Teacher)) == 1
    assert number(cast.session) == 1


def test_every_table_of_the_file_follows(cast: Cast) -> None:
    teacher = reported(cast)
    path = path_of(cast, SCHOOL)
    fill(cast, path, teacher)
    of_units = {
        "unit",
        "unit_name",
        "report_up",
        "route_version",
        "audit_event",
        "security_entry",
        "notice",
    }
    of_units.add("account_handover")  # those of the school's staff, which the cast made

    with_rows = {name for name, count in at(cast, path).items() if count}
    bind(cast.session, CONSOLE)
    file_sweep.hide(cast.session, [teacher])

    assert cast.session.scalar(select(Teacher.unit_path)) == bin_path(path)
    hidden = {name for name, count in at(cast, bin_path(path)).items() if count}
    assert with_rows == {table.name for table in swept()} | {"audit_event"}
    assert hidden == with_rows - of_units


def test_a_table_with_a_path_belongs_to_a_file_or_to_a_unit() -> None:
    of_units = {t.name for t in swept() if file_sweep.belonging(t, [1]) is None}

    assert of_units == {
        "unit",
        "unit_name",
        "report_up",
        "route_version",
        "security_entry",
        "notice",
    }


def test_nobody_logs_in_with_a_file_in_the_bin(cast: Cast) -> None:
    from tms.access import LOGIN, acting
    from tms.actors import accounts

    teacher = draft(cast)
    mine = accounts().where(User.teacher_id == teacher)

    with acting(cast.session, LOGIN):
        before = cast.session.execute(mine).all()
    put_away(cast, teacher)
    with acting(cast.session, LOGIN):
        meanwhile = cast.session.execute(mine).all()
    restore(cast.session, cast.act_as("school_info"), [teacher])
    with acting(cast.session, LOGIN):
        after = cast.session.execute(mine).all()

    assert (len(before), len(meanwhile), len(after)) == (1, 0, 1)


def test_a_file_is_not_found_by_its_number(cast: Cast) -> None:
    teacher = draft(cast)
    typed = id_number(cast.serial)
    assert file_by_document(cast.session, cast.act_as("county_info"), typed) == teacher

    put_away(cast, teacher)

    assert file_by_document(cast.session, cast.act_as("county_info"), typed) is None


def test_what_is_more_than_a_draft_is_left_out_with_the_reason(cast: Cast) -> None:
    under_way, reported, frozen, fine = (cast.make_file() for _ in range(4))
    for teacher in (under_way, reported):
        complete(cast, teacher)
        do(cast, "submit", "school_info", teacher)
    for verb, name in (("pass", "school_head"), ("report", "school_head")):
        do(cast, verb, name, reported)
    do(cast, "return", "county_info", reported, note="请补充")
    freeze_files(cast, "school_info", frozen)

    done = put_away(cast, under_way, reported, frozen, fine)

    reasons = {left.teacher_no: str(left.reason) for left in done.left_out}
    assert done.taken == 1
    numbers = dict(cast.session.execute(select(Teacher.id, Teacher.teacher_no)).all())
    assert "正在审核" in reasons[numbers[under_way]]
    assert "曾经上报" in reasons[numbers[reported]]
    assert "锁定" in reasons[numbers[frozen]]
    assert seen(cast, fine) == set()
    assert seen(cast, reported)


def test_what_came_back_to_the_school_can_be_deleted_until_it_was_reported(cast: Cast) -> None:
    teacher = cast.make_file()
    complete(cast, teacher)
    do(cast, "submit", "school_info", teacher)
    do(cast, "return", "school_head", teacher, note="重复")

    assert put_away(cast, teacher).taken == 1


def test_a_file_in_force_stays(cast: Cast) -> None:
    teacher = draft(cast)
    bind(cast.session, CONSOLE)
    statement = "UPDATE teacher SET in_force_since = '2026-01-01' WHERE id = :id"
    cast.session.connection().execute(text(statement), {"id": teacher})

    done = put_away(cast, teacher)

    assert done.taken == 0
    assert "已生效" in str(done.left_out[0].reason)


@pytest.mark.parametrize("name", ["county_info", "school_head", "school_admin", "college"])
def test_only_the_school_has_a_bin(cast: Cast, name: str) -> None:
    teacher, binned = draft(cast), draft(cast)
    put_away(cast, binned)
    actor = cast.act_as(name)

    for act in (
        lambda: bin_files(cast.session, actor, select(Teacher.id), reason="x"),
        lambda: restore(cast.session, actor, [binned]),
        lambda: entries(cast.session, actor),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert seen(cast, teacher)


def test_neighbours_bin_and_restore_nothing(cast: Cast) -> None:
    teacher, binned = draft(cast), draft(cast)
    put_away(cast, binned)

    assert put_away(cast, teacher, name="far_school_info").taken == 0
    assert entries(cast.session, cast.act_as("far_school_info")) == []
    with pytest.raises(NotFound):
        restore(cast.session, cast.act_as("far_school_info"), [binned])
    assert "school_info" in seen(cast, teacher)


def test_deleting_needs_a_reason(cast: Cast) -> None:
    draft(cast)

    for reason in ("  ", "长" * 201):
        with pytest.raises(Invalid):
            bin_files(cast.session, cast.act_as("school_info"), select(Teacher.id), reason=reason)


# -- back ------------------------------------------------------------------------------------------


def test_a_file_comes_back_as_it_was(cast: Cast) -> None:
    teacher = draft(cast)
    path = path_of(cast, SCHOOL)
    before = at(cast, path)
    put_away(cast, teacher)

    assert restore(cast.session, cast.act_as("school_info"), [teacher]) == 1
    cast.session.commit()

    assert at(cast, path) == before | {"audit_event": before["audit_event"] + 2}
    assert at(cast, bin_path(path)) == dict.fromkeys(before, 0)
    assert entries(cast.session, cast.act_as("school_info")) == []


def test_the_bin_says_what_lies_in_it_by_whom_and_until_when(cast: Cast) -> None:
    teacher = draft(cast)
    put_away(cast, teacher)

    (entry,) = entries(cast.session, cast.act_as("school_info"))

    assert (entry.id, entry.name, entry.reason) == (teacher, f"教师{cast.serial}", "重复建档")
    assert (entry.by, entry.unit) == ("school_info", "东湖县第一小学")
    assert "*" in entry.mask
    assert entry.until - entry.at == timedelta(days=30)


def test_both_acts_leave_an_event_where_the_school_is(cast: Cast) -> None:
    teacher = draft(cast)
    put_away(cast, teacher)
    restore(cast.session, cast.act_as("school_info"), [teacher])

    found = events(cast, "bin") + events(cast, "restore")

    path = path_of(cast, SCHOOL)
    assert [(e.teacher_id, e.unit_path) for e in found] == [(teacher, path)] * 2
    assert found[0].detail == {"note": "重复建档"}


def test_a_frozen_unit_takes_nothing_back(cast: Cast) -> None:
    teacher = draft(cast)
    put_away(cast, teacher)
    freeze_at(cast, "county_info", COUNTY)

    with pytest.raises(Conflict, match="锁定"):
        restore(cast.session, cast.act_as("school_info"), [teacher])


def test_after_thirty_days_it_is_gone_for_good(cast: Cast) -> None:
    teacher, stays = draft(cast), draft(cast)
    put_away(cast, teacher)
    expire(cast)
    put_away(cast, stays)  # whoever bins clears up
    owned = [t for t in Base.metadata.sorted_tables if file_sweep.belonging(t, [1]) is not None]

    connection = cast.session.connection()
    left = {
        t.name: connection.execute(
            select(func.count()).select_from(t).where(file_sweep.belonging(t, [teacher]))
        ).scalar_one()
        for t in owned
    }

    assert len(owned) > len(TABLES) + 10
    assert not any(left.values())
    assert cast.session.scalar(select(func.count()).select_from(BinnedFile)) == 1
    bind(cast.session, CONSOLE)
    acts = select(AuditEvent.act).where(AuditEvent.teacher_id == teacher).order_by(AuditEvent.id)
    assert cast.session.scalars(acts).all() == ["create", "fill", "bin", "purge"]


def test_its_login_and_its_holder_go_too(cast: Cast) -> None:
    tables = ("app_user", "person", "assignment")
    connection = cast.session.connection()

    def counts() -> list[int]:
        words = (f"SELECT count(*) FROM {table}" for table in tables)
        return [connection.execute(text(each)).scalar_one() for each in words]

    before = counts()
    put_away(cast, draft(cast))
    connection = cast.session.connection()
    assert counts() == [count + 1 for count in before]
    expire(cast)

    assert purge(cast.session) == 1
    connection = cast.session.connection()
    assert counts() == before
    assert purge(cast.session) == 0


def test_what_is_over_cannot_be_restored_even_before_it_is_cleared_up(cast: Cast) -> None:
    teacher = draft(cast)
    put_away(cast, teacher)
    expire(cast)

    assert entries(cast.session, cast.act_as("school_info")) == []
    with pytest.raises(NotFound):
        restore(cast.session, cast.act_as("school_info"), [teacher])


def test_work_that_was_done_is_cleared_with_its_file(cast: Cast) -> None:
    teacher = cast.make_file()
    complete(cast, teacher)
    do(cast, "submit", "school_info", teacher)
    do(cast, "return", "school_head", teacher, note="重复")
    put_away(cast, teacher)
    expire(cast)

    assert purge(cast.session) == 1

    tables = ("submission", "submission_row", "review_task", "review_note", "teacher")
    connection = cast.session.connection()
    assert {n: connection.execute(text(f"SELECT count(*) FROM {n}")).scalar_one() for n in tables} \
        == dict.fromkeys(tables, 0)  # fmt: skip


# -- the number ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["school_info", "school_admin"])
def test_its_own_school_is_told_that_the_number_lies_in_the_bin(cast: Cast, name: str) -> None:
    teacher = draft(cast)
    put_away(cast, teacher)

    with pytest.raises(Invalid, match="回收站") as refused:
        again(cast, teacher, name)

    assert "bin" in refused.value.findings[0].en


def test_others_are_told_no_more_than_of_any_number(cast: Cast) -> None:
    teacher = draft(cast)
    put_away(cast, teacher)

    with pytest.raises(Invalid) as refused:
        again(cast, teacher, "county_info")

    assert "回收站" not in str(refused.value)
    assert "已在系统中" in str(refused.value)


def test_a_number_is_free_again_when_its_time_is_over(cast: Cast) -> None:
    teacher = draft(cast)
    put_away(cast, teacher)
    expire(cast)

    made = again(cast, teacher, "county_info")

    assert made != teacher
    assert cast.session.scalar(select(func.count()).select_from(BinnedFile)) == 0


# -- units that change meanwhile -------------------------------------------------------------------


def test_a_moved_school_takes_its_bin_along(cast: Cast) -> None:
    teacher = draft(cast)
    put_away(cast, teacher)
    old = path_of(cast, SCHOOL)

    moving = (cast.units[SCHOOL].id, cast.units[NEIGHBOUR].id)
    plan = move(cast.session, cast.act_as("province_admin"), *moving)
    cast.session.commit()

    from tms.actors import actor_for

    school = actor_for(cast.session, "school_info")
    bind(cast.session, school)
    assert plan.files == 0
    assert not any(at(cast, bin_path(old)).values())
    assert restore(cast.session, school, [teacher]) == 1
    bind(cast.session, actor_for(cast.session, "neighbour_info"))
    assert cast.session.scalar(select(Teacher.id)) == teacher


def test_a_merged_school_hands_its_bin_over(cast: Cast) -> None:
    teacher = draft(cast)
    put_away(cast, teacher)
    category = {"school_category": Category.PRIMARY_SECONDARY}
    other = make_unit(cast, "3136000199", COUNTY, UnitKind.SCHOOL, **category)

    plan = merge(cast.session, cast.act_as("county_admin"), cast.units[SCHOOL].id, other)
    cast.session.commit()

    from tms.actors import actor_for

    clerk = actor_for(cast.session, "school_info")  # handed over with the school
    bind(cast.session, clerk)
    assert (plan.files, clerk.unit_id) == (0, other)
    assert restore(cast.session, clerk, [teacher]) == 1
    assert cast.session.scalar(select(Teacher.unit_id)) == other
    (event,) = [e for e in events(cast, "unit.merge") if e.teacher_id == teacher]
    assert event.unit_path == path_of(cast, "3136000199")


def test_a_bin_is_no_obstacle_to_closing_and_nothing_returns_to_a_closed_school(
    cast: Cast,
) -> None:
    teacher = draft(cast)
    put_away(cast, teacher)
    actor = cast.act_as("school_info")

    close(cast.session, cast.act_as("county_admin"), cast.units[SCHOOL].id, date.today())
    cast.session.commit()

    bind(cast.session, actor)
    with pytest.raises(Conflict, match="已撤销"):
        restore(cast.session, actor, [teacher])
