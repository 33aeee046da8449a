"""Putting change requests in force: set-based, behind the lock (DESIGN.md 3).

`tms.workflow.requests` says which requests; here the rows are written, by compare-and-set on the
version a request was made against.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from tms.access import Actor, door, unscoped
from tms.db import BLIND
from tms.errors import Message, message
from tms.models import TABLES, RequestKind, RequestStatus, RowState, SectionRecord
from tms.records import checks, status_accounts
from tms.records.audit import write_events
from tms.records.patches import accepted
from tms.records.read import chunks
from tms.records.request_rows import (
    REASON,
    Batch,
    all_done,
    by_table,
    categories_of,
    keys_of,
    marks,
    masks,
    released,
    rows_of,
    status_dates,
    write_requests,
    write_rows,
)

MOVED = message("记录在申请之后已有变动，变更没有生效，请核对后重新申请。")
GONE = message("记录已不存在，变更没有生效。")
#: As the door says it: nobody is told where (DOMAIN.md 12).
TAKEN = message("该证件号码已在系统中，变更没有生效，请联系主管部门核实。")


def put_in_force(
    session: Session, actor: Actor, requests: Sequence[Any], act_id: str
) -> list[tuple[Any, Message]]:
    """Apply *requests* (all columns of each) as far as desks accepted them.

    A row that moved since is not written: its request is refused and says so, the others go on.

    :returns: (request, why) of those.
    :raises Conflict: a row moved while this was going on; nothing is kept.
    """
    batch = Batch(session, act_id)
    with door(session), released(session, requests):
        categories = categories_of(session, requests)
        for table, mine in by_table(requests).items():
            _apply_table(batch, TABLES[table], mine, categories)
        _decided(batch)
        status_dates(session, requests)
        status_accounts.follow(session, actor, batch.applied, act_id)
        write_events(session, actor, "change", batch.events.values(), act_id)
    return batch.refused


def _apply_table(
    batch: Batch, model: type[SectionRecord], requests: Sequence[Any], categories: Mapping[int, str]
) -> None:
    rows = rows_of(batch.session, model, requests)
    writes: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    gone: list[Any] = []
    for request, columns in _fitting(batch, model, requests, rows):
        row = rows[request.row_id]
        batch.applied.append(request)
        if request.kind == RequestKind.DELETE:
            content = {c: row[c] for c in row if c in model.dictionary.fields}
            batch.write(request, 0, content | masks(model, row))
            gone.append(request)
            continue
        batch.write(request, row["content_version"] + 1, {c: row[c] for c in columns})
        extra = marks(model, categories[request.teacher_id], {**row, **columns})
        writes[tuple(sorted(columns))].append(columns | extra | keys_of(request, batch.at))
    for each in writes.values():
        write_rows(batch.session, model, each)
    _delete_rows(batch, model, gone)


def _fitting(
    batch: Batch, model: type[SectionRecord], requests: Sequence[Any], rows: Mapping[int, Any]
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The requests whose rows are as they were, with the columns that desks accepted."""
    kept: list[tuple[Any, dict[str, Any]]] = []
    for request in requests:
        row = rows.get(request.row_id)
        if row is None or row["teacher_id"] != request.teacher_id:
            batch.refused.append((request, GONE))
        elif row["state"] != RowState.IN_FORCE or row["content_version"] != request.base_version:
            batch.refused.append((request, MOVED))
        else:
            kept.append((request, accepted(model, request, row)))
    taken = _taken(batch.session, kept)
    batch.refused += [(request, TAKEN) for request, _ in kept if request.id in taken]
    yield from ((r, columns) for r, columns in kept if r.id not in taken)


def _taken(session: Session, kept: Sequence[tuple[Any, Mapping[str, Any]]]) -> set[int]:
    """Requests whose number has become somebody else's since, within this act or before."""
    wanted = [
        (r, columns["id_number_index"]) for r, columns in kept if "id_number_index" in columns
    ]
    owners = checks.owner_of(session, [index for _, index in wanted])
    found: set[int] = set()
    for request, index in wanted:
        if owners.setdefault(index, request.teacher_id) != request.teacher_id:
            found.add(request.id)
    return found


def _delete_rows(batch: Batch, model: type[SectionRecord], requests: Sequence[Any]) -> None:
    for part in chunks(requests):
        ids = [each.row_id for each in part]
        statement = unscoped(delete(model).where(model.id.in_(ids)), REASON)
        done: Any = batch.session.execute(statement, execution_options=BLIND)
        all_done(done.rowcount, len(ids))


def _decided(batch: Batch) -> None:
    """Requests learn what became of them."""
    done = {"decided_at": batch.at, "decided_act": batch.act_id}
    applied = [{"b_id": each.id} for each in batch.applied]
    write_requests(batch.session, applied, status=RequestStatus.APPLIED, **done)
    refused = [{"b_id": each.id, "answer": why.msgid} for each, why in batch.refused]
    write_requests(batch.session, refused, status=RequestStatus.REFUSED, **done)
    for each in batch.applied:
        batch.tell(each, RequestStatus.APPLIED)
    for each, _why in batch.refused:
        batch.tell(each, RequestStatus.REFUSED)
