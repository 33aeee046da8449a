"""Rows that are in force or under review are no import's to change."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from tests.exchange.test_imports import WORK, number_of, take, works
from tests.support.cast import Cast
from tms.access import door
from tms.models import TABLES

ROW = ("一小", "2001-09", "2005-07", "教师")


@pytest.fixture(params=["in_force", "in_review"])
def locked(request: pytest.FixtureRequest, cast: Cast) -> str:
    """The personal number of a teacher whose one record of work is locked."""
    number = number_of(cast, cast.make_file())
    take(cast, "school_info", WORK, (number, *ROW), incomplete="draft")
    model: Any = TABLES["work_experience"]
    with door(cast.session):
        cast.session.execute(update(model).values(state=request.param))
    cast.session.commit()
    return number


def test_a_locked_row_that_stays_the_same_is_unchanged(cast: Cast, locked: str) -> None:
    assert take(cast, "school_info", WORK, (locked, *ROW)).unchanged == 1


def test_a_locked_row_that_would_change_is_refused(cast: Cast, locked: str) -> None:
    result = take(cast, "school_info", WORK, (locked, *ROW[:3], "校长"), incomplete="draft")

    (problem,) = result.problems
    assert (problem.rule, problem.column, result.refused) == ("state", "position", 1)
    assert works(cast) == [ROW]


def test_replace_does_not_delete_a_locked_row(cast: Cast, locked: str) -> None:
    row = (locked, "二小", "2006-09", "", "教师")
    result = take(cast, "school_info", WORK, row, mode="replace", incomplete="draft")

    (problem,) = result.problems
    assert (problem.rule, result.deleted, result.refused) == ("replace", 0, 1)
    assert works(cast) == [ROW]
