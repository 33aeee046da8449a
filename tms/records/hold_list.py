"""The freezes that stand: in reach, and those from above that hold there too; one line an act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, unscoped
from tms.errors import Message
from tms.models import Freeze, Person, Teacher, Unit, User
from tms.models.unit import SEGMENT
from tms.records.holds import CONSOLE, is_open, last_day, may_release
from tms.records.unit_sweep import below

REASON = "who froze what holds for files in reach may sit above"
#: Acts shown at once; the rest comes up as these end.
SHOWN = 200


@dataclass(frozen=True)
class Standing:
    """What one act froze, as far as it holds in the actor's reach."""

    act: str
    #: The unit frozen as a whole; empty where files were chosen.
    unit: str
    files: int
    #: One of the chosen files: its id and name, so that acts can be told apart; (0, "") for units.
    one: tuple[int, str]
    reason: str
    last_day: date
    #: The unit acted for, and the person.
    by_unit: Message | str
    by: str
    made_at: datetime
    may_release: bool


def standing(session: Session, actor: Actor, limit: int = SHOWN) -> list[Standing]:
    """The latest first.

    :raises NotAllowed: the role does not freeze.
    """
    actor.require(Permission.FREEZE)
    acts = [*_from_above(session, actor), *session.execute(_by_act().limit(limit)).all()]
    units = _units(session, {i for row in acts for i in (row.unit_id, row.by_unit_id)})
    people = _people(session, {row.made_by for row in acts})
    named = _named(session, {row.one for row in acts})
    return [_standing(session, actor, row, units, people, named) for row in acts]


def _by_act() -> Any:
    one = {name: func.max(getattr(Freeze, name)).label(name) for name in _COPIED}
    some = func.max(Freeze.teacher_id).label("one")
    statement = select(Freeze.act, func.count().label("files"), some, *one.values())
    statement = statement.where(is_open()).group_by(Freeze.act)
    return statement.order_by(one["made_at"].desc(), Freeze.act)


#: The same in every row of an act.
_COPIED = ("unit_id", "unit_path", "reason", "until", "by_unit_id", "made_by", "made_at")


def _from_above(session: Session, actor: Actor) -> Sequence[Any]:
    path = actor.unit_path
    above = [path[:end] for end in range(SEGMENT, len(path), SEGMENT)]
    whole = Freeze.unit_path.in_(above) & Freeze.teacher_id.is_(None)
    return session.execute(unscoped(_by_act().where(whole), REASON)).all()


def _standing(
    session: Session,
    actor: Actor,
    row: Any,
    units: dict[int, Any],
    people: dict[int, str],
    named: dict[int, str],
) -> Standing:
    by, whole = units.get(row.by_unit_id), units.get(row.unit_id)
    inside = row.unit_path.startswith(actor.unit_path)
    place = ("", 0) if by is None else (by.unit_path, by.level)
    return Standing(
        act=row.act,
        unit=whole.name if whole else "",
        files=_files(session, row.unit_path) if whole else row.files,
        one=(row.one, named[row.one]) if row.one in named else (0, ""),
        reason=row.reason,
        last_day=last_day(row.until),
        by_unit=by.name if by else CONSOLE,
        by=people.get(row.made_by, ""),
        made_at=row.made_at,
        may_release=inside and may_release(actor, *place),
    )


def _files(session: Session, path: str) -> int:
    """Files in reach that a frozen unit holds."""
    statement = select(func.count()).select_from(Teacher).where(below(Teacher.unit_path, path))
    return session.scalar(statement) or 0


def _named(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Names of files; of one without a name its number."""
    wanted = [i for i in ids if i is not None]
    statement = select(Teacher.id, func.coalesce(Teacher.name, Teacher.teacher_no))
    return {row[0]: row[1] for row in session.execute(statement.where(Teacher.id.in_(wanted)))}


def _units(session: Session, ids: Iterable[int | None]) -> dict[int, Any]:
    wanted = [i for i in ids if i is not None]
    statement = select(Unit.id, Unit.name, Unit.unit_path, Unit.level).where(Unit.id.in_(wanted))
    return {row.id: row for row in session.execute(unscoped(statement, REASON))}


def _people(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    wanted = [i for i in ids if i is not None]
    statement = select(User.id, Person.name).join(Person, Person.id == User.person_id)
    found = session.execute(unscoped(statement.where(User.id.in_(wanted)), REASON))
    return {row[0]: row[1] for row in found}
