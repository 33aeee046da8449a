"""Leave to propose: a bureau opens some fields of one file's section, for a reason, until a day.

Nothing is unlocked by it. Whoever fills these fields makes change requests without applying, and
they are in force after review like any other (PEERS.md 5.10).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, door, unscoped
from tms.db import BLIND
from tms.dictionary import Field
from tms.errors import Conflict, Invalid, NotAllowed, NotFound, message, term
from tms.models import TABLES, Reopening
from tms.models.types import now
from tms.records import checks
from tms.records.audit import Event, write_events
from tms.records.read import Header, headers

MAX_REASON = 500


@dataclass(frozen=True)
class NewReopening:
    """What to open; no *fields* means all of the section."""

    teacher_id: int
    table: str
    reason: str
    expires_at: datetime
    fields: Sequence[str] = ()


def reopen(session: Session, actor: Actor, new: NewReopening) -> int:
    """Give leave to propose; returns the reopening's id.

    :raises NotFound: no such file in reach. :raises NotAllowed: not a bureau's to give.
    :raises Conflict: nothing of the file is in force yet.
    :raises Invalid: no reason, an expiry in the past, or a field that nobody fills there.
    """
    actor.require(Permission.REOPEN)
    header = headers(session, [new.teacher_id]).get(new.teacher_id)
    if header is None or new.table not in TABLES:
        raise NotFound(message("没有这份档案。"))
    _asked(new, header)
    values = {
        "teacher_id": header.id,
        "unit_path": header.unit_path,
        "table_name": new.table,
        "fields": sorted(set(new.fields)),
        "reason": new.reason.strip()[:MAX_REASON],
        "expires_at": new.expires_at,
        "made_by": actor.user_id,
        "made_at": now(),
    }
    statement = unscoped(insert(Reopening).returning(Reopening.id), "the file was found by scope")
    made: int = session.scalars(statement, [values]).one()
    detail = {"reopening": made, "table": new.table, "fields": values["fields"]}
    detail |= {"note": values["reason"], "until": new.expires_at}
    write_events(session, actor, "reopen", [Event(header.unit_path, header.id, detail=detail)])
    return made


def close(session: Session, actor: Actor, reopening_id: int) -> None:
    """End a reopening by hand; what was proposed under it goes on.

    :raises NotFound: out of reach. :raises Conflict: it is closed already.
    """
    actor.require(Permission.REOPEN)
    columns = (Reopening.teacher_id, Reopening.unit_path, Reopening.table_name)
    found = session.execute(select(*columns).where(Reopening.id == reopening_id)).one_or_none()
    if found is None:
        raise NotFound(message("没有这次重开。"))
    statement = update(Reopening).where(Reopening.id == reopening_id, Reopening.closed_at.is_(None))
    closing = statement.values(closed_at=now(), closed_by=actor.user_id)
    with door(session):
        done: Any = session.execute(closing, execution_options=BLIND)
    if done.rowcount != 1:
        raise Conflict(message("这次重开已经结束。"))
    detail = {"reopening": reopening_id, "table": found.table_name}
    event = Event(found.unit_path, found.teacher_id, detail=detail)
    write_events(session, actor, "reopen.close", [event])


def open_ones(session: Session, teacher_id: int, table: str | None = None) -> list[Any]:
    """(id, table_name, fields, reason, expires_at) of what is open for a file now, in reach."""
    columns = ("id", "table_name", "fields", "reason", "expires_at")
    statement = select(*(getattr(Reopening, name) for name in columns)).where(
        Reopening.teacher_id == teacher_id,
        Reopening.closed_at.is_(None),
        Reopening.expires_at > now(),
    )
    if table is not None:
        statement = statement.where(Reopening.table_name == table)
    return list(session.execute(statement.order_by(Reopening.id)))


def leave_for(session: Session, teacher_id: int, table: str, fields: Collection[str]) -> int:
    """The open reopening that covers all of *fields*.

    :raises NotAllowed: there is none; names a field that lies outside.
    """
    found = leaves_for(session, teacher_id, table)
    for each in found:
        if not each.fields or set(fields) <= set(each.fields):
            return int(each.id)
    allowed = {key for each in found for key in each.fields}
    declared = TABLES[table].dictionary.fields
    outside = next((key for key in fields if key not in allowed), None)
    if outside is None:
        raise NotAllowed(message("这些内容分属几次重开，请分开提出。"))
    raise NotAllowed(message("“%(field)s”不在重开的范围内。", field=term(declared[outside])))


def leaves_for(session: Session, teacher_id: int, table: str) -> list[Any]:
    """What is open for a section of a file now.

    :raises NotAllowed: nothing is, or no longer.
    """
    found = open_ones(session, teacher_id, table)
    if not found:
        raise NotAllowed(message("没有重开，或重开已到期；修改须由学校信息管理员申请变更。"))
    return found


def opened(fields: Iterable[Field], found: Iterable[Any]) -> list[Field]:
    """Those of *fields* that one of the reopenings *found* names."""
    leaves = list(found)
    return [f for f in fields if any(not each.fields or f.key in each.fields for each in leaves)]


def _asked(new: NewReopening, header: Header) -> None:
    table = TABLES[new.table].dictionary
    checks.applies(TABLES[new.table], header)
    if not header.in_force:
        raise Conflict(message("档案尚未生效，可直接修改，不必重开。"))
    if not new.reason.strip():
        raise Invalid(message("请说明重开的理由。"))
    if new.expires_at <= now():
        raise Invalid(message("截止时间须在以后。"))
    fillable = {field.key for field in table.fields_for(header.category) if not field.readonly}
    if set(new.fields) - fillable:
        raise Invalid(message("所选内容中有不能填写的。"))
