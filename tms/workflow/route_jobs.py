"""Rows follow a new route as a job: file by file in parts, with the act of the version (R52–R54).

The version is in use from the moment it is published; until the job comes to a file, its rows go
the way they went before, as those in review do. Each part asks for the routing in use then, so that
a version published meanwhile is what the rest follows. All tables are looked at, not only the
changed ones: what a job that was stopped left behind, the next one finds.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.errors import NotAllowed, message
from tms.jobs import Mark, Run, Work, enqueue
from tms.models import Job, Teacher, Unit
from tms.records.audit import Event, write_events
from tms.records.rerouting import apply_part, plan_part
from tms.records.routing import routings_in_use
from tms.records.unit_sweep import below

#: Up to so many files rows follow at once, within the request that publishes.
AT_ONCE: Final = 100
FOLLOW: Final = "route.follow"


def is_long(session: Session, unit: Unit) -> bool:
    """Whether the university has more files than are gone through while somebody waits."""
    some = select(Teacher.id).where(below(Teacher.unit_path, unit.unit_path)).limit(AT_ONCE + 1)
    return len(session.scalars(some).all()) > AT_ONCE


def ask(session: Session, actor: Actor, unit: Unit, version: int) -> tuple[int, str]:
    """Enqueue it with the publication; the job's id, and the act that both bear."""
    files = (
        select(func.count()).select_from(Teacher).where(below(Teacher.unit_path, unit.unit_path))
    )
    params = {"unit": unit.id, "version": version, "total": session.scalar(files) or 0}
    title = message("按审核路线第%(n)d版重新分派%(unit)s的记录", n=version, unit=unit.name)
    job = enqueue(session, actor, FOLLOW, params, title, key=f"route:{unit.id}:{version}")
    act: str = session.scalars(select(Job.act_id).where(Job.id == job)).one()
    return job, act


def run(work: Work) -> Generator[Mark, None, dict[str, Any]]:
    """Part after part; at the end an event says how many rows go elsewhere.

    :raises NotAllowed: who published it no longer keeps the university's route.
    """
    unit_id, total = work.params["unit"], work.params["total"]
    before = work.checkpoint or {"after": 0, "files": 0, "rows": 0}
    after, files, rows = before["after"], before["files"], before["rows"]
    while True:
        with work.reading():
            path = _path(work, unit_id)
            ids = _next(work, path, after)
            routings = routings_in_use(work.session, [unit_id]).get(unit_id, {})
            plan = plan_part(work.session, ids, routings)
        if not ids:
            break
        rows += apply_part(work.session, ids, plan, routings)
        after, files = ids[-1], files + len(ids)
        yield Mark(files, max(total, files), {"after": after, "files": files, "rows": rows})
    told = {"unit": unit_id, "version": work.params["version"], "rows": rows}
    event = Event(path, detail=told, files=files)
    write_events(work.session, work.actor, FOLLOW, [event], act_id=work.act_id)
    return {**told, "files": files}


def _path(work: Work, unit_id: int) -> str:
    """Where the university lies now; a move may have come between two parts."""
    work.actor.require(Permission.ROUTE_WRITE)
    if work.actor.unit_id != unit_id:
        raise NotAllowed(message("审核路线由本校的信息管理员维护。"))
    return work.session.scalars(select(Unit.unit_path).where(Unit.id == unit_id)).one()


def _next(work: Work, path: str, after: int) -> list[int]:
    """The files of the next part, in order of id."""
    mine = select(Teacher.id).where(below(Teacher.unit_path, path), Teacher.id > after)
    return list(work.session.scalars(mine.order_by(Teacher.id).limit(work.pace.size)))


KINDS: Final[dict[str, Run]] = {FOLLOW: run}
