"""What a note of a return suggests, as its reader may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tms.access import Actor
from tms.admin_views.values import stored_of, text_of
from tms.db import db
from tms.dictionary import from_stored
from tms.models import TABLES
from tms.records.audit import plain
from tms.records.editable import for_row
from tms.records.read import headers, rows_by_id
from tms.workflow.suggestions import suggestible, value_of


@dataclass(frozen=True)
class Suggested:
    """What a note suggests, as the reader may see it."""

    note_id: int
    #: Of the row, for who was quicker.
    version: int
    was: str
    text: str
    #: Whether the row holds it already, and whether the reader may write it there now.
    is_taken: bool
    is_offered: bool


def suggested(actor: Actor, note: Any) -> Suggested | None:
    """What *note* suggests for a row that is still there."""
    model = TABLES.get(note.table_name or "") if note.suggestion else None
    rows = rows_by_id(db.session(), model, [note.row_id]) if model else {}
    header = headers(db.session(), [note.teacher_id]).get(note.teacher_id)
    if model is None or header is None or not rows:
        return None
    row, field = rows[note.row_id], model.dictionary.fields[note.field]
    if not suggestible(actor, field):
        return None
    texts = [
        text_of(actor, model.dictionary, field, value, header.category)
        for value in (stored_of(row, field), _stored(value_of(note)))
    ]
    taken = plain(from_stored(field, row[field.key])) == value_of(note)
    may = field in for_row(db.session(), actor, model, row, header).fields
    return Suggested(note.id, row["content_version"], texts[0], texts[1], taken, may and not taken)


def _stored(value: Any) -> Any:
    """As a column holds it: several codes are one text there."""
    return ",".join(value) if isinstance(value, list) else value
