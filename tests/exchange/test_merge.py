"""A file taken out for editing comes back: merged cell by cell with what others did meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.exchange.sheets import csv_of
from tests.exchange.test_imports import number_of
from tests.support.begin import begun
from tests.support.cast import Cast
from tests.support.changes import file_in_force
from tms.exchange import ImportResult, import_file
from tms.models import TABLES, ChangeRequest, RowState
from tms.records import RowChange, save

WORK: Any = TABLES["work_experience"]
STUDY: Any = TABLES["study_experience"]
HEAD = ("记录编号", "记录版本", "个人标识码", "unit_name", "start_month", "end_month", "position")


def take(cast: Cast, *rows: Any, name: str = "school_info", **more: Any) -> ImportResult:
    content = csv_of(*rows)
    result = import_file(
        cast.session, cast.act_as(name), content, "a.csv", into="work_experience", **more
    )
    cast.session.commit()
    return result


def the_row(cast: Cast) -> Any:
    cast.act_as("school_info")
    columns = [getattr(WORK, column.key) for column in WORK.__table__.columns]
    return cast.session.execute(select(*columns)).one()


@pytest.fixture
def line(cast: Cast) -> tuple[Any, ...]:
    """A stored row as a file taken out for editing has it."""
    teacher = cast.make_file()
    values = {"unit_name": "一小", "start_month": "2001-09", "position": "教师"}
    cast.act_as("school_info")
    save(cast.session, cast.staff["school_info"], {"work_experience": [RowChange(teacher, values)]})
    cast.session.commit()
    row = the_row(cast)
    number = number_of(cast, teacher)
    return (row.id, row.content_version, number, "一小", "2001-09", "", "教师")


def edit(cast: Cast, **values: Any) -> None:
    row, actor = the_row(cast), cast.act_as("school_info")
    change = RowChange(row.teacher_id, values, row.id, row.content_version)
    save(cast.session, actor, {"work_experience": [change]})
    cast.session.commit()


def changed(line: tuple[Any, ...], **values: Any) -> tuple[Any, ...]:
    return tuple(values.get(name, old) for name, old in zip(HEAD, line, strict=True))


def test_one_cell_in_the_file_another_in_the_panel_are_merged(
    cast: Cast, line: tuple[Any, ...]
) -> None:
    edit(cast, position="校长")

    result = take(cast, HEAD, changed(line, unit_name="二小"), incomplete="draft")

    assert (result.changed, result.refused) == (1, 0)
    row = the_row(cast)
    assert (row.unit_name, row.position) == ("二小", "校长")


def test_the_same_cell_is_a_conflict_and_nothing_is_overwritten(
    cast: Cast, line: tuple[Any, ...]
) -> None:
    edit(cast, position="校长")

    result = take(cast, HEAD, changed(line, position="主任"), incomplete="draft")

    assert (result.changed, result.refused) == (0, 1)
    (problem,) = result.problems
    assert (problem.rule, problem.column) == ("conflict", "position")
    assert the_row(cast).position == "校长"


def test_both_wrote_the_same_is_no_conflict(cast: Cast, line: tuple[Any, ...]) -> None:
    edit(cast, position="校长")

    result = take(cast, HEAD, changed(line, position="校长"), incomplete="draft")

    assert (result.unchanged, result.refused) == (1, 0)


def test_unchanged_cells_of_an_old_file_change_nothing(cast: Cast, line: tuple[Any, ...]) -> None:
    edit(cast, position="校长", unit_name="三小")

    assert take(cast, HEAD, line, incomplete="draft").unchanged == 1
    assert the_row(cast).unit_name == "三小"


def test_the_natural_key_may_be_mended(cast: Cast, line: tuple[Any, ...]) -> None:
    result = take(cast, HEAD, changed(line, start_month="2002-09"), incomplete="draft")

    assert (result.new, result.changed) == (0, 1)
    assert the_row(cast).start_month == "2002-09"


def test_a_row_that_is_gone_or_anothers_is_said(cast: Cast, line: tuple[Any, ...]) -> None:
    gone = (line[0] + 1000, *line[1:])
    other = (*line[:2], number_of(cast, cast.make_file()), *line[3:])

    for row in (gone, other):
        result = take(cast, HEAD, row, incomplete="draft")
        assert (result.new, result.changed, result.refused) == (0, 0, 1)
        assert result.problems[0].rule == "gone"


def test_the_same_row_twice(cast: Cast, line: tuple[Any, ...]) -> None:
    result = take(cast, HEAD, line, changed(line, position="校长"), incomplete="draft", keep="row")

    assert result.refused == 1
    assert result.problems[0].rule == "natural_key"


# -- rows in force ---------------------------------------------------------------------------------


def in_force(cast: Cast, **values: Any) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    teacher = begun(cast, file_in_force)
    cast.act_as("school_info")
    columns = (STUDY.id, STUDY.content_version, STUDY.state)
    row = cast.session.execute(select(*columns).where(STUDY.teacher_id == teacher)).first()
    assert row is not None
    assert row.state == RowState.IN_FORCE
    head = ("记录编号", "记录版本", "个人标识码", *values)
    return head, (row.id, row.content_version, number_of(cast, teacher), *values.values())


def study(cast: Cast, *rows: Any, **more: Any) -> ImportResult:
    actor = cast.act_as("school_info")
    into = "study_experience"
    result = import_file(cast.session, actor, csv_of(*rows), "a.csv", into=into, **more)
    cast.session.commit()
    return result


def requests(cast: Cast) -> list[Any]:
    cast.act_as("school_info")
    columns = (ChangeRequest.row_id, ChangeRequest.status, ChangeRequest.reason)
    return [tuple(row) for row in cast.session.execute(select(*columns))]


def test_a_row_in_force_is_refused_or_asked_for(cast: Cast) -> None:
    head, line = in_force(cast, major="数学教育学")

    assert study(cast, head, line).problems[0].rule == "state"
    assert requests(cast) == []
    study(cast, head, line, in_force="request", reason="按毕业证更正")

    assert requests(cast) == [(line[0], "draft", "按毕业证更正")]
    again = study(cast, head, line, in_force="request", reason="按毕业证更正")
    assert (again.refused, again.problems[0].rule) == (1, "request")
    assert len(requests(cast)) == 1


def test_requests_need_a_reason(cast: Cast) -> None:
    head, line = in_force(cast, major="数学教育学")

    result = study(cast, head, line, in_force="request")

    assert result.refused == 1
    assert requests(cast) == []
