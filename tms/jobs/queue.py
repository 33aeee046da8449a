"""Asking for jobs, and what their owner may do with them: stop one, have one done again."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import event, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.db import BLIND
from tms.errors import Conflict, NotFound, Text, message
from tms.models import PENDING, Job, JobState
from tms.models.types import now
from tms.packed import pack

#: Ids of jobs that the transaction under way asks for, in `session.info`.
ASKED: Final = "jobs_asked_for"
#: Nobody needs more under way at a time; who asks for more has pressed a button too often.
MAX_PENDING: Final = 50


def enqueue(
    session: Session,
    actor: Actor,
    kind: str,
    params: Mapping[str, Any],
    title: Text | str,
    *,
    key: str = "",
    act_id: str = "",
) -> int:
    """Write down a job in the caller's transaction; workers hear of it when that commits.

    :param key: what is asked for twice under one key is done once; the id is the same.
    :param act_id: of the act that it is a part of; otherwise it is one of its own.
    :raises Conflict: the actor has very many under way.
    """
    whole_key = f"{actor.user_id or 'system'}:{key}" if key else None
    known = _known(session, whole_key)
    if known is not None:
        return known
    _bounded(session, actor)
    job = _job(actor, kind, params, pack(title), whole_key, act_id or uuid.uuid4().hex)
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:
        known = _known(session, whole_key)
        if known is None:
            raise
        return known
    session.info.setdefault(ASKED, []).append(job.id)
    return job.id


def _job(
    actor: Actor, kind: str, params: Mapping[str, Any], title: Any, key: str | None, act_id: str
) -> Job:
    at = now()
    return Job(
        user_id=actor.user_id,
        assignment_id=actor.assignment_id,
        kind=kind,
        title=title,
        params=dict(params),
        key=key,
        act_id=act_id,
        state=JobState.QUEUED,
        queued_at=at,
        not_before=at,
    )


def _known(session: Session, key: str | None) -> int | None:
    return session.scalar(select(Job.id).where(Job.key == key)) if key else None


def _bounded(session: Session, actor: Actor) -> None:
    mine = select(func.count()).select_from(Job)
    mine = mine.where(Job.user_id == actor.user_id, Job.state.in_(PENDING))
    if actor.user_id is not None and (session.scalar(mine) or 0) >= MAX_PENDING:
        raise Conflict(message("您已有%(n)d项作业在办理，请等其中一些完成。", n=MAX_PENDING))


def cancel(session: Session, actor: Actor, job_id: int) -> None:
    """Stop a job: at once while nobody works on it, else after the part under way.

    What was done stays; where it can be taken back, undo does that.

    :raises NotFound: not the actor's. :raises Conflict: it has ended.
    """
    job = find(session, job_id)
    asked = update(Job).where(Job.id == job.id)
    waiting = asked.where(Job.state == JobState.QUEUED)
    values = {"state": JobState.CANCELLED, "ended_at": now(), "key": None}
    done: Any = session.execute(waiting.values(values), execution_options=BLIND)
    if done.rowcount:
        return
    running = asked.where(Job.state == JobState.RUNNING).values(cancel_asked=True)
    done = session.execute(running, execution_options=BLIND)
    if not done.rowcount:
        raise Conflict(message("这项作业已经结束。"))


def retry(session: Session, actor: Actor, job_id: int) -> None:
    """Have a job that failed or was cancelled go on where it stopped.

    :raises NotFound: not the actor's. :raises Conflict: it has not failed.
    """
    job = find(session, job_id)
    stopped = (JobState.FAILED, JobState.CANCELLED)
    again = update(Job).where(Job.id == job.id, Job.state.in_(stopped))
    values = {
        "state": JobState.QUEUED,
        "not_before": now(),
        "ended_at": None,
        "error": None,
        "attempts": 0,
        "cancel_asked": False,
    }
    done: Any = session.execute(again.values(values), execution_options=BLIND)
    if not done.rowcount:
        raise Conflict(message("这项作业没有失败，不需要重试。"))
    session.info.setdefault(ASKED, []).append(job.id)


def find(session: Session, job_id: int) -> Job:
    """The actor's own job.

    :raises NotFound: not the actor's.
    """
    job: Job | None = session.scalar(select(Job).where(Job.id == job_id))
    if job is None:
        raise NotFound(message("没有这项作业。"))
    return job


# -- telling workers -------------------------------------------------------------------------------

_tell: Callable[[int], None] | None = None


def install(tell: Callable[[int], None] | None) -> None:
    """Let workers be told of new jobs by *tell*; without it their sweeper finds them."""
    global _tell
    _tell = tell


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for job_id in session.info.pop(ASKED, []):
        if _tell is not None:
            _tell(job_id)


@event.listens_for(Session, "after_soft_rollback")
def _rolled_back(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(ASKED, None)
