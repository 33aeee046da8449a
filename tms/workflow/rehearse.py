"""Trying a verb on one file: the engine itself says what it would do, and nothing remains."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.dictionary import Finding
from tms.errors import Text, TmsError
from tms.models import ReviewTask, Teacher
from tms.workflow.offered import Act, perform
from tms.workflow.outcome import NOT_SENT, Outcome
from tms.workflow.undo import NO_VERDICT, of_desk, undo

#: A return asks for one; what stands in it matters to nobody.
NOTE = "—"


@dataclass(frozen=True)
class Refused:
    """What the engine said, and what it found where the file is incomplete."""

    text: Text
    findings: Sequence[Finding] = ()


@contextmanager
def rehearsal(session: Session) -> Iterator[None]:
    """Whatever is written within the block is taken back at its end.

    The caller's transaction must be one that may write (`tms.db.writing`).
    """
    savepoint = session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()


def rehearse(session: Session, actor: Actor, act: Act, teacher_id: int) -> Refused | None:
    """What keeps *act* from taking the file; None: it would be taken."""
    chosen = select(Teacher.id).where(Teacher.id == teacher_id)
    return _try(session, lambda: perform(session, actor, act, chosen, NOTE))


def rehearse_undo(session: Session, actor: Actor, teacher_id: int) -> Refused | None:
    """As `rehearse`, of taking back the latest verdict of the actor's desk on the file."""
    latest = latest_verdict(session, actor, teacher_id)
    if latest is None:
        return Refused(NO_VERDICT)
    chosen = select(Teacher.id).where(Teacher.id == teacher_id)
    return _try(session, lambda: undo(session, actor, latest, chosen))


def latest_verdict(session: Session, actor: Actor, teacher_id: int) -> str | None:
    """The act by which the actor's desk decided last on the file."""
    given = select(ReviewTask.act).where(of_desk(actor), ReviewTask.teacher_id == teacher_id)
    return session.scalar(given.order_by(ReviewTask.decided_at.desc(), ReviewTask.id.desc()))


def _try(session: Session, verb: Callable[[], Outcome]) -> Refused | None:
    try:
        with rehearsal(session):
            outcome = verb()
    except TmsError as error:
        return Refused(error.text)
    if outcome.taken:
        return None
    left = outcome.left_out[0] if outcome.left_out else None
    return Refused(left.reason, left.findings) if left else Refused(NOT_SENT)
