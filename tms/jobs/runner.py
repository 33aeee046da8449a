"""One attempt at a job: part by part, each committed together with how far the job is."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import WORKER, Actor, acting, bind
from tms.errors import Say, Text, TmsError, message
from tms.jobs.kinds import kind
from tms.jobs.lease import LEASE, Heart, claim, hold, is_asked_for
from tms.jobs.work import Mark, Work
from tms.models import Job, JobState
from tms.models.types import now
from tms.packed import pack

#: Attempts that came no further, before a job counts as failed.
MAX_ATTEMPTS: Final = 5
#: How long after an unexpected end it is tried again, times the number of attempts.
PAUSE: Final = timedelta(seconds=5)

log = logging.getLogger("tms.jobs")


@dataclass(frozen=True)
class Machine:
    """What a worker brings along."""

    data_dir: Path
    #: Who acts, by session, user and assignment, with the rights of now; raises `TmsError`.
    actor_for: Callable[[Session, int, int | None], Actor]
    #: Whether the worker is to stop: the job is then left to another.
    is_stopping: Callable[[], bool] = lambda: False
    #: Words in a language, for what a job writes into files.
    say_in: Callable[[str], Say] = lambda lang: str


class _Lost(Exception):
    """Somebody else has the job now: nothing more may be written."""


class _HandBack(Exception):
    """The worker stops, or somebody waits for it; the job goes on elsewhere, or afterwards."""


class _Cancelled(Exception):
    """Its owner wants it stopped."""


def run(session: Session, machine: Machine, job_id: int) -> bool:
    """Do a job, if it is free; False where it is not."""
    job = claim(session, job_id)
    if job is None:
        return False
    if job.attempts > MAX_ATTEMPTS:
        _end(session, job, JobState.FAILED, message("作业多次中断，已停止；请重试或联系技术支持。"))
        return True
    with Heart(session, job):
        try:
            _attempt(session, machine, job)
        except TmsError as refused:
            _end(session, job, JobState.FAILED, refused.text)
        except _Cancelled:
            _end(session, job, JobState.CANCELLED)
        except _HandBack:
            _again(session, job, timedelta())
        except _Lost:
            session.rollback()
        except Exception as error:
            _note(job, error)
            _again(session, job, PAUSE * job.attempts)
    return True


def _attempt(session: Session, machine: Machine, job: Any) -> None:
    known = kind(job.kind)
    if known is None:
        raise TmsError(message("这个版本不能办理这类作业。"))
    actor = WORKER
    if job.user_id is not None:
        actor = machine.actor_for(session, job.user_id, job.assignment_id)
        session.rollback()
    bind(session, actor)
    work = _work(session, machine, job, actor)
    parts = known.run(work)
    try:
        while True:
            work.pace.begin()
            _commit(session, job, work, next(parts))
            if machine.is_stopping() or (job.user_id is None and is_asked_for(session)):
                raise _HandBack
    except StopIteration as end:
        _end(session, job, JobState.DONE, result=end.value, rollback=False)
    finally:
        parts.close()


def _work(session: Session, machine: Machine, job: Any, actor: Actor) -> Work:
    return Work(
        session,
        actor,
        job.id,
        job.act_id,
        job.params,
        job.checkpoint,
        machine.data_dir,
        done=job.done,
        say=machine.say_in(job.params.get("lang", "zh")),
    )


def _commit(session: Session, job: Any, work: Work, mark: Mark) -> None:
    """The part's writes, its checkpoint and the lease, or nothing."""
    values: dict[str, Any] = {
        "done": mark.done,
        "checkpoint": mark.checkpoint,
        "lease_until": now() + LEASE,
    }
    values |= {"total": mark.total} if mark.total is not None else {}
    values |= {"attempts": 0} if mark.done > work.done else {}
    if not hold(session, job, values):
        raise _Lost
    session.commit()
    work.done = mark.done
    work.pace.end()
    with acting(session, WORKER):
        asked = session.scalar(select(Job.cancel_asked).where(Job.id == job.id))
    session.rollback()
    if asked:
        raise _Cancelled


def _end(
    session: Session,
    job: Any,
    state: JobState,
    error: Text | None = None,
    *,
    result: Any = None,
    rollback: bool = True,
) -> None:
    """What the last part wrote is committed with the end; after a failure nothing of it."""
    if rollback:
        session.rollback()
    values = {
        "state": state,
        "ended_at": now(),
        "lease": None,
        "lease_until": None,
        "error": pack(error) if error is not None else None,
        "key": None if state is not JobState.DONE else job.key,
    }
    values |= {"result": dict(result)} if result is not None else {}
    if hold(session, job, values):
        session.commit()
    else:
        session.rollback()


def _again(session: Session, job: Any, after: timedelta) -> None:
    """Free it for whoever comes next."""
    session.rollback()
    values = {
        "state": JobState.QUEUED,
        "not_before": now() + after,
        "lease": None,
        "lease_until": None,
    }
    values |= {"attempts": 0} if not after else {}
    hold(session, job, values)
    session.commit()


def _note(job: Any, error: Exception) -> None:
    """Where it went wrong, without the error's own words: they may quote somebody's data (S9)."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("job %s (%s) broke off: %s\n%s", job.id, job.kind, type(error).__name__, where)
