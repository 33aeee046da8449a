"""Undo of a last verdict: requests it put in force are under review again, rows as they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tms.access import Actor, door, unscoped
from tms.errors import Conflict, message
from tms.models import TABLES, RequestKind, RequestStatus, RowState, SectionRecord
from tms.records import status_accounts
from tms.records.audit import write_events
from tms.records.patches import accepted, typed
from tms.records.request_rows import (
    REASON,
    Batch,
    all_done,
    by_table,
    categories_of,
    keys_of,
    marks,
    released,
    rows_of,
    status_dates,
    write_requests,
    write_rows,
)

#: What an undo leaves of a decision.
UNDECIDED: dict[str, Any] = {
    "status": RequestStatus.IN_REVIEW,
    "decided_at": None,
    "decided_act": None,
    "answer": None,
}


def take_back(session: Session, actor: Actor, requests: Sequence[Any], act_id: str) -> None:
    """Undo of *requests* that were applied: what stood there before stands there again.

    :raises Conflict: a row has changed since.
    """
    batch = Batch(session, act_id)
    with door(session), released(session, requests):
        categories = categories_of(session, requests)
        for table, mine in by_table(requests).items():
            _revert_table(batch, TABLES[table], mine, categories)
        reopened = [{"b_id": each.id, "base_version": each.base_version + 2} for each in requests]
        write_requests(session, reopened, **UNDECIDED)
        status_dates(session, requests)
        status_accounts.follow(session, actor, requests, act_id, is_undo=True)
        write_events(session, actor, "change.undo", batch.events.values(), act_id)


def _revert_table(
    batch: Batch, model: type[SectionRecord], requests: Sequence[Any], categories: Mapping[int, str]
) -> None:
    rows = rows_of(batch.session, model, requests)
    writes: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    inserts: list[dict[str, Any]] = []
    for request in requests:
        row, version = rows.get(request.row_id), request.base_version + 1
        batch.tell(request, RequestStatus.IN_REVIEW)
        if request.kind == RequestKind.DELETE:
            all_done(row is None, True)
            inserts.append(_restored(model, request))
            batch.write(request, version + 1, {})
            continue
        if row is None or row["content_version"] != version:
            raise Conflict(message("有记录在通过之后又有变动，不能撤销。"))
        changed = accepted(model, request, row)
        columns = typed(model, {c: request.former[c] for c in changed})
        batch.write(request, version + 1, {c: row[c] for c in columns})
        extra = marks(model, categories[request.teacher_id], {**row, **columns})
        keys = keys_of(request, batch.at) | {"b_version": version}
        writes[tuple(sorted(columns))].append(columns | extra | keys)
    for each in writes.values():
        write_rows(batch.session, model, each)
    if inserts:
        batch.session.execute(unscoped(insert(model), REASON), inserts)


def _restored(model: type[SectionRecord], request: Any) -> dict[str, Any]:
    """A deleted row as it was, under its own id."""
    return typed(model, request.former) | {
        "id": request.row_id,
        "teacher_id": request.teacher_id,
        "unit_path": request.unit_path,
        "state": RowState.IN_FORCE,
        "content_version": request.base_version + 2,
    }
