"""What a reviewer would have instead at a field that he returns, and taking that up (PEERS.md 5.7).

It is kept in canonical form, so that whoever fills the field takes it up at one tap; the door asks
what it asks of anything that is typed.
"""

from __future__ import annotations

import json
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.access.policy import may_see
from tms.dictionary import Field, Kind, Sensitivity
from tms.errors import Invalid, NotFound, message
from tms.models import TABLES, ReviewNote
from tms.records import RowChange, save
from tms.records.audit import plain
from tms.records.checks import storable_values
from tms.records.read import Header, rows_by_id
from tms.records.values import from_row


def suggestible(actor: Actor, field: Field) -> bool:
    """Whether a value may be suggested: what nobody should write into a note is left out."""
    plainly = not field.encrypted and field.kind is not Kind.PHOTO
    return plainly and field.sensitivity is not Sensitivity.HIGH and may_see(actor, field)


class Place(Protocol):
    """Where a note points, and what it suggests, as typed (`tms.workflow.returns.NoteOn`)."""

    @property
    def table(self) -> str | None: ...
    @property
    def row_id(self) -> int | None: ...
    @property
    def field(self) -> str | None: ...
    @property
    def suggestion(self) -> Any: ...


def canonical_of(session: Session, actor: Actor, header: Header, at: Place) -> str | None:
    """The suggestion as a note keeps it; None where it says nothing new.

    :raises Invalid: nothing can be suggested there, or the value cannot be stored.
    """
    if at.suggestion in (None, "", []):
        return None
    model = TABLES.get(at.table or "")
    field = model.dictionary.fields.get(at.field or "") if model else None
    rows = rows_by_id(session, model, [at.row_id]) if model and at.row_id is not None else {}
    if model is None or field is None or not rows or not suggestible(actor, field):
        raise Invalid(message("此处不能填写建议值。"))
    before = from_row(model, rows[at.row_id or 0])
    clean = storable_values(model, {field.key: at.suggestion}, header, before)[field.key]
    if clean is None or clean == before[field.key]:
        return None
    return json.dumps(plain(clean), ensure_ascii=False)


def value_of(note: Any) -> Any:
    """What a note suggests, as a form would send it."""
    return json.loads(note.suggestion)


def accept(session: Session, actor: Actor, note_id: int | None, version: int | None) -> int:
    """Write what an open note suggests into its row, as if it had been typed; returns the row's id.

    :param version: of the row, as the reader saw it.
    :raises NotFound: no such note in reach. Else what `save` raises.
    """
    statement = select(ReviewNote).where(
        ReviewNote.id == note_id,
        ReviewNote.resolved_at.is_(None),
        ReviewNote.suggestion.is_not(None),
    )
    note = session.scalar(statement)
    if note is None or note.table_name not in TABLES or note.row_id is None:
        raise NotFound(message("没有这条建议。"))
    change = RowChange(note.teacher_id, {str(note.field): value_of(note)}, note.row_id, version)
    return save(session, actor, {str(note.table_name): [change]}).row_ids[0]
