"""Change requests follow the routing in use like the rows they are about: see `rerouting`.

A request is judged by the departments of its row as it is and as it would be. There are few, so
that they are gone through one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.db import BLIND
from tms.dictionary import Field, from_stored
from tms.models import TABLES, ChangeRequest, Document, RequestStatus
from tms.models.unit import AFTER
from tms.records.read import chunks
from tms.records.routing import Routings

REASON = "requests of a university that was found by scope"
#: Not yet on a desk; those in review keep the departments they came in with.
WAITING = (RequestStatus.WISH, RequestStatus.DRAFT)
COLUMNS = ("id", "table_name", "row_id", "patch", "functions", "proof_id")


def university_requests(path: str) -> Any:
    """Condition: of the university at *path*."""
    return (ChangeRequest.unit_path >= path) & (ChangeRequest.unit_path < path + AFTER)


def requests_of(teacher_ids: Sequence[int]) -> Any:
    """Condition: of these files."""
    return ChangeRequest.teacher_id.in_(teacher_ids)


def reroute(
    session: Session, which: Any, routings: Routings, changed: Iterable[str] | None = None
) -> None:
    """Requests that meet the condition *which*, and their proofs, get the mask of *routings*.

    :param changed: only those about these tables.
    """
    statement = select(*(getattr(ChangeRequest, name) for name in COLUMNS))
    statement = statement.where(which, ChangeRequest.status.in_(WAITING))
    by_table: dict[str, list[Any]] = defaultdict(list)
    for request in session.execute(unscoped(statement, REASON)):
        by_table[request.table_name].append(request)
    wanted = by_table if changed is None else by_table.keys() & set(changed)
    for table in sorted(wanted):
        for part in chunks(by_table[table]):
            _table(session, table, part, routings)


def _table(session: Session, table: str, requests: Sequence[Any], routings: Routings) -> None:
    model = TABLES[table]
    routing = routings.get(table) or model.dictionary.reviewer
    fields = routing.fields(model.dictionary)
    columns = [model.id, *(getattr(model, field.key) for field in fields)]
    statement = select(*columns).where(model.id.in_([r.row_id for r in requests]))
    found = session.execute(unscoped(statement, REASON)).mappings()
    rows: dict[int, dict[str, Any]] = {row["id"]: dict(row) for row in found}
    for request in requests:
        row = rows.get(request.row_id, {})
        stands = routing.mask(model.dictionary, _values(fields, row))
        would = routing.mask(model.dictionary, _values(fields, {**row, **request.patch}))
        if stands | would != request.functions:
            _set(session, request, stands | would)


def _values(fields: Iterable[Field], row: Mapping[str, Any]) -> dict[str, Any]:
    return {field.key: from_stored(field, row.get(field.key)) for field in fields}


def _set(session: Session, request: Any, mask: int) -> None:
    for model, row in ((ChangeRequest, request.id), (Document, request.proof_id)):
        if row is not None:
            statement = update(model).where(model.id == row).values(functions=mask)
            session.execute(unscoped(statement, REASON), execution_options=BLIND)
