"""Units for tests of what happens to them: where rows lie, and files on their way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, inspect, select, text

from tests.support.cast import Cast, complete
from tests.support.review import WAY, do
from tms.access import CONSOLE, bind
from tms.db import Base
from tms.models import Assignment, Level, Unit, UnitKind, User
from tms.models.types import now
from tms.records.units import NewUnit, create_unit

SCHOOL, COUNTY, NEIGHBOUR = "3136000101", "360102", "360103"


def tables_with_paths(connection: Connection) -> list[str]:
    """As the database has them, not as the program knows them."""
    found = inspect(connection)
    return [
        name
        for name in sorted(found.get_table_names())
        if "unit_path" in {column["name"] for column in found.get_columns(name)}
    ]


def at(cast: Cast, path: str) -> dict[str, int]:
    """Number of rows at and below *path*, by table."""
    connection = cast.session.connection()
    counts = (
        (name, connection.execute(text(statement), {"low": path, "high": path + "~"}).scalar_one())
        for name in tables_with_paths(connection)
        for statement in [
            f"SELECT count(*) FROM {name} WHERE unit_path >= :low AND unit_path < :high"
        ]
    )
    return dict(counts)


def fill(cast: Cast, path: str, teacher: int) -> None:
    """A row at *path* in every table with a path that has none there; of *teacher* where it can."""
    connection = cast.session.connection()
    known = {"teacher_id": teacher, "unit_path": path, "id": 7000}
    known |= {"unit_id": cast.units[SCHOOL].id, "state": "in_force"}
    login = select(User.id, Assignment.id).join(Assignment, Assignment.user_id == User.id)
    found = as_console(cast, login.where(User.teacher_id == teacher)).one()
    known |= dict(zip(("user_id", "assignment_id"), found, strict=True))
    for name, count in at(cast, path).items():
        if not count:
            table = Base.metadata.tables[name]
            needed = (c for c in table.c if not c.nullable or c.name in known)
            row = {c.name: known.get(c.name, _any(c)) for c in needed}
            connection.execute(table.insert(), row)
    cast.session.commit()


def _any(column: Any) -> Any:
    """A value that *column* takes."""
    plain = {"DATETIME": now(), "JSON": {}, "VARCHAR": "draft", "TEXT": "x", "BOOLEAN": False}
    plain["DATE"] = now().date()
    return plain.get(str(column.type.compile()).partition("(")[0], 1)


def reported(cast: Cast) -> int:
    """A file that its school reported, after the county returned it once."""
    teacher = cast.make_file()
    complete(cast, teacher)
    for verb, name in (*WAY[:3], ("return", "county_info"), *WAY[:3]):
        do(cast, verb, name, teacher, note="请补充")
    return teacher


def path_of(cast: Cast, code: str) -> str:
    cast.act_as("province_admin")
    return cast.session.scalars(select(Unit.unit_path).where(Unit.code == code)).one()


def as_console(cast: Cast, statement: Any) -> Any:
    bind(cast.session, CONSOLE)
    return cast.session.execute(statement)


def make_unit(cast: Cast, code: str, above: str, kind: UnitKind, **more: Any) -> int:
    """A unit of *kind* below the one with code *above*; committed."""
    bind(cast.session, CONSOLE)
    level = more.pop("level", Level.SCHOOL)
    unit_id = cast.session.scalars(select(Unit.id).where(Unit.code == above)).one()
    new = NewUnit(code, f"单位{code}", level, kind, supervisor_id=unit_id, **more)
    made = create_unit(cast.session, CONSOLE, new)
    cast.session.commit()
    return made.id
