"""What is offered: the verbs of a role, the desk before it, and where open work stands instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.dictionary import Filler, Finding
from tms.errors import Message
from tms.models import RecordStatus, ReviewTask, Teacher
from tms.records.completeness import blocking
from tms.records.holds import Hold
from tms.workflow.confirm import confirm
from tms.workflow.desks import Seat, mine, on_desk, piles, verbs_of
from tms.workflow.outcome import OpenTask, Outcome, too_many_errors
from tms.workflow.routes import Verb
from tms.workflow.submit import submit
from tms.workflow.verdicts import pass_, report, return_
from tms.workflow.withdraw import OTHERS, may_be_withdrawn, withdraw
from tms.workflow.withdraw import refusal as not_withdrawn

#: Labels of files whose rows are drafts.
SUBMITTABLE = frozenset({RecordStatus.DRAFT, RecordStatus.RETURNED})


class Act(StrEnum):
    """The verbs as lists offer them."""

    SUBMIT = "submit"
    CONFIRM = "confirm"
    PASS = "pass"  # noqa: S105  a verdict
    RETURN = "return"
    REPORT = "report"
    WITHDRAW = "withdraw"


#: What a freeze stops.
STOPPED = frozenset({Act.SUBMIT, Act.CONFIRM, Act.WITHDRAW})
#: Of whoever fills in, not of a desk.
SENDERS = (Act.SUBMIT, Act.CONFIRM, Act.WITHDRAW)


def verbs_for(actor: Actor) -> tuple[Act, ...]:
    """The verbs that the role may use somewhere; on which files, the engine says."""
    verbs = verbs_of(actor)
    offered = {
        Act.SUBMIT: actor.can(Permission.SUBMIT),
        Act.CONFIRM: actor.can(Permission.SUBMIT),
        Act.PASS: Verb.PASS in verbs,
        Act.RETURN: bool(verbs),
        Act.REPORT: Verb.REPORT in verbs,
        Act.WITHDRAW: actor.can(Permission.SUBMIT),
    }
    return tuple(act for act, is_offered in offered.items() if is_offered)


def perform(
    session: Session,
    actor: Actor,
    act: Act,
    chosen: Select[Any],
    note: str = "",
    *,
    act_id: str | None = None,
) -> Outcome:
    """Do *act* to the chosen files; raises what the engine's verbs raise.

    :param act_id: of the bulk act that this is a part of.
    """
    if act is Act.RETURN:
        return return_(session, actor, chosen, note, act_id=act_id)
    verbs = {Act.SUBMIT: submit, Act.CONFIRM: confirm, Act.WITHDRAW: withdraw}
    verbs |= {Act.PASS: pass_, Act.REPORT: report}
    return verbs[act](session, actor, chosen, act_id=act_id)


def on_my_desk(session: Session, actor: Actor, act: Act | None = None) -> Any:
    """Condition on `Teacher`: an open task lies on the actor's desk (and *act* can decide it)."""
    tasks = select(ReviewTask.teacher_id).where(mine(session, actor))
    if act is Act.REPORT:
        tasks = tasks.where(ReviewTask.permission == Permission.REPORT)
    elif act is Act.PASS:
        tasks = tasks.where(ReviewTask.permission != Permission.REPORT)
    return Teacher.id.in_(tasks)


def waits_at(step: str) -> Any:
    """Condition on `Teacher`: its open work lies at the step called *step*, on whosever desk."""
    tasks = select(ReviewTask.teacher_id).where(
        ReviewTask.step == step, ReviewTask.verdict.is_(None)
    )
    return Teacher.id.in_(tasks)


def acts_on(
    seat: Seat, status: str, task: OpenTask | None, *, has_drafts: bool | None = None
) -> tuple[Act, ...]:
    """The verbs that make sense on one file now, as buttons beside it.

    :param seat: of the reader.
    :param has_drafts: whether rows wait to be submitted; where unknown, the label decides.
    """
    waits = status in SUBMITTABLE if has_drafts is None else has_drafts
    found = []
    if seat.actor.can(Permission.SUBMIT):
        if waits and (task is None or status == RecordStatus.RETURNED):
            found.append(Act.SUBMIT)
        elif status == RecordStatus.APPROVED and task is None:
            found.append(Act.CONFIRM)
        elif task is not None and status not in SUBMITTABLE and may_be_withdrawn(seat.actor, task):
            found.append(Act.WITHDRAW)
    desk = my_task(seat, task)
    return (*found, Act(desk.step.verb.value), Act.RETURN) if desk else tuple(found)


def my_task(seat: Seat, task: OpenTask | None) -> OpenTask | None:
    """The one of a file's open tasks that is the reader's to decide."""
    desks = task.desks if task else ()
    return next((desk for desk in desks if seat.holds(desk.unit_id, desk.permission)), None)


def refusal(
    actor: Actor,
    act: Act,
    task: OpenTask | None,
    found: Sequence[Finding],
    hold: Hold | None = None,
) -> Message | None:
    """Why the engine would leave the file out of *act*, as far as its findings and a freeze say."""
    if hold is not None and act in STOPPED:
        return hold.sentence
    if act in (Act.SUBMIT, Act.CONFIRM):
        kept = blocking(found, Filler.TEACHER if actor.teacher_id is not None else None)
    elif act is Act.RETURN or task is None or not task.step.complete:
        kept = []
    else:
        kept = blocking(found)
    return too_many_errors(kept) if kept else None


@dataclass(frozen=True)
class Situation:
    """What `refusal` asks of a file."""

    task: OpenTask | None
    findings: Sequence[Finding]
    hold: Hold | None


def weighed(
    session: Session, actor: Actor, acts: Iterable[Act], teacher_id: int, situation: Situation
) -> Iterator[tuple[Act, Message | None]]:
    """Each act for one file with the reason why not; what others sent in is theirs to take back."""
    for act in acts:
        if act is Act.WITHDRAW:
            reason = not_withdrawn(session, actor, teacher_id)
        else:
            reason = refusal(actor, act, situation.task, situation.findings, situation.hold)
        if reason is not OTHERS:
            yield act, reason


def count_on_desk(
    session: Session, actor: Actor, act: Act | None = None, chosen: Select[Any] | None = None
) -> int:
    """How many of the chosen files (or of all) wait for the actor."""
    statement = select(func.count()).select_from(Teacher).where(on_my_desk(session, actor, act))
    if chosen is not None:
        statement = statement.where(Teacher.id.in_(chosen))
    return session.scalar(statement) or 0


def count_last(session: Session, actor: Actor, act: Act, chosen: Select[Any]) -> int:
    """How many of the chosen files *act* would put in force: the actor's desk is their last."""
    found = 0
    for pile in piles(session, actor, chosen):
        if pile.step.verb.value == act.value and pile.route.after(pile.step) is None:
            tasks = on_desk(session, actor, pile, chosen).subquery()
            found += session.scalar(select(func.count()).select_from(tasks)) or 0
    return found
