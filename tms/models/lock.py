"""The second line of the lock: triggers that no statement gets past (DESIGN.md 3).

A row in force changes or goes only while `lock_release` names it; audit events never do. Every
migration that touches a section table calls `relock` last, because SQLite's batch migrations drop
the triggers of the tables they rebuild; those that watch for stale figures are made there too.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from tms.dictionary import Table
from tms.models import due

#: Columns of a section table that follow other rows or units, not what somebody filled in.
FREE = frozenset(
    {"id", "unit_path", "functions", "created_by", "created_at", "updated_by", "updated_at"}
)
MARKS = frozenset({"teacher_id", "state", "content_version"})
APPEND_ONLY = ("audit_event", "audit_seal")


def relock(connection: Connection) -> None:
    """(Re)create the triggers of every section table there is, and of the audit trail."""
    unlock(connection)
    inspector = inspect(connection)
    if connection.dialect.name == "postgresql":
        _postgresql_functions(connection)
    sections = _section_tables(inspector.get_table_names(), inspector)
    for name in sections:
        columns = [column["name"] for column in inspector.get_columns(name)]
        _lock_table(connection, name, guarded(name, columns))
    for name in APPEND_ONLY:
        if name in inspector.get_table_names():
            _append_only(connection, name)
    due.watch(connection, sections)


def guarded(table: str, columns: list[str]) -> list[str]:
    """The columns whose change in a row in force is refused.

    Of an encrypted field it is blind index and mask, so that keys can rotate; derived items are
    free.
    """
    from tms.models import TABLES

    declared: Table | None = TABLES[table].dictionary if table in TABLES else None
    fields = declared.fields if declared else {}
    free = {key for key, field in fields.items() if field.readonly or field.encrypted}
    return [name for name in columns if name not in FREE | free]


def unlock(connection: Connection) -> None:
    """Drop every lock trigger; a migration's downgrade, or the first half of `relock`."""
    for table, name in triggers(connection):
        suffix = "" if connection.dialect.name == "sqlite" else f" ON {table}"
        connection.execute(text(f"DROP TRIGGER {name}{suffix}"))


def triggers(connection: Connection) -> list[tuple[str, str]]:
    """(table, trigger) of all lock triggers there are, in order."""
    if connection.dialect.name == "sqlite":
        query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT event_object_table, trigger_name FROM information_schema.triggers "
            "WHERE trigger_schema = current_schema()"
        )
    rows = connection.execute(text(query)).all()
    return sorted({(row[0], row[1]) for row in rows if row[1].startswith("lock_")})


def _section_tables(names: list[str], inspector: object) -> list[str]:
    found = []
    for name in sorted(names):
        columns = {column["name"] for column in inspector.get_columns(name)}  # type: ignore[attr-defined]
        if columns >= MARKS:
            found.append(name)
    return found


def _released(table: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM lock_release "  # noqa: S608  names come from the schema
        f"WHERE table_name = '{table}' AND row_id = OLD.id)"
    )


def _lock_table(connection: Connection, table: str, columns: list[str]) -> None:
    if connection.dialect.name == "sqlite":
        changed = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in columns)
        body = f"BEGIN SELECT RAISE(ABORT, 'locked: {table}'); END"
        in_force = f"OLD.state = 'in_force' AND NOT {_released(table)}"
        _run(
            connection,
            f"CREATE TRIGGER lock_update_{table} BEFORE UPDATE ON {table} "
            f"WHEN {in_force} AND ({changed}) {body}",
            f"CREATE TRIGGER lock_delete_{table} BEFORE DELETE ON {table} WHEN {in_force} {body}",
        )
        return
    changed = " OR ".join(f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in columns)
    _run(
        connection,
        f"CREATE TRIGGER lock_update_{table} BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN (OLD.state = 'in_force' AND ({changed})) EXECUTE FUNCTION tms_locked()",
        f"CREATE TRIGGER lock_delete_{table} BEFORE DELETE ON {table} FOR EACH ROW "
        f"WHEN (OLD.state = 'in_force') EXECUTE FUNCTION tms_locked()",
    )


def _append_only(connection: Connection, table: str) -> None:
    for name, statement in _guards(connection, table).items():
        if name.startswith("stay_"):  # not among those that `unlock` finds
            _run(connection, f"DROP TRIGGER IF EXISTS {name} ON {table}")
        _run(connection, statement)


def _guards(connection: Connection, table: str) -> dict[str, str]:
    """{trigger: what makes it}: nothing in *table* is changed or goes."""
    if connection.dialect.name == "sqlite":
        body = f"ON {table} BEGIN SELECT RAISE(ABORT, 'audit events stay'); END"
        return {
            f"lock_{event.lower()}_{table}": (
                f"CREATE TRIGGER lock_{event.lower()}_{table} BEFORE {event} {body}"
            )
            for event in ("UPDATE", "DELETE")
        }
    # TRUNCATE asks no row; such triggers are in no list of `information_schema`.
    how = (("lock_update", "UPDATE", "ROW"), ("lock_delete", "DELETE", "ROW"))
    return {
        f"{name}_{table}": (
            f"CREATE TRIGGER {name}_{table} BEFORE {event} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION tms_append_only()"
        )
        for name, event, each in (*how, ("stay", "TRUNCATE", "STATEMENT"))
    }


def missing_guards(connection: Connection) -> list[str]:
    """Triggers of the audit trail that are not there, are switched off, or were made otherwise."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT t.tgname, pg_get_triggerdef(t.oid, true) FROM pg_trigger t"
            " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE c.relnamespace = current_schema()::regnamespace AND t.tgenabled IN ('O', 'A')"
            " AND p.prosrc LIKE '%RAISE EXCEPTION%'"
        )
    there = {row[0]: row[1] for row in connection.execute(text(query))}
    wanted = [_guards(connection, table) for table in APPEND_ONLY]
    return [name for each in wanted for name, made in each.items() if there.get(name) != made]


def _postgresql_functions(connection: Connection) -> None:
    _run(
        connection,
        """
        CREATE OR REPLACE FUNCTION tms_locked() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            -- a name compares by "C", which the table's own index does not serve
            IF NOT EXISTS (SELECT 1 FROM lock_release
                           WHERE table_name = TG_TABLE_NAME::varchar COLLATE "default"
                           AND row_id = OLD.id) THEN
                RAISE EXCEPTION 'locked: %', TG_TABLE_NAME 
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END $$
        """,
        """
        CREATE OR REPLACE FUNCTION tms_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'audit events stay' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
    )


def _run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(text(statement))
