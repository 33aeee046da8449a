"""Columns that the field policy closes for some rows: not taken, and told so by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.exchange.sheets import csv_of
from tests.exchange.test_imports import ACCOUNT, number_of, take
from tests.records.test_fill_policy import KINDERGARTEN, PRIMARY, anew, say
from tests.support.cast import Cast, id_number
from tests.support.databases import on_sqlite
from tests.support.jobs import drain
from tms.exchange import ImportResult, batches, parts
from tms.exchange.batches import Chosen
from tms.exchange.sections import NOTHING_TAKEN
from tms.models import TABLES

pytestmark = on_sqlite
CONTACT: Any = TABLES["contact"]
WORK: Any = TABLES["work_experience"]
MANAGER = "kindergarten_info"
HEAD = ("个人标识码", "address", "phone")
BY_BUREAU = "按填报权限，幼儿园的“联系电话”由主管部门填写，不收取。"


def close(cast: Cast, table: str = "contact", **said: str) -> None:
    """Let the county's bureau say it for kindergartens; everybody has it with the next request."""
    say(cast, table=table, **said)
    for name in (MANAGER, "county_info"):
        cast.staff[name] = anew(cast, name)


def told(result: ImportResult) -> list[tuple[int, str, str, str]]:
    return [(p.row, str(p.column), p.severity, str(p.reason)) for p in result.problems]


def stored(cast: Cast, *columns: Any) -> list[tuple[Any, ...]]:
    cast.act_as("province_info")
    return [tuple(row) for row in cast.session.execute(select(*columns).order_by(columns[0]))]


@pytest.fixture
def teacher(cast: Cast) -> str:
    """The number of a teacher of the kindergarten, whose telephone the bureau has taken over."""
    made = cast.make_file(KINDERGARTEN)
    cast.add(MANAGER, made, "contact", address="示例路1号", phone="07910000001")
    close(cast, phone="bureau")
    return number_of(cast, made)


def test_what_would_have_changed_is_told_and_not_written(cast: Cast, teacher: str) -> None:
    result = take(cast, MANAGER, HEAD, (teacher, "示例路2号", "07910000002"))

    assert result.changed == 1
    assert told(result) == [(2, "phone", "warning", BY_BUREAU)]
    assert stored(cast, CONTACT.address, CONTACT.phone) == [("示例路2号", "07910000001")]
    assert not take(cast, "county_info", HEAD, (teacher, "示例路2号", "07910000003")).problems
    assert stored(cast, CONTACT.phone) == [("07910000003",)]


def test_a_cell_that_says_the_same_is_not_worth_a_word(cast: Cast, teacher: str) -> None:
    same = take(cast, MANAGER, HEAD, (teacher, "示例路1号", " 07910000001"))
    emptied = take(cast, MANAGER, HEAD, (teacher, "示例路1号", ""))

    assert (same.unchanged, same.problems) == (1, ())
    assert (emptied.unchanged, len(emptied.problems)) == (1, 1)


def test_what_is_hidden_is_compared_by_those_who_see_it_elsewhere(cast: Cast, teacher: str) -> None:
    close(cast, phone="hidden")
    row = (teacher, "示例路1号", "07910000001")

    seen, unseen = take(cast, "county_info", HEAD, row), take(cast, MANAGER, HEAD, row)

    assert (seen.unchanged, seen.problems) == (1, ())
    assert [str(p.reason) for p in unseen.problems] == [
        "按填报权限，幼儿园不填“联系电话”，不收取。"
    ]


def test_what_the_file_says_as_it_was_taken_out_is_not_its_own_word(
    cast: Cast, teacher: str
) -> None:
    ((row_id, version),) = stored(cast, CONTACT.id, CONTACT.content_version)
    take(cast, "county_info", HEAD, (teacher, "示例路1号", "07910000009"))
    head = ("记录编号", "记录版本", *HEAD)

    old = take(cast, MANAGER, head, (row_id, version, teacher, "示例路3号", "07910000001"))
    other = take(cast, MANAGER, head, (row_id, version, teacher, "示例路3号", "07910000002"))

    assert (old.changed, old.problems) == (1, ())
    assert told(other) == [(2, "phone", "warning", BY_BUREAU)]


def test_nobody_is_blamed_for_what_others_fill(cast: Cast) -> None:
    number = number_of(cast, cast.make_file(KINDERGARTEN))
    close(cast, "work_experience", position="bureau", unit_nature="bureau")
    head = ("个人标识码", "unit_name", "start_month", "position")

    only = take(cast, MANAGER, (*head[:1], *head[3:]), (number, "园长"), incomplete="draft")
    row = take(cast, MANAGER, head, (number, "一园", "2001-09", "园长"))

    assert [p.rule for p in only.problems] == ["closed", "required"]
    assert only.problems[1].reason == NOTHING_TAKEN
    assert (row.new, [p.rule for p in row.problems]) == (1, ["closed"])
    assert stored(cast, WORK.unit_name, WORK.position) == [("一园", None)]


def test_what_tells_records_apart_still_finds_them_and_makes_none(cast: Cast) -> None:
    made = cast.make_file(KINDERGARTEN)
    cast.add(MANAGER, made, "work_experience", unit_name="一园", start_month="2001-09")
    number = number_of(cast, made)
    close(cast, "work_experience", unit_name="bureau")
    head = ("个人标识码", "unit_name", "start_month", "position")

    found = take(cast, MANAGER, head, (number, "一园", "2001-09", "园长"), incomplete="draft")
    other = take(cast, MANAGER, head, (number, "二园", "2005-09", "园长"), incomplete="draft")

    assert (found.changed, found.problems) == (1, ())
    assert [(p.column, p.rule, p.severity) for p in other.problems] == [
        ("unit_name", "closed", "error")
    ]
    assert stored(cast, WORK.unit_name, WORK.position) == [("一园", "园长")]


def test_a_list_of_two_schools_is_told_where_the_column_is_closed(
    cast: Cast, tmp_path: Path
) -> None:
    people = [cast.make_file(unit) for unit in (KINDERGARTEN, PRIMARY, KINDERGARTEN)]
    close(cast, address="hidden")
    rows = [(number_of(cast, each), "示例路1号", f"0791000000{n}") for n, each in enumerate(people)]
    actor = cast.act_as("county_info")
    content = csv_of(HEAD, *rows)
    chosen = Chosen(incomplete="draft")
    batch = batches.begin(cast.session, actor, tmp_path, "a.csv", content, chosen)
    drain(cast.session, tmp_path)

    counts, reasons = parts.tally(cast.session, batch, "check")

    ((key, (reason, n)),) = reasons.items()
    assert (counts, n) == ({"new": 3}, 2)
    assert reason["params"]["category"]["en"] == "Kindergarten"
    found = parts.page(cast.session, batch, "check", parts.OUTCOMES, key, 0, 9)
    assert [entry.row for entry in found] == [2, 4]


def test_a_new_person_is_taken_without_what_is_closed(cast: Cast) -> None:
    close(cast, "basic_information", ethnicity="bureau")
    people = [("甲", "1", "1985-03-12", id_number(701), KINDERGARTEN, "02")]

    made = take(cast, MANAGER, (*ACCOUNT, "民族"), *people)
    again = take(cast, MANAGER, (*ACCOUNT, "民族"), *people)

    assert made.new == again.unchanged == 1
    for result in (made, again):
        assert [(p.column, p.rule, p.severity) for p in result.problems] == [
            ("民族", "closed", "warning")
        ]


def test_columns_that_a_role_fills_nowhere_are_told_once_in_the_preview(
    cast: Cast, tmp_path: Path
) -> None:
    people = [(str(n), "1", "1985-03-12", id_number(n), PRIMARY, "02") for n in (711, 713)]
    content = csv_of((*ACCOUNT, "民族"), *people)
    actor = cast.act_as("county_admin")
    batch = batches.begin(cast.session, actor, tmp_path, "a.csv", content, Chosen())
    drain(cast.session, tmp_path)

    checked = batches.find(cast.session, batch).checked

    assert checked["counts"] == {"new": 2}
    assert [remark[1] for remark in checked["remarks"]] == ["民族"]
    assert not parts.tally(cast.session, batch, "check")[1]
