"""What of a row may be written now: the door's own questions, asked before a form is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.access.policy import fillable_fields
from tms.dictionary import Field
from tms.errors import Conflict, Text, TmsError, message
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
    at = header.category, header.unit_path
    return Writable(tuple(fillable_fields(actor, model.dictionary, *at)))


@dataclass(frozen=True)
class Standing:
    """What decides over all rows of a file: asked once for a page that shows many."""

    submission: UnderWay | None
    hold: holds.Hold | None


def standing_of(session: Session, header: Header) -> Standing:
    """Where the file stands now."""
    return Standing(
        open_submissions(session, [header.id]).get(header.id),
        holds.frozen(session, [header]).get(header.id),
    )


def for_row(
    session: Session,
    actor: Actor,
    model: type[SectionRecord],
    row: Mapping[str, Any],
    header: Header,
    standing: Standing | None = None,
) -> Writable:
    """Of a row that exists; during the supplement step that is a part of its fields."""
    standing = standing or standing_of(session, header)
    if standing.hold is not None:
        return Writable(reason=standing.hold.sentence)
    submission = standing.submission
    open_: list[Field] = []
    reason: Text | None = None
    for field in fillable_fields(actor, model.dictionary, header.category, header.unit_path):
        try:
            checks.editable(actor, model, row, {field.key: None}, header, submission)
            open_.append(field)
        except Conflict as conflict:
            reason = reason or conflict.text
    return Writable(
        tuple(open_), None if open_ else reason, _deletable(actor, model, row, header, submission)
    )


@dataclass(frozen=True)
class Question:
    """What of a file somebody wants to write."""

    model: type[SectionRecord]
    header: Header
    #: All columns; None asks about a new row.
    row: Mapping[str, Any] | None = None
    #: None asks about anything in the row.
    field: Field | None = None
    delete: bool = False


def refuse(session: Session, actor: Actor, asked: Question) -> None:
    """:raises TmsError: what `save` would raise whatever the value, if the row has not moved."""
    refuse_at(session, actor, asked, standing_of(session, asked.header))
    if asked.row is None:
        checks.room_for(session, asked.model, [asked.header.id])


def refuse_at(session: Session, actor: Actor, asked: Question, standing: Standing) -> None:
    """As `refuse`, while the file stands like this; whether a table has room is not asked."""
    actor.require(Permission.RECORD_WRITE)
    if standing.hold is not None:
        holds.refuse({asked.header.id: standing.hold})
    model, header, row, submission = asked.model, asked.header, asked.row, standing.submission
    touched = {asked.field.key: None} if asked.field is not None else {}
    if row is None:
        checks.insertable(actor, model, touched, header)
    elif asked.delete:
        checks.deletable(actor, model, row, header, submission)
    elif touched:
        checks.alterable(actor, model, row, touched, header, submission)
    else:
        checks.makeable(actor, model, header)
        writable = for_row(session, actor, model, row, header, standing)
        if not writable.fields:
            raise Conflict(writable.reason or message("没有可修改的内容。"))


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
