"""核对无变化: a submission without rows, for a file in force of which nothing has changed (R68).

It counts as an update (DOMAIN.md 10) and goes the short way: first desk, human resources of a
university, superior (`Route.confirms_at`). All else holds as for any submission: it is returned,
answered, withdrawn, taken back and passed in bulk like the others.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, null, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, door, unscoped
from tms.among import among
from tms.db import AnySelect
from tms.dictionary import Filler
from tms.errors import Because, Message, message
from tms.models import TABLES, RowState, Submission, Teacher
from tms.records import completeness
from tms.records.audit import new_act_id
from tms.records.locks import lock_files
from tms.records.patches import NO_DRAFTS
from tms.records.read import Header, chunks, headers
from tms.workflow import requests, shapes
from tms.workflow.act import Act, drop
from tms.workflow.leave_out import frozen_files
from tms.workflow.outcome import NOT_SENT, LeftOut, Outcome, incomplete, where_it_is
from tms.workflow.selection import REASON, freeze, teacher_ids, teachers_of
from tms.workflow.submit import freeze_open, open_new, own_only, send_on

_AT_REST = Because.NOT_AT_REST
NOT_IN_FORCE = message("尚未生效的档案没有可以核对的内容，请填写后报送。").because(_AT_REST)
DRAFTS = message("还有没有报送的内容；请报送，或者删除后再确认无变化。").because(_AT_REST)
RETURNED = message("档案已退回修改，请改好后重新报送。").because(_AT_REST)


def confirm(
    session: Session, actor: Actor, chosen: AnySelect | None, *, act_id: str | None = None
) -> Outcome:
    """Say of the chosen files, or of all in force in reach, that nothing has changed.

    :raises NotAllowed: the role does not submit.
    """
    actor.require(Permission.SUBMIT)
    act = Act(session, actor, act_id or new_act_id(), sends_in=True)
    with door(session):
        selection = freeze(session, actor, _candidates(chosen))
        lock_files(session, Teacher.id.in_(teachers_of(selection)))
        frozen_files(act, selection)
        asked = headers(session, teacher_ids(session, selection))
        ready = _ready(act, asked)
        drop(session, selection, sorted(asked.keys() - {header.id for header in ready}))
        if ready:
            _enter(act, selection, ready)
    act.outcome.taken = len(ready)
    return act.outcome


def _candidates(chosen: AnySelect | None) -> AnySelect:
    """Files as named; without names those in force on which nothing is under way."""
    statement = select(
        Teacher.id.label("teacher_id"), null().label("submission_id"), null().label("task_id")
    )
    if chosen is not None:
        return statement.where(Teacher.id.in_(chosen))
    is_open = exists().where(Submission.teacher_id == Teacher.id, Submission.is_open)
    return statement.where(Teacher.in_force_since.is_not(None), ~is_open)


def _ready(act: Act, asked: dict[int, Header]) -> list[Header]:
    """Headers of the files that can be confirmed; the others are left out with a reason."""
    reasons = _refused(act.session, asked)
    elsewhere = where_it_is(act.session, [i for i, why in reasons.items() if why is NOT_SENT])
    for teacher, reason in reasons.items():
        left = elsewhere.get(teacher, LeftOut(asked[teacher].teacher_no, reason))
        act.outcome.left_out.append(left)
    free = {i: header for i, header in asked.items() if i not in reasons}
    filler = Filler.TEACHER if own_only(act.actor) else None
    ready = []
    for header, found in completeness.findings(act.session, free, requests=NO_DRAFTS):
        errors = completeness.blocking(found, filler)
        if errors:
            act.outcome.left_out.append(incomplete(header.teacher_no, errors))
        else:
            ready.append(header)
    return ready


def _refused(session: Session, asked: dict[int, Header]) -> dict[int, Message]:
    """By file why it cannot be confirmed; `NOT_SENT` where it lies on a desk."""
    found: dict[int, Message] = {}
    for part in chunks(asked):
        mine = among(Submission.teacher_id, part), Submission.is_open
        open_ = select(Submission.teacher_id, Submission.step).where(*mine)
        for teacher, step in session.execute(unscoped(open_, REASON)):
            found[teacher] = NOT_SENT if step else RETURNED
    found |= {i: NOT_IN_FORCE for i, h in asked.items() if not (h.in_force or i in found)}
    drafts = with_drafts(session, sorted(asked.keys() - found.keys()))
    return found | dict.fromkeys(drafts, DRAFTS)


def with_drafts(session: Session, files: list[int]) -> set[int]:
    """Those of *files* in which anything waits to be sent in, whoever is to do that."""
    found = requests.has_drafts(session, files)
    for part in chunks(files):
        for model in TABLES.values():
            mine: tuple[Any, ...] = (model.state == RowState.DRAFT, among(model.teacher_id, part))
            statement = select(model.teacher_id).where(*mine).distinct()
            found |= set(session.scalars(unscoped(statement, REASON)))
    return found


def _enter(act: Act, selection: int, ready: list[Header]) -> None:
    open_new(act, selection, ready)
    entered = freeze_open(act, selection)
    shapes.assign(act.session, entered)
    act.log("submit", entered, {"nochange": True})
    send_on(act, entered)
