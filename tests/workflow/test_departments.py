"""Whose desk a function's rows lie on, also where a university has no such department."""

from __future__ import annotations

from datetime import date

from sqlalchemy import event, update

from tests.support.cast import Cast
from tests.support.units import as_console, make_unit
from tms.access import CONSOLE, bind
from tms.actors import actor_for
from tms.dictionary import Department
from tms.models import Unit, UnitKind
from tms.records.accounts import NewUser, create_user
from tms.workflow.departments import departments, desks, missing

UNIVERSITY, RESEARCH = "4136010001", "4136010001-KY"
HR, OTHERS = Department.HR, [d for d in Department if d is not Department.RESEARCH]


def make(cast: Cast, function: Department, code: str = "") -> int:
    """A department of the university."""
    code = code or f"{UNIVERSITY}-{function.mask}"
    return make_unit(cast, code, UNIVERSITY, UnitKind.FUNCTIONAL_DEPARTMENT, function=str(function))


def close(cast: Cast, unit: int) -> None:
    as_console(cast, update(Unit).where(Unit.id == unit).values(closed_on=date(2026, 1, 1)))


def test_without_human_resources_the_university_itself_judges(cast: Cast) -> None:
    school, research = cast.units[UNIVERSITY].id, cast.units[RESEARCH].id

    bind(cast.session, CONSOLE)
    found = desks(cast.session, [school])

    assert found == {(school, Department.RESEARCH): research} | {
        (school, f): school for f in OTHERS
    }


def test_human_resources_stand_in_for_departments_that_there_are_not(cast: Cast) -> None:
    school, research = cast.units[UNIVERSITY].id, cast.units[RESEARCH].id
    hr = make(cast, HR)

    found = desks(cast.session, [school])

    assert found == {(school, Department.RESEARCH): research} | {(school, f): hr for f in OTHERS}
    assert missing(departments(cast.session, [school])[school]) == tuple(OTHERS[1:])


def test_a_closed_department_judges_nothing(cast: Cast) -> None:
    school = cast.units[UNIVERSITY].id
    close(cast, cast.units[RESEARCH].id)

    assert desks(cast.session, [school])[school, Department.RESEARCH] == school

    again = make(cast, Department.RESEARCH)
    assert desks(cast.session, [school])[school, Department.RESEARCH] == again


def test_of_two_departments_the_older_one_judges(cast: Cast) -> None:
    first, _second = make(cast, HR), make(cast, HR, f"{UNIVERSITY}-X")
    school = cast.units[UNIVERSITY].id

    assert desks(cast.session, [school])[school, HR] == first


def test_any_number_of_schools_takes_one_statement(cast: Cast) -> None:
    schools = [unit.id for unit in cast.units.values()]
    bind(cast.session, CONSOLE)
    cast.session.connection()
    asked: list[str] = []
    event.listen(cast.session.get_bind(), "before_cursor_execute", lambda *a: asked.append(a[2]))

    found = desks(cast.session, schools)

    assert len(asked) == 1
    assert len(found) == len(schools) * len(Department)


def test_whoever_stands_in_sees_the_rows_it_judges(cast: Cast) -> None:
    hr = make(cast, HR)
    bind(cast.session, CONSOLE)
    create_user(
        cast.session, CONSOLE, NewUser("hr", "dept_reviewer", hr, "人事"), password="Aa-1234567x"
    )
    cast.session.commit()

    research = Department.RESEARCH.mask
    assert actor_for(cast.session, "hr").functions == 31 - research
    assert actor_for(cast.session, "research_office").functions == research

    make(cast, Department.ORGANIZATION)
    assert actor_for(cast.session, "hr").functions == 31 - research - Department.ORGANIZATION.mask
