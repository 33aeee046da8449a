"""What an export holds: one table, or whole files as a sheet per section. Nothing is read yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.among import among
from tms.errors import Invalid, message
from tms.exchange.book import Line, SheetRows
from tms.exchange.filters import conditions
from tms.exchange.how import How, require_how
from tms.exchange.outlines import Outline, of_records
from tms.exchange.outlines_files import of_files
from tms.exchange.outlines_units import of_units
from tms.exchange.project import shown_rows
from tms.exchange.reading import mask_text
from tms.models import TABLES, Teacher, Unit
from tms.records.reached import Reached

#: Rows fetched and shown at a time; more cost memory and win nothing.
PARTITION: Final = 2000
NEEDS: Final = {
    "unit": (Permission.UNIT_READ,),
    "teacher": (Permission.FILE_READ, Permission.RECORD_EXPORT),
}
FOR_RECORDS: Final = (Permission.RECORD_READ, Permission.RECORD_EXPORT)


class Rows(Protocol):
    """Rows of a sheet: all of them one after the other, or those about some ids."""

    def __iter__(self) -> Iterator[Line]: ...
    def of(self, ids: Sequence[int]) -> Iterator[Line]: ...


@dataclass(frozen=True)
class Content:
    """The sheets of an export, read while they are written, and what its event says of them."""

    sheets: list[SheetRows]
    how: How
    detail: Mapping[str, Any] = field(default_factory=dict)
    #: Keys of the columns that show numbers in full.
    revealed: tuple[str, ...] = ()
    #: Whose rows were written so far.
    reached: Reached = field(default_factory=Reached)

    def rows_of(self, sheet: SheetRows, ids: Sequence[int]) -> list[Line]:
        """The rows of *sheet* about *ids*: what was asked for, a piece at a time."""
        return list(cast("Rows", sheet.rows).of(ids))


def of_table(
    session: Session,
    actor: Actor,
    table: str,
    how: How,
    *,
    where: Mapping[str, str] | None = None,
    only: Collection[str] | None = None,
    rows: Select[Any] | None = None,
) -> Content:
    """What *actor* sees of *table*: ``unit``, ``teacher`` or the key of a table.

    :param where: filters by visible field, ``state``, ``unit`` (a code, with all below it),
        ``category``.
    :param only: keys of the fields wanted, in the order of a list; None is all that may be seen.
    :param rows: ids of the rows wanted, such as those a list shows; None is all.
    :raises NotAllowed: the role exports nothing. :raises Invalid: no such table or filter.
    """
    for permission in NEEDS.get(table, FOR_RECORDS):
        actor.require(permission)
    require_how(actor, how)
    outline = _outline(session, actor, table, how, only)
    wanted = conditions(where or {}, outline.filters)
    if rows is not None:
        wanted.append(_id_of(table).in_(rows))
    asked = {key: mask_text(text) for key, text in (where or {}).items()}
    detail: dict[str, Any] = {"table": table, "where": asked}
    if only is not None:
        detail["columns"] = list(only)
    reached = Reached()
    sheet = sheet_of(session, outline, wanted, _id_of(table), _owner_of(table), reached)
    return Content([sheet], how, detail, outline.revealed, reached)


def of_sections(
    session: Session,
    actor: Actor,
    tables: Sequence[str],
    how: How,
    teachers: Select[Any] | None = None,
) -> Content:
    """Whole files: a sheet for each of *tables* with the rows of the *teachers* (their ids).

    An import takes the workbook back as it is.

    :param teachers: None is all in reach.
    """
    for permission in FOR_RECORDS:
        actor.require(permission)
    require_how(actor, how)
    sheets, revealed, reached = [], set[str](), Reached()
    for key in tables:
        if key not in TABLES:
            raise Invalid(message("没有“%(table)s”这张表。", table=key))
        outline = of_records(session, actor, TABLES[key], how, None)
        owner = TABLES[key].teacher_id
        wanted = [owner.in_(teachers)] if teachers is not None else []
        sheets.append(sheet_of(session, outline, wanted, owner, owner, reached))
        revealed |= set(outline.revealed)
    return Content(sheets, how, {"tables": list(tables)}, tuple(sorted(revealed)), reached)


def sheet_of(
    session: Session,
    outline: Outline,
    wanted: Sequence[Any],
    key: Any,
    owner: Any,
    reached: Reached,
) -> SheetRows:
    """The rows of *outline* that meet the conditions *wanted*.

    :param key: the column by whose ids the rows may be asked for in pieces.
    :param owner: the column that says whose row it is, to be told to *reached*; None is nobody's.
    """
    sources = [column.source for column in outline.columns]
    owners = () if owner is None else (owner,)
    statement = outline.join(select(*sources, outline.category, *owners))
    statement = statement.where(*wanted).order_by(*outline.order)
    heads = [column.head for column in outline.columns]
    told = None if owner is None else reached
    return SheetRows(outline.name, heads, _Lines(session, outline, statement, key, told))


def _id_of(table: str) -> Any:
    return {"unit": Unit, "teacher": Teacher}.get(table, TABLES.get(table)).id  # type: ignore[union-attr]


def _owner_of(table: str) -> Any:
    """The column that says whose file a row is of."""
    if table == "unit":
        return None
    return Teacher.id if table == "teacher" else TABLES[table].teacher_id


def _outline(
    session: Session, actor: Actor, table: str, how: How, only: Collection[str] | None
) -> Outline:
    if table == "unit":
        return of_units(session, how)
    if table == "teacher":
        return of_files(session, actor, how, only)
    if table not in TABLES:
        raise Invalid(message("没有“%(table)s”这张表。", table=table))
    return of_records(session, actor, TABLES[table], how, only)


@dataclass
class _Lines:
    """The rows of text, fetched and shown in partitions while they are written."""

    session: Session
    outline: Outline
    statement: Select[Any]
    key: Any
    reached: Reached | None

    def of(self, ids: Sequence[int]) -> Iterator[Line]:
        """Those about *ids*, at most as many as a partition."""
        found = self.session.execute(self.statement.where(among(self.key, ids))).all()
        return iter(self._shown(found) if found else ())

    def __iter__(self) -> Iterator[Line]:
        options = {"yield_per": PARTITION}
        with self.session.execute(self.statement, execution_options=options) as result:
            for partition in result.partitions():
                yield from self._shown(partition)

    def _shown(self, rows: Sequence[Any]) -> Iterable[Line]:
        if self.reached is not None:
            self.reached.add(row[-1] for row in rows)
        return shown_rows(self.outline.columns, rows)
