"""The second line of the lock: triggers, on every section table and both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from tests.support.cast import Cast
from tms.db import db
from tms.models import TABLES
from tms.models.lock import guarded, triggers

AT = "2026-01-01 00:00:00"


@pytest.fixture
def raw(cast: Cast) -> Connection:
    """A bare connection below every session, and one teacher to hang rows on."""
    cast.make_file()
    cast.session.close()
    return db.engine.connect()


def in_force(raw: Connection, table: str) -> None:
    """A row in force, as the database sees it."""
    if table == "basic_information":
        raw.execute(text("UPDATE basic_information SET state = 'in_force'"))
        return
    raw.execute(
        text(
            f"INSERT INTO {table} (id, teacher_id, unit_path, state, content_version, functions,"
            f" created_at, updated_at) SELECT 999, id, unit_path, 'in_force', 1, 0, '{AT}', '{AT}'"
            " FROM teacher"
        )
    )


@pytest.mark.parametrize("table", TABLES)
def test_no_statement_changes_or_deletes_a_row_in_force(raw: Connection, table: str) -> None:
    columns = [column.name for column in TABLES[table].__table__.columns]
    with raw, raw.begin():
        in_force(raw, table)
        for column in guarded(table, columns):
            kind = TABLES[table].__table__.c[column].type.python_type
            value = {int: "987", bool: "1"}.get(kind, f"'{AT[:10]}'")
            savepoint = raw.begin_nested()
            with pytest.raises(DatabaseError):
                raw.execute(text(f"UPDATE {table} SET {column} = {value}"))
            savepoint.rollback()
        savepoint = raw.begin_nested()
        with pytest.raises(DatabaseError):
            raw.execute(text(f"DELETE FROM {table}"))
        savepoint.rollback()


@pytest.mark.parametrize("table", TABLES)
def test_every_filled_in_field_is_guarded(table: str) -> None:
    """Derived items follow other rows; of an encrypted field it is blind index and mask."""
    declared = list(TABLES[table].dictionary.fields.values())
    columns = [column.name for column in TABLES[table].__table__.columns]
    watched = set(guarded(table, columns))

    wanted = {f.key for f in declared if not (f.readonly or f.encrypted)}
    wanted |= {f"{f.key}_{part}" for f in declared if f.encrypted for part in ("index", "mask")}
    assert watched == wanted | {"teacher_id", "state", "content_version"}


def test_a_release_lets_one_row_through(raw: Connection) -> None:
    with raw, raw.begin():
        in_force(raw, "contact")
        raw.execute(text("INSERT INTO lock_release (table_name, row_id) VALUES ('contact', 999)"))

        changed = raw.execute(text("UPDATE contact SET email = 'a@b.cn', state = 'draft'"))

        assert changed.rowcount == 1


def test_a_unit_may_move_and_copies_may_follow(raw: Connection) -> None:
    with raw, raw.begin():
        in_force(raw, "basic_information")
        statement = "UPDATE basic_information SET unit_path = '00010009', highest_education = '11'"

        assert raw.execute(text(statement)).rowcount == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET act = 'x'", "DELETE FROM audit_event"]
)
def test_audit_events_stay(raw: Connection, statement: str) -> None:
    with raw, raw.begin(), pytest.raises(DatabaseError):
        raw.execute(text(statement))


def test_every_section_table_has_its_triggers(raw: Connection) -> None:
    with raw:
        found = triggers(raw)

    tables = sorted([*TABLES, "audit_event", "audit_seal"])
    assert [
        (table, f"lock_{verb}_{table}") for table in tables for verb in ("delete", "update")
    ] == found
