"""What is offered: the verbs of a role, the desk before it, and where open work stands instead."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.dictionary import Filler, Finding
from tms.errors import Message, message, term
from tms.models import RecordStatus, ReviewTask, Teacher
from tms.records.completeness import blocking
from tms.workflow.outcome import OpenTask, Outcome, holders
from tms.workflow.routes import Step, Verb
from tms.workflow.submit import submit
from tms.workflow.verdicts import desks_of, on_desk, pass_, report, return_

#: Labels of files whose rows are drafts.
SUBMITTABLE = frozenset({RecordStatus.DRAFT, RecordStatus.RETURNED})


class Act(StrEnum):
    """The verbs as lists offer them."""

    SUBMIT = "submit"
    PASS = "pass"  # noqa: S105  a verdict
    RETURN = "return"
    REPORT = "report"


def verbs_for(actor: Actor) -> tuple[Act, ...]:
    """The verbs that the role may use somewhere; on which files, the engine says."""
    desks = [step for _, step in desks_of(actor)]
    offered = {
        Act.SUBMIT: actor.can(Permission.SUBMIT),
        Act.PASS: any(step.verb is Verb.PASS for step in desks),
        Act.RETURN: bool(desks),
        Act.REPORT: any(step.verb is Verb.REPORT for step in desks),
    }
    return tuple(act for act, is_offered in offered.items() if is_offered)


def perform(
    session: Session, actor: Actor, act: Act, chosen: Select[Any], note: str = ""
) -> Outcome:
    """Do *act* to the chosen files; raises what the engine's verbs raise."""
    if act is Act.RETURN:
        return return_(session, actor, chosen, note)
    return {Act.SUBMIT: submit, Act.PASS: pass_, Act.REPORT: report}[act](session, actor, chosen)


def on_my_desk(actor: Actor, act: Act | None = None) -> Any:
    """Condition on `Teacher`: an open task lies on the actor's desk (and *act* can decide it)."""
    desks = [(route, step) for route, step in desks_of(actor) if _decides(act, step)]
    if not desks:
        return false()
    parts = (on_desk(actor, route, step, None).subquery() for route, step in desks)
    return or_(*(Teacher.id.in_(select(part.c.teacher_id)) for part in parts))


def waits_at(step: str) -> Any:
    """Condition on `Teacher`: its open work lies at the step called *step*, on whosever desk."""
    tasks = select(ReviewTask.teacher_id).where(
        ReviewTask.step == step, ReviewTask.verdict.is_(None)
    )
    return Teacher.id.in_(tasks)


def acts_on(
    actor: Actor, status: str, task: OpenTask | None, *, has_drafts: bool | None = None
) -> tuple[Act, ...]:
    """The verbs that make sense on one file now, as buttons beside it.

    :param has_drafts: whether rows wait to be submitted; where unknown, the label decides.
    """
    if task is None:
        waits = status in SUBMITTABLE if has_drafts is None else has_drafts
        return (Act.SUBMIT,) if waits and actor.can(Permission.SUBMIT) else ()
    if task.unit_id != actor.unit_id or not actor.can(task.step.permission):
        return ()
    return (Act(task.step.verb.value), Act.RETURN)


def refusal(
    actor: Actor, act: Act, task: OpenTask | None, found: Sequence[Finding]
) -> Message | None:
    """Why the engine would leave the file out of *act*, as far as its findings say."""
    if act is Act.SUBMIT:
        kept = blocking(found, Filler.TEACHER if actor.teacher_id is not None else None)
    elif act is Act.RETURN or task is None or not task.step.complete:
        kept = []
    else:
        kept = blocking(found)
    return message("还有%(n)d项错误，请先补全。", n=len(kept)) if kept else None


def _decides(act: Act | None, step: Step) -> bool:
    return act in (None, Act.RETURN) or act == step.verb.value


def count_on_desk(
    session: Session, actor: Actor, act: Act | None = None, chosen: Select[Any] | None = None
) -> int:
    """How many of the chosen files (or of all) wait for the actor."""
    statement = select(func.count()).select_from(Teacher).where(on_my_desk(actor, act))
    if chosen is not None:
        statement = statement.where(Teacher.id.in_(chosen))
    return session.scalar(statement) or 0


def whereabouts(session: Session, teacher_ids: Sequence[int]) -> dict[int, Message]:
    """By file with open work: on whose desk it lies, at which step."""
    return {
        teacher_id: message("%(unit)s：%(step)s", unit=unit, step=term(step))
        for teacher_id, (unit, step) in holders(session, teacher_ids).items()
    }
