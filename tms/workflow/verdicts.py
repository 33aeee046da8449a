"""通过, 退回, 上报: the verbs of a desk over a frozen selection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, door, unscoped
from tms.db import BLIND, AnySelect
from tms.errors import Conflict, Invalid, NotAllowed, message
from tms.models import (
    ReportUp,
    ReviewNote,
    ReviewTask,
    SelectionItem,
    Submission,
    SubmissionRow,
    Teacher,
    Unit,
    Verdict,
)
from tms.models.types import now
from tms.records import completeness
from tms.records.audit import new_act_id
from tms.workflow import advance
from tms.workflow.outcome import LeftOut, Outcome, incomplete, where_it_is
from tms.workflow.routes import ROUTES, Route, Step, Verb
from tms.workflow.selection import REASON, freeze, in_selection, submissions_of, teacher_ids
from tms.workflow.submit import gather, headers_of


def pass_(
    session: Session, actor: Actor, chosen: AnySelect | None, *, last_only: bool = False
) -> Outcome:
    """通过: send files on my desk to the next, or into force where mine is the last.

    :param last_only: 审定 (approve): refused at any desk but the last.
    :raises NotAllowed: the role holds no such desk.
    """
    steps = [
        (route, step)
        for route, step in desks_of(actor)
        if step.verb is Verb.PASS and not (last_only and route.after(step))
    ]
    return _decide_all(_Act(session, actor, Verdict.PASSED), chosen, steps)


def report(session: Session, actor: Actor, chosen: AnySelect | None) -> Outcome:
    """上报: hand passed files to the superior, with one receipt per school (R57).

    :raises NotAllowed: the role does not report.
    """
    steps = [(route, step) for route, step in desks_of(actor) if step.verb is Verb.REPORT]
    return _decide_all(_Act(session, actor, Verdict.PASSED), chosen, steps)


def return_(session: Session, actor: Actor, chosen: AnySelect | None, note: str) -> Outcome:
    """退回: back to whoever filled it, with a reason (R59).

    :raises Invalid: no reason. :raises NotAllowed: the role holds no desk.
    """
    if not note.strip():
        raise Invalid(message("退回须说明原因。"))
    act = _Act(session, actor, Verdict.RETURNED, note.strip())
    return _decide_all(act, chosen, list(desks_of(actor)))


def desks_of(actor: Actor) -> Iterator[tuple[Route, Step]]:
    """The steps at which the actor's role decides, if the desk is its unit's."""
    for route in ROUTES.values():
        for step in route.steps:
            if actor.can(step.permission):
                yield route, step


def on_desk(actor: Actor, route: Route, step: Step, chosen: AnySelect | None) -> AnySelect:
    """(teacher, submission, task) of the open tasks of *step* on the actor's desk."""
    statement = (
        select(
            ReviewTask.teacher_id.label("teacher_id"),
            ReviewTask.submission_id.label("submission_id"),
            ReviewTask.id.label("task_id"),
        )
        .join(Submission, Submission.id == ReviewTask.submission_id)
        .where(
            ReviewTask.desk_unit_id == actor.unit_id,
            ReviewTask.step == step.key,
            ReviewTask.verdict.is_(None),
            Submission.route == route.key,
        )
    )
    return statement if chosen is None else statement.where(ReviewTask.teacher_id.in_(chosen))


@dataclass
class _Act:
    """One verb of one actor over all the desks it concerns."""

    session: Session
    actor: Actor
    verdict: Verdict
    note: str = ""
    outcome: Outcome = field(default_factory=Outcome)
    seen: set[int] = field(default_factory=set)

    @property
    def passes(self) -> bool:
        return self.verdict is Verdict.PASSED


def _decide_all(act: _Act, chosen: AnySelect | None, steps: list[tuple[Route, Step]]) -> Outcome:
    if not steps:
        raise NotAllowed(message("您的角色不能进行此操作。"))
    session = act.session
    asked = set(session.scalars(chosen)) if chosen is not None else set()
    with door(session):
        for route, step in steps:
            selection = freeze(session, act.actor, on_desk(act.actor, route, step, chosen))
            act.seen |= set(teacher_ids(session, selection))
            _decide_step(act, selection, route, step)
    act.outcome.left_out += where_it_is(session, sorted(asked - act.seen)).values()
    return act.outcome


def _decide_step(act: _Act, selection: int, route: Route, step: Step) -> None:
    session, outcome = act.session, act.outcome
    if act.passes:
        _leave_out_own(act, selection, step)
        _leave_out_incomplete(act, selection, step)
    before = set(teacher_ids(session, selection))
    if not before:
        return
    act_id = new_act_id()
    advance.decide(session, act.actor, selection, act.verdict, act_id)
    taken = freeze(session, act.actor, _winners(act_id))
    won = set(teacher_ids(session, taken))
    outcome.left_out += where_it_is(session, sorted(before - won)).values()
    outcome.taken += len(won)
    word = step.verb if act.passes else "return"
    detail = {"note": act.note} if act.note else None
    advance.log(session, act.actor, f"{word}.{step.key}", taken, act_id, detail)
    if act.passes:
        _send_on(act, taken, route, step)
    else:
        _write_notes(act, taken)
        advance.back_to_draft(session, taken)


def _send_on(act: _Act, taken: int, route: Route, step: Step) -> None:
    if step.gathers:
        gather(act.session, taken, headers_of(act.session, taken))
    if step.verb is Verb.REPORT:
        act.outcome.receipts += _receipts(act.session, act.actor, taken)
    advance.onward(act.session, taken, route, step)


def _winners(act_id: str) -> AnySelect:
    return select(
        ReviewTask.teacher_id.label("teacher_id"),
        ReviewTask.submission_id.label("submission_id"),
        ReviewTask.id.label("task_id"),
    ).where(ReviewTask.act == act_id)


def _leave_out_own(act: _Act, selection: int, step: Step) -> None:
    """Whoever filled or submitted does not pass (SECURITY.md S5)."""
    if not step.independent:
        return
    session, actor, outcome = act.session, act.actor, act.outcome
    filled = exists().where(
        SubmissionRow.submission_id == Submission.id, SubmissionRow.filled_by == actor.user_id
    )
    own = select(Submission.teacher_id, Teacher.teacher_no).join(
        Teacher, Teacher.id == Submission.teacher_id
    )
    own = own.where(
        Submission.id.in_(submissions_of(selection)),
        or_(Submission.submitted_by == actor.user_id, filled),
    )
    rows = session.execute(own).all()
    reason = message("您填写或报送了这份档案，须由他人审核。")
    outcome.left_out += [LeftOut(row.teacher_no, reason) for row in rows]
    _drop(session, selection, [row.teacher_id for row in rows])


def _leave_out_incomplete(act: _Act, selection: int, step: Step) -> None:
    """The school passes on and reports complete files only (DOMAIN.md 10)."""
    if not step.complete:
        return
    session, outcome = act.session, act.outcome
    bad: list[int] = []
    for header, found in completeness.findings(session, teacher_ids(session, selection)):
        errors = completeness.blocking(found)
        if errors:
            bad.append(header.id)
            outcome.left_out.append(incomplete(header.teacher_no, errors))
    _drop(session, selection, bad)


def _drop(session: Session, selection: int, teachers: list[int]) -> None:
    if teachers:
        statement = delete(SelectionItem).where(
            in_selection(selection), SelectionItem.teacher_id.in_(teachers)
        )
        session.execute(statement, execution_options=BLIND)


def _write_notes(act: _Act, selection: int) -> None:
    session = act.session
    rows = session.execute(
        select(Submission.id, Submission.teacher_id, Submission.unit_path).where(
            Submission.id.in_(submissions_of(selection))
        )
    ).all()
    notes = [
        {
            "submission_id": row.id,
            "teacher_id": row.teacher_id,
            "unit_path": row.unit_path,
            "reason": act.note,
            "written_by": act.actor.user_id,
            "written_at": now(),
        }
        for row in rows
    ]
    if notes:
        session.execute(unscoped(insert(ReviewNote), REASON), notes)


def _receipts(session: Session, actor: Actor, selection: int) -> list[str]:
    """One report per school, with its receipt; its submissions point to it."""
    rows = session.execute(
        select(Unit.id, Unit.code, Unit.unit_path, Unit.supervisor_id, Submission.id)
        .join(Teacher, Teacher.unit_id == Unit.id)
        .join(Submission, Submission.teacher_id == Teacher.id)
        .where(Submission.id.in_(submissions_of(selection)))
    ).all()
    schools: dict[Any, list[int]] = {}
    for row in rows:
        schools.setdefault(tuple(row[:4]), []).append(row[4])
    return [_receipt(session, actor, school, ids) for school, ids in schools.items()]


def _receipt(session: Session, actor: Actor, school: Any, submissions: list[int]) -> str:
    unit_id, code, path, superior = school
    at = now()
    receipt = f"SB-{code}-{at:%Y%m%d}-{new_act_id()[:8].upper()}"
    if superior is None:
        raise Conflict(message("该单位没有上级，无法上报。"))
    values = {
        "unit_id": unit_id,
        "unit_path": path,
        "superior_id": superior,
        "receipt": receipt,
        "files": len(submissions),
        "reported_by": actor.user_id,
        "reported_at": at,
    }
    statement = unscoped(insert(ReportUp).returning(ReportUp.id), "the desk's own unit")
    report_id = session.scalars(statement, [values]).one()
    session.execute(
        update(Submission)
        .where(Submission.id.in_(submissions))
        .values(report_id=report_id, complete_at_report=True),
        execution_options=BLIND,
    )
    return receipt
