"""An export: select → project → write, in the actor's scope, to a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.errors import Invalid, message
from tms.exchange import outlines
from tms.exchange.filters import conditions
from tms.exchange.outlines import Outline
from tms.exchange.project import shown_rows
from tms.exchange.reading import mask_text
from tms.exchange.write import Line, SheetRows, write_file
from tms.models import TABLES, Teacher, Unit
from tms.records.audit import Event, write_events

#: Rows fetched and shown at a time; more cost memory and win nothing.
PARTITION: Final = 2000
NEEDS: Final = {
    "unit": (Permission.UNIT_READ,),
    "teacher": (Permission.FILE_READ, Permission.RECORD_EXPORT),
}
FOR_RECORDS: Final = (Permission.RECORD_READ, Permission.RECORD_EXPORT)


def export_table(
    session: Session,
    actor: Actor,
    table: str,
    out_path: Path,
    fmt: str = "csv",
    where: Mapping[str, str] | None = None,
    lang: str = "zh",
    only: Collection[str] | None = None,
    rows: Select[Any] | None = None,
) -> int:
    """Write what *actor* sees of *table* to *out_path*; returns the number of rows.

    An import takes the file back and finds nothing changed. The caller commits the audit event.

    :param table: ``unit``, ``teacher`` or the key of a table.
    :param where: filters by visible field, ``state``, ``unit`` (a code, with all below it),
        ``category``.
    :param only: keys of the fields wanted; None is all that may be seen.
    :param rows: ids of the rows wanted, such as those a list shows; None is all.
    :raises NotAllowed: the role exports nothing. :raises Invalid: no such table, format or filter.
    """
    for permission in NEEDS.get(table, FOR_RECORDS):
        actor.require(permission)
    outline = _outline(session, actor, table, lang, set(only) if only is not None else None)
    wanted = conditions(where or {}, outline.filters)
    if rows is not None:
        wanted.append(_id_of(table).in_(rows))
    statement = _statement(outline, wanted)
    lines = _Lines(session, outline, statement)
    header = [column.header for column in outline.columns]
    count = write_file(out_path, fmt, [SheetRows(outline.name, header, lines)])
    asked = {key: mask_text(text) for key, text in (where or {}).items()}
    detail = {"table": table, "rows": count, "where": asked, "format": fmt}
    write_events(session, actor, "export", [Event(actor.unit_path, detail=detail)])
    return count


def _id_of(table: str) -> Any:
    return {"unit": Unit, "teacher": Teacher}.get(table, TABLES.get(table)).id  # type: ignore[union-attr]


def _outline(
    session: Session, actor: Actor, table: str, lang: str, only: set[str] | None
) -> Outline:
    if table == "unit":
        return outlines.of_units(session, lang)
    if table == "teacher":
        return outlines.of_files(session, actor, lang, only)
    if table not in TABLES:
        raise Invalid(message("没有“%(table)s”这张表。", table=table))
    return outlines.of_records(session, actor, TABLES[table], lang, only)


def _statement(outline: Outline, wanted: Sequence[Any]) -> Select[Any]:
    sources = [column.source for column in outline.columns]
    statement = outline.join(select(*sources, outline.category))
    return statement.where(*wanted).order_by(*outline.order)


@dataclass
class _Lines:
    """The rows of text, fetched and shown in partitions while they are written."""

    session: Session
    outline: Outline
    statement: Select[Any]

    def __iter__(self) -> Iterator[Line]:
        options = {"yield_per": PARTITION}
        with self.session.execute(self.statement, execution_options=options) as result:
            for partition in result.partitions():
                yield from shown_rows(self.outline.columns, partition)
