"""Stored figures of 完整性检测: at once for one file, by a job for many; never wrong or lost."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text, update

from tests.support.cast import Cast, complete
from tests.support.databases import on_postgresql, on_sqlite
from tests.support.figures import due, recomputed, stored, work_off
from tests.support.jobs import drain
from tms.access import WORKER, acting, unscoped
from tms.db import db
from tms.dictionary import Category
from tms.dictionary.fingerprint import fingerprint
from tms.dictionary.scope import today
from tms.errors import message
from tms.jobs import enqueue
from tms.jobs.lanes import HELPER
from tms.jobs.schedule import ask_for_wanted
from tms.models import TABLES, Job, JobState, Teacher
from tms.models.due import watchers
from tms.records import RowChange, figure_jobs, figures, save
from tms.records.due import name_files, next_due
from tms.records.figure_jobs import ALL, DUE

INFO = "school_info"


def mark(cast: Cast, teacher: int) -> str | None:
    return stored(cast.session)[teacher]["check_mark"]


def test_one_file_is_checked_in_the_act_that_wrote_it(cast: Cast) -> None:
    teacher = cast.make_file()
    assert stored(cast.session)[teacher]["teacher_errors"] > 0
    assert mark(cast, teacher) == "teacher"

    complete(cast, teacher)

    assert stored(cast.session) == recomputed(cast.session)
    assert mark(cast, teacher) in ("clean", "warnings")
    assert due(cast.session) == []


def test_errors_of_the_school_alone_are_marked_so(cast: Cast) -> None:
    teacher = cast.make_file()
    complete(cast, teacher)
    model = TABLES["annual_assessment"]
    row = cast.session.scalar(select(model.id).where(model.teacher_id == teacher))
    actor = cast.act_as(INFO)
    gone = {"annual_assessment": [RowChange(teacher, {}, row, delete=True)]}
    save(cast.session, actor, gone)
    cast.session.commit()

    found = stored(cast.session)[teacher]

    assert (found["teacher_errors"], found["check_mark"]) == (0, "school")
    assert found["school_errors"] > 0


def many(cast: Cast, number: int = figures.AT_ONCE + 1) -> list[int]:
    """More files than are checked at once, written by one act."""
    made = cast.make_files(number)
    actor = cast.act_as(INFO)
    rows = [RowChange(teacher, {"mobile": "13800000000"}) for teacher in made]
    save(cast.session, actor, {"contact": rows})
    cast.session.commit()
    return made


def test_many_wait_for_a_job_that_the_next_look_asks_for_once(cast: Cast, tmp_path: Path) -> None:
    made = many(cast)
    assert due(cast.session) == made

    first = ask_for_wanted(cast.session)
    assert len(ask_for_wanted(cast.session)) == 1, "the rules only; that job is under way"
    cast.act_as(INFO)
    drain(cast.session, tmp_path)

    assert len(first) == 2
    assert due(cast.session) == []
    assert stored(cast.session) == recomputed(cast.session)


def test_of_many_a_second_worker_takes_the_end(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = many(cast)
    monkeypatch.setattr(figure_jobs, "LONG", len(made) - 1)
    ask_for_wanted(cast.session)
    cast.act_as(INFO)
    drain(cast.session, tmp_path)

    with acting(cast.session, WORKER):
        helper = select(Job.state, Job.result).where(Job.kind == DUE + HELPER)
        assert cast.session.execute(helper).one() == (JobState.DONE, {"files": 0})
    assert due(cast.session) == []
    assert stored(cast.session) == recomputed(cast.session)


def test_naming_files_tells_how_many(cast: Cast) -> None:
    made = many(cast, 2)

    with acting(cast.session, WORKER):
        assert name_files(cast.session, Teacher.id.in_(made)) == len(made)


def test_the_list_has_two_ends(cast: Cast) -> None:
    made = set(many(cast))
    oldest = set(next_due(cast.session, len(made) - 1))
    newest = set(next_due(cast.session, 1, newest=True))

    assert oldest | newest == made
    assert not oldest & newest


def test_a_day_makes_all_files_due_and_its_findings_count(cast: Cast, tmp_path: Path) -> None:
    made = cast.make_file()
    complete(cast, made)
    work_off(cast.session, tmp_path)
    later = today() + timedelta(days=3000)

    night(cast, ALL, later, tmp_path)
    assert due(cast.session) == [made]
    night(cast, DUE, later, tmp_path)

    assert day_of(cast, made) == (later, fingerprint())
    assert stored(cast.session) == recomputed(cast.session, later)
    night(cast, ALL, later, tmp_path)
    assert due(cast.session) == [], "checked on that day already"


def night(cast: Cast, kind: str, on: date, tmp_path: Path) -> None:
    with acting(cast.session, WORKER):
        enqueue(cast.session, WORKER, kind, {"today": on.isoformat()}, message("每夜完整性检测"))
    cast.act_as(INFO)
    drain(cast.session, tmp_path)


def day_of(cast: Cast, teacher: int) -> tuple[date | None, str | None]:
    wanted = select(Teacher.checked_on, Teacher.check_rules).where(Teacher.id == teacher)
    row = cast.session.execute(unscoped(wanted, "test")).one()
    return row.checked_on, row.check_rules


def test_other_rules_make_files_due(cast: Cast, tmp_path: Path) -> None:
    old, new = cast.make_file(), cast.make_file()
    before = unscoped(update(Teacher.__table__).where(Teacher.id == old), "test")
    cast.session.execute(before.values(check_rules="of before"))

    night(cast, ALL, today(), tmp_path)

    assert due(cast.session) == [old]
    assert day_of(cast, new)[1] == fingerprint()


def test_who_began_with_an_older_state_writes_nothing(cast: Cast) -> None:
    teacher = cast.make_file()
    begun = figures.check(cast.session, [teacher], today())
    complete(cast, teacher)
    now_stored = stored(cast.session)

    assert figures.write(cast.session, begun, today()) == []
    assert stored(cast.session) == now_stored


def test_a_savepoint_that_is_released_checks_nothing_yet(cast: Cast) -> None:
    teacher = cast.make_file()
    actor = cast.act_as(INFO)
    with cast.session.begin_nested():
        save(cast.session, actor, {"contact": [RowChange(teacher, {"mobile": "13800000000"})]})
    assert due(cast.session) == [teacher]
    cast.session.rollback()
    assert due(cast.session) == []


# -- triggers --------------------------------------------------------------------------------------


def raw(cast: Cast, words: str) -> list[int]:
    """Files that are due because of one statement below every session."""
    cast.session.close()
    connection: Connection
    with db.engine.connect() as connection, connection.begin():
        connection.execute(text("DELETE FROM check_due"))
        connection.execute(text(words))
        found = connection.execute(text("SELECT DISTINCT teacher_id FROM check_due")).scalars()
        return sorted(found)


def test_statements_name_the_files_whose_findings_they_change(cast: Cast) -> None:
    teacher = cast.make_file()
    cast.make_file("3136000201")
    mine, row = f"WHERE id = {teacher}", f"WHERE teacher_id = {teacher}"

    for words in (
        f"UPDATE basic_information SET content_version = content_version + 1 {row}",
        f"UPDATE basic_information SET state = 'in_force' {row}",
        f"UPDATE teacher SET school_category = '{Category.KINDERGARTEN}' {mine}",
        f"UPDATE teacher SET person_kind = 'contract_1y' {mine}",
        f"UPDATE teacher SET unit_path = unit_path || '0001' {mine}",
    ):
        assert raw(cast, words) == [teacher], words


def test_copies_and_states_of_review_name_nobody(cast: Cast) -> None:
    cast.make_file()

    for words in (
        "UPDATE basic_information SET state = 'in_review', highest_education = '11'",
        "UPDATE teacher SET name = '别人', record_status = 'submitted', check_no = 9",
        "UPDATE contact SET content_version = 1",
    ):
        assert raw(cast, words) == [], words


def test_every_section_table_is_watched(cast: Cast) -> None:
    with db.engine.connect() as connection:
        found = watchers(connection)

    rows = [(t, f"due_{verb}_{t}") for t in TABLES for verb in ("delete", "insert", "update")]
    assert found == sorted([*rows, ("teacher", "due_update_teacher")])


@on_postgresql
def test_a_file_that_somebody_else_holds_stays_due(cast: Cast) -> None:
    teacher = cast.make_file()
    actor = cast.act_as(INFO)
    change = RowChange(teacher, {"mobile": "13800000000"})
    save(cast.session, actor, {"contact": [change]})
    with db.engine.connect() as other, other.begin():
        other.execute(text("SELECT id FROM teacher FOR KEY SHARE"))
        cast.session.commit()
    assert due(cast.session) == [], "who refers to a file does not hold it"


@on_sqlite
def test_jobs_of_the_system_are_in_nobodys_list(cast: Cast, tmp_path: Path) -> None:
    many(cast)
    work_off(cast.session, tmp_path)

    cast.act_as(INFO)
    assert cast.session.scalars(select(Job.id)).all() == []
