"""The last verdict over many files, and taking it back.

Each in a transaction of its own, as in use: PostgreSQL checks the foreign keys of a row again that
the same transaction has written before. The files stay on the desk for the next time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import and_, func, insert, literal, null, select
from sqlalchemy.orm import Session

from bench.place import Place
from bench.timing import Figure
from tms.access import Actor, acting, door, unscoped
from tms.actors import actor_for
from tms.db import AnySelect, db, writing
from tms.demo import settle
from tms.models import (
    RecordStatus,
    ReviewTask,
    Submission,
    SubmissionRow,
    Teacher,
)
from tms.models.types import now
from tms.workflow import Outcome, pass_, undo
from tms.workflow.act import Act
from tms.workflow.flow import label
from tms.workflow.gather import gather
from tms.workflow.routes import K12
from tms.workflow.selection import freeze, headers_of

FILES = 10_000
NEW = "bench"
STEP = K12.step("approve")
REASON = "the bench takes everything back"


def works(place: Place) -> Iterator[tuple[str, Callable[[], Figure]]]:
    """What can be measured here, by name."""
    yield "verdict", partial(measure, place, "verdict")
    yield "verdict.undo", partial(measure, place, "verdict.undo")


def measure(place: Place, work: str) -> Figure:
    """Section rows a second: history, copies, lock and labels included, the commit not."""
    application = place.application()
    with application.app_context():
        session = db.session()
        with writing(False):
            actor = actor_for(session, place.logins["province"][0])
            session.rollback()
        with writing(), acting(session, actor):
            files = _on_the_last_desk(session, actor, min(FILES, place.teachers // 4))
            rows = _rows_of(session, actor, files)
            session.commit()
            settle(db.engine)
            passing = _timed(session, lambda: pass_(session, actor, _chosen(files), last_only=True))
            act_id = passing[1].act_id
            undoing = _timed(session, lambda: undo(session, actor, act_id))
        settle(db.engine)
        db.engine.dispose()
    took, outcome = undoing if work == "verdict.undo" else passing
    note = f"{outcome.taken:,} files, {rows:,} rows in {took:.1f} s"
    return Figure(work, rows / took, "rows/s", note)


def _timed(session: Session, act: Callable[[], Outcome]) -> tuple[float, Outcome]:
    began = time.perf_counter()
    outcome = act()
    took = time.perf_counter() - began
    session.commit()
    return took, outcome


def _chosen(files: Sequence[int]) -> AnySelect:
    return select(Teacher.id).where(Teacher.id.between(files[0], files[-1]))


def _on_the_last_desk(session: Session, actor: Actor, wanted: int) -> list[int]:
    """As many files before the province, in order; brought there where they are missing."""
    waiting = select(ReviewTask.teacher_id).where(_is_there(actor)).order_by(ReviewTask.teacher_id)
    there = session.scalars(waiting.limit(wanted)).all()
    if len(there) < wanted:
        _bring(session, actor, wanted - len(there))
        there = session.scalars(waiting.limit(wanted)).all()
    return list(there)


def _is_there(actor: Actor) -> Any:
    return and_(
        ReviewTask.desk_unit_id == actor.unit_id,
        ReviewTask.permission == STEP.permission,
        ReviewTask.step == STEP.key,
        ReviewTask.verdict.is_(None),
    )


def _bring(session: Session, actor: Actor, files: int) -> None:
    """Drafts with all their rows, sent in and before the province."""
    drafts = Teacher.record_status == RecordStatus.DRAFT
    chosen = select(Teacher.id, Teacher.unit_path)
    chosen = chosen.where(drafts, Teacher.school_category.in_(K12.categories))
    found = session.execute(chosen.order_by(Teacher.id).limit(files)).all()
    with door(session):
        new = [_submission(row.id, row.unit_path) for row in found]
        session.execute(unscoped(insert(Submission), REASON), new)
        is_mine = Submission.step == NEW
        opened = select(Submission.teacher_id, Submission.id, null()).where(is_mine)
        selection = freeze(session, actor, opened)
        gather(Act(session, actor), selection, headers_of(session, selection))
        _put_on_desk(session, actor, is_mine)
        label(session, selection, RecordStatus.REPORTED, step=STEP.key)


def _submission(teacher_id: int, path: str) -> dict[str, Any]:
    return {
        "teacher_id": teacher_id,
        "unit_path": path,
        "route": K12.key,
        "step": NEW,
        "status": RecordStatus.REPORTED,
        "is_open": True,
        "submitted_at": now(),
    }


def _put_on_desk(session: Session, actor: Actor, chosen: Any) -> None:
    task: dict[str, Any] = {
        "step": STEP.key,
        "desk_unit_id": actor.unit_id,
        "permission": str(STEP.permission),
        "opened_at": now(),
    }
    types = ReviewTask.__table__.c
    values = [literal(value, types[name].type) for name, value in task.items()]
    rows = select(Submission.id, Submission.teacher_id, Submission.unit_path, *values)
    names = ["submission_id", "teacher_id", "unit_path", *task]
    statement = insert(ReviewTask).from_select(names, rows.where(chosen))
    session.execute(unscoped(statement, REASON))


def _rows_of(session: Session, actor: Actor, files: Sequence[int]) -> int:
    """How many section rows and requests these files bring."""
    mine = select(ReviewTask.submission_id).where(
        _is_there(actor), ReviewTask.teacher_id.between(files[0], files[-1])
    )
    brought = select(func.count()).where(SubmissionRow.submission_id.in_(mine))
    return session.scalar(brought.select_from(SubmissionRow)) or 0
