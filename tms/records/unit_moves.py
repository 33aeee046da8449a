"""Moving and merging units: what is theirs goes along, open work finds its desk (DOMAIN.md 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, unscoped
from tms.db import BLIND
from tms.dictionary import HE
from tms.errors import Conflict, Invalid, Message, NotAllowed, message
from tms.models import TABLES, AuditEvent, Freeze, ReviewTask, Teacher, Unit
from tms.models.unit import MAX_PATH, ROOT, SEGMENT, child_path
from tms.records import fill_policy
from tms.records.audit import Event, event_base, new_act_id, write_events
from tms.records.file_sweep import beginning
from tms.records.holds import is_open
from tms.records.rerouting import reroute
from tms.records.routing import routings_in_use
from tms.records.unit_accounts import hand_over
from tms.records.unit_plan import Order, Plan, concerned, planned, target_of
from tms.records.unit_sweep import REASON, Shift, below, free_path, sweep_rows, sweep_subtrees
from tms.records.units import INNER, NewUnit, fits

#: What two units must have in common to become one, by name of the column.
ALIKE = ("kind", "level", "school_category", "function")


def plan_move(session: Session, _actor: Actor, unit: Unit, order: Order) -> Plan:
    """:raises Invalid: the new supervisor does not fit. :raises NotFound: it is out of reach."""
    above = target_of(session, order)
    if above.id == unit.supervisor_id:
        raise Invalid(message("该单位已隶属于这个上级单位。"))
    if above.unit_path.startswith(unit.unit_path):
        raise Invalid(message("不能划转到本单位或其下级单位。"))
    described = (unit.code, unit.name, unit.level, unit.kind, unit.function, unit.school_category)
    fits(NewUnit(*described), above)
    _fits_in_depth(session, unit.unit_path, above.unit_path)
    return planned(session, order, unit, above, [unit.supervisor_id])


def move(session: Session, actor: Actor, unit: Unit, plan: Plan) -> None:
    """The unit and all below it go under the target; the former superior's desk is emptied."""
    above = target_of(session, plan.order)
    old, former = unit.unit_path, unit.supervisor_id
    new = free_path(session, above.unit_path)
    _change_desks(session, unit, {former: above.id})
    _set(session, Unit.id == unit.id, supervisor_id=above.id)
    moved = sweep_subtrees(session, [Shift(old, new)])
    _as_planned(plan, moved["teacher"])
    fill_policy.renew(session)
    changed = {"supervisor_id": former, "unit_path": old}
    event = Event(new, former={"unit": {str(plan.unit.id): changed}}, files=plan.files)
    event.detail = _detail(plan)
    write_events(session, actor, "unit.move", [event])


def plan_merge(session: Session, actor: Actor, unit: Unit, order: Order) -> Plan:
    """:raises Invalid: the two are not alike. :raises NotFound: the target is out of reach.

    :raises NotAllowed: the target is the actor's own unit.
    """
    into = target_of(session, order)
    if into.id == unit.id:
        raise Invalid(message("不能与自身合并。"))
    if into.id == actor.unit_id:
        raise NotAllowed(message("本单位的信息由上级单位维护。"))
    if any(getattr(unit, name) != getattr(into, name) for name in ALIKE):
        raise Invalid(message("只有类型、层级、学校类别和职能都相同的单位才能合并。"))
    if unit.kind in INNER and into.supervisor_id != unit.supervisor_id:
        raise Invalid(message("二级单位和职能部门只能与同一学校的合并。"))
    _fits_in_depth(session, unit.unit_path, into.unit_path[:-SEGMENT])
    plan = planned(session, order, unit, into, _desks(unit, into))
    return replace(plan, obstacles=_freezes(session, unit, into))


def _freezes(session: Session, unit: Unit, into: Unit) -> tuple[Message, ...]:
    """A freeze of one unit as a whole would become one of both, or of neither."""
    own = Freeze.unit_id.in_([unit.id, into.id]) & is_open()
    if not session.scalar(unscoped(select(func.count()).select_from(Freeze).where(own), REASON)):
        return ()
    return (message("合并的单位中有整个单位被锁定的，请先解除锁定。"),)


def _desks(unit: Unit, into: Unit) -> list[int | None]:
    """Whose open tasks change hands: the unit's own, and its superior's where the two differ."""
    superior = unit.supervisor_id if unit.supervisor_id != into.supervisor_id else None
    return [desk for desk in (unit.id, superior) if desk is not None]


def merge(session: Session, actor: Actor, unit: Unit, plan: Plan) -> None:
    """All that is the unit's becomes the target's; the unit stays, closed and empty."""
    into = target_of(session, plan.order)
    old, new, act_id = unit.unit_path, into.unit_path, new_act_id()
    _change_desks(session, unit, {unit.id: into.id, unit.supervisor_id: into.supervisor_id})
    shifts = _children(session, plan.unit.id, new)
    _set(session, Unit.supervisor_id == plan.unit.id, supervisor_id=plan.order.target_id)
    moved = sweep_subtrees(session, shifts)["teacher"] + sweep_rows(session, old, new)["teacher"]
    _as_planned(plan, moved)
    fill_policy.renew(session)
    _log_files(session, actor, plan, act_id)
    _change_hands(session, plan)
    if unit.school_category == HE:
        _reroute(session, into.id, new)
    _set(session, Unit.id == plan.unit.id, closed_on=date.today())
    session.expire_all()
    event = Event(new, former={"unit": {str(plan.unit.id): {"closed_on": None}}}, files=plan.files)
    event.detail = _detail(plan)
    write_events(session, actor, "unit.merge", [event], act_id)


def _reroute(session: Session, unit_id: int, path: str) -> None:
    """Rows that came to another university are judged as that one routes them."""
    reroute(session, path, routings_in_use(session, [unit_id]).get(unit_id, {}), TABLES)


def _children(session: Session, unit_id: int, above: str) -> list[Shift]:
    """Where the units directly below go: behind those that are there."""
    statement = select(Unit.unit_path).where(Unit.supervisor_id == unit_id)
    shifts: list[Shift] = []
    for old in session.scalars(unscoped(statement.order_by(Unit.unit_path), REASON)):
        last = shifts[-1].new if shifts else None
        new = child_path(above, last) if last else free_path(session, above)
        shifts.append(Shift(old, new))
    return shifts


def _fits_in_depth(session: Session, path: str, above: str) -> None:
    deepest = select(func.max(func.length(Unit.unit_path))).where(below(Unit.unit_path, path))
    depth = (session.scalar(unscoped(deepest, REASON)) or len(path)) - len(path) + SEGMENT
    if len(above) + depth > MAX_PATH:
        raise Invalid(message("单位层级过多，不能再往下设。"))


def _as_planned(plan: Plan, moved: int) -> None:
    """A count that differs means that the plan was made of other rows than the act changed."""
    if moved != plan.files:
        raise Conflict(message("内容刚被他人修改，请重新预览。"))


def _change_desks(session: Session, unit: Unit, desks: dict[int | None, int | None]) -> None:
    """Open tasks go from one desk to another; verdicts given stay."""
    for former, new in desks.items():
        if former != new:
            statement = update(ReviewTask).where(
                concerned(unit), ReviewTask.desk_unit_id == former, ReviewTask.verdict.is_(None)
            )
            _run(session, statement.values(desk_unit_id=new))


def _change_hands(session: Session, plan: Plan) -> None:
    """Files and present accounts name the target."""
    unit, into = plan.unit.id, plan.order.target_id
    _run(session, update(Teacher).where(Teacher.unit_id == unit).values(unit_id=into))
    second = Teacher.secondary_unit_id
    _run(session, update(Teacher).where(second == unit).values(secondary_unit_id=into))
    # what the merged unit froze is the target's to release
    _run(session, update(Freeze).where(Freeze.by_unit_id == unit).values(by_unit_id=into))
    hand_over(session, unit, plan.order.target_id or 0)


def _set(session: Session, condition: Any, **values: Any) -> None:
    _run(session, update(Unit).where(condition).values(**values))


def _run(session: Session, statement: Any) -> None:
    session.execute(unscoped(statement, REASON), execution_options=BLIND)


def _detail(plan: Plan) -> dict[str, Any]:
    return {
        "unit": plan.unit.id,
        "target": plan.order.target_id,
        "units": plan.units,
        "accounts": plan.accounts,
        "tasks": plan.tasks,
    }


def _log_files(session: Session, actor: Actor, plan: Plan, act_id: str) -> None:
    """One event for each file whose school or secondary unit is another from now on."""
    base = event_base(actor, "unit.merge", act_id) | {"files": 1}
    into = plan.target.name if plan.target else ""
    base["detail"] = {"unit": plan.unit.id, "target": plan.order.target_id, "into": into}
    columns = AuditEvent.__table__.c
    constants = [literal(value, columns[name].type).label(name) for name, value in base.items()]
    own = (Teacher.unit_id == plan.unit.id) | (Teacher.secondary_unit_id == plan.unit.id)
    # a file in the bin has moved too, and its event lies where its school finds it
    path = beginning(ROOT, Teacher.unit_path)
    rows = select(*constants, Teacher.id, path).where(own)
    statement = insert(AuditEvent).from_select([*base, "teacher_id", "unit_path"], rows)
    session.execute(unscoped(statement, REASON))
