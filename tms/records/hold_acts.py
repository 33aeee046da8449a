"""锁定 and 解除: files chosen from a list, or a unit with all below it, until a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, door, unscoped
from tms.db import BLIND, AnySelect
from tms.dictionary.scope import SHANGHAI, today
from tms.errors import Conflict, Invalid, NotAllowed, NotFound, message
from tms.models import AuditEvent, Freeze, Teacher, Unit, UnitKind
from tms.models.types import now
from tms.records.audit import Event, event_base, new_act_id, write_events
from tms.records.chosen import count, log, pick, picked
from tms.records.holds import is_open, may_release
from tms.records.unit_sweep import below

REASON = "the files or the unit were found by scope"
REASON_MAX = 200
#: A freeze is for weeks before a circular; beyond this it is a slip of the pen.
LONGEST = timedelta(days=366)
#: Units that have files at or below them.
WITH_FILES = frozenset({UnitKind.BUREAU, UnitKind.SCHOOL, UnitKind.SECONDARY_UNIT})


@dataclass(frozen=True)
class Frozen:
    """What was frozen: the act that releases it again, and how many files it concerns."""

    act: str
    files: int


def freeze(
    session: Session, actor: Actor, chosen: AnySelect, *, reason: str, until: date
) -> Frozen:
    """锁定 the files of *chosen* (a select of their ids) up to and including the day *until*.

    :raises NotAllowed: the role does not freeze. :raises Invalid: no reason, or no such day.
    """
    values = _values(actor, reason, until)
    with door(session):
        selection = pick(session, actor, chosen)
        columns = Freeze.__table__.c
        constants = [literal(value, columns[name].type) for name, value in values.items()]
        rows = select(Teacher.id, Teacher.unit_path, *constants)
        rows = rows.where(Teacher.id.in_(picked(selection)))
        names = ["teacher_id", "unit_path", *values]
        session.execute(unscoped(insert(Freeze).from_select(names, rows), REASON))
        log(session, actor, "freeze", selection, values["act"], _detail(reason, until))
    return Frozen(values["act"], count(session, selection))


def freeze_unit(
    session: Session, actor: Actor, unit_id: int, *, reason: str, until: date
) -> Frozen:
    """锁定 a unit and everything below it, also what comes there meanwhile.

    :raises NotFound: out of reach. :raises Invalid: it has no files, no reason, or no such day.
    :raises Conflict: it is closed.
    """
    values = _values(actor, reason, until)
    unit = unit_to_freeze(session, unit_id)
    row = values | {"unit_id": unit.id, "unit_path": unit.unit_path}
    inside = below(Teacher.unit_path, unit.unit_path)
    files = session.scalar(select(func.count()).select_from(Teacher).where(inside)) or 0
    event = Event(unit.unit_path, detail=_detail(reason, until) | {"unit": unit.id}, files=files)
    with door(session):
        session.execute(unscoped(insert(Freeze), REASON), [row])
        write_events(session, actor, "freeze", [event], values["act"])
    return Frozen(values["act"], files)


def offers_unit(actor: Actor, unit: Unit) -> bool:
    """Whether *actor* may freeze *unit* as a whole."""
    with_files = unit.kind in WITH_FILES and unit.closed_on is None
    return with_files and actor.can(Permission.FREEZE)


def unit_to_freeze(session: Session, unit_id: int) -> Unit:
    """The unit in reach that can be frozen as a whole; raises as `freeze_unit`."""
    unit: Unit | None = session.scalar(select(Unit).where(Unit.id == unit_id))
    if unit is None:
        raise NotFound(message("没有这个单位。"))
    if unit.closed_on is not None:
        raise Conflict(message("该单位已于%(on)s撤销。", on=unit.closed_on))
    if unit.kind not in WITH_FILES:
        raise Invalid(message("该单位没有档案，不需要锁定。"))
    return unit


def release(session: Session, actor: Actor, act: str) -> int:
    """End what one act froze, as far as the actor reaches; returns the number of entries.

    :raises NotFound: nothing of it is open within reach. :raises NotAllowed: a unit above froze it.
    """
    actor.require(Permission.FREEZE)
    mine = (Freeze.act == act) & is_open()
    by = session.execute(select(Freeze.by_unit_id).where(mine).limit(1)).first()
    if by is None:
        raise NotFound(message("没有这项锁定，或已经解除、到期。"))
    _must_stand_as_high(session, actor, by.by_unit_id)
    at = now()
    values = {"released_at": at, "released_by": actor.user_id}
    with door(session):
        result: Any = session.execute(
            update(Freeze).where(mine).values(**values), execution_options=BLIND
        )
        _log_release(session, actor, act, at)
    return int(result.rowcount)


def _must_stand_as_high(session: Session, actor: Actor, unit_id: int | None) -> None:
    columns = select(Unit.name, Unit.unit_path, Unit.level).where(Unit.id == unit_id)
    by = session.execute(unscoped(columns, "who froze may sit above")).first()
    if by is not None and not may_release(actor, by.unit_path, by.level):
        raise NotAllowed(message("这是“%(unit)s”的锁定，须由该单位或其上级解除。", unit=by.name))


def _values(actor: Actor, reason: str, until: date) -> dict[str, Any]:
    actor.require(Permission.FREEZE)
    text = reason.strip()
    if not text or len(text) > REASON_MAX:
        raise Invalid(message("锁定须说明原因，不超过%(n)s个字符。", n=REASON_MAX))
    if not today() <= until <= today() + LONGEST:
        raise Invalid(message("锁定的截止日期须在今天之后的一年以内。"))
    return {
        "reason": text,
        "until": datetime.combine(until + timedelta(days=1), time(), SHANGHAI),
        "act": new_act_id(),
        "made_by": actor.user_id,
        "by_unit_id": actor.unit_id,
        "made_at": now(),
    }


def _detail(reason: str, until: date) -> dict[str, Any]:
    return {"note": reason.strip(), "until": until.isoformat()}


def _log_release(session: Session, actor: Actor, act: str, at: datetime) -> None:
    """One event for each file that can be written again, or for the unit."""
    base = event_base(actor, "release", new_act_id()) | {"files": 1, "detail": {"act": act}}
    columns = AuditEvent.__table__.c
    constants = [literal(value, columns[name].type) for name, value in base.items()]
    rows = select(*constants, Freeze.teacher_id, Freeze.unit_path)
    rows = rows.where(Freeze.act == act, Freeze.released_at == at)
    names = [*base, "teacher_id", "unit_path"]
    session.execute(unscoped(insert(AuditEvent).from_select(names, rows), REASON))
