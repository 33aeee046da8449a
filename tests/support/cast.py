"""The standing cast: our county, the neighbour, the city above both, and who works there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.complete import BASIC, ROWS
from tms.access import CONSOLE, Actor, Role, bind
from tms.actors import actor_for
from tms.dictionary import Category
from tms.models import TABLES, Level, Unit, UnitKind
from tms.records import NewFile, RowChange, create_files, save
from tms.records.accounts import NewUser, create_user
from tms.records.units import NewUnit, create_root, create_unit

PASSWORD = "Correct-horse-7"  # noqa: S105  of accounts that live for one test

#: code: (name, level, kind, category, supervisor, function)
UNITS: dict[str, tuple[str, Level, UnitKind, str | None, str | None, str | None]] = {
    "360000": ("示例省教育厅", Level.PROVINCE, UnitKind.BUREAU, None, None, None),
    "360100": ("示例市教育局", Level.CITY, UnitKind.BUREAU, None, "360000", None),
    "360102": ("东湖县教育局", Level.COUNTY, UnitKind.BUREAU, None, "360100", None),
    "360103": ("西山县教育局", Level.COUNTY, UnitKind.BUREAU, None, "360100", None),
    "3136000101": (
        "东湖县第一小学",
        Level.SCHOOL,
        UnitKind.SCHOOL,
        Category.PRIMARY_SECONDARY,
        "360102",
        None,
    ),
    "3136000102": (
        "东湖县中心幼儿园",
        Level.SCHOOL,
        UnitKind.SCHOOL,
        Category.KINDERGARTEN,
        "360102",
        None,
    ),
    "3136000201": (
        "西山县实验中学",
        Level.SCHOOL,
        UnitKind.SCHOOL,
        Category.PRIMARY_SECONDARY,
        "360103",
        None,
    ),
    "4136010001": (
        "示例大学",
        Level.SCHOOL,
        UnitKind.SCHOOL,
        Category.HIGHER_EDUCATION,
        "360000",
        None,
    ),
    "4136010001-01": (
        "示例大学文学院",
        Level.SCHOOL,
        UnitKind.SECONDARY_UNIT,
        None,
        "4136010001",
        None,
    ),
    "4136010001-KY": (
        "示例大学科研处",
        Level.SCHOOL,
        UnitKind.FUNCTIONAL_DEPARTMENT,
        None,
        "4136010001",
        "research",
    ),
}

#: user name: (role, unit)
STAFF: dict[str, tuple[Role, str]] = {
    "province_admin": (Role.SYSTEM_ADMIN, "360000"),
    "province_info": (Role.INFO_ADMIN, "360000"),
    "county_admin": (Role.SYSTEM_ADMIN, "360102"),
    "county_info": (Role.INFO_ADMIN, "360102"),
    "county_query": (Role.INFO_QUERY, "360102"),
    "neighbour_info": (Role.INFO_ADMIN, "360103"),
    "school_admin": (Role.SYSTEM_ADMIN, "3136000101"),
    "school_info": (Role.INFO_ADMIN, "3136000101"),
    "school_head": (Role.SCHOOL_HEAD, "3136000101"),
    "kindergarten_info": (Role.INFO_ADMIN, "3136000102"),
    "far_school_info": (Role.INFO_ADMIN, "3136000201"),
    "university_info": (Role.INFO_ADMIN, "4136010001"),
    "research_office": (Role.DEPT_REVIEWER, "4136010001-KY"),
    "college": (Role.UNIT_SECRETARY, "4136010001-01"),
    "auditor": (Role.AUDITOR, "360000"),
    "support": (Role.TECH_SUPPORT, "360000"),
    "officer": (Role.SECURITY_OFFICER, "360000"),
}

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(serial: int, *, region: str = "360102", born: date = date(1985, 3, 12)) -> str:
    """A made-up resident number (GB 11643): odd serials are men, even ones women."""
    body = f"{region}{born:%Y%m%d}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


@dataclass
class Cast:
    """Units by code, and actors by user name."""

    session: Session
    units: dict[str, Any] = field(default_factory=dict)
    staff: dict[str, Actor] = field(default_factory=dict)
    serial: int = 0

    def act_as(self, name: str) -> Actor:
        """Let the session act for *name*."""
        bind(self.session, self.staff[name])
        return self.staff[name]

    def make_file(
        self, unit: str = "3136000101", secondary: str | None = None, **values: Any
    ) -> int:
        """A teacher's file with the account items at *unit* (and a part of it); returns its id."""
        (made,) = self.make_files(1, unit, secondary, **values)
        return made

    def make_files(
        self,
        number: int,
        unit: str = "3136000101",
        secondary: str | None = None,
        **values: Any,
    ) -> list[int]:
        """As `make_file`, so many at once, in this order."""
        below = self.units[secondary].id if secondary else None
        new = [
            NewFile(self.units[unit].id, self._items(values), secondary_unit_id=below)
            for _ in range(number)
        ]
        actor = self.session.info.get("actor")
        bind(self.session, CONSOLE)
        made = create_files(self.session, CONSOLE, new)
        self.session.commit()
        bind(self.session, actor)
        return list(made)

    def _items(self, values: dict[str, Any]) -> dict[str, Any]:
        self.serial += 1
        number = str(values.get("id_number") or id_number(self.serial))
        return {
            "name": f"教师{self.serial}",
            "gender": "2" if number[16:17] in set("02468") else "1",
            "birth_date": date(1985, 3, 12),
            "id_type": "1",
            "id_number": number,
        } | values

    def add(self, name: str, teacher: int, table: str, **values: Any) -> int:
        """A draft row, written by *name*; returns its id."""
        change = RowChange(teacher, values)
        result = save(self.session, self.act_as(name), {table: [change]})
        self.session.commit()
        return result.row_ids[0]


def build(session: Session) -> None:
    """Units and staff, committed; `tests.support.databases` keeps a database that has them."""
    bind(session, CONSOLE)
    root = create_root(
        session, CONSOLE, NewUnit("000000", "教育部", Level.CENTRAL, UnitKind.BUREAU)
    )
    made: dict[str, int] = {}
    for code, (name, level, kind, category, supervisor, function) in UNITS.items():
        above = made[supervisor] if supervisor else root.id
        new = NewUnit(code, name, level, kind, function, category, above)
        made[code] = create_unit(session, CONSOLE, new).id
    for username, (role, code) in STAFF.items():
        new_user = NewUser(username, role, made[code], username)
        create_user(session, CONSOLE, new_user, password=PASSWORD)
    session.commit()
    bind(session, None)


def meet(session: Session) -> Cast:
    """The cast of a database that has it; the session then acts for nobody."""
    bind(session, CONSOLE)
    columns = (Unit.id, Unit.code, Unit.name, Unit.unit_path)
    units = {row.code: PlainUnit(*row) for row in session.execute(select(*columns))}
    bind(session, None)
    key = (session.get_bind().dialect.name, *units)
    if key not in _met:
        _met[key] = {name: actor_for(session, name) for name in STAFF}
    session.rollback()
    return Cast(session, units, dict(_met[key]))


#: By engine and units who is there: copies of one database have the same people.
_met: dict[tuple[str, ...], dict[str, Actor]] = {}


@dataclass(frozen=True)
class PlainUnit:
    """What tests need of a unit, detached from the session."""

    id: int
    code: str
    name: str
    unit_path: str


def teacher_actor(cast: Cast, teacher_id: int, unit: str = "3136000101") -> Actor:
    """The teacher of a file as an actor."""
    school = cast.staff["school_info"]
    return replace(
        school,
        role=Role.TEACHER,
        teacher_id=teacher_id,
        user_id=900_000 + teacher_id,
        unit_id=cast.units[unit].id,
        unit_path=cast.units[unit].unit_path,
    )


def complete(cast: Cast, teacher_id: int, name: str = "school_info") -> None:
    """Fill a primary school teacher's file so that nothing is missing, as *name*."""
    complete_all(cast, [teacher_id], name)


def complete_all(cast: Cast, teachers: Sequence[int], name: str = "school_info") -> None:
    """As `complete`, all of them in one write."""
    actor = cast.act_as(name)
    basic = TABLES["basic_information"]
    found = select(basic.teacher_id, basic.id).where(basic.teacher_id.in_(teachers))
    row_ids = {teacher: row for teacher, row in cast.session.execute(found)}
    # Of a file out of reach there is none: that is for the door to refuse.
    changes = {
        "basic_information": [RowChange(each, BASIC, row_ids.get(each)) for each in teachers]
    }
    changes |= {table: [RowChange(each, row) for each in teachers] for table, row in ROWS.items()}
    save(cast.session, actor, changes)
    cast.session.commit()
