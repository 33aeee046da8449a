"""Asking for exports as jobs: at once, or once a second person agrees (S11).

Which rows are meant is frozen when the export is asked for, so that what a second person agrees to
is what is taken.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.among import among
from tms.errors import Conflict, Text, message
from tms.exchange.export_jobs import KIND
from tms.exchange.reading import mask_text
from tms.exchange.wanted import TEACHER, Wanted
from tms.jobs import enqueue
from tms.models import TABLES
from tms.packed import unpack
from tms.records import export_requests, kept
from tms.records.export_limits import Amount, is_alone
from tms.records.read import chunks


def amount_of(session: Session, actor: Actor, wanted: Wanted, ids: Sequence[int]) -> Amount:
    """What an export of the rows *ids* takes out.

    :raises NotAllowed: the role takes none of it. :raises Invalid: there are no such columns.
    """
    content = wanted.contents(session, actor)
    return Amount(len(ids), _people(session, wanted, ids) if content.revealed else 0)


def _people(session: Session, wanted: Wanted, ids: Sequence[int]) -> int:
    """Of how many people the rows are."""
    if wanted.grid == TEACHER:
        return len(ids)
    model, found = TABLES[wanted.grid], set[int]()
    for part in chunks(ids):
        found |= set(session.scalars(select(model.teacher_id).where(among(model.id, part))))
    return len(found)


def ask_for(
    session: Session, actor: Actor, data_dir: Path, wanted: Wanted, ids: Sequence[int]
) -> int:
    """Ask for an export of the rows *ids*, in this order; returns the job's id.

    :raises NotAllowed: the role takes none of it. :raises Invalid: there are no such columns.
    :raises Denied: more than one may take out. :raises Conflict: a second person must agree first.
    """
    amount = amount_of(session, actor, wanted, ids)
    if not is_alone(session, actor, amount):
        raise Conflict(message("这次导出须由另一人同意，请从列表的导出页提出。"))
    params = _params(session, actor, data_dir, wanted, ids, amount, kept.DAY_HOURS)
    return enqueue(session, actor, KIND, params, _title(wanted, len(ids)))


def ask_second(
    session: Session, actor: Actor, data_dir: Path, wanted: Wanted, ids: Sequence[int]
) -> int:
    """As `ask_for`, where a second person must agree before it begins; the request's id."""
    amount, content = amount_of(session, actor, wanted, ids), wanted.contents(session, actor)
    hours = export_requests.DAYS * kept.DAY_HOURS
    new = export_requests.NewRequest(
        _title(wanted, len(ids)),
        [[sheet.name, [head.label for head in sheet.heads]] for sheet in content.sheets],
        mask_text(wanted.purpose),
        amount,
        _params(session, actor, data_dir, wanted, ids, amount, hours),
    )
    return export_requests.ask(session, actor, new)


def begin_agreed(session: Session, actor: Actor, request_id: int) -> int:
    """Have the file made that a second person agreed to; the job's id.

    :raises NotFound: not one's own. :raises Conflict: nobody agreed, it was begun, or is over.
    """
    row = export_requests.start(session, actor, request_id)
    title, params = unpack(row.title), {**row.params, "request": row.id}
    row.job_id = enqueue(session, actor, KIND, params, title, key=f"export:{row.id}")
    session.flush()
    return row.job_id


def let_be(session: Session, actor: Actor, data_dir: Path, request_id: int) -> None:
    """Withdraw what waits for a second person, and forget which rows it was about.

    :raises NotFound: not one's own. :raises Conflict: it was refused or begun, or is over.
    """
    row = export_requests.withdraw(session, actor, request_id)
    kept.discard(session, data_dir, row.params["ids"])


def _params(
    session: Session,
    actor: Actor,
    data_dir: Path,
    wanted: Wanted,
    ids: Sequence[int],
    amount: Amount,
    hours: int,
) -> dict[str, Any]:
    """What the job is given; the ids lie in a kept file."""
    frozen = array("q", ids).tobytes()

    def write(out: BinaryIO) -> None:
        out.write(frozen)

    name, kind = "ids", "application/octet-stream"
    masked = replace(wanted, purpose=mask_text(wanted.purpose))
    return {
        "wanted": masked.as_json(),
        "people": amount.people,
        "ids": kept.keep(session, actor, data_dir, name, kind, write, hours=hours),
    }


def _title(wanted: Wanted, count: int) -> Text:
    told = {"name": wanted.name, "n": f"{count:,}", "format": wanted.fmt.upper()}
    return message("导出%(name)s，%(n)s条，%(format)s", **told)
