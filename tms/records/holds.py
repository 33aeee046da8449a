"""锁定, asked: what is frozen now, until when, why, and who can release it.

A freeze stops whatever fills in or sends in; desks go on deciding, so that a bureau can finish
what has been reported before a circular. It is over when its day is: nobody has to end it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from os.path import commonprefix
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, unscoped
from tms.dictionary.scope import SHANGHAI
from tms.errors import Because, Conflict, Message, message
from tms.models import Freeze, Teacher, Unit
from tms.models.types import now
from tms.models.unit import SEGMENT
from tms.records.one_person import one_person
from tms.records.read import CHUNK, Header
from tms.records.unit_sweep import below

__all__ = ["Hold", "frozen", "frozen_at", "is_open", "may_release", "one_person", "refuse"]

REASON = "a superior's freeze holds for files that scope found"
CONSOLE = message("系统")


@dataclass(frozen=True)
class Hold:
    """The freeze that holds a file or a unit longest."""

    act: str
    #: The first instant at which it is over.
    until: datetime
    reason: str
    #: Who froze: name, path and level of the unit; the console has none.
    unit: Message | str
    by_path: str
    by_level: int

    @property
    def last_day(self) -> date:
        """The last day on which it holds, in China."""
        return last_day(self.until)

    @property
    def sentence(self) -> Message:
        """Why not, until when, and who can do something about it."""
        return message(
            "“%(unit)s”已锁定到%(day)s（%(reason)s），期间不能填写、报送和撤回。"
            "到期自动解除，提前解除请联系该单位的信息管理员。",
            unit=self.unit,
            day=self.last_day,
            reason=self.reason,
        ).because(Because.FROZEN)


def last_day(until: datetime) -> date:
    """The day before the first instant that is free, in China."""
    return (until.astimezone(SHANGHAI) - timedelta(seconds=1)).date()


def is_open(at: datetime | None = None) -> Any:
    """Condition on `Freeze`: neither over nor released, now or at an instant of the past."""
    if at is None:
        return Freeze.released_at.is_(None) & (Freeze.until > now())
    unreleased = or_(Freeze.released_at.is_(None), Freeze.released_at > at)
    return (Freeze.made_at <= at) & (Freeze.until > at) & unreleased


def frozen(
    session: Session, headers: Iterable[Header | Teacher], at: datetime | None = None
) -> dict[int, Hold]:
    """By id those of the files, found by scope, that are frozen; one statement for all.

    :param at: an instant of the past; None is now.
    """
    paths = {header.id: header.unit_path for header in headers}
    rows = _open_near(session, paths.values(), paths, at)
    if not rows:
        return {}
    files = _longest((row.teacher_id, row) for row in rows if row.teacher_id is not None)
    units = _longest((row.unit_path, row) for row in rows if row.teacher_id is None)
    found = {i: _longer(_of(path, units), files.get(i)) for i, path in paths.items()}
    return {i: hold for i, hold in found.items() if hold}


def frozen_at(session: Session, paths: Iterable[str]) -> dict[str, Hold]:
    """By path those of the units that are frozen now, themselves or from above."""
    asked = set(paths)
    rows = _open_near(session, asked, ())
    units = _longest((row.unit_path, row) for row in rows)
    found = {path: _of(path, units) for path in asked}
    return {path: hold for path, hold in found.items() if hold}


def refuse(holds: Mapping[Any, Hold]) -> None:
    """:raises Conflict: there is one among them; the sentence says until when and who can."""
    for hold in holds.values():
        raise Conflict(hold.sentence)


def may_release(actor: Actor, by_path: str, by_level: int) -> bool:
    """Whether *actor* stands where the freeze was made, or higher.

    By level too: a unit may have been moved away from the one that froze it.
    """
    same = by_path.startswith(actor.unit_path)
    return actor.can(Permission.FREEZE) and (same or actor.unit_level < by_level)


def _open_near(
    session: Session, paths: Iterable[str], ids: Iterable[int], at: datetime | None = None
) -> list[Any]:
    """Open freezes at, above and below the lowest unit above all *paths*."""
    places = list(paths)
    if not places:
        return []
    top = commonprefix(places)
    top = top[: len(top) - len(top) % SEGMENT]
    above = [top[:end] for end in range(SEGMENT, len(top), SEGMENT)]
    statement = (
        select(
            Freeze.teacher_id,
            Freeze.unit_path,
            Freeze.act,
            Freeze.until,
            Freeze.reason,
            Unit.name,
            Unit.unit_path.label("by_path"),
            Unit.level,
        )
        .outerjoin(Unit, Unit.id == Freeze.by_unit_id)
        .where(is_open(at), or_(Freeze.unit_path.in_(above), below(Freeze.unit_path, top)))
    )
    few = list(ids)
    if len(few) <= CHUNK:
        statement = statement.where(or_(Freeze.teacher_id.is_(None), Freeze.teacher_id.in_(few)))
    return list(session.execute(unscoped(statement, REASON)))


def _longest(rows: Iterable[tuple[Any, Any]]) -> dict[Any, Hold]:
    """By file or place the freeze that counts."""
    found: dict[Any, Hold] = {}
    for key, row in rows:
        by = (row.name or CONSOLE, row.by_path or "", row.level or 0)
        hold = _longer(Hold(row.act, row.until, row.reason, *by), found.get(key))
        assert hold is not None  # noqa: S101  there is at least this one
        found[key] = hold
    return found


def _longer(*holds: Hold | None) -> Hold | None:
    """The one that ends last; of several that end together the highest unit's."""
    found = (hold for hold in holds if hold)
    return max(found, key=lambda hold: (hold.until, -hold.by_level), default=None)


def _of(path: str, units: Mapping[str, Hold]) -> Hold | None:
    """What holds at *path*, be it frozen there or above."""
    ends = range(SEGMENT, len(path) + 1, SEGMENT) if units else ()
    return _longer(*(units.get(path[:end]) for end in ends))
