"""What of a row may be written now: the door's own questions, asked before a form is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tms.access import Actor
from tms.access.policy import fillable_fields
from tms.dictionary import Field
from tms.errors import Conflict, Text, TmsError
from tms.models import SectionRecord
from tms.records import checks, holds
from tms.records.read import Header, UnderWay, open_submissions


@dataclass(frozen=True)
class Writable:
    """The fields of a row that the actor may write now; where there are none, why."""

    fields: tuple[Field, ...] = ()
    reason: Text | None = None
    may_delete: bool = False


def for_new_row(
    session: Session, actor: Actor, model: type[SectionRecord], header: Header
) -> Writable:
    """Of a row to be made.

    :raises Invalid: schools of this category do not collect the table.
    :raises Conflict: the table holds one record a file, and there is one already.
    """
    checks.applies(model, header)
    checks.makeable(actor, model, header)
    checks.room_for(session, model, [header.id])
    hold = holds.frozen(session, [header]).get(header.id)
    if hold is not None:
        return Writable(reason=hold.sentence)
    return Writable(tuple(fillable_fields(actor, model.dictionary, header.category)))


def for_row(
    session: Session,
    actor: Actor,
    model: type[SectionRecord],
    row: Mapping[str, Any],
    header: Header,
) -> Writable:
    """Of a row that exists; during the supplement step that is a part of its fields."""
    hold = holds.frozen(session, [header]).get(header.id)
    if hold is not None:
        return Writable(reason=hold.sentence)
    submission = open_submissions(session, [header.id]).get(header.id)
    open_: list[Field] = []
    reason: Text | None = None
    for field in fillable_fields(actor, model.dictionary, header.category):
        try:
            checks.editable(actor, model, row, {field.key: None}, header, submission)
            open_.append(field)
        except Conflict as conflict:
            reason = conflict.text
    return Writable(
        tuple(open_), None if open_ else reason, _deletable(actor, model, row, header, submission)
    )


def _deletable(
    actor: Actor,
    model: type[SectionRecord],
    row: Mapping[str, Any],
    header: Header,
    submission: UnderWay | None,
) -> bool:
    try:
        checks.deletable(actor, model, row, header, submission)
    except TmsError:
        return False
    return True
