"""The one door through which rows of a file are written (house rule 2).

Form, import, bulk edit and command line all come through `save`, so that none of them can do what
another cannot. It checks scope, field policy, state and version, writes set-based, leaves one audit
event per file, and never commits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from tms.access import Actor, Permission, door
from tms.among import among
from tms.errors import NotFound, message
from tms.models import TABLES, RowState, SectionRecord
from tms.models.types import now
from tms.records import checks, holds
from tms.records.audit import Event, new_act_id, write_events
from tms.records.emptied import close_empty
from tms.records.ids import reserve_ids
from tms.records.locks import lock_ids
from tms.records.put_rows import put
from tms.records.read import (
    Header,
    UnderWay,
    chunks,
    headers,
    open_submissions,
    rows_where,
)
from tms.records.refresh import concerned, refresh
from tms.records.row_writes import change_rows, delete_rows, remains
from tms.records.values import from_row, reindexed, to_columns


@dataclass
class RowChange:
    """What is to become of one row. Only the fields in *values* are touched; None or "" clears."""

    teacher_id: int
    values: Mapping[str, Any] = field(default_factory=dict)
    row_id: int | None = None
    #: The content version the editor saw; a row that moved since is refused.
    version: int | None = None
    delete: bool = False


@dataclass
class SaveResult:
    """What a save did, in rows."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    #: Row id per change, in the order given.
    row_ids: list[int] = field(default_factory=list)


@dataclass
class _Batch:
    session: Session
    actor: Actor
    act: str
    at: datetime
    files: dict[int, Header]
    submissions: Mapping[int, UnderWay]
    result: SaveResult = field(default_factory=SaveResult)
    events: dict[int, Event] = field(default_factory=dict)

    def event(self, teacher_id: int) -> Event:
        header = self.files[teacher_id]
        return self.events.setdefault(teacher_id, Event(header.unit_path, teacher_id))


def save(
    session: Session,
    actor: Actor,
    changes: Mapping[str, Sequence[RowChange]],
    *,
    act: str = "fill",
    act_id: str | None = None,
) -> SaveResult:
    """Write *changes*, {table: rows}, all or nothing within the caller's transaction.

    :raises NotFound: a file or row is out of the actor's reach.
    :raises NotAllowed: the role does not fill a field that changes.
    :raises Conflict: a row is locked or in review, or moved since it was read; a file is frozen.
    :raises Invalid: a value cannot be stored (type, code, length, range, number taken).
    """
    actor.require(Permission.RECORD_WRITE)
    ids = {change.teacher_id for rows in changes.values() for change in rows}
    lock_ids(session, ids)
    files = headers(session, ids)
    if ids - files.keys():
        raise NotFound(message("没有这份档案。"))
    holds.refuse(holds.frozen(session, files.values()))
    batch = _Batch(session, actor, act, now(), files, open_submissions(session, ids))
    with door(session):
        for table, rows in changes.items():
            _save_table(batch, TABLES[table], list(rows))
        write_events(session, actor, act, batch.events.values(), act_id or new_act_id())
        refresh(session, concerned(batch.events))
        if batch.result.deleted:
            close_empty(session, batch.events.keys())
    return batch.result


def _save_table(batch: _Batch, model: type[SectionRecord], changes: list[RowChange]) -> None:
    existing = _existing(batch, model, changes)
    new = [c for c in changes if c.row_id is None and not c.delete]
    checks.room_for(batch.session, model, [c.teacher_id for c in new])
    fresh = iter(reserve_ids(batch.session, len(new)))
    inserts: list[dict[str, Any]] = []
    updates: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    gone: dict[int, dict[str, Any]] = {}
    for change in changes:
        if change.row_id is None:
            inserts.append(_insertion(batch, model, change, next(fresh)))
        elif change.delete:
            gone[change.row_id] = _removal(batch, model, change, existing[change.row_id])
        else:
            columns = _alteration(batch, model, change, existing[change.row_id])
            if columns:
                updates[tuple(sorted(columns))].append(columns)
    if inserts:
        put(batch.session, model, inserts)  # owners were checked by scope
    for rows in updates.values():
        change_rows(batch.session, batch.actor, model, rows, batch.at, batch.submissions)
    if gone:
        delete_rows(batch.session, batch.actor, model, gone.values())


def _existing(
    batch: _Batch, model: type[SectionRecord], changes: Iterable[RowChange]
) -> dict[int, dict[str, Any]]:
    wanted = {c.row_id: c.teacher_id for c in changes if c.row_id is not None}
    rows = {
        row["id"]: row
        for part in chunks(sorted(wanted))
        for row in rows_where(batch.session, model, among(model.id, part))
    }
    if any(i not in rows or rows[i]["teacher_id"] != owner for i, owner in wanted.items()):
        raise NotFound(message("没有这条记录。"))
    return rows


def _insertion(
    batch: _Batch, model: type[SectionRecord], change: RowChange, row_id: int
) -> dict[str, Any]:
    header = batch.files[change.teacher_id]
    values = {k: v for k, v in change.values.items() if v not in (None, "", [])}
    checks.insertable(batch.actor, model, values, header)
    values = checks.storable(batch.session, model, values, header, None)
    batch.result.new += 1
    batch.result.row_ids.append(row_id)
    batch.event(header.id).rows.setdefault(model.__tablename__, {})[str(row_id)] = 1
    return new_row(batch.actor, model, header, row_id, values, batch.at)


def new_row(
    actor: Actor,
    model: type[SectionRecord],
    header: Header,
    row_id: int,
    values: Mapping[str, Any],
    at: datetime,
) -> dict[str, Any]:
    """All columns of a new draft row, with every content column so that rows insert together."""
    return {
        **_blank(model.__tablename__),
        "id": row_id,
        "teacher_id": header.id,
        "unit_path": header.unit_path,
        "state": RowState.DRAFT,
        "content_version": 1,
        "functions": checks.functions(model, header, values),
        "created_by": actor.user_id,
        "created_at": at,
        "updated_by": actor.user_id,
        "updated_at": at,
        **to_columns(model, row_id, values, values),
    }


@cache
def _blank(table: str) -> dict[str, Any]:
    """The content columns of a row without content."""
    empty = dict.fromkeys(TABLES[table].dictionary.fields)
    return to_columns(TABLES[table], 0, empty, empty)


def _alteration(
    batch: _Batch, model: type[SectionRecord], change: RowChange, row: dict[str, Any]
) -> dict[str, Any] | None:
    header = batch.files[change.teacher_id]
    before = from_row(model, row, open_numbers=True)
    values = checks.storable(batch.session, model, change.values, header, before, row["id"])
    touched = {k: v for k, v in values.items() if v != before[k]}
    batch.result.row_ids.append(row["id"])
    if not touched:
        batch.result.unchanged += 1
        return None
    checks.current(row, change.version)
    under_way = batch.submissions.get(header.id)
    checks.alterable(batch.actor, model, row, touched, header, under_way)
    after = before | touched
    columns = to_columns(model, row["id"], touched, after) | reindexed(touched, after)
    batch.result.changed += 1
    event = batch.event(header.id)
    event.rows.setdefault(model.__tablename__, {})[str(row["id"])] = row["content_version"] + 1
    event.former.setdefault(model.__tablename__, {})[str(row["id"])] = {c: row[c] for c in columns}
    return columns | {
        "b_id": row["id"],
        "b_version": row["content_version"],
        "b_state": row["state"],
        "functions": checks.functions(model, header, after),
    }


def _removal(
    batch: _Batch, model: type[SectionRecord], change: RowChange, row: dict[str, Any]
) -> dict[str, Any]:
    header = batch.files[change.teacher_id]
    checks.current(row, change.version)
    checks.deletable(batch.actor, model, row, header, batch.submissions.get(header.id))
    batch.result.deleted += 1
    batch.result.row_ids.append(row["id"])
    event = batch.event(header.id)
    event.rows.setdefault(model.__tablename__, {})[str(row["id"])] = 0
    event.former.setdefault(model.__tablename__, {})[str(row["id"])] = remains(row)
    return row
