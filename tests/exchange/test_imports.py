"""Modes, scope and roles of imports."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.exchange.sheets import book_of, csv_of
from tests.support.cast import Cast, id_number
from tms.errors import NotAllowed
from tms.exchange import FileRefused, ImportResult, import_file
from tms.models import TABLES, Teacher
from tms.records.checks import TAKEN

WORK = ("个人标识码", "unit_name", "start_month", "end_month", "position")
ACCOUNT = ("姓名", "性别", "出生日期", "身份证件号码", "学校(机构)标识码")


def take(cast: Cast, name: str, *rows: Any, **options: Any) -> ImportResult:
    result = import_file(cast.session, cast.act_as(name), csv_of(*rows), "a.csv", **options)
    cast.session.commit()
    return result


def number_of(cast: Cast, teacher: int) -> str:
    cast.act_as("province_info")
    return cast.session.scalars(select(Teacher.teacher_no).where(Teacher.id == teacher)).one()


def works(cast: Cast) -> list[tuple[Any, ...]]:
    cast.act_as("province_info")
    model: Any = TABLES["work_experience"]
    columns = (model.unit_name, model.start_month, model.end_month, model.position)
    return [tuple(r) for r in cast.session.execute(select(*columns).order_by(model.start_month))]


@pytest.fixture
def teacher(cast: Cast) -> str:
    """The personal number of a teacher with two records of work."""
    made = cast.make_file()
    number = number_of(cast, made)
    result = take(
        cast,
        "school_info",
        WORK,
        (number, "一小", "2001-09", "2005-07", "教师"),
        (number, "二小", "2005-08", "", "教师"),
        incomplete="draft",
    )
    assert result.new == 2
    return number


def test_an_update_touches_only_the_columns_of_the_file(cast: Cast, teacher: str) -> None:
    result = take(
        cast, "school_info", WORK[:3] + ("position",), (teacher, "一小", "2001-09", "校长")
    )

    assert result.changed == 1
    assert works(cast)[0] == ("一小", "2001-09", "2005-07", "校长")


def test_an_empty_cell_clears(cast: Cast, teacher: str) -> None:
    take(cast, "school_info", WORK[:4], (teacher, "一小", "2001-09", ""))

    assert works(cast)[0][2] is None


def test_append_leaves_what_exists_alone(cast: Cast, teacher: str) -> None:
    rows = (
        (teacher, "一小", "2001-09", "2005-07", "校长"),
        (teacher, "三小", "2010-09", "", "教师"),
    )
    result = take(cast, "school_info", WORK, *rows, mode="append", keep="row", incomplete="draft")

    assert (result.new, result.changed, result.refused) == (1, 0, 1)
    assert result.problems[0].rule == "append"


def test_replace_deletes_drafts_that_the_file_lacks(cast: Cast, teacher: str) -> None:
    result = take(
        cast, "school_info", WORK, (teacher, "二小", "2005-08", "", "教师"), mode="replace"
    )

    assert (result.unchanged, result.deleted) == (1, 1)
    assert [row[0] for row in works(cast)] == ["二小"]


def test_the_same_record_twice_in_the_file_refuses_the_later(cast: Cast, teacher: str) -> None:
    row = (teacher, "四小", "2011-09", "", "教师")
    result = take(cast, "school_info", WORK, row, (*row[:4], "校长"), incomplete="draft")

    assert [(p.row, p.rule) for p in result.problems] == [(2, "person"), (3, "natural_key")]
    assert len(works(cast)) == 2


@pytest.mark.parametrize(("keep", "refused"), [("person", 2), ("row", 1), ("file", 3)])
def test_what_waits_together_is_the_users_choice(
    cast: Cast, teacher: str, keep: str, refused: int
) -> None:
    other = number_of(cast, cast.make_file())
    rows = (
        (teacher, "五小", "2012-09", "", "教师"),
        (teacher, "六小", "2012年13月", "", "教师"),
        (other, "五小", "2012-09", "", "教师"),
    )

    result = take(cast, "school_info", WORK, *rows, keep=keep, incomplete="draft")

    assert (result.new, result.refused) == (3 - refused, refused)


def test_required_fields_count_unless_drafts_are_welcome(cast: Cast) -> None:
    number = number_of(cast, cast.make_file())
    rows = (("个人标识码", "获得学历"), (number, "21"))

    refused = take(cast, "school_info", *rows)
    taken = take(cast, "school_info", *rows, incomplete="draft")

    assert {p.column for p in refused.problems if p.rule == "required"} >= {"学位层次", "学习方式"}
    assert (refused.refused, taken.new) == (1, 1)


def test_a_stranger_finds_nobody(cast: Cast, teacher: str) -> None:
    result = take(cast, "neighbour_info", WORK, (teacher, "一小", "2001-09", "", "x"))

    (problem,) = result.problems
    assert (problem.rule, problem.row, problem.column) == ("teacher", 2, "个人标识码")


def test_a_name_beside_the_number_must_be_the_files(cast: Cast, teacher: str) -> None:
    header = ("个人标识码", "姓名", "unit_name", "start_month")
    result = take(cast, "school_info", header, (teacher, "别人", "九小", "2019-09"))

    assert ("姓名", "name") in {(p.column, p.rule) for p in result.problems}


def test_a_number_elsewhere_is_refused_without_saying_where(cast: Cast) -> None:
    cast.make_file("3136000201", id_number=id_number(77), gender="1")
    row = ("某某", "1", "1985-03-12", id_number(77), "3136000101")

    result = take(cast, "county_admin", ACCOUNT, row)

    (problem,) = result.problems
    assert (problem.rule, problem.reason, problem.column) == ("B05", TAKEN, "身份证件号码")


def test_another_school_is_a_transfer(cast: Cast) -> None:
    cast.make_file(id_number=id_number(78), gender="2", name="某某")
    row = ("某某", "2", "1985-03-12", id_number(78), "3136000201")

    result = take(cast, "province_info", ACCOUNT, row)

    (problem,) = result.problems
    assert (problem.rule, problem.column) == ("school", "学校(机构)标识码")


def test_the_info_admin_corrects_and_the_system_admin_does_not(cast: Cast) -> None:
    cast.make_file(id_number=id_number(79), gender="1", name="某某")
    same = ("某某", "1", "1985-03-12", id_number(79), "3136000101")
    other = ("某人", *same[1:])

    assert take(cast, "county_admin", ACCOUNT, same).unchanged == 1
    assert take(cast, "county_admin", ACCOUNT, other).refused == 1
    assert take(cast, "county_info", ACCOUNT, other).changed == 1
    assert take(cast, "county_info", ACCOUNT, other).unchanged == 1


def test_a_system_admin_gives_account_items_only(cast: Cast) -> None:
    header, row = (
        (*ACCOUNT, "民族"),
        ("某某", "1", "1985-03-12", id_number(81), "东湖县第一小学", "02"),
    )

    admin = take(cast, "county_admin", header, row, dry_run=True)
    info = take(cast, "county_info", header, row)

    assert [(p.row, p.column, p.severity) for p in admin.problems] == [(1, "民族", "warning")]
    assert (admin.new, info.new, info.problems) == (1, 1, ())


def test_what_the_category_does_not_collect_is_named_and_ignored(cast: Cast) -> None:
    header, row = (*ACCOUNT, "婚姻状况", "学缘结构"), (
        "某某", "1", "1985-03-12", id_number(83), "3136000101", "", "1",
    )  # fmt: skip

    result = take(cast, "county_info", header, row)

    assert result.new == 1
    assert [(p.rule, p.column, p.severity) for p in result.problems] == [
        ("category", "学缘结构", "warning")
    ]


def test_a_book_makes_files_and_their_records_together(cast: Cast) -> None:
    good, bad = id_number(91), id_number(93)
    teachers = [
        ACCOUNT,
        ("甲", "1", "1985-03-12", good, "3136000101"),
        ("乙", "2", "1985-03-12", bad, "3136000101"),
    ]
    rows = [
        ("身份证件号码", "血型", *WORK[1:3]),
        (good, "A", "一小", "2001-09"),
        (bad, "B", "二小", "2001-09"),
    ]
    book = book_of({"教师": teachers, "工作": rows, "说明": [("请看",), ("这里",)]})
    actor = cast.act_as("county_info")

    result = import_file(cast.session, actor, book, "a.xlsx", incomplete="draft")

    assert [(s.section, s.new, s.refused) for s in result.sections] == [
        ("teacher", 1, 1),
        ("work_experience", 1, 1),
    ]
    assert [row[0] for row in works(cast)] == ["一小"]
    assert {p.rule for p in result.problems} == {"B02", "person", "column", "sheet"}


def test_who_fills_nothing_imports_nothing(cast: Cast, teacher: str) -> None:
    row = (teacher, "一小", "2001-09", "", "x")
    for name in ("county_query", "county_admin", "auditor"):
        with pytest.raises(NotAllowed):
            take(cast, name, WORK, row)


def test_a_file_without_anybody_is_refused(cast: Cast) -> None:
    with pytest.raises(FileRefused, match="身份证件号码"):
        take(cast, "county_info", WORK[1:], ("一小", "2001-09", "", ""), into="work_experience")


@pytest.mark.parametrize("said", ["否", ""])
def test_a_row_that_says_no_more_than_a_form_begins_with_is_none(cast: Cast, said: str) -> None:
    """In a form nobody could tell it from one that was left alone: neither keeps it."""
    made = cast.make_file()
    model: Any = TABLES["post_appointment"]
    head = ("个人标识码", "是否兼任其他岗位")

    result = take(cast, "school_info", head, (number_of(cast, made), said), incomplete="draft")

    assert [str(p.reason) for p in result.problems] == ["这一行没有填写内容。"]
    assert cast.session.scalar(select(model.id).where(model.teacher_id == made)) is None
