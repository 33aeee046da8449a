"""Files as they are put on paper: who it is, where, and all rows in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.models import TABLES, RowState, Teacher, Unit
from tms.records.read import Header, headers, rows_of_files

REASON: Final = "what the units are called of files that scope found"


@dataclass(frozen=True)
class FormFile:
    """One file, read for paper."""

    header: Header
    name: str
    school: str
    secondary_unit: str
    mask: str
    #: In the order of each table.
    rows: Mapping[str, Sequence[dict[str, Any]]]


def form_files(
    session: Session, teacher_ids: Sequence[int], tables: Collection[str] | None = None
) -> list[FormFile]:
    """Those of the files that lie in reach, in the order given.

    :param tables: in-force rows of these alone; None is every row of every table.
    """
    found = headers(session, teacher_ids)
    by_file: dict[int, dict[str, list[dict[str, Any]]]] = defaultdict(dict)
    for name, rows in rows_of_files(session, sorted(found), tables).items():
        for row in sorted(rows, key=_order(name)):
            if tables is None or row["state"] == RowState.IN_FORCE:
                by_file[row["teacher_id"]].setdefault(name, []).append(row)
    people = _people(session, sorted(found))
    units = _units(session, people.values())
    return [
        FormFile(
            found[each],
            people[each].name or "",
            units.get(people[each].unit_id, ""),
            units.get(people[each].secondary_unit_id, ""),
            people[each].id_number_mask or "",
            by_file[each],
        )
        for each in teacher_ids
        if each in found
    ]


def _order(table: str) -> Callable[[dict[str, Any]], Any]:
    """As the table is declared to be read, what is empty last."""
    keys = TABLES[table].dictionary.order_by
    return lambda row: (*((row[key] is None, str(row[key] or "")) for key in keys), row["id"])


def _people(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    columns = (Teacher.id, Teacher.name, Teacher.unit_id, Teacher.secondary_unit_id)
    statement = select(*columns, Teacher.id_number_mask).where(Teacher.id.in_(ids))
    return {row.id: row for row in session.execute(statement)}


def _units(session: Session, people: Any) -> dict[int | None, str]:
    """A teacher reaches his own unit, not what it belongs to; its name stands on his form."""
    wanted = {i for each in people for i in (each.unit_id, each.secondary_unit_id) if i}
    statement = unscoped(select(Unit.id, Unit.name).where(Unit.id.in_(wanted)), REASON)
    return {row.id: row.name for row in session.execute(statement)}
