"""Tables as files: out of one snapshot, back in, and a digest of what is in them.

Needs no tool besides the driver: `VACUUM INTO` on SQLite, COPY within one REPEATABLE READ
transaction on PostgreSQL. Writers go on meanwhile.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, inspect, text

from tms.db import APPLICATION, writing

#: Says which migration the schema is at; the migrations write it themselves.
VERSION_TABLE: Final = "alembic_version"
DATABASE: Final = "database.sqlite"
TABLES: Final = "tables"

#: Rows and digest of a table.
Measure = dict[str, Any]


def revision(connection: Connection) -> str:
    """The migration that the schema is at; nothing where there is no schema."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return ""
    statement = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608  our name
    return str(connection.execute(statement).scalar() or "")


def revision_of(engine: Engine) -> str:
    """The migration that the database is at."""
    with writing(False), engine.connect() as connection:
        return revision(connection)


def connected_beside(engine: Engine) -> int:
    """How many connections of ours the PostgreSQL database has besides the one that asks."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = :name AND pid <> pg_backend_pid()"
    )
    with writing(False), engine.connect() as connection:
        return int(connection.execute(query, {"name": APPLICATION}).scalar_one())


def has(engine: Engine, table: str) -> bool:
    """Whether the database has *table*."""
    with writing(False), engine.connect() as connection:
        return inspect(connection).has_table(table)


def tables_of(connection: Connection) -> list[str]:
    """All tables, those first that others refer to."""
    found = inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _keys in found if name and name != VERSION_TABLE]


def measures(connection: Connection) -> dict[str, Measure]:
    """Rows and digest of every table, in order of its key."""
    return {name: _measure(_lines(connection, name)) for name in tables_of(connection)}


def _measure(pieces: Iterator[tuple[int, bytes]]) -> Measure:
    rows, digest = 0, hashlib.sha256()
    for count, piece in pieces:
        rows += count
        digest.update(piece)
    return {"rows": rows, "digest": digest.hexdigest()}


def _lines(connection: Connection, table: str) -> Iterator[tuple[int, bytes]]:
    """(rows, bytes) of *table* piece by piece, as the engine writes them."""
    if connection.dialect.name == "postgresql":
        yield from _copied(connection, table)
        return
    names = _key(connection, table)
    cursor: Any = connection.connection.cursor()
    for row in cursor.execute(f'SELECT * FROM "{table}" ORDER BY {names}'):  # noqa: S608
        yield 1, repr(row).encode()


def _copied(connection: Connection, table: str) -> Iterator[tuple[int, bytes]]:
    """COPY's text: a line break within a value is escaped, so that lines are rows."""
    rows = f'SELECT {_columns(connection, table)} FROM "{table}"'  # noqa: S608  the schema's names
    words = f"COPY ({rows} ORDER BY {_key(connection, table)}) TO STDOUT"
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(words) as copy:
        for piece in copy:
            content = bytes(piece)
            yield content.count(b"\n"), content


def _key(connection: Connection, table: str) -> str:
    found = inspect(connection).get_pk_constraint(table)["constrained_columns"]
    return ", ".join(f'"{name}"' for name in found)


def _columns(connection: Connection, table: str) -> str:
    """By name: added columns may stand elsewhere where migrations ran in one go."""
    names = sorted(column["name"] for column in inspect(connection).get_columns(table))
    return ", ".join(f'"{name}"' for name in names)


# -- out -------------------------------------------------------------------------------------------


def write_sqlite(engine: Engine, path: Path) -> None:
    """The database as one file, as it is at this moment."""
    raw = engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        driver.execute("VACUUM INTO ?", (str(path),))
    finally:
        raw.close()
    path.chmod(0o600)


def write_postgresql(connection: Connection, folder: Path) -> dict[str, Measure]:
    """Every table as a packed file in *folder*, with rows and digests; one snapshot for all."""
    folder.mkdir(mode=0o700)
    return {name: _written(connection, name, folder) for name in tables_of(connection)}


def _written(connection: Connection, table: str, folder: Path) -> Measure:
    with gzip.open(_file(folder, table), "wb", compresslevel=1) as out:

        def through() -> Iterator[tuple[int, bytes]]:
            for rows, piece in _copied(connection, table):
                out.write(piece)
                yield rows, piece

        return _measure(through())


def _file(folder: Path, table: str) -> Path:
    return folder / f"{table}.copy.gz"


def sequences(connection: Connection) -> dict[str, int]:
    """Last number that each sequence gave."""
    if connection.dialect.name == "sqlite":
        return {}
    found = connection.execute(
        text(
            "SELECT sequencename, last_value FROM pg_sequences"
            " WHERE schemaname = current_schema() AND last_value IS NOT NULL"
        )
    )
    return {row[0]: row[1] for row in found}


# -- in --------------------------------------------------------------------------------------------


def read_postgresql(connection: Connection, folder: Path, numbers: Mapping[str, int]) -> None:
    """Fill the tables of a fresh schema with what `write_postgresql` wrote."""
    driver: Any = connection.connection.driver_connection
    _fire(connection, "DISABLE")
    for table in tables_of(connection):
        connection.execute(text(f'DELETE FROM "{table}"'))  # noqa: S608  what migrations put in
        words = f'COPY "{table}" ({_columns(connection, table)}) FROM STDIN'
        with (
            gzip.open(_file(folder, table), "rb") as source,
            driver.cursor() as cursor,
            cursor.copy(words) as copy,
        ):
            while piece := source.read(1 << 20):
                copy.write(piece)
    _fire(connection, "ENABLE")
    for name, last in numbers.items():
        connection.execute(text("SELECT setval(:name, :last)"), {"name": name, "last": last})


def _fire(connection: Connection, word: str) -> None:
    """What is put back changes nothing: triggers would add to it."""
    for table in tables_of(connection):
        connection.execute(text(f'ALTER TABLE "{table}" {word} TRIGGER USER'))


def clear_postgresql(connection: Connection) -> None:
    """Drop all that migrations made: an upgrade that failed half way is taken back as a whole."""
    for table in [*reversed(tables_of(connection)), VERSION_TABLE]:
        connection.execute(text(f'DROP TABLE IF EXISTS "{table}" CASCADE'))
    for name in sequences(connection):
        connection.execute(text(f'DROP SEQUENCE IF EXISTS "{name}"'))
