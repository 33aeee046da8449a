"""The words of answers about the past: what kept somebody from writing then, and what proves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Role, unscoped
from tms.dictionary import Filler
from tms.errors import Because, Message, Term, message, term
from tms.models import TABLES, Unit, User
from tms.records.flagged import unlocked
from tms.workflow.case import Case
from tms.workflow.past import REASON, Past, Place
from tms.workflow.routes import ROUTES
from tms.workflow.whom import BUREAU, TEACHER, listed, moment, role_name

#: The latest events that are named; what went before they rest on.
NAMED = 3
ACTS = {
    "submit": Term("报送", "submitted"),
    "pass": Term("通过", "passed"),
    "report": Term("上报", "reported"),
    "return": Term("退回", "returned"),
    "withdraw": Term("撤回报送", "withdrew"),
    "undo": Term("撤销裁定", "took the verdict back"),
    "create": Term("建立档案", "made the file"),
    "change": Term("变更生效", "put a change in force"),
}
WRITTEN = Term("填写", "filled in")


def in_force(case: Case, past: Past) -> Message:
    """Locked."""
    return message("当时%(what)s已审核通过并生效，生效的内容只能通过变更申请修改", what=case.what)


def in_review(case: Case, past: Past) -> Message:
    """Sent in and not decided."""
    if past.step is None:
        return message("当时%(what)s已报送，还在审核，审核期间内容保持不变", what=case.what)
    return message(
        "当时%(what)s已报送，在“%(step)s”环节审核，审核期间内容保持不变",
        what=case.what,
        step=term(past.step),
    )


def supplement_only(case: Case, past: Past) -> Message:
    """Past the step at which the school supplements, or not there yet."""
    if past.step is None:
        return in_review(case, past)
    return message(
        "当时%(what)s已报送，在“%(step)s”环节，由学校填写的内容只有在“学校核对补充”环节才能补充",
        what=case.what,
        step=term(past.step),
    )


def flagged_only(case: Case, past: Past) -> Message:
    """Returned for the sake of other fields."""
    model, row = TABLES[case.of.key], case.row or {}
    open_ = unlocked(model, row, case.header, past.under_way) or frozenset()
    named = [
        message("“%(field)s”", field=term(field))
        for key, field in case.of.fields.items()
        if key in open_
    ]
    return message(
        "当时这条记录是退回修改的，只开放退回时指明的%(fields)s，%(what)s保持锁定",
        fields=listed(named[:NAMED]),
        what=case.what,
    )


FILLERS = {Filler.SCHOOL: message("学校"), Filler.BUREAU: BUREAU}


def not_yours(case: Case, past: Past) -> Message:
    """Somebody else's to fill."""
    who = FILLERS.get(case.filler or Filler.TEACHER, TEACHER)
    return message(
        "%(what)s由%(who)s填写，不由“%(role)s”填写",
        what=case.what,
        who=who,
        role=role_name(case.actor.role),
    )


def role(case: Case, past: Past) -> Message:
    """The role fills in nothing."""
    return message("“%(role)s”不填写档案内容", role=role_name(case.actor.role))


def derived(case: Case, past: Past) -> Message:
    """Nobody fills it."""
    return message("%(what)s由系统得出或写入，任何人都不能直接填写", what=case.what)


def not_collected(case: Case, past: Past) -> Message:
    """Not asked of such schools."""
    return message("该类学校不采集%(what)s", what=case.what)


def out_of_reach(case: Case, past: Past) -> Message:
    """Another unit's file."""
    return message("这份档案不在这一账号（%(role)s）的管理范围内", role=role_name(case.actor.role))


WORDS: dict[Because, Callable[[Case, Past], Message]] = {
    Because.IN_FORCE: in_force,
    Because.IN_REVIEW: in_review,
    Because.SUPPLEMENT_ONLY: supplement_only,
    Because.FLAGGED_ONLY: flagged_only,
    Because.NOT_YOURS: not_yours,
    Because.ROLE: role,
    Because.DERIVED: derived,
    Because.NOT_COLLECTED: not_collected,
    Because.OUT_OF_REACH: out_of_reach,
}


# -- what it rests on ------------------------------------------------------------------------------


def evidence(session: Session, past: Past, place: Place | None) -> tuple[Message, ...]:
    """The events that the answer rests on: who did what, and when."""
    events = [past.written[place]] if place in past.written else []
    events += past.verdicts[-NAMED:]
    if not events:
        return ()
    events.sort(key=lambda event: int(event.id))
    told = listed(_told(session, event) for event in events)
    return (message("依据：%(events)s", events=told),)


def _told(session: Session, event: Any) -> Message:
    """By account, role and unit: an auditor is shown no person's name."""
    at, act = moment(event.at), str(event.act)
    word, _dot, step = act.removeprefix("undo.").partition(".")
    done: Term | Message = ACTS.get("undo" if act.startswith("undo.") else word, WRITTEN)
    named = {each.key: each for route in ROUTES.values() for each in route.steps}
    if step in named and step != word:
        done = message("%(act)s（%(step)s）", act=done, step=term(named[step]))
    who = _who(session, event)
    return message("%(at)s %(who)s%(act)s", at=at, who=who, act=done)


def _who(session: Session, event: Any) -> Message | Term:
    user, role_, unit = event.user_id, event.role, event.unit_id
    if role_ == Role.TEACHER:
        return TEACHER
    if user is None:
        return message("系统")
    account = select(User.username).where(User.id == user)
    place = select(Unit.name).where(Unit.id == unit)
    return message(
        "%(unit)s的%(role)s（账号%(user)s）",
        unit=session.scalar(unscoped(place, REASON)) or "",
        role=role_name(Role(role_)),
        user=session.scalar(unscoped(account, REASON)) or user,
    )
