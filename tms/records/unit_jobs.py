"""Moves and mergers of large units as jobs: one part each, or files would lie nowhere meanwhile."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.errors import Message, message
from tms.jobs import Mark, Run, Work, enqueue
from tms.records.unit_acts import carry_out
from tms.records.unit_plan import Order, Plan, UnitAct

ACT: Final = "unit.act"
#: Acts over more files than this are a job's.
AT_ONCE: Final = 100
TITLES: Final[dict[UnitAct, Message]] = {
    UnitAct.MOVE: message("划转单位"),
    UnitAct.MERGE: message("合并单位"),
}


def is_long(plan: Plan) -> bool:
    """Whether what was previewed takes longer than one waits for."""
    return plan.order.act in TITLES and plan.files > AT_ONCE


def ask(session: Session, actor: Actor, plan: Plan, seen: str) -> int:
    """Have it done as previewed; the job's id.

    :param seen: the figures of the preview the user confirmed.
    :raises Conflict: something stands in the way.
    """
    actor.require(Permission.UNIT_WRITE)
    plan.refuse_obstacles()
    order = plan.order
    params = {
        "act": order.act,
        "unit": order.unit_id,
        "target": order.target_id,
        "on": order.on.isoformat() if order.on else None,
        "seen": seen,
    }
    title = message("%(act)s：%(unit)s", act=TITLES[order.act], unit=plan.unit.name)
    key = f"unit:{order.unit_id}:{order.act}:{order.target_id}:{seen}"
    return enqueue(session, actor, ACT, params, title, key=key)


def run(work: Work) -> Generator[Mark, None, dict[str, Any]]:
    """The act, refused where it is no longer what was previewed."""
    params = work.params
    on = date.fromisoformat(params["on"]) if params["on"] else None
    order = Order(UnitAct(params["act"]), params["unit"], params["target"], on=on)
    work.session.rollback()
    plan = carry_out(work.session, work.actor, order, seen=params["seen"])
    yield Mark(plan.files, plan.files)
    return {"unit": order.unit_id, "files": plan.files}


KINDS: Final[dict[str, Run]] = {ACT: run}
