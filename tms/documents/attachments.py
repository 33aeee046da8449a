"""Attachments of rows: whoever may fill a row now brings its papers and takes them out again.

A row in force is locked and its papers with it; a change request brings its own proof.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from tms.access import Actor
from tms.documents.clean import Cleaned
from tms.documents.papers import GONE, may_open, store
from tms.errors import Conflict, NotAllowed, NotFound, message
from tms.models import TABLES, DocumentKind, SectionRecord
from tms.records import document_files, document_rows
from tms.records.editable import for_row
from tms.records.locks import lock_ids
from tms.records.read import Header, headers, rows_where

#: Of one row.
MAX_OF_ROW: Final = 6
#: (table, id of a row)
Place = tuple[str, int]


@dataclass(frozen=True)
class Spot:
    """A row that papers go with."""

    model: type[SectionRecord]
    row: dict[str, Any]
    header: Header


def spot_of(session: Session, table: str, row_id: int) -> Spot:
    """:raises NotFound: no such row in reach."""
    model = TABLES.get(table)
    rows = rows_where(session, model, model.id == row_id) if model else []
    header = headers(session, [rows[0]["teacher_id"]]) if rows else {}
    if model is None or not rows or not header:
        raise NotFound(message("没有这条记录。"))
    return Spot(model, rows[0], header[rows[0]["teacher_id"]])


def refuse(session: Session, actor: Actor, spot: Spot) -> None:
    """:raises NotAllowed: the role fills nothing of the row. :raises Conflict: not now; why."""
    writable = for_row(session, actor, spot.model, spot.row, spot.header)
    if writable.fields:
        return
    if writable.reason is not None:
        raise Conflict(writable.reason)
    raise NotAllowed(message("这条记录不由您填写，不能增减材料。"))


def attach(
    session: Session,
    actor: Actor,
    data_dir: Path,
    place: Place,
    name: str,
    content: bytes | Cleaned,
) -> int:
    """Bring a paper for a row; returns its id.

    :raises NotFound: no such row in reach. See `refuse` and `store` for what else is raised.
    """
    spot = _held(session, place)
    refuse(session, actor, spot)
    teacher_id = spot.header.id
    if len(by_row(session, actor, teacher_id).get(place, ())) >= MAX_OF_ROW:
        raise Conflict(message("一条记录最多附%(n)d份材料。", n=MAX_OF_ROW))
    kind = DocumentKind.ATTACHMENT
    return store(session, actor, data_dir, teacher_id, name, content, kind=kind, row=place)


def detach(session: Session, actor: Actor, data_dir: Path, document_id: int) -> Spot:
    """Take a paper of a row out; says which row.

    :raises NotFound: no such attachment in reach. See `refuse` for what else is raised.
    """
    found = document_rows.find(session, document_id)
    if found is None or found.kind != DocumentKind.ATTACHMENT:
        raise NotFound(GONE)
    spot = _held(session, (found.table_name, found.row_id))
    refuse(session, actor, spot)
    document_rows.remove(session, actor, [found])
    document_files.release(session, data_dir, [found.stored_as])
    return spot


def by_row(session: Session, actor: Actor, teacher_id: int) -> dict[Place, list[Any]]:
    """The attachments that the actor may open of a file in reach, by row.

    Whoever shows them shows those of rows in reach.
    """
    found: dict[Place, list[Any]] = defaultdict(list)
    for paper in document_rows.of_file(session, teacher_id, DocumentKind.ATTACHMENT):
        if may_open(actor, paper):
            found[paper.table_name, paper.row_id].append(paper)
    return found


def _held(session: Session, place: Place) -> Spot:
    """The row, which nobody sends in meanwhile."""
    lock_ids(session, [spot_of(session, *place).header.id])
    return spot_of(session, *place)
