"""通过, 退回, 上报: the verbs of a desk over a frozen selection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from tms.access import Actor, Permission, door
from tms.db import AnySelect
from tms.errors import Because, Invalid, NotAllowed, NotFound, message
from tms.models import ReviewTask, Teacher, Verdict
from tms.records.audit import new_act_id
from tms.records.locks import lock_files
from tms.workflow import leave_out, refusals
from tms.workflow.act import Act
from tms.workflow.desks import Pile, desk_of, held_by, on_desk, piles, verbs_of
from tms.workflow.flow import decide, onward
from tms.workflow.gather import gather
from tms.workflow.outcome import Outcome, where_it_is
from tms.workflow.reports import receipts
from tms.workflow.returns import NoteOn, give_back
from tms.workflow.routes import Desk, Verb
from tms.workflow.selection import freeze, headers_of, size, tasks_of, teacher_ids

NOT_YOUR_ROLE = message("您的角色不能进行此操作。").because(Because.ROLE)
#: {change request: {field: why it is refused}}
Refused = Mapping[int, Mapping[str, str]]


def pass_(
    session: Session,
    actor: Actor,
    chosen: AnySelect | None,
    *,
    last_only: bool = False,
    refused: Refused | None = None,
    act_id: str | None = None,
) -> Outcome:
    """通过: send files on my desk to the next, or into force where mine is the last.

    :param last_only: 审定 (approve): refused at any desk but the last.
    :param refused: fields of change requests that are not taken, each with its reason.
    :param act_id: of the bulk act that this is a part of.
    :raises NotAllowed: the role holds no such desk.
    """
    if Verb.PASS not in verbs_of(actor) or (last_only and not actor.can(Permission.APPROVE)):
        raise NotAllowed(NOT_YOUR_ROLE)

    def asked(pile: Pile) -> bool:
        is_last = pile.route.after(pile.step) is None
        return pile.step.verb is Verb.PASS and (is_last or not last_only)

    act = Act(session, actor, act_id or new_act_id())
    left = dict(refused or {})
    outcome = _decide_all(act, chosen, asked, lambda pile, part: _pass(act, pile, part, left))
    if left and not outcome.left_out:
        raise NotFound(message("没有这项申请。"))
    return outcome


def report(
    session: Session, actor: Actor, chosen: AnySelect | None, *, act_id: str | None = None
) -> Outcome:
    """上报: hand passed files to the superior, with one receipt per school (R57).

    :raises NotAllowed: the role does not report.
    """
    if Verb.REPORT not in verbs_of(actor):
        raise NotAllowed(NOT_YOUR_ROLE)
    act = Act(session, actor, act_id or new_act_id())
    return _decide_all(
        act,
        chosen,
        lambda pile: pile.step.verb is Verb.REPORT,
        lambda pile, part: _pass(act, pile, part, {}),
    )


def return_(
    session: Session,
    actor: Actor,
    chosen: AnySelect | None,
    note: str,
    on: Sequence[NoteOn] = (),
    *,
    act_id: str | None = None,
) -> Outcome:
    """退回: back to whoever filled it, with a reason (R59).

    :param on: what exactly is wrong, in one file; without it the files as a whole.
    :raises Invalid: no reason. :raises NotAllowed: the role holds no desk.
    """
    if not held_by(actor):
        raise NotAllowed(NOT_YOUR_ROLE)
    if not note.strip() and not (on and all(each.reason.strip() for each in on)):
        raise Invalid(message("退回须说明原因。"))
    act = Act(session, actor, act_id or new_act_id())
    return _decide_all(
        act,
        chosen,
        lambda pile: True,
        lambda pile, part: _return(act, pile, part, note.strip(), on),
    )


def _decide_all(
    act: Act,
    chosen: AnySelect | None,
    asked: Callable[[Pile], bool],
    verb: Callable[[Pile, int], None],
) -> Outcome:
    """The verb over every pile it concerns; all are frozen before the first is decided.

    So that what a verdict puts on another desk of the same actor waits to be looked at.
    """
    session = act.session
    named = set(session.scalars(chosen)) if chosen is not None else set()
    with door(session):
        lock_files(session, Teacher.id.in_(desk_of(session, act.actor, chosen)))
        found = [pile for pile in piles(session, act.actor, chosen) if asked(pile)]
        parts = [
            (pile, freeze(session, act.actor, on_desk(session, act.actor, pile, chosen)))
            for pile in found
        ]
        seen = {teacher for _, part in parts for teacher in teacher_ids(session, part)}
        for pile, part in parts:
            if size(session, part):
                verb(pile, part)
    act.outcome.left_out += where_it_is(session, sorted(named - seen)).values()
    return act.outcome


def _pass(act: Act, pile: Pile, part: int, refused: dict[int, Mapping[str, str]]) -> None:
    """*refused* loses what concerned these files."""
    leave_out.own(act, part, pile.step)
    leave_out.incomplete_files(act, part, pile.step)
    taken = _decide(act, pile, part, Verdict.PASSED)
    if not size(act.session, taken):
        return
    act.log(f"{pile.step.verb}.{pile.step.key}", taken)
    for request in refusals.refuse(act.session, act.actor, taken, refused, act.act_id):
        del refused[request]
    if pile.step.gathers:
        gather(act, taken, headers_of(act.session, taken))
    if pile.step.verb is Verb.REPORT:
        act.outcome.receipts += receipts(act, taken)
    place = pile.route.steps.index(pile.step)
    first = place if pile.step.desk is Desk.DEPARTMENTS else place + 1
    onward(act, taken, pile.route, first, at=pile.step.key)


def _return(act: Act, pile: Pile, part: int, note: str, on: Sequence[NoteOn]) -> None:
    taken = _decide(act, pile, part, Verdict.RETURNED)
    if size(act.session, taken):
        act.log(f"return.{pile.step.key}", taken, {"note": note} if note else None)
        give_back(act, taken, note, on)


def _decide(act: Act, pile: Pile, part: int, verdict: Verdict) -> int:
    """The selection of those that this act decided; who came too late is told where they are."""
    session = act.session
    before = set(teacher_ids(session, part))
    decide(act, part, verdict)
    mine = ReviewTask.id.in_(tasks_of(part))  # a bulk act bears one id over all its parts
    won = act.tasks(ReviewTask.act == act.act_id, mine, pile.tasks)
    taken = set(teacher_ids(session, won))
    act.outcome.left_out += where_it_is(session, sorted(before - taken)).values()
    act.files |= taken
    act.outcome.taken = len(act.files)
    return won
