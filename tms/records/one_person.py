"""A unit that declares itself a one-person unit: there whoever fills in may also pass (S5).

Declared by its own system administrator or one above, shown on its files and on the upper desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, unscoped
from tms.dictionary.scope import today
from tms.errors import Conflict, Invalid, NotFound, message
from tms.models import Unit, UnitKind
from tms.records.audit import Event, write_events
from tms.records.read import chunks

#: A superior's desk and a department ask of units beside their own reach.
REASON = "that a unit is a one-person unit is shown to whoever judges its files"


def one_person(session: Session, unit_ids: Iterable[int]) -> set[int]:
    """Those of *unit_ids* that have declared themselves one-person units."""
    found: set[int] = set()
    for part in chunks(sorted(set(unit_ids))):
        statement = select(Unit.id).where(Unit.id.in_(part), Unit.one_person_since.is_not(None))
        found |= set(session.scalars(unscoped(statement, REASON)))
    return found


def offers(actor: Actor, unit: Unit) -> bool:
    """Whether *actor* may declare *unit*, or revoke it: open schools, one's own included."""
    is_school = unit.kind == UnitKind.SCHOOL and unit.closed_on is None
    return is_school and actor.can(Permission.UNIT_WRITE)


def declare(session: Session, actor: Actor, unit_id: int) -> date:
    """From today, which is returned, one person may fill in and judge at the school.

    :raises NotFound: out of reach. :raises Invalid: not a school. :raises Conflict: closed, or
        declared already.
    """
    unit = _school(session, actor, unit_id)
    if unit.one_person_since is not None:
        raise Conflict(message("该单位已于%(on)s声明为一人单位。", on=unit.one_person_since))
    unit.one_person_since = since = today()
    _log(session, actor, "unit.one_person", unit, None)
    return since


def revoke(session: Session, actor: Actor, unit_id: int) -> date:
    """From now on somebody else passes again; verdicts given stay. Returns since when it was so.

    :raises NotFound: out of reach. :raises Invalid: not a school. :raises Conflict: not declared.
    """
    unit = _school(session, actor, unit_id)
    if unit.one_person_since is None:
        raise Conflict(message("该单位没有声明为一人单位。"))
    former, unit.one_person_since = unit.one_person_since, None
    _log(session, actor, "unit.several", unit, former)
    return former


def _school(session: Session, actor: Actor, unit_id: int) -> Unit:
    actor.require(Permission.UNIT_WRITE)
    unit: Unit | None = session.scalar(select(Unit).where(Unit.id == unit_id))
    if unit is None:
        raise NotFound(message("没有这个单位。"))
    if unit.kind != UnitKind.SCHOOL:
        raise Invalid(message("只有学校可以声明为一人单位。"))
    if unit.closed_on is not None:
        raise Conflict(message("该单位已于%(on)s撤销。", on=unit.closed_on))
    return unit


def _log(session: Session, actor: Actor, act: str, unit: Unit, former: object) -> None:
    session.flush()
    changed = {"unit": {str(unit.id): {"one_person_since": former}}}
    event = Event(unit.unit_path, former=changed, detail={"unit": unit.id}, files=0)
    write_events(session, actor, act, [event])
