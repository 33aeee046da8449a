"""What a change request would make of a row: its patch, and a file as it would then be.

A patch holds columns as audit events hold values (`audit.plain`); encrypted fields are ciphertext
of the very row already, with blind index and mask, so that nothing is opened to apply it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, and_, false, or_, select
from sqlalchemy.orm import Session

from tms.crypto import keyring
from tms.dictionary import Money
from tms.models import (
    TABLES,
    ChangeRequest,
    RequestKind,
    RequestStatus,
    RowState,
    SectionRecord,
)
from tms.models.types import UTCDateTime
from tms.records import checks
from tms.records.read import Header, chunks
from tms.records.values import KIND_OF, from_row, number_index, reindexed, to_columns

#: Columns of a row that are its place in the system, not its content: a deletion's request keeps
#: all others, so that an undo can put the row back.
PLACE = frozenset({"id", "teacher_id", "unit_path", "state", "content_version"})


@dataclass(frozen=True)
class Patch:
    """What somebody would change in one row."""

    #: {field: canonical value} of what differs.
    touched: dict[str, Any] = field(default_factory=dict)
    #: {column: value}, and what stands there now.
    columns: dict[str, Any] = field(default_factory=dict)
    former: dict[str, Any] = field(default_factory=dict)
    #: The departments that judge the row as it is or as it would be.
    functions: int = 0


def patch_of(
    session: Session,
    model: type[SectionRecord],
    header: Header,
    row: Mapping[str, Any],
    values: Mapping[str, Any],
) -> Patch:
    """What *values* change in *row*; unchanged ones are dropped.

    :raises Invalid: a value cannot be stored, or the number is somebody else's.
    """
    before = from_row(model, row, open_numbers=True)
    clean = checks.storable(session, model, values, header, before, row["id"])
    return compared(model, header, row, before, clean)


def compared(
    model: type[SectionRecord],
    header: Header,
    row: Mapping[str, Any],
    before: Mapping[str, Any],
    clean: Mapping[str, Any],
) -> Patch:
    """The patch from canonical values *before* to *clean*."""
    touched = {key: value for key, value in clean.items() if value != before[key]}
    after = {**before, **touched}
    columns = to_columns(model, row["id"], touched, after) | reindexed(touched, after)
    functions = checks.functions(model, header, before) | checks.functions(model, header, after)
    return Patch(touched, columns, {name: row[name] for name in columns}, functions)


def removal_of(model: type[SectionRecord], row: Mapping[str, Any]) -> Patch:
    """The patch of a deletion: all that the row holds."""
    filled = {key: value for key, value in from_row(model, row).items() if value is not None}
    former = {name: value for name, value in row.items() if name not in PLACE}
    return Patch(filled, {}, former, row["functions"])


def typed(model: type[SectionRecord], columns: Mapping[str, Any]) -> dict[str, Any]:
    """*columns* of a patch as the database takes them: dates and decimals are text in JSON."""
    return {name: _typed(model.__table__.c[name].type, value) for name, value in columns.items()}


def _typed(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, UTCDateTime):
        return datetime.fromisoformat(value)
    return Decimal(value) if isinstance(kind, Money) else value


def field_of(model: type[SectionRecord], column: str) -> str:
    """The field that a column belongs to: an encrypted one has an index and a mask besides."""
    for key, declared in model.dictionary.fields.items():
        if declared.encrypted and column in (f"{key}_index", f"{key}_mask"):
            return key
    return column


def fields_of(table: str, patch: Mapping[str, Any]) -> list[str]:
    """The fields that a patch changes, in the order of the declaration.

    The index of a number whose type alone changes is no change of the number.
    """
    return [key for key in TABLES[table].dictionary.fields if key in patch]


def numbers_of(request: Any) -> dict[str, str]:
    """The numbers that a request or wish brings, opened: forms never send them back."""
    model = TABLES[request.table_name]
    place = {"table": request.table_name, "row": request.row_id}
    return {
        key: keyring().open(request.patch[key], column=key, **place)
        for key, declared in model.dictionary.fields.items()
        if declared.encrypted and request.patch.get(key)
    }


def accepted(model: type[SectionRecord], request: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a request without what a desk refused, for the row as it is now."""
    refused = request.refused or {}
    kept = {c: v for c, v in request.patch.items() if field_of(model, c) not in refused}
    columns = typed(model, kept)
    for key, kind in KIND_OF.items():
        if {key, kind} & refused.keys():
            columns.pop(f"{key}_index", None)
        if {key, kind} & refused.keys() and {key, kind} & kept.keys():
            columns |= _index(model, key, {**row, **columns})
    return columns


def _index(model: type[SectionRecord], key: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The index of a number and its type where only one of the two was accepted."""
    if not row.get(key):
        return {}
    number = keyring().open(row[key], table=model.__tablename__, column=key, row=row["id"])
    return {f"{key}_index": number_index(key, number, row)}


def overlay(
    session: Session,
    rows_by_table: Mapping[str, Sequence[dict[str, Any]]],
    teacher_ids: Iterable[int],
    drafts: Any,
) -> dict[str, list[dict[str, Any]]]:
    """Rows as they would be with the requests under review, refused fields left out.

    :param drafts: which of those not sent in yet count as well (`joining`, `NO_DRAFTS`).
    """
    by_row: dict[tuple[str, int], Any] = {
        (request.table_name, request.row_id): request
        for part in chunks(teacher_ids)
        for request in session.execute(_undecided(part, drafts))
    }
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for table, rows in rows_by_table.items():
        model = TABLES[table]
        for row in rows:
            request = by_row.get((table, row["id"]))
            if request is None or row["state"] != RowState.IN_FORCE:
                found[table].append(row)
            elif request.kind == RequestKind.MODIFY:
                found[table].append(row | accepted(model, request, row))
    return found


def joining(made_by: int | None = None) -> Any:
    """Condition on `ChangeRequest`: drafts that join a submission.

    :param made_by: only what this user proposed under a reopening: a teacher sends no others in.
    """
    ready = ChangeRequest.status == RequestStatus.DRAFT
    if made_by is None:
        return ready
    return and_(ready, ChangeRequest.made_by == made_by, ChangeRequest.reopening_id.is_not(None))


#: Only what travels already.
NO_DRAFTS = false()


def _undecided(teacher_ids: Sequence[int], drafts: Any) -> Any:
    columns = ("table_name", "row_id", "kind", "patch", "refused")
    return select(*(getattr(ChangeRequest, name) for name in columns)).where(
        ChangeRequest.teacher_id.in_(teacher_ids),
        or_(ChangeRequest.status == RequestStatus.IN_REVIEW, drafts),
    )
