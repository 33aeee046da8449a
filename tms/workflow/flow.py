"""Moving a selection of submissions on: to the next desk that has to judge, or into force.

Where a submission stands follows from what desks passed: a desk that passed in some round has
judged all content that came in up to that round. So after a return only those are asked again
whose rows came in anew, and nothing else has to be remembered (DESIGN.md 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from tms.access import Actor, unscoped
from tms.db import BLIND
from tms.models import (
    RecordStatus,
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
from tms.workflow.act import Act
from tms.workflow.confirmed import is_confirmation
from tms.workflow.into_force import into_force
from tms.workflow.places import Place, places_of
from tms.workflow.routes import Route, Step
from tms.workflow.selection import (
    REASON,
    in_selection,
    size,
    submissions_of,
    tasks_of,
    teachers_of,
)

COLUMNS = (
    "submission_id",
    "teacher_id",
    "unit_path",
    "round",
    "shape",
    "step",
    "desk_unit_id",
    "desk_function",
    "functions",
    "permission",
    "opened_at",
    "opened_act",
    "due_at",
)


def onward(act: Act, selection: int, route: Route, first: int, *, at: str = "") -> None:
    """Send the selection's submissions on, asking the steps from place *first* in order.

    Each stops at the first step where a desk has something to judge; after the last it is in force.

    :param at: the step that was decided. Only what waits there goes on: one of parallel departments
        may decide while another's rows were returned, or are on their way to that one again.
    """
    rest = act.part(selection, Submission.status != RecordStatus.RETURNED, Submission.step == at)
    for step in route.steps[first:]:
        if not size(act.session, rest):
            return
        _open(act, rest, step, confirms=route.confirms_at(step))
        _own_submission(act, rest, step)
        stopped = act.part(rest, waits(step))
        label(act.session, stopped, step.waiting, step=step.key)
        rest = act.part(rest, ~waits(step))
    if size(act.session, rest):
        into_force(act, rest)


def waits(step: Step) -> Any:
    """Condition on `Submission`: a desk of *step* has not decided."""
    return exists().where(
        ReviewTask.submission_id == Submission.id,
        ReviewTask.step == step.key,
        ReviewTask.verdict.is_(None),
    )


def decide(act: Act, selection: int, verdict: Verdict) -> None:
    """Compare-and-set on the selection's tasks; the winners carry the act's id (DESIGN.md 4.3).

    Their files are locked (`tms.records.locks`).
    """
    statement = (
        update(ReviewTask)
        .where(ReviewTask.id.in_(tasks_of(selection)), ReviewTask.verdict.is_(None))
        .values(
            verdict=verdict,
            decided_by=act.actor.user_id,
            decided_at=now(),
            act=act.act_id,
            stand_in=ReviewTask.desk_unit_id != act.actor.unit_id,
        )
    )
    act.session.execute(statement, execution_options=BLIND)


def label(
    session: Session,
    selection: int,
    status: RecordStatus,
    *,
    header: Mapping[str, Any] | None = None,
    **values: Any,
) -> None:
    """Say on submissions and headers where the open work stands.

    :param header: what else becomes of the headers, so that they are written once.
    """
    files = update(Teacher).where(Teacher.id.in_(teachers_of(selection)))
    mine = update(Submission).where(Submission.id.in_(submissions_of(selection)))
    for statement in (
        files.values(record_status=status, **(header or {})),
        mine.values(status=status, **values),
    ):
        session.execute(unscoped(statement, REASON), execution_options=BLIND)


def sends_past(step: Step, sender: Actor) -> bool:
    """Whether the sender's own submission passes the step at once."""
    return step.gathers and sender.can(step.permission)


def _own_submission(act: Act, selection: int, step: Step) -> None:
    """A school's own submission passes the supplement at once.

    Whoever may supplement and sends in for the school has checked what there is to supplement.
    """
    if not (act.sends_in and sends_past(step, act.actor)):
        return
    own = act.tasks(
        ReviewTask.submission_id.in_(submissions_of(selection)),
        ReviewTask.step == step.key,
        ReviewTask.desk_unit_id == act.actor.unit_id,
        ReviewTask.verdict.is_(None),
    )
    decide(act, own, Verdict.PASSED)


def _open(act: Act, selection: int, step: Step, *, confirms: bool) -> None:
    """Put tasks on the desks of *step* that have something of the selection to judge.

    :param confirms: 核对无变化 comes to this step, too.
    """
    _renew(act.session, selection, step)
    for place in places_of(act.session, selection, step):
        rows = _needed(selection, step, place)
        if not confirms:
            rows = rows.where(~is_confirmation())
        values = {
            "step": step.key,
            "desk_unit_id": place.unit,
            "desk_function": place.function,
            "functions": place.mask,
            "permission": str(place.permission or step.permission),
            "opened_at": now(),
            "opened_act": act.act_id,
            "due_at": now() + timedelta(days=step.days) if step.days else None,
        }
        columns = ReviewTask.__table__.c
        rows = rows.add_columns(
            *(
                literal(value, columns[name].type) if not hasattr(value, "compare") else value
                for name, value in values.items()
            )
        )
        act.session.execute(unscoped(insert(ReviewTask).from_select(list(COLUMNS), rows), REASON))


def _needed(selection: int, step: Step, place: Place) -> Any:
    """(submission, teacher, path, round, shape) of those that the desk at *place* has to judge."""
    task = aliased(ReviewTask)
    here = (
        task.submission_id == Submission.id,
        task.step == step.key,
        task.desk_function == place.function,
    )
    judged = exists().where(
        *here, task.verdict == Verdict.PASSED, task.round >= func.coalesce(_latest(place), 1)
    )
    conditions = [~judged, ~exists().where(*here, task.verdict.is_(None)), *place.conditions]
    if place.mask:
        conditions.append(_latest(place).is_not(None))
    if step.gathers:
        # what the school has to mend joins here, though nothing else came in anew
        conditions[0] = or_(~judged, _unmended())
    return (
        select(
            Submission.id,
            Submission.teacher_id,
            Teacher.unit_path,
            Submission.round,
            Submission.shape,
        )
        .select_from(SelectionItem)
        .join(Submission, Submission.id == SelectionItem.submission_id)
        .join(Teacher, Teacher.id == Submission.teacher_id)
        .join(Unit, Unit.id == Teacher.unit_id)
        .where(in_selection(selection), *conditions)
    )


def _latest(place: Place) -> Any:
    """The last round in which content came in that the desk judges."""
    judged = [SubmissionRow.functions.bitwise_and(place.mask) != 0] if place.mask else []
    return (
        select(func.max(SubmissionRow.round))
        .where(SubmissionRow.submission_id == Submission.id, *judged)
        .correlate(Submission)
        .scalar_subquery()
    )


def _unmended() -> Any:
    return exists().where(
        ReviewNote.submission_id == Submission.id, ReviewNote.resolved_at.is_(None)
    )


def _renew(session: Session, selection: int, step: Step) -> None:
    """A desk that has not decided since the last round judges what came in meanwhile, too."""
    latest = (
        select(Submission.round)
        .where(Submission.id == ReviewTask.submission_id)
        .correlate(ReviewTask)
        .scalar_subquery()
    )
    again = select(Submission.id).where(
        Submission.id.in_(submissions_of(selection)), Submission.round > 1
    )
    statement = (
        update(ReviewTask)
        .where(
            ReviewTask.submission_id.in_(again),
            ReviewTask.step == step.key,
            ReviewTask.verdict.is_(None),
        )
        .values(round=latest)
    )
    session.execute(unscoped(statement, REASON), execution_options=BLIND)
