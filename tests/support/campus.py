"""A university with all its people: every department, a head, complete files of its teachers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from tests.support.cast import Cast
from tests.support.units import make_unit
from tms.access import CONSOLE, Role, bind
from tms.auth import actor_for
from tms.demo import sections
from tms.demo.dice import Dice
from tms.demo.life import Place, life
from tms.demo.people import person
from tms.dictionary import HE, Department
from tms.models import TABLES, Teacher, UnitKind
from tms.records import NewFile, RowChange, create_files, save
from tms.records.accounts import NewUser, create_user
from tms.workflow import Outcome

CODE, COLLEGE = "4136010001", "4136010001-01"
#: Items that come with the file.
ACCOUNT = ("name", "gender", "birth_date", "id_type", "id_number")


def staff_up(cast: Cast, *functions: Department) -> None:
    """A department with its reviewer, called after the function, for each of *functions*; a head.

    Research is there already: its reviewer is `research_office`.
    """
    for function in functions:
        code = f"{CODE}-{function.mask}"
        unit = make_unit(cast, code, CODE, UnitKind.FUNCTIONAL_DEPARTMENT, function=str(function))
        _hire(cast, str(function), Role.DEPT_REVIEWER, unit)
    _hire(cast, "university_head", Role.SCHOOL_HEAD, cast.units[CODE].id)


def _hire(cast: Cast, name: str, role: Role, unit: int) -> None:
    bind(cast.session, CONSOLE)
    create_user(cast.session, CONSOLE, NewUser(name, role, unit, name), password="Aa-1234567x")
    cast.session.commit()
    cast.staff[name] = actor_for(cast.session, name)
    cast.session.rollback()


def complete_file(cast: Cast, number: int = 5, *, college: bool = True) -> int:
    """A file of the university, of its college if it is to have one, that lacks nothing."""
    dice = Dice(3, number)
    place = Place("示例大学", HE, "示例县", "", "文学院")
    rows = sections.complete(life(person(3, number, dice), place, dice), dice)
    (basic,) = rows.pop("basic_information")
    teacher = _make(cast, {key: basic[key] for key in ACCOUNT}, college=college)
    model = TABLES["basic_information"]
    actor = cast.act_as("university_info")
    row = cast.session.scalar(select(model.id).where(model.teacher_id == teacher))
    own = {
        k: v
        for k, v in basic.items()
        if k not in ACCOUNT and not model.dictionary.fields[k].readonly
    }
    changes = {"basic_information": [RowChange(teacher, own, row)]}
    changes |= {t: [RowChange(teacher, v) for v in values] for t, values in rows.items()}
    save(cast.session, actor, changes)
    cast.session.commit()
    return teacher


def _make(cast: Cast, items: dict[str, Any], *, college: bool) -> int:
    inner = cast.units[COLLEGE].id if college else None
    bind(cast.session, CONSOLE)
    (made,) = create_files(cast.session, CONSOLE, [NewFile(cast.units[CODE].id, items, inner)])
    cast.session.commit()
    return made


def do(cast: Cast, verb: Callable[..., Outcome], name: str, *teachers: int, **more: Any) -> Outcome:
    """One of the engine's verbs, by *name*; committed."""
    actor = cast.act_as(name)
    outcome = verb(cast.session, actor, select(Teacher.id).where(Teacher.id.in_(teachers)), **more)
    cast.session.commit()
    return outcome
