"""撤销一次操作: what comes back, what stays and why; nothing is taken back twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.support.begin import begun
from tests.support.bulk import (
    ASSESSMENT,
    add,
    content_of,
    do_bulk,
    edit,
    events,
    undo_as,
)
from tests.support.cast import Cast, complete, id_number
from tests.support.changes import file_in_force, request
from tests.support.review import ask, bring, change, named, row_of
from tms.access import CONSOLE, acting, unscoped
from tms.dictionary import Category
from tms.errors import Conflict, NotFound
from tms.models import TABLES, AuditEvent, Person, Teacher, User
from tms.models.types import now
from tms.records import NewFile, RowChange, create_files, save
from tms.records.act_traces import files_of, own_act
from tms.records.bulk_spec import Op, Step
from tms.records.history import history
from tms.records.hold_acts import freeze

INFO, ACT = "school_info", "act-under-test"
STUDY = "study_experience"
EXCELLENT = edit(ASSESSMENT, Step("result", Op.SET, "1"))


def act(cast: Cast, name: str, table: str, *changes: RowChange, act_id: str = ACT) -> list[int]:
    """Rows written by one act; committed."""
    actor = cast.act_as(name)
    done = save(cast.session, actor, {table: changes}, act="import", act_id=act_id)
    cast.session.commit()
    return done.row_ids


def assessed(cast: Cast) -> int:
    teacher = cast.make_file()
    cast.add(INFO, teacher, ASSESSMENT, year=2024, result="2")
    return teacher


def reasons(done: Any) -> list[str]:
    return [str(kept.reason) for kept in done.kept]


# -- each kind -------------------------------------------------------------------------------------


def test_changed_rows_are_what_they_were(cast: Cast) -> None:
    teacher = assessed(cast)
    before = content_of(cast, teacher)
    do_bulk(cast, INFO, EXCELLENT, teacher, act_id=ACT)

    done = undo_as(cast, INFO, ACT, teacher)

    assert (done.changed, done.kept) == (1, [])
    assert content_of(cast, teacher) == before


def test_new_rows_are_gone(cast: Cast) -> None:
    teacher = assessed(cast)
    before = content_of(cast, teacher)
    do_bulk(cast, INFO, add(ASSESSMENT, year="2025", result="2"), teacher, act_id=ACT)

    assert undo_as(cast, INFO, ACT, teacher).deleted == 1
    assert content_of(cast, teacher) == before


def test_deleted_rows_come_back_under_their_id_with_a_version_nobody_saw(cast: Cast) -> None:
    teacher = assessed(cast)
    row = row_of(cast, teacher, ASSESSMENT)
    change(cast, INFO, teacher, ASSESSMENT, result="1")
    before = content_of(cast, teacher)
    act(cast, INFO, ASSESSMENT, RowChange(teacher, {}, row, delete=True))

    assert undo_as(cast, INFO, ACT, teacher).restored == 1
    assert content_of(cast, teacher) == before
    model = TABLES[ASSESSMENT]
    assert ask(cast, select(model.content_version).where(model.id == row)) == [(3,)]


def test_an_encrypted_number_comes_back_and_with_it_the_login(cast: Cast) -> None:
    teacher = cast.make_file()
    before = content_of(cast, teacher)
    logins = select(User.login_index).where(User.teacher_id == teacher)
    login = ask(cast, logins)
    row = row_of(cast, teacher, "basic_information")
    other = {"id_number": id_number(777)}
    act(cast, INFO, "basic_information", RowChange(teacher, other, row))
    assert ask(cast, logins) != login

    undo_as(cast, INFO, ACT, teacher)

    assert content_of(cast, teacher) == before
    assert ask(cast, logins) == login


@pytest.mark.parametrize("table", [name for name in TABLES if name != "basic_information"])
def test_every_table_is_put_back(cast: Cast, table: str) -> None:
    """A row that was there and was deleted, and that it was made: no table left behind."""
    is_ours = TABLES[table].dictionary.applies(Category.PRIMARY_SECONDARY)
    unit, name = ("3136000101", INFO) if is_ours else ("4136010001", "university_info")
    teacher = cast.make_file(unit)
    (row,) = act(cast, name, table, RowChange(teacher), act_id="earlier")
    before = content_of(cast, teacher)
    act(cast, name, table, RowChange(teacher, {}, row, delete=True))
    assert undo_as(cast, name, ACT, teacher).restored == 1
    assert content_of(cast, teacher) == before
    assert undo_as(cast, name, "earlier", teacher).kept[0].row_id == row


def test_basic_information_is_put_back(cast: Cast) -> None:
    teacher = cast.make_file()
    before = content_of(cast, teacher)
    row = row_of(cast, teacher, "basic_information")
    values = {"name": "别名", "birth_date": date(1990, 1, 1), "work_start_month": "2010-07"}
    act(cast, INFO, "basic_information", RowChange(teacher, values, row))
    assert undo_as(cast, INFO, ACT, teacher).changed == 1
    assert content_of(cast, teacher) == before


def test_two_writes_of_one_act_to_a_row_go_back_to_the_first(cast: Cast) -> None:
    teacher = assessed(cast)
    before = content_of(cast, teacher)
    row = row_of(cast, teacher, ASSESSMENT)
    act(cast, INFO, ASSESSMENT, RowChange(teacher, {"result": "1"}, row))
    act(cast, INFO, ASSESSMENT, RowChange(teacher, {"result": "3", "year": 2020}, row))

    undo_as(cast, INFO, ACT, teacher)

    assert content_of(cast, teacher) == before


def test_requests_are_withdrawn_while_they_are_drafts(cast: Cast) -> None:
    teacher = begun(cast, file_in_force)
    step = Step("major", Op.SET, "数学")
    spec = edit(STUDY, step, as_requests=True, reason="更正")
    (made,) = do_bulk(cast, INFO, spec, teacher, act_id=ACT)

    done = undo_as(cast, INFO, ACT, teacher)

    assert (done.withdrawn, done.requests) == (1, {made.written_id})
    assert request(cast, made.written_id or 0).status == "withdrawn"
    assert undo_as(cast, INFO, ACT, teacher).withdrawn == 0
    (again,) = do_bulk(cast, INFO, spec, teacher)
    assert again.fate == "request"


def test_requests_that_were_sent_in_stay(cast: Cast) -> None:
    teacher = begun(cast, file_in_force)
    step = Step("major", Op.SET, "数学")
    spec = edit(STUDY, step, as_requests=True, reason="更正")
    (made,) = do_bulk(cast, INFO, spec, teacher, act_id=ACT)
    bring(cast, teacher, "submit")

    done = undo_as(cast, INFO, ACT, teacher)

    assert done.withdrawn == 0
    assert reasons(done) == ["变更申请已报送、修改或办结，不能撤销。"]
    assert request(cast, made.written_id or 0).status == "in_review"


# -- files made by the act -------------------------------------------------------------------------


def make(cast: Cast, name: str = INFO, serial: int = 901) -> int:
    """A file that the act made, and one row more; its id."""
    items = {"name": "新人", "gender": "1", "birth_date": date(1985, 3, 12)}
    new = NewFile(cast.units["3136000101"].id, items | {"id_number": id_number(serial)})
    (teacher,) = create_files(cast.session, cast.act_as(name), [new], act_id=ACT)
    cast.session.commit()
    return teacher


def accounts(cast: Cast) -> int:
    return len(ask(cast, select(Person.id))) + len(ask(cast, select(User.id)))


def test_files_that_it_made_are_gone_with_their_accounts_and_rows(cast: Cast) -> None:
    before = accounts(cast)
    teacher = make(cast)
    act(cast, INFO, ASSESSMENT, RowChange(teacher, {"year": 2024, "result": "2"}))

    done = undo_as(cast, INFO, ACT, teacher)

    assert (done.files, done.kept) == (1, [])
    assert content_of(cast, teacher) == []
    assert ask(cast, select(Teacher.id).where(Teacher.id == teacher)) == []
    assert accounts(cast) == before
    make(cast)  # the number is free again


def test_who_only_makes_files_takes_them_back_too(cast: Cast) -> None:
    teacher = make(cast, "school_admin")

    assert undo_as(cast, "school_admin", ACT, teacher).files == 1


def test_a_file_that_somebody_wrote_to_stays_with_the_record_it_was_made_from(cast: Cast) -> None:
    teacher = make(cast)
    act(cast, INFO, ASSESSMENT, RowChange(teacher, {"year": 2024, "result": "2"}))
    cast.add(INFO, teacher, "contact", mobile="13800000000")

    done = undo_as(cast, INFO, ACT, teacher)

    assert (done.files, done.deleted) == (0, 1)
    assert reasons(done) == ["此后又有人填写、办理或登录，档案保留。"]
    assert {row["table"] for row in content_of(cast, teacher)} == {"basic_information", "contact"}


def test_a_file_whose_account_was_handed_out_stays(cast: Cast) -> None:
    teacher = make(cast)
    opened = update(User).where(User.teacher_id == teacher).values(password_hash="x")  # noqa: S106
    cast.session.execute(unscoped(opened, "a test"))
    cast.session.commit()

    assert undo_as(cast, INFO, ACT, teacher).files == 0


# -- what stays ------------------------------------------------------------------------------------


def test_what_was_touched_since_stays(cast: Cast) -> None:
    touched, free = assessed(cast), assessed(cast)
    do_bulk(cast, INFO, EXCELLENT, touched, free, act_id=ACT)
    change(cast, INFO, touched, ASSESSMENT, year=2023)
    before = content_of(cast, touched, places=True)

    done = undo_as(cast, INFO, ACT, touched, free)

    assert done.changed == 1
    assert [(k.teacher_id, k.table) for k in done.kept] == [(touched, ASSESSMENT)]
    assert reasons(done) == ["此后又有修改，保留现状。"]
    assert content_of(cast, touched, places=True) == before


def test_a_new_row_that_was_deleted_since_is_told_of(cast: Cast) -> None:
    teacher = cast.make_file()
    (row,) = act(cast, INFO, ASSESSMENT, RowChange(teacher, {"year": 2024}))
    act(cast, INFO, ASSESSMENT, RowChange(teacher, {}, row, delete=True), act_id="later")

    assert reasons(undo_as(cast, INFO, ACT, teacher)) == ["此后已被删除。"]


def finished(cast: Cast, until: str) -> tuple[int, Any]:
    """A file that went until there after the act, and what the undo says."""
    teacher = cast.make_file()
    complete(cast, teacher)
    row = row_of(cast, teacher, STUDY)
    act(cast, INFO, STUDY, RowChange(teacher, {"major": "数学"}, row))
    bring(cast, teacher, until)
    before = content_of(cast, teacher, places=True)
    done = undo_as(cast, INFO, ACT, teacher)
    assert content_of(cast, teacher, places=True) == before
    return teacher, done


def test_what_is_in_review_stays(cast: Cast) -> None:
    assert reasons(finished(cast, "submit")[1]) == ["记录正在审核，退回后才能修改。"]


def test_what_is_in_force_stays(cast: Cast) -> None:
    assert reasons(finished(cast, "approve")[1]) == ["已审核生效，须申请变更。"]


def test_what_is_frozen_stays(cast: Cast) -> None:
    teacher = assessed(cast)
    do_bulk(cast, INFO, EXCELLENT, teacher, act_id=ACT)
    until = (now() + timedelta(days=3)).date()
    freeze(cast.session, cast.act_as("county_info"), named(teacher), until=until, reason="统计")
    cast.session.commit()

    assert "已锁定到" in reasons(undo_as(cast, INFO, ACT, teacher))[0]


def test_what_is_out_of_reach_by_now_stays(cast: Cast) -> None:
    teacher = assessed(cast)
    do_bulk(cast, "county_info", EXCELLENT, teacher, act_id=ACT)
    user_id = cast.staff["county_info"].user_id
    cast.staff["moved"] = replace(cast.staff["neighbour_info"], user_id=user_id)
    before = content_of(cast, teacher, places=True)

    assert reasons(undo_as(cast, "moved", ACT, teacher)) == ["档案已不在您的管理范围内。"]
    assert content_of(cast, teacher, places=True) == before


def test_a_number_that_is_somebody_elses_by_now_does_not_come_back(cast: Cast) -> None:
    teacher = cast.make_file(id_number=id_number(881))
    row = row_of(cast, teacher, "basic_information")
    change_ = RowChange(teacher, {"id_number": id_number(882)}, row)
    act(cast, INFO, "basic_information", change_)
    cast.make_file(id_number=id_number(881))

    done = undo_as(cast, INFO, ACT, teacher)

    assert done.changed == 0
    assert "已在系统中" in reasons(done)[0]


def test_a_role_that_no_longer_fills_a_field_does_not_put_it_back(cast: Cast) -> None:
    teacher = assessed(cast)
    do_bulk(cast, INFO, EXCELLENT, teacher, act_id=ACT)
    user_id = cast.staff[INFO].user_id
    cast.staff["now_head"] = replace(cast.staff["school_head"], user_id=user_id)

    assert reasons(undo_as(cast, "now_head", ACT, teacher)) == ["“考核结果”不由您填写。"]


# -- whose, until when, how often ------------------------------------------------------------------


def test_nothing_is_taken_back_twice(cast: Cast) -> None:
    changed, added, deleted = assessed(cast), cast.make_file(), assessed(cast)
    do_bulk(cast, INFO, EXCELLENT, changed, act_id=ACT)
    act(cast, INFO, ASSESSMENT, RowChange(added, {"year": 2024}))
    gone = row_of(cast, deleted, ASSESSMENT)
    act(cast, INFO, ASSESSMENT, RowChange(deleted, {}, gone, delete=True))
    files = (changed, added, deleted)
    undo_as(cast, INFO, ACT, *files)
    act(cast, INFO, ASSESSMENT, RowChange(deleted, {}, gone, delete=True), act_id="later")
    before = content_of(cast, *files, places=True)

    again = undo_as(cast, INFO, ACT, *files)

    assert (again.changed, again.deleted, again.restored, again.kept) == (0, 0, 0, [])
    assert content_of(cast, *files, places=True) == before


def test_only_who_did_it_takes_it_back(cast: Cast) -> None:
    teacher = assessed(cast)
    do_bulk(cast, INFO, EXCELLENT, teacher, act_id=ACT)
    before = content_of(cast, teacher, places=True)

    done = undo_as(cast, "county_info", ACT, teacher)

    assert (done.changed, done.kept) == (0, [])
    assert content_of(cast, teacher, places=True) == before
    with pytest.raises(NotFound):
        own_act(cast.session, cast.staff["county_info"], ACT, 24)
    assert files_of(cast.session, cast.staff["county_info"], ACT) == []


def test_it_can_be_taken_back_for_so_many_hours(cast: Cast) -> None:
    teacher = assessed(cast)
    do_bulk(cast, INFO, EXCELLENT, teacher, act_id=ACT)
    found = own_act(cast.session, cast.act_as(INFO), ACT, 24)

    assert found.until - found.at == timedelta(hours=24)
    assert files_of(cast.session, cast.staff[INFO], ACT) == [teacher]
    with pytest.raises(Conflict):
        own_act(cast.session, cast.staff[INFO], ACT, 0)


def test_the_undo_has_one_event_per_file_and_reads_as_history(cast: Cast) -> None:
    teacher = assessed(cast)
    do_bulk(cast, INFO, EXCELLENT, teacher, act_id=ACT)
    undo_as(cast, INFO, ACT, teacher)

    cast.act_as("county_info")
    (entry, bulk, *_) = history(cast.session, cast.staff["county_info"], teacher)
    assert [entry.act, bulk.act] == ["bulk.undo", "bulk"]
    assert [(c.field, c.former, c.after) for c in entry.changes] == [("result", "1", "2")]
    assert entry.detail["undoes"] == ACT
    with acting(cast.session, CONSOLE):
        told = cast.session.scalars(
            select(AuditEvent.act_id).where(AuditEvent.act == "bulk.undo")
        ).all()
    assert len(events(cast, told[0])) == 1
