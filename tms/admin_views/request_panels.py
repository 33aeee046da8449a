"""变更申请 of one file, for the file page and the reviewer's: old and new, accept or refuse.

A page includes `admin/requests_panel.html` with `requests=panels_of(...)`; where the reader judges,
the choices are posted with its form (see `refused_from`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from tms.access import Actor, Permission
from tms.admin_views.lookups import parse_id
from tms.admin_views.request_words import RequestPage, Told, told
from tms.db import db
from tms.models import UNDECIDED, ChangeRequest, RequestStatus
from tms.records.changeable import readable

#: Inputs of a choice: "refuse-<request>-<field>" says "1" for refused, "why-…" says why.
REFUSE, WHY = "refuse-", "why-"
OPEN = (*UNDECIDED, RequestStatus.WISH)
#: The latest decided ones that are shown besides.
DECIDED = 3


def panels_of(actor: Actor, teacher_id: int) -> list[Told]:
    """The requests of a file in reach that nobody has decided, and wishes; then the latest."""
    if not actor.can(Permission.RECORD_READ):
        return []
    mine = (ChangeRequest.teacher_id == teacher_id, readable(actor))
    undecided = select(ChangeRequest).where(*mine, ChangeRequest.status.in_(OPEN))
    decided = select(ChangeRequest).where(*mine, ChangeRequest.status.not_in(OPEN))
    rows = [
        *db.session.scalars(undecided.order_by(ChangeRequest.id)),
        *db.session.scalars(decided.order_by(ChangeRequest.id.desc()).limit(DECIDED)),
    ]
    page = RequestPage(rows, actor)
    return [told(actor, page, row) for row in rows]


def undecided(actor: Actor, teacher_id: int) -> dict[tuple[str, int], Any]:
    """By table and row the request that is open there: there is one at most."""
    statement = select(ChangeRequest).where(
        ChangeRequest.teacher_id == teacher_id,
        ChangeRequest.status.in_(UNDECIDED),
        readable(actor),
    )
    return {(str(each.table_name), each.row_id): each for each in db.session.scalars(statement)}


def under_review(actor: Actor, teacher_id: int) -> list[Told]:
    """Those that travel with the file's open submission, for whoever judges it."""
    statement = select(ChangeRequest).where(
        ChangeRequest.teacher_id == teacher_id, ChangeRequest.status == RequestStatus.IN_REVIEW
    )
    rows = list(db.session.scalars(statement.order_by(ChangeRequest.id)))
    page = RequestPage(rows, actor)
    return [told(actor, page, row) for row in rows]


def choices_of(form: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name, value) of the choices posted and of their reasons, to be posted once more."""
    chosen = [name for name in form if name.startswith(REFUSE)]
    names = [*chosen, *(WHY + name.removeprefix(REFUSE) for name in chosen)]
    return [(name, str(form[name])) for name in names if name in form]


def unexplained(form: Mapping[str, Any]) -> list[str]:
    """ "<request>-<field>" of what was chosen to be refused without a reason."""
    refused = refused_from(form)
    return [
        f"{request_id}-{key}"
        for request_id, fields in refused.items()
        for key, why in fields.items()
        if not why.strip()
    ]


def refused_from(form: Mapping[str, Any]) -> dict[int, dict[str, str]]:
    """{request: {field: reason}} of what was chosen to be refused; no reason is "" (and refused).

    A deletion is refused under "".
    """
    found: dict[int, dict[str, str]] = {}
    for name in form:
        if not name.startswith(REFUSE) or form[name] != "1":
            continue
        number, _sep, key = name.removeprefix(REFUSE).partition("-")
        request_id = parse_id(number)
        if request_id is not None:
            why = str(form.get(f"{WHY}{number}-{key}", ""))
            found.setdefault(request_id, {})[key] = why
    return found
