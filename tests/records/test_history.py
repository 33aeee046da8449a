"""What happened to a file: who changed what, from which value to which, and who may read it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.cast import Cast, complete, id_number
from tms.access.roles import Role
from tms.errors import NotAllowed, NotFound
from tms.models import TABLES
from tms.records import RowChange, save
from tms.records.history import Change, changes_since, history

STUDY = {"education_level": "21", "major": "汉语言文学"}
TABLE = "study_experience"


def change(cast: Cast, teacher: int, row: int, table: str = TABLE, **values: Any) -> None:
    """As the school's information administrator."""
    save(cast.session, cast.act_as("school_info"), {table: [RowChange(teacher, values, row)]})
    cast.session.commit()


def basic_row(cast: Cast, teacher: int) -> int:
    cast.act_as("school_info")
    basic = TABLES["basic_information"]
    found = cast.session.scalar(select(basic.id).where(basic.teacher_id == teacher))
    return int(found or 0)


def test_each_change_says_from_what_to_what_and_by_whom(cast: Cast) -> None:
    teacher = cast.make_file()
    row = cast.add("school_info", teacher, TABLE, **STUDY)
    change(cast, teacher, row, major="数学")
    change(cast, teacher, row, major="物理", admission_month="2004-09")

    last, before, made, *_ = history(cast.session, cast.act_as("county_info"), teacher)

    assert last.changes == (
        Change("major", "数学", "物理"),
        Change("admission_month", None, "2004-09"),
    )
    assert before.changes == (Change("major", "汉语言文学", "数学"),)
    assert [entry.version for entry in (last, before, made)] == [3, 2, 1]
    assert (last.user, last.role, last.unit) == ("school_info", "info_admin", "东湖县第一小学")
    assert (last.table, last.row_id, made.changes) == (TABLE, row, ())


def test_a_deleted_row_shows_what_it_held(cast: Cast) -> None:
    teacher = cast.make_file()
    row = cast.add("school_info", teacher, TABLE, **STUDY)
    gone = RowChange(teacher, {}, row, 1, delete=True)
    save(cast.session, cast.act_as("school_info"), {TABLE: [gone]})

    (first, *_) = history(cast.session, cast.act_as("school_info"), teacher)

    assert first.version == 0
    assert set(first.changes) == {Change(key, value, None) for key, value in STUDY.items()}


def test_of_a_number_only_masks_are_told(cast: Cast) -> None:
    teacher = cast.make_file(id_number=id_number(701))
    change(cast, teacher, basic_row(cast, teacher), "basic_information", id_number=id_number(703))

    (first, *_) = history(cast.session, cast.act_as("school_info"), teacher)

    (told,) = first.changes
    assert told.field == "id_number"
    for mask, number in ((told.former, id_number(701)), (told.after, id_number(703))):
        assert "*" in mask
        assert mask[:3] + mask[-4:] == number[:3] + number[-4:]


def test_a_verdict_stands_there_without_rows(cast: Cast) -> None:
    from tests.support.review import bring

    teacher = cast.make_file()
    complete(cast, teacher)
    bring(cast, teacher, "approve")

    found = history(cast.session, cast.act_as("county_info"), teacher, limit=3)

    assert found[0].act == "pass.approve"
    assert found[0].table is None
    assert found[0].unit == "东湖县教育局"
    assert found[0].submission_id


def test_fields_too_sensitive_for_the_role_are_left_out(cast: Cast) -> None:
    teacher = cast.make_file()
    row = cast.add("school_info", teacher, "remuneration", year=2023)
    change(cast, teacher, row, "remuneration", year=2024, annual_income="96000.00")

    (mine, *_) = history(cast.session, cast.act_as("school_info"), teacher)
    (theirs, *_) = history(cast.session, cast.act_as("county_query"), teacher)

    assert mine.changes == (Change("year", 2023, 2024), Change("annual_income", None, "96000.00"))
    assert (theirs.row_id, theirs.changes) == (row, ())


def test_a_department_reads_only_rows_of_its_function(cast: Cast) -> None:
    teacher = cast.make_file("4136010001")
    cast.add("university_info", teacher, TABLE, **STUDY)
    cast.add("university_info", teacher, "paper", paper_name="论示例")

    found = history(cast.session, cast.act_as("research_office"), teacher)

    assert [entry.table for entry in found] == ["paper"]


def test_a_file_out_of_reach_has_no_history(cast: Cast) -> None:
    teacher = cast.make_file("3136000201")

    with pytest.raises(NotFound):
        history(cast.session, cast.act_as("school_info"), teacher)


def test_who_reads_no_records_reads_no_history(cast: Cast) -> None:
    teacher = cast.make_file()
    clerk = replace(cast.act_as("school_admin"), role=Role.SYSTEM_ADMIN)

    with pytest.raises(NotAllowed):
        history(cast.session, clerk, teacher)


def test_changes_since_a_version_give_what_the_editor_saw(cast: Cast) -> None:
    teacher = cast.make_file()
    row = cast.add("school_info", teacher, TABLE, **STUDY)
    other = cast.add("school_info", teacher, TABLE, **STUDY)
    change(cast, teacher, row, major="数学")
    change(cast, teacher, other, major="化学")
    change(cast, teacher, row, major="物理")

    actor = cast.act_as("school_info")
    first = changes_since(cast.session, actor, teacher, (TABLE, row), 1)
    second = changes_since(cast.session, actor, teacher, (TABLE, row), 2)
    none = changes_since(cast.session, actor, teacher, (TABLE, row), 3)

    assert first.base() == {"major": "汉语言文学"}
    assert second.base() == {"major": "数学"}
    assert none.entries == ()
    assert first.last("major") == second.entries[0]
    assert first.last("admission_month") is None
    assert not first.is_deleted
