"""What of a row in force somebody may ask to change now; asked before a form is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, policy, unscoped
from tms.among import among
from tms.dictionary import Field
from tms.errors import Text, TmsError
from tms.models import UNDECIDED, ChangeRequest, RequestStatus, RowState, SectionRecord
from tms.records import holds
from tms.records.editable import Writable
from tms.records.read import Header, chunks
from tms.records.reopenings import leaves_for, opened
from tms.records.request_checks import (
    NOT_IN_FORCE,
    REASON,
    Target,
    already_asked,
    removable,
    requests_where,
)


def for_change(
    session: Session,
    actor: Actor,
    model: type[SectionRecord],
    row: Mapping[str, Any],
    header: Header,
    *,
    editing: int | None = None,
) -> Writable:
    """The fields that the actor may apply for, or propose under a reopening; else why not.

    :param editing: the request on the screen, which does not stand in its own way.
    """
    closed = _closed(session, row, header)
    if closed is not None:
        return Writable(reason=closed)
    other = undecided(session, model.__tablename__, [row["id"]]).get(row["id"])
    if other is not None and other.id != editing:
        return Writable(reason=already_asked(other.status))
    fields = policy.fillable_fields(actor, model.dictionary, header.category, header.unit_path)
    if actor.can(Permission.CHANGE):
        return Writable(tuple(fields), may_delete=_may_remove(actor, header, model, row))
    try:
        leaves = leaves_for(session, header.id, model.__tablename__)
    except TmsError as refused:
        return Writable(reason=refused.text)
    return Writable(tuple(opened(fields, leaves)))


def for_wish(
    session: Session,
    actor: Actor,
    model: type[SectionRecord],
    row: Mapping[str, Any],
    header: Header,
) -> Writable:
    """The fields that a teacher may wish to be corrected: all he sees, whoever fills them."""
    closed = _closed(session, row, header)
    if closed is not None:
        return Writable(reason=closed)
    return Writable(tuple(wishable(actor, model, header)))


def _closed(session: Session, row: Mapping[str, Any], header: Header) -> Text | None:
    """Why nobody may ask anything about the row now."""
    if row["state"] != RowState.IN_FORCE:
        return NOT_IN_FORCE
    hold = holds.frozen(session, [header]).get(header.id)
    return hold.sentence if hold else None


def wishable(actor: Actor, model: type[SectionRecord], header: Header) -> list[Field]:
    """Fields that are filled in by anybody, as far as the actor sees them."""
    seen = policy.shown_fields(actor, model.dictionary, header.category, header.unit_path)
    return [field for field in seen if not field.readonly]


def undecided(session: Session, table: str, row_ids: Sequence[int]) -> dict[int, Any]:
    """By row its undecided request, in reach."""
    found = requests_where(
        session,
        ChangeRequest.table_name == table,
        ChangeRequest.row_id.in_(row_ids),
        ChangeRequest.status.in_(UNDECIDED),
    )
    return {each.row_id: each for each in found}


def asked(session: Session, model: type[SectionRecord], row_ids: Sequence[int]) -> dict[int, str]:
    """By row the status of its undecided request, whoever made it; rows were found by scope."""
    found: dict[int, str] = {}
    for part in chunks(row_ids):
        statement = select(ChangeRequest.row_id, ChangeRequest.status).where(
            ChangeRequest.table_name == model.__tablename__,
            among(ChangeRequest.row_id, part),
            ChangeRequest.status.in_(UNDECIDED),
        )
        found |= {row[0]: row[1] for row in session.execute(unscoped(statement, REASON))}
    return found


def readable(actor: Actor) -> Any:
    """Condition on `ChangeRequest`: a wish is between the teacher and the school's office."""
    if actor.can(Permission.CHANGE) or actor.can(Permission.WISH):
        return true()
    return ChangeRequest.status != RequestStatus.WISH


def _may_remove(
    actor: Actor, header: Header, model: type[SectionRecord], row: Mapping[str, Any]
) -> bool:
    try:
        removable(actor, Target(header, model, dict(row)))
    except TmsError:
        return False
    return True
