"""What tests begin with is the same for the first of them and for all others."""

from __future__ import annotations

from typing import Any

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


def numbers(cast: Cast) -> list[str]:
    """Of all files, opened with the keys that are installed."""
    with acting(cast.session, CONSOLE):
        found = files(cast.session, cast.session.scalars(select(Teacher.id)).all())
        return [values.rows["basic_information"][0][1]["id_number"] for _header, values in found]


def seen(cast: Cast) -> tuple[Any, ...]:
    """Everything that a test could begin with."""
    known = ask(cast, select(Teacher.id, Teacher.teacher_no))
    rows = ask(cast, select(func.count()).select_from(TABLES["work_experience"]))
    staff = {name: (who.role, who.unit_path) for name, who in cast.staff.items()}
    return numbers(cast), known, rows, cast.serial, staff, cast.session.info.get("actor")


def test_all_begin_with_what_the_first_made(cast: Cast) -> None:
    serial, staff = cast.serial, dict(cast.staff)
    first = begun(cast, file_with_teacher)
    found = seen(cast)
    cast.make_file()
    cast.serial, cast.staff = serial, staff  # as in the next test

    again = begun(cast, file_with_teacher)

    assert "teacher" in cast.staff
    assert found[0] == [id_number(1)]
    assert (again, seen(cast)) == (first, found)
    assert cast.make_file() not in (first, None)
