"""Acts on units: renaming, moving, merging, closing, opening again; previewed, then carried out.

Units in reach other than the actor's own, each act with one audit event and in the transaction of
the caller. `preview` and `carry_out` count by the same function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from tms.access import Actor
from tms.errors import Conflict, Invalid, message
from tms.models import ReviewTask, Unit
from tms.records.audit import Event, write_events
from tms.records.unit_accounts import shut_out
from tms.records.unit_moves import merge as _merge
from tms.records.unit_moves import move as _move
from tms.records.unit_moves import plan_merge, plan_move
from tms.records.unit_plan import Order, Plan, UnitAct, count, planned, target_of, unit_for
from tms.records.unit_sweep import alone
from tms.records.units import naming_day, set_name

NAME_MAX = 100


def rename(session: Session, actor: Actor, unit_id: int, name: str, from_on: date) -> Plan:
    """A new name from *from_on*; the former one keeps its dates.

    :raises Invalid: no name, or no day it can begin.
    """
    return carry_out(session, actor, Order(UnitAct.RENAME, unit_id, name=name, on=from_on))


def move(session: Session, actor: Actor, unit_id: int, supervisor_id: int) -> Plan:
    """Put the unit and all below it under another supervisor; see `unit_moves.plan_move`."""
    return carry_out(session, actor, Order(UnitAct.MOVE, unit_id, supervisor_id))


def merge(session: Session, actor: Actor, unit_id: int, into_id: int) -> Plan:
    """Make all that is the unit's another's; see `unit_moves.plan_merge`."""
    return carry_out(session, actor, Order(UnitAct.MERGE, unit_id, into_id))


def close(session: Session, actor: Actor, unit_id: int, on: date) -> Plan:
    """Close an empty unit; accounts that act nowhere else are disabled.

    :raises Conflict: units, files or open tasks stand in the way, each named with its remedy.
    :raises Invalid: the day lies ahead or before the unit was opened.
    """
    return carry_out(session, actor, Order(UnitAct.CLOSE, unit_id, on=on))


def reopen(session: Session, actor: Actor, unit_id: int) -> Plan:
    """Take a closing back; its accounts stay disabled.

    :raises Conflict: its supervisor is closed.
    """
    return carry_out(session, actor, Order(UnitAct.REOPEN, unit_id))


def preview(session: Session, actor: Actor, order: Order) -> Plan:
    """What *order* would do; raises what the act would, but lists its obstacles instead."""
    unit = unit_for(session, actor, order)
    return ACTS[order.act].plan(session, actor, unit, order)


def carry_out(session: Session, actor: Actor, order: Order, *, seen: str | None = None) -> Plan:
    """Do what *order* says, as planned.

    :param seen: the figures of the preview the user confirmed.
    :raises Conflict: obstacles, or the figures are others by now.
    """
    alone(session)
    plan = preview(session, actor, order)
    plan.refuse_obstacles()
    if seen is not None and seen != plan.figures:
        raise Conflict(message("预览之后数量有变化，请核对新的数量后再确认。"))
    ACTS[order.act].do(session, actor, unit_for(session, actor, order), plan)
    return plan


# -- names -----------------------------------------------------------------------------------------


def _plan_rename(session: Session, _actor: Actor, unit: Unit, order: Order) -> Plan:
    if not order.name.strip() or len(order.name.strip()) > NAME_MAX:
        raise Invalid(message("名称必填，且不超过%(n)s个字符。", n=NAME_MAX))
    if order.name.strip() == unit.name:
        raise Invalid(message("新名称与现用名称相同。"))
    naming_day(session, unit, order.on)
    return planned(session, order, unit)


def _rename(session: Session, actor: Actor, unit: Unit, plan: Plan) -> None:
    former = {"unit": {str(unit.id): {"name": unit.name}}}
    set_name(session, unit, plan.order.name.strip(), plan.order.on)
    session.flush()
    detail = {"unit": unit.id, "from_on": plan.order.on}
    event = Event(unit.unit_path, former=former, detail=detail, files=plan.files)
    write_events(session, actor, "unit.rename", [event])


# -- closing and opening again ---------------------------------------------------------------------


def _plan_close(session: Session, _actor: Actor, unit: Unit, order: Order) -> Plan:
    on = order.on or date.today()
    if on > date.today():
        raise Invalid(message("日期不能晚于今天。"))
    if unit.opened_on is not None and on < unit.opened_on:
        raise Invalid(message("该单位%(on)s才设立，不能早于这一天撤销。", on=unit.opened_on))
    plan = planned(session, order, unit)
    on_desk = (ReviewTask.desk_unit_id == unit.id) & ReviewTask.verdict.is_(None)
    tasks = count(session, ReviewTask, on_desk)
    in_the_way = (
        (plan.units, message("还有%(n)s个下级单位，请先合并、划转或撤销。", n=plan.units)),
        (plan.files, message("还有%(n)s份教师档案，请先合并到其他单位。", n=plan.files)),
        (tasks, message("桌上还有%(n)s份未办，请先办理。", n=tasks)),
    )
    return replace(plan, obstacles=tuple(text for number, text in in_the_way if number))


def _close(session: Session, actor: Actor, unit: Unit, plan: Plan) -> None:
    """Whoever acted there is out with the next request."""
    became = shut_out(session, unit.unit_path)
    unit.closed_on = plan.order.on or date.today()
    session.flush()
    detail = {"unit": unit.id, "closed_on": unit.closed_on} | became
    event = Event(unit.unit_path, detail=detail, files=0)
    write_events(session, actor, "unit.close", [event])


def _plan_reopen(session: Session, _actor: Actor, unit: Unit, order: Order) -> Plan:
    above = Order(order.act, unit.id, target_id=unit.supervisor_id)
    return planned(session, order, unit, target_of(session, above))


def _reopen(session: Session, actor: Actor, unit: Unit, _plan: Plan) -> None:
    former = {"unit": {str(unit.id): {"closed_on": unit.closed_on}}}
    unit.closed_on = None
    session.flush()
    event = Event(unit.unit_path, former=former, detail={"unit": unit.id}, files=0)
    write_events(session, actor, "unit.reopen", [event])


@dataclass(frozen=True)
class _Act:
    """How one act is planned and done."""

    plan: Callable[[Session, Actor, Unit, Order], Plan]
    do: Callable[[Session, Actor, Unit, Plan], None]


ACTS = {
    UnitAct.RENAME: _Act(_plan_rename, _rename),
    UnitAct.MOVE: _Act(plan_move, _move),
    UnitAct.MERGE: _Act(plan_merge, _merge),
    UnitAct.CLOSE: _Act(_plan_close, _close),
    UnitAct.REOPEN: _Act(_plan_reopen, _reopen),
}
