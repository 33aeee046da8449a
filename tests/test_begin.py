"""What tests begin with is the same for the first of them and for all others."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.support.begin import begun
from tests.support.cast import Cast, id_number
from tests.support.review import ask, enrol
from tms.access import CONSOLE, acting
from tms.models import TABLES, Teacher
from tms.records.completeness import files


def file_with_teacher(cast: Cast) -> int:
    teacher = cast.make_file()
    cast.add("school_info", teacher, "work_experience", unit_name="东湖县第一小学")
    enrol(cast, teacher)
    return teacher


def numbers(cast: Cast) -> set[str]:
    """Of all files, opened with the keys that are installed."""
    with acting(cast.session, CONSOLE):
        found = files(cast.session, cast.session.scalars(select(Teacher.id)).all())
        return {values.rows["basic_information"][0][1]["id_number"] for _header, values in found}


@pytest.mark.parametrize("turn", range(3))
def test_all_begin_with_what_the_first_made(cast: Cast, turn: int) -> None:
    """Of three turns on two workers at least one is not the first."""
    teacher = begun(cast, file_with_teacher)

    assert cast.session.info.get("actor") is None
    assert cast.staff["teacher"].teacher_id == teacher
    assert numbers(cast) == {id_number(1)}
    assert ask(cast, select(func.count()).select_from(TABLES["work_experience"])) == [(1,)]
    cast.make_file()
    assert numbers(cast) == {id_number(1), id_number(2)}


@pytest.mark.parametrize("turn", range(3))
def test_what_was_changed_before_is_not_lost(cast: Cast, turn: int) -> None:
    cast.make_file()
    cast.serial = 5

    begun(cast, file_with_teacher)

    assert numbers(cast) == {id_number(1), id_number(6)}
