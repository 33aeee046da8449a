"""Checking many files: what bulk acts left, what a new day or new rules make of all.

A part is read and checked in a transaction that only reads; what is written is short. The lines of
the work list that were seen before the files were read go with it, and nothing else: what changes
meanwhile leaves lines of its own.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tms.access import WORKER, unscoped
from tms.dictionary.fingerprint import fingerprint
from tms.dictionary.scope import today
from tms.errors import message
from tms.jobs import Mark, Run, Work, enqueue
from tms.jobs.lanes import HELPER
from tms.jobs.schedule import Schedule, Watch
from tms.models import PENDING, CheckDue, Job, Teacher
from tms.records import figures
from tms.records.due import REASON, lines_of, name_files, next_due, work_off

DUE: Final = "completeness.due"
ALL: Final = "completeness.all"
#: With more lines on the work list than these, two workers go at it.
LONG: Final = 2_000
#: Files that are named at a time.
NAMED: Final = 20_000


def due(work: Work) -> Generator[Mark, None, dict[str, int]]:
    """Check the files that are due until none is left; of many, a second worker begins at the end.

    A helper that no worker has time for finds nothing left when it comes, and that is all.
    """
    left = _left(work.session)
    if left > LONG:
        title, key = message("检测有变动的档案"), f"{DUE}{HELPER}@{work.job_id}"
        enqueue(work.session, WORKER, DUE + HELPER, work.params, title, key=key)
        yield Mark(work.done, work.done + left)
    return (yield from _work_off(work))


def _from_the_end(work: Work) -> Generator[Mark, None, dict[str, int]]:
    """The other half. Where both come upon a file, its number lets but one of them write."""
    return (yield from _work_off(work, newest=True))


def _work_off(work: Work, *, newest: bool = False) -> Generator[Mark, None, dict[str, int]]:
    on = _day(work)
    while True:
        with work.reading() as session:
            ids = next_due(session, work.pace.size, newest=newest)
            lines = lines_of(session, ids)
            checked = figures.check(session, ids, on)
            left = _left(session)
        if not ids:
            return {"files": work.done}
        kept = {*figures.write(work.session, checked, on), *(set(ids) - checked.keys())}
        work_off(work.session, [line for each in kept for line in lines[each]])
        yield Mark(work.done + len(kept), work.done + left)


def everything(work: Work) -> Generator[Mark, None, dict[str, int]]:
    """Name all files that were not checked on this day by the rules of now; `due` checks them."""
    on, last, named = _day(work), work.checkpoint or 0, work.done
    while True:
        until = _reached(work.session, last)
        if until is None:
            return {"files": named}
        stale = or_(
            Teacher.checked_on.is_distinct_from(on),
            Teacher.check_rules.is_distinct_from(fingerprint()),
        )
        named += name_files(work.session, Teacher.id > last, Teacher.id <= until, stale)
        last = until
        yield Mark(named, None, last)


def _reached(session: Session, last: int) -> int | None:
    """The last of the next files by id; None where there are no more."""
    ids = select(Teacher.id).where(Teacher.id > last).order_by(Teacher.id).limit(NAMED).subquery()
    found: int | None = session.scalar(unscoped(select(func.max(ids.c.id)), REASON))
    return found


def _day(work: Work) -> date:
    """The day taken as today; a test names one."""
    day = work.params.get("today")
    return date.fromisoformat(day) if day else today()


def _left(session: Session) -> int:
    """How many files are due, roughly: one may be named twice."""
    return session.scalar(select(func.count()).select_from(CheckDue)) or 0


# -- when they come due ----------------------------------------------------------------------------


def _newest(session: Session) -> str | None:
    """What the work list asks for: nothing while it is empty, or being worked off."""
    newest = session.scalar(select(func.max(CheckDue.id)))
    under_way = select(Job.id).where(Job.kind == DUE, Job.state.in_(PENDING)).limit(1)
    return None if newest is None or session.scalar(under_way) else str(newest)


def _rules(_session: Session) -> str:
    """Once for each state of the rules: a new version may ask other questions."""
    return fingerprint()


KINDS: Final[dict[str, Run]] = {DUE: due, DUE + HELPER: _from_the_end, ALL: everything}
SCHEDULES: Final = [Schedule(ALL, message("每夜完整性检测"), hour=3, minute=30)]
WATCHES: Final = [
    Watch(ALL, message("按新规则检测全部档案"), _rules),
    Watch(DUE, message("检测有变动的档案"), _newest),
]
