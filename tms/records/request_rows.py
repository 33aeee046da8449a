"""What applying change requests and taking them back have in common: rows, releases, events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.among import among
from tms.db import BLIND
from tms.dictionary import Category
from tms.errors import Conflict, Message, message
from tms.models import ChangeRequest, LockRelease, RequestStatus, SectionRecord, Teacher
from tms.models.types import now
from tms.records.audit import Event
from tms.records.read import chunks, rows_where
from tms.records.request_checks import STATUS_FIELD
from tms.records.values import from_row

REASON = "the requests were found by a frozen selection"


@dataclass
class Batch:
    """One act over many requests."""

    session: Session
    act_id: str
    at: datetime = field(default_factory=now)
    events: dict[int, Event] = field(default_factory=dict)
    #: (request, why it could not be applied)
    refused: list[tuple[Any, Message]] = field(default_factory=list)
    applied: list[Any] = field(default_factory=list)

    def event(self, request: Any) -> Event:
        """The one of the request's file."""
        made = Event(request.unit_path, request.teacher_id, detail={"requests": {}})
        return self.events.setdefault(request.teacher_id, made)

    def tell(self, request: Any, status: str) -> None:
        """Say in the file's event what became of the request."""
        detail: Any = self.event(request).detail
        detail["requests"][str(request.id)] = status

    def write(self, request: Any, version: int, former: Mapping[str, Any]) -> None:
        """Note a row's new version and what stood there."""
        event, table, row = self.event(request), request.table_name, str(request.row_id)
        event.rows.setdefault(table, {})[row] = version
        event.former.setdefault(table, {})[row] = dict(former)


@contextmanager
def released(session: Session, requests: Sequence[Any]) -> Iterator[None]:
    """Within this block the lock lets the rows of *requests* be written."""
    places = [{"table_name": each.table_name, "row_id": each.row_id} for each in requests]
    if places:
        session.execute(unscoped(insert(LockRelease), REASON), places)
    yield
    for table, mine in by_table(requests).items():
        for part in chunks([each.row_id for each in mine]):
            named = LockRelease.table_name == table, LockRelease.row_id.in_(part)
            session.execute(delete(LockRelease).where(*named), execution_options=BLIND)


def write_rows(
    session: Session, model: type[SectionRecord], rows: Sequence[dict[str, Any]]
) -> None:
    table = model.__table__
    names = [name for name in rows[0] if not name.startswith("b_")]
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    statement = (
        update(table)
        .where(table.c.id == bindparam("b_id"), table.c.content_version == bindparam("b_version"))
        .values(values | {"content_version": table.c.content_version + 1})
    )
    done: Any = session.execute(unscoped(statement, REASON), rows)
    all_done(done.rowcount, len(rows))


def by_table(requests: Sequence[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for each in requests:
        found[each.table_name].append(each)
    return found


def rows_of(
    session: Session, model: type[SectionRecord], requests: Sequence[Any]
) -> dict[int, Any]:
    return {
        row["id"]: row
        for part in chunks([each.row_id for each in requests])
        for row in rows_where(session, model, among(model.id, part), reason=REASON)
    }


def categories_of(session: Session, requests: Sequence[Any]) -> dict[int, str]:
    """By file the category of its school."""
    found: dict[int, str] = {}
    for part in chunks({each.teacher_id for each in requests}):
        statement = select(Teacher.id, Teacher.school_category).where(among(Teacher.id, part))
        found |= {row[0]: row[1] for row in session.execute(unscoped(statement, REASON))}
    return found


def marks(model: type[SectionRecord], category: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Which departments judge the row as it becomes; universities only."""
    if category != Category.HIGHER_EDUCATION:
        return {"functions": 0}
    return {"functions": model.dictionary.functions_of(from_row(model, row))}


def masks(model: type[SectionRecord], row: Mapping[str, Any]) -> dict[str, Any]:
    keys = [key for key, each in model.dictionary.fields.items() if each.encrypted]
    return {f"{key}_mask": row[f"{key}_mask"] for key in keys}


def keys_of(request: Any, at: datetime) -> dict[str, Any]:
    """Which row of which version is written, and who answers for it: who applied."""
    return {
        "b_id": request.row_id,
        "b_version": request.base_version,
        "updated_by": request.made_by,
        "updated_at": at,
    }


def write_requests(session: Session, rows: list[dict[str, Any]], **values: Any) -> None:
    if not rows:
        return
    table = ChangeRequest.__table__
    own: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "b_id"}
    statement = update(table).where(table.c.id == bindparam("b_id")).values(own | values)
    session.execute(unscoped(statement, REASON), rows)


def status_dates(session: Session, requests: Sequence[Any]) -> None:
    """Headers say since when the personnel status is so: as the last request in force said."""
    concerned = {r.teacher_id for r in requests if STATUS_FIELD in (r.patch or {})}
    for part in chunks(sorted(concerned)):
        statement = (
            select(ChangeRequest.teacher_id, ChangeRequest.effective_on, ChangeRequest.refused)
            .where(
                among(ChangeRequest.teacher_id, part),
                ChangeRequest.effective_on.is_not(None),
                ChangeRequest.status == RequestStatus.APPLIED,
            )
            .order_by(ChangeRequest.decided_at, ChangeRequest.id)
        )
        since: dict[int, Any] = dict.fromkeys(part)
        for row in session.execute(unscoped(statement, REASON)):
            if STATUS_FIELD not in (row.refused or {}):
                since[row.teacher_id] = row.effective_on
        heads = [{"b_id": key, "personnel_status_since": day} for key, day in since.items()]
        _write_heads(session, heads)


def _write_heads(session: Session, rows: list[dict[str, Any]]) -> None:
    table = Teacher.__table__
    change = update(table).where(table.c.id == bindparam("b_id"))
    change = change.values(personnel_status_since=bindparam("personnel_status_since"))
    session.execute(unscoped(change, REASON), rows)


def all_done(done: Any, wanted: Any) -> None:
    """:raises Conflict: somebody was quicker while this was going on."""
    if done != wanted:
        raise Conflict(message("有记录刚被他人修改，请刷新后再试。"))
