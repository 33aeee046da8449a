"""Verbs over many files as a job: a frozen selection, part by part, with one outcome and one id."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.db import AnySelect
from tms.errors import Invalid, Message, NotAllowed, NotFound, message
from tms.jobs import Mark, Run, Work, enqueue
from tms.models import ReviewTask, SelectionItem, Teacher
from tms.packed import pack
from tms.records import chosen as selections
from tms.workflow.offered import Act, perform, verbs_for
from tms.workflow.outcome import LeftOut, Outcome
from tms.workflow.undo import NO_VERDICT, of_desk, undo
from tms.workflow.verdicts import NOT_YOUR_ROLE

#: Up to so many files an act is done at once, within the request that asks for it.
AT_ONCE: Final = 100
#: Files left out are named up to here; all are counted by reason.
NAMED: Final = 500

ACT: Final = "workflow.act"
UNDO: Final = "workflow.undo"
TITLES: Final[dict[Act, Message]] = {
    Act.SUBMIT: message("提交%(n)d份档案"),
    Act.CONFIRM: message("确认%(n)d份档案核对无变化"),
    Act.PASS: message("通过%(n)d份档案"),
    Act.RETURN: message("退回%(n)d份档案"),
    Act.REPORT: message("上报%(n)d份档案"),
    Act.WITHDRAW: message("撤回%(n)d份档案的报送"),
}


def ask(session: Session, actor: Actor, act: Act, files: AnySelect, note: str = "") -> int:
    """Enqueue *act* over the files that *files* selects now; returns the job's id.

    :raises NotAllowed: not the role's verb. :raises Invalid: a return without a reason.
    """
    if act not in verbs_for(actor):
        raise NotAllowed(NOT_YOUR_ROLE)
    if act is Act.RETURN and not note.strip():
        raise Invalid(message("退回须说明原因。"))
    selection = selections.pick(session, actor, files)
    total = selections.count(session, selection)
    params = {"act": act, "note": note, "selection": selection, "total": total}
    return enqueue(session, actor, ACT, params, replace(TITLES[act], params={"n": total}))


def ask_undo(
    session: Session, actor: Actor, act_id: str, files: AnySelect | None = None
) -> int | None:
    """Enqueue the taking back of a verdict; None where it is small enough to be done at once.

    :raises NotFound: no such verdict of this desk.
    """
    decided = select(ReviewTask.teacher_id).where(of_desk(actor), ReviewTask.act == act_id)
    if files is not None:
        decided = decided.where(ReviewTask.teacher_id.in_(files))
    found = select(Teacher.id).where(Teacher.id.in_(decided))
    few = len(session.scalars(found.limit(AT_ONCE + 1)).all())
    if not few:
        raise NotFound(NO_VERDICT)
    if few <= AT_ONCE:
        return None
    selection = selections.pick(session, actor, found)
    total = selections.count(session, selection)
    params = {"act_id": act_id, "selection": selection, "total": total}
    title = message("撤销对%(n)d份档案的裁定", n=total)
    return enqueue(session, actor, UNDO, params, title, key=f"undo:{act_id}:{total}")


# -- the jobs --------------------------------------------------------------------------------------

Part = Callable[[AnySelect], Outcome]


def run_act(work: Work) -> Generator[Mark, None, dict[str, Any]]:
    """The verb, over part after part of the selection."""
    act, note = Act(work.params["act"]), work.params["note"]
    session, actor = work.session, work.actor
    return (
        yield from _parts(
            work, lambda part: perform(session, actor, act, part, note, act_id=work.act_id)
        )
    )


def run_undo(work: Work) -> Generator[Mark, None, dict[str, Any]]:
    """The taking back."""
    session, actor, act_id = work.session, work.actor, work.params["act_id"]
    return (
        yield from _parts(work, lambda part: undo(session, actor, act_id, part, own_id=work.act_id))
    )


def _parts(work: Work, do: Part) -> Generator[Mark, None, dict[str, Any]]:
    before = work.checkpoint or {"after": 0, "seen": 0, "told": _nothing(work.act_id)}
    after, seen, told = before["after"], before["seen"], before["told"]
    while True:
        with work.reading():
            ids = _next(work, after)
        if not ids:
            return dict(told)
        outcome = do(select(Teacher.id).where(Teacher.id.in_(ids)))
        after, seen = ids[-1], seen + len(ids)
        told = _more(told, outcome)
        checkpoint = {"after": after, "seen": seen, "told": told}
        yield Mark(seen, work.params["total"], checkpoint)


def _next(work: Work, after: int) -> list[int]:
    """The files of the next part, in order of id."""
    mine = SelectionItem.selection_id == work.params["selection"]
    statement = select(SelectionItem.teacher_id).where(mine, SelectionItem.teacher_id > after)
    ordered = statement.order_by(SelectionItem.teacher_id).limit(work.pace.size)
    return list(work.session.scalars(ordered))


# -- what came of it -------------------------------------------------------------------------------


def _nothing(act_id: str) -> dict[str, Any]:
    return {"taken": 0, "left": 0, "named": [], "reasons": [], "receipts": [], "act": act_id}


def _more(told: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
    """The outcome so far with that of one more part."""
    room = NAMED - len(told["named"])
    named = [*told["named"], *(_named(each) for each in outcome.left_out[: max(room, 0)])]
    return {
        **told,
        "taken": told["taken"] + outcome.taken,
        "left": told["left"] + len(outcome.left_out),
        "named": named,
        "reasons": _counted(told["reasons"], outcome.left_out),
        "receipts": list(dict.fromkeys([*told["receipts"], *outcome.receipts])),
    }


def _named(left: LeftOut) -> dict[str, Any]:
    findings = [{"table": each.table, "zh": each.zh, "en": each.en} for each in left.findings[:3]]
    more = max(len(left.findings) - len(findings), 0)
    return {
        "no": left.teacher_no,
        "reason": pack(left.reason),
        "findings": findings,
        "more": more,
    }


def _counted(reasons: list[Any], left_out: list[LeftOut]) -> list[Any]:
    """[reason, number], in the order they first came up; at most as many as can be read."""
    found = {str(reason): [reason, n] for reason, n in reasons}
    for each in left_out:
        packed = pack(each.reason)
        entry = found.setdefault(str(packed), [packed, 0])
        entry[1] += 1
    return list(found.values())[:50]


KINDS: Final[dict[str, Run]] = {ACT: run_act, UNDO: run_undo}
