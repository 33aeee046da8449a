"""What an act on a unit will do, counted before it is done; the act works from the same plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import reduce
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, unscoped
from tms.errors import Conflict, Invalid, Message, NotAllowed, NotFound, message
from tms.models import ReviewTask, Teacher, Unit
from tms.records.unit_accounts import accounts_at
from tms.records.unit_sweep import below
from tms.records.units import INNER

REASON = "counted below a unit that scope found"


class UnitAct(StrEnum):
    """What may be done to a unit beyond changing what describes it."""

    RENAME = "rename"
    MOVE = "move"
    MERGE = "merge"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Order:
    """What is asked: an act, the unit, and what the act needs besides."""

    act: UnitAct
    unit_id: int
    #: The new supervisor, or the unit merged into.
    target_id: int | None = None
    name: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Named:
    """A unit as a page names it."""

    id: int
    code: str
    name: str


@dataclass(frozen=True)
class Plan:
    """How many an act concerns: what lies below the unit, and what stands in its way."""

    order: Order
    unit: Named
    target: Named | None
    #: Open units below it.
    units: int
    files: int
    #: Enabled accounts that act there, teachers' too.
    accounts: int
    #: Open tasks that go to another desk.
    tasks: int
    obstacles: tuple[Message, ...] = ()

    @property
    def figures(self) -> str:
        """The counts as a form carries them, so that the act does what the preview said."""
        return f"{self.units}-{self.files}-{self.accounts}-{self.tasks}"

    def refuse_obstacles(self) -> None:
        """:raises Conflict: something stands in the way; each with its remedy."""
        if self.obstacles:
            raise Conflict(reduce(_both, self.obstacles))


def _both(first: Message, second: Message) -> Message:
    return message("%(first)s%(second)s", first=first, second=second)


def offered(actor: Actor, unit: Unit) -> tuple[UnitAct, ...]:
    """The acts that *actor* may do to *unit*: never to his own, nor to the root."""
    is_ones_own = unit.id == actor.unit_id or unit.supervisor_id is None
    if is_ones_own or not actor.can(Permission.UNIT_WRITE):
        return ()
    if unit.closed_on is not None:
        return (UnitAct.REOPEN,)
    acts = (UnitAct.RENAME, UnitAct.MOVE, UnitAct.MERGE, UnitAct.CLOSE)
    return tuple(act for act in acts if not (act is UnitAct.MOVE and unit.kind in INNER))


def unit_for(session: Session, actor: Actor, order: Order) -> Unit:
    """The unit that *order* is about.

    :raises NotFound: out of reach. :raises NotAllowed: the role's, or it is the actor's own.
    :raises Conflict: closed, or not closed. :raises Invalid: no such act for its kind.
    """
    actor.require(Permission.UNIT_WRITE)
    unit: Unit | None = session.scalar(select(Unit).where(Unit.id == order.unit_id))
    if unit is None:
        raise NotFound(message("没有这个单位。"))
    if unit.id == actor.unit_id or unit.supervisor_id is None:
        raise NotAllowed(message("本单位的信息由上级单位维护。"))
    if order.act not in offered(actor, unit):
        raise _not_offered(unit, order.act)
    return unit


def _not_offered(unit: Unit, act: UnitAct) -> Conflict | Invalid:
    if unit.closed_on is not None:
        return Conflict(message("该单位已于%(on)s撤销。", on=unit.closed_on))
    if act is UnitAct.REOPEN:
        return Conflict(message("该单位没有撤销。"))
    return Invalid(message("二级单位和职能部门属于所在学校，不能划转；可以合并或撤销。"))


def target_of(session: Session, order: Order) -> Unit:
    """The open unit in reach that *order* names besides.

    :raises NotFound: out of reach. :raises Invalid: closed.
    """
    unit: Unit | None = session.scalar(select(Unit).where(Unit.id == order.target_id))
    if unit is None:
        raise NotFound(message("没有这个单位。"))
    if unit.closed_on is not None:
        raise Invalid(message("“%(name)s”已撤销。", name=unit.name))
    return unit


def planned(
    session: Session,
    order: Order,
    unit: Unit,
    target: Unit | None = None,
    desks: Sequence[int | None] = (),
) -> Plan:
    """Count what *order* concerns.

    :param desks: units whose open tasks, as far as *unit* is `concerned`, go to another desk.
    """
    path, own = unit.unit_path, Unit.unit_path
    open_units = below(own, path) & (own != path) & Unit.closed_on.is_(None)
    moving = concerned(unit) & ReviewTask.desk_unit_id.in_(desks)
    return Plan(
        order,
        _named(unit),
        _named(target) if target else None,
        units=count(session, Unit, open_units),
        files=count(session, Teacher, below(Teacher.unit_path, path)),
        accounts=accounts_at(session, path),
        tasks=count(session, ReviewTask, moving & ReviewTask.verdict.is_(None)) if desks else 0,
    )


def concerned(unit: Unit) -> Any:
    """Condition on `ReviewTask`: of a file below *unit*, or on its own desk.

    What lies on a department's desk is of files beside it.
    """
    return below(ReviewTask.unit_path, unit.unit_path) | (ReviewTask.desk_unit_id == unit.id)


def _named(unit: Unit) -> Named:
    return Named(unit.id, unit.code, unit.name)


def count(session: Session, model: Any, condition: Any) -> int:
    """Number of rows, whether or not the actor's role reads that kind of row."""
    statement = select(func.count()).select_from(model).where(condition)
    return session.scalar(unscoped(statement, REASON)) or 0
