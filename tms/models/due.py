"""Triggers that name files whose figures are stale (`CheckDue`), whatever statement changed them.

Rows that come or go, rows whose content changes, a basic row that comes into force or is taken out
of it (rule B16), headers that change school category, kind of person or place in the tree (whose
field policy holds). `relock` makes them anew with those of the lock.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

BASIC = "basic_information"
#: Of a header: what a check asks besides the rows.
OF_HEADER = ("school_category", "person_kind", "unit_path")
IN_FORCE = "'in_force'"


def watch(connection: Connection, sections: list[str]) -> None:
    """(Re)create the triggers; before there is a work list there are none.

    :param sections: the section tables there are.
    """
    there = connection.dialect.has_table(connection, "check_due")
    unwatch(connection)
    if not there:
        return
    make = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
    for statement in make(sections):
        connection.execute(text(statement))


def unwatch(connection: Connection) -> None:
    """Drop them; before the work list goes."""
    for table, name in watchers(connection):
        suffix = "" if connection.dialect.name == "sqlite" else f" ON {table}"
        connection.execute(text(f"DROP TRIGGER {name}{suffix}"))


def watchers(connection: Connection) -> list[tuple[str, str]]:
    """(table, trigger) of all there are, in order."""
    if connection.dialect.name == "sqlite":
        query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal"
        )
    rows = connection.execute(text(query)).all()
    return sorted((row[0], row[1]) for row in rows if row[1].startswith("due_"))


def _changes(table: str, is_other: str) -> tuple[str, str]:
    """(columns, condition) of an update that makes a file's figures stale.

    :param is_other: how the engine says that two values differ.
    """
    if table == "teacher":
        differs = (f"OLD.{name} {is_other} NEW.{name}" for name in OF_HEADER)
        return ", ".join(OF_HEADER), " OR ".join(differs)
    version = f"OLD.content_version {is_other} NEW.content_version"
    if table == BASIC:
        turned = f"(OLD.state = {IN_FORCE}) {is_other} (NEW.state = {IN_FORCE})"
        return "content_version, state", f"{version} OR {turned}"
    return "content_version", version


def _on_sqlite(sections: list[str]) -> Iterator[str]:
    for table in ("teacher", *sections):
        columns, condition = _changes(table, "IS NOT")
        owner = "id" if table == "teacher" else "teacher_id"
        yield (
            f"CREATE TRIGGER due_update_{table} "  # noqa: S608  names come from the schema
            f"AFTER UPDATE OF {columns} ON {table} "
            f"WHEN {condition} BEGIN INSERT INTO check_due (teacher_id) VALUES (NEW.{owner}); END"
        )
    for table in sections:
        for verb, row in (("INSERT", "NEW"), ("DELETE", "OLD")):
            yield (
                f"CREATE TRIGGER due_{verb.lower()}_{table} AFTER {verb} ON {table} "  # noqa: S608
                f"BEGIN INSERT INTO check_due (teacher_id) VALUES ({row}.teacher_id); END"
            )


def _on_postgresql(sections: list[str]) -> Iterator[str]:
    """Rows that come or go together are looked at together."""
    for name, words in _FUNCTIONS.items():
        yield (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN INSERT INTO check_due (teacher_id) {words}; RETURN NULL; END $$"
        )
    for table in ("teacher", *sections):
        columns, condition = _changes(table, "IS DISTINCT FROM")
        function = "tms_due_file" if table == "teacher" else "tms_due_row"
        yield (
            f"CREATE TRIGGER due_update_{table} AFTER UPDATE OF {columns} ON {table} "
            f"FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {function}()"
        )
    for table in sections:
        for verb, rows in (("INSERT", "NEW"), ("DELETE", "OLD")):
            yield (
                f"CREATE TRIGGER due_{verb.lower()}_{table} AFTER {verb} ON {table} "
                f"REFERENCING {rows} TABLE AS changed "
                "FOR EACH STATEMENT EXECUTE FUNCTION tms_due_rows()"
            )


_FUNCTIONS = {
    "tms_due_file": "VALUES (NEW.id)",
    "tms_due_row": "VALUES (NEW.teacher_id)",
    "tms_due_rows": "SELECT DISTINCT teacher_id FROM changed",
}
