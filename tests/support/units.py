"""Units for tests of what happens to them: where rows lie, and files on their way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, inspect, select, text

from tests.support.cast import Cast, complete
from tests.workflow.test_k12 import WAY, do
from tms.access import CONSOLE, bind
from tms.models import Level, Unit, UnitKind
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
