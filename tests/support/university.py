"""A university for tests, on top of the cast: its departments, who works there, complete files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.cast import PASSWORD, Cast
from tests.support.cast import build as build_cast
from tests.support.cast import meet as meet_cast
from tests.support.complete import BASIC, ROWS
from tests.support.units import make_unit
from tms.access import CONSOLE, Role, bind
from tms.actors import actor_for
from tms.dictionary import Category, Department
from tms.models import TABLES, UnitKind
from tms.records import RowChange, save
from tms.records.accounts import NewUser, create_user

UNIVERSITY, COLLEGE = "4136010001", "4136010001-01"
HEAD = "rector"
#: Beside the research office, which the cast has: the end of the unit's code, who reviews there.
DEPARTMENTS = {
    Department.HR: ("RS", "hr_office"),
    Department.ORGANIZATION: ("ZZ", "organization_office"),
    Department.ACADEMIC_AFFAIRS: ("JW", "academic_office"),
    Department.GRADUATE_SCHOOL: ("YJ", "graduate_office"),
}
#: Who reviews for a function, the cast's own included.
OFFICES = {Department.RESEARCH: "research_office"} | {
    function: name for function, (_, name) in DEPARTMENTS.items()
}

#: The way of a file with rows for every department, from its teacher on.
THROUGH = (
    ("submit", "teacher"),
    ("pass", "college"),
    ("pass", "university_info"),
    *(("pass", OFFICES[function]) for function in Department),
    ("pass", HEAD),
    ("report", "university_info"),
    ("approve", "province_info"),
)

_BASIC: dict[str, Any] = {
    key: value for key, value in BASIC.items() if key not in {"is_full_time_normal_graduate"}
} | {
    "birth_place": "360102",
    "marital_status": "20",
    "health_status": "1",
    "academic_origin": "2",
    "staff_source": "13",
    "staff_category": "11",
    "secondary_unit": "文学院",
}
#: Rows that human resources review, but for fields that primary schools alone have.
_HR: dict[str, dict[str, Any]] = {
    table: values
    for table, values in ROWS.items()
    if table not in {"teaching", "exchange_rotation", "post_appointment"}
} | {
    "study_experience": ROWS["study_experience"]
    | {"degree_award_month": "2008-06", "study_institution_type": "10"},
    "remuneration": ROWS["remuneration"] | {"allowance": "0.00"},
    "professional_ethics": ROWS["professional_ethics"] | {"honor_level": "0"},
    "domestic_training": ROWS["domestic_training"] | {"organisation": "示例师范大学"},
    "contact": {"phone": "079100000000", "mobile": "13800000000", "email": "a@b.cn"},
}
_POST = {"post_category": "1", "post_level": "105", "start_month": "2015-01"}
_TEACHING = {"year": 2025, "discipline_field": "05", "course_hours": 64}
#: What research reviews of who has done nothing: each table wants a row that says so.
_NOTHING: dict[str, dict[str, Any]] = {
    "project": {"project_type": "0"},
    "book": {"book_type": "00"},
    "artwork": {"artwork_type": "0"},
    "patent": {"patent_type": "0"},
    "paper": {"paper_name": "无"},
    "award": {"award_type": "0"},
}
#: (table, values) of rows that others review.
EXTRA: dict[Department, tuple[tuple[str, dict[str, Any]], ...]] = {
    Department.ORGANIZATION: (
        (
            "post_appointment",
            _POST
            | {"post_category": "3", "post_level": "205", "position_rank": "00"}
            | {"school_position": ["00"], "start_month": "2020-01"},
        ),
    ),
    Department.RESEARCH: (
        (
            "paper",
            {
                "paper_name": "论示例",
                "journal_name": "示例学报",
                "publish_month": "2022-05",
                "volume": "3",
                "issue": "2",
                "start_page": 11,
                "end_page": 19,
                "role": "11",
                "discipline": "汉语言文学",
                "indexing": "11",
            },
        ),
    ),
    Department.ACADEMIC_AFFAIRS: (
        ("teaching", _TEACHING | {"term": "1", "supervisor_type": "0"}
         | {"taught_undergraduates": "1"}),
        (
            "award",
            {
                "award_type": "21",
                "award_month": "2023-09",
                "award_name": "教学成果奖",
                "award_level": "3",
                "rank": "1",
                "award_country": "156",
                "award_unit": "示例省人民政府",
                "is_graduate_teaching": "0",
            },
        ),
    ),
    Department.GRADUATE_SCHOOL: (
        ("teaching", _TEACHING | {"term": "2", "supervisor_type": "2"}
         | {"taught_undergraduates": "0"}),
    ),
}  # fmt: skip


def build(session: Session) -> None:
    """The cast, with all departments of its university and a head; committed."""
    build_cast(session)
    found = meet_cast(session)
    for function in DEPARTMENTS:
        department(found, function)
    engage(found, HEAD, Role.SCHOOL_HEAD, found.units[UNIVERSITY].id)


def meet(session: Session) -> Cast:
    """As that of the cast, of a database that `build` made."""
    found = meet_cast(session)
    found.staff |= {name: actor_for(session, name) for name in (*OFFICES.values(), HEAD)}
    session.rollback()
    return found


def department(cast: Cast, function: Department) -> None:
    """The university's department for *function*, and who reviews there; committed."""
    ending, name = DEPARTMENTS[function]
    kind, code = UnitKind.FUNCTIONAL_DEPARTMENT, f"{UNIVERSITY}-{ending}"
    unit = make_unit(cast, code, UNIVERSITY, kind, function=function.value)
    engage(cast, name, Role.DEPT_REVIEWER, unit)


def engage(cast: Cast, name: str, role: Role, unit: int) -> None:
    """An account called *name* in the cast's staff; committed."""
    bind(cast.session, CONSOLE)
    create_user(cast.session, CONSOLE, NewUser(name, role, unit, name), password=PASSWORD)
    cast.session.commit()
    cast.staff[name] = actor_for(cast.session, name)
    cast.session.rollback()


def make_teacher(cast: Cast, *, college: bool = True) -> int:
    """A file of the university, in its college or directly; returns its id."""
    return cast.make_file(UNIVERSITY, COLLEGE if college else None)


def complete_university(
    cast: Cast,
    teacher: int,
    functions: Iterable[Department] = EXTRA,
    name: str = "university_info",
) -> None:
    """Fill a file so that nothing is missing, with rows for HR, research and *functions*.

    These have to hold one that teaching goes to.
    """
    rows: dict[str, list[Mapping[str, Any]]] = {table: [row] for table, row in _HR.items()}
    rows["post_appointment"] = [_POST | {"school_position": ["00"]}]
    for table, row in (pair for function in functions for pair in EXTRA[function]):
        rows.setdefault(table, []).append(row)
    for table, row in _NOTHING.items():
        rows.setdefault(table, [row])
    fill(cast, name, teacher, rows)


def fill(
    cast: Cast, name: str, teacher: int, rows: Mapping[str, Iterable[Mapping[str, Any]]]
) -> None:
    """Write the basic record and *rows*, as far as universities collect their fields."""
    basic = TABLES["basic_information"]
    actor = cast.act_as(name)
    row_id = cast.session.scalar(select(basic.id).where(basic.teacher_id == teacher))
    changes = {
        "basic_information": [RowChange(teacher, _here("basic_information", _BASIC), row_id)]
    }
    changes |= {
        table: [RowChange(teacher, _here(table, row)) for row in each]
        for table, each in rows.items()
    }
    save(cast.session, actor, changes)
    cast.session.commit()


def _here(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    fields = TABLES[table].dictionary.fields_for(Category.HIGHER_EDUCATION)
    collected = {field.key for field in fields}
    return {key: value for key, value in values.items() if key in collected}


def department_desks(*functions: Department) -> set[tuple[str, str]]:
    codes = {
        Department.HR: "RS",
        Department.ORGANIZATION: "ZZ",
        Department.RESEARCH: "KY",
        Department.ACADEMIC_AFFAIRS: "JW",
        Department.GRADUATE_SCHOOL: "YJ",
    }
    return {("departments", f"{UNIVERSITY}-{codes[function]}") for function in functions}
