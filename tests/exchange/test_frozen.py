"""Frozen files and units: an import lists them person by person and takes the others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.exchange.sheets import book_of
from tests.exchange.test_imports import ACCOUNT, WORK, number_of, take, works
from tests.support.cast import Cast, id_number
from tests.support.holds import WHY, freeze_at, freeze_files, put_away
from tests.support.units import SCHOOL
from tms.exchange import ImportResult, import_file

ROW = ("一小", "2001-09", "2005-07", "教师")


@pytest.fixture
def two(cast: Cast) -> tuple[str, str]:
    """The personal numbers of two teachers with a record of work; the first file is frozen."""
    frozen, free = cast.make_file(), cast.make_file()
    numbers = number_of(cast, frozen), number_of(cast, free)
    take(cast, "school_info", WORK, *((each, *ROW) for each in numbers), incomplete="draft")
    freeze_files(cast, "county_info", frozen)
    return numbers


def said(result: ImportResult) -> list[tuple[int, str]]:
    return [(problem.row, problem.rule) for problem in result.problems]


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_frozen_person_is_refused_and_the_others_are_taken(
    cast: Cast, two: tuple[str, str], dry_run: bool
) -> None:
    rows = ((each, "二小", "2006-09", "", "教师") for each in two)

    result = take(cast, "school_info", WORK, *rows, incomplete="draft", dry_run=dry_run)

    (problem,) = result.problems
    assert (result.new, result.refused, problem.row, problem.rule) == (1, 1, 2, "frozen")
    assert problem.column == "个人标识码"
    assert "东湖县教育局" in str(problem.reason)
    assert WHY in str(problem.reason)
    assert len(works(cast)) == (2 if dry_run else 3)


def test_a_changed_row_is_refused_and_one_that_stays_the_same_is_not(
    cast: Cast, two: tuple[str, str]
) -> None:
    same = take(cast, "school_info", WORK, *((each, *ROW) for each in two))
    rows = ((each, *ROW[:3], "校长") for each in two)
    changed = take(cast, "school_info", WORK, *rows, incomplete="draft")

    assert (same.unchanged, same.refused) == (2, 0)
    assert (changed.changed, said(changed)) == (1, [(2, "frozen")])


def test_replace_deletes_nothing_of_a_frozen_person(cast: Cast, two: tuple[str, str]) -> None:
    rows = ((each, *ROW) for each in two)
    more = [(each, "二小", "2006-09", "", "教师") for each in two]
    from tests.support.holds import events
    from tms.records.hold_acts import release

    act = events(cast, "freeze")[0].act_id
    release(cast.session, cast.act_as("county_info"), act)
    cast.session.commit()
    take(cast, "school_info", WORK, *more, incomplete="draft")
    freeze_at(cast, "county_info", SCHOOL)

    result = take(cast, "school_info", WORK, *rows, mode="replace")

    assert (result.deleted, result.refused) == (0, 2)
    assert len(works(cast)) == 4


def test_account_items_of_a_frozen_person_do_not_change(cast: Cast, two: tuple[str, str]) -> None:
    rows = ((each, "新名") for each in two)

    result = take(cast, "school_info", ("个人标识码", "姓名"), *rows, incomplete="draft")

    assert (result.changed, said(result)) == (1, [(2, "frozen")])


def test_nobody_new_comes_to_a_frozen_school(cast: Cast) -> None:
    freeze_at(cast, "county_info", SCHOOL)
    person = ("女", "1990-01-02")
    rows: list[Any] = [
        ("新一", *person, id_number(702, born=_day()), SCHOOL),
        ("新二", *person, id_number(704, born=_day()), "3136000102"),
    ]

    result = take(cast, "county_info", ACCOUNT, *rows, into="teacher")

    assert (result.new, said(result)) == (1, [(2, "frozen")])


def _day() -> Any:
    from datetime import date

    return date(1990, 1, 2)


def test_rows_of_somebody_new_at_a_frozen_school_wait_with_them(cast: Cast) -> None:
    freeze_at(cast, "county_info", SCHOOL)
    number = id_number(702, born=_day())
    sheets = {
        "教师": [ACCOUNT, ("新一", "女", "1990-01-02", number, SCHOOL)],
        "工作经历": [("身份证件号码", *WORK[1:]), (number, *ROW)],
    }

    result = import_file(
        cast.session, cast.act_as("school_info"), book_of(sheets), "a.xlsx", keep="row",
        incomplete="draft",
    )  # fmt: skip

    assert (result.new, result.refused) == (0, 2)


def test_a_number_in_the_own_bin_is_named_as_such(cast: Cast) -> None:
    teacher = cast.make_file(gender="1")
    put_away(cast, teacher)
    row = ("再建", "男", "1985-03-12", id_number(cast.serial), SCHOOL)

    own = take(cast, "school_info", ACCOUNT, row, into="teacher")
    above = take(cast, "county_info", ACCOUNT, row, into="teacher")

    assert said(own) == said(above) == [(2, "B05")]
    assert "回收站" in str(own.problems[0].reason)
    assert "回收站" not in str(above.problems[0].reason)


def test_a_number_whose_time_in_the_bin_is_over_is_free(cast: Cast) -> None:
    from tests.support.holds import let_pass
    from tms.records.binned import KEPT

    put_away(cast, cast.make_file())
    row = ("再建", "男", "1985-03-12", id_number(cast.serial), SCHOOL)
    let_pass(cast, "binned_file", "binned_at", KEPT)

    checked = take(cast, "county_info", ACCOUNT, row, into="teacher", dry_run=True)
    taken = take(cast, "county_info", ACCOUNT, row, into="teacher")

    assert (checked.new, taken.new, taken.refused) == (1, 1, 0)
