"""Two workers at one long job, where the database lets two write at the same time.

The job divides what it has to do into lanes, asks for a helper that goes along the second, and goes
along the first itself. A helper is a job like any other, but in no list: it resumes by itself, and
stops with the job that it helps. What it leaves, because no worker had time for it or because it
failed, the job does itself when its own lane is done; so nothing waits for a helper that never
comes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, or_, select, update

from tms.access import WORKER, acting
from tms.db import BLIND, is_sqlite
from tms.jobs.queue import enqueue
from tms.jobs.work import Mark, Work
from tms.models import PENDING, Job, JobState
from tms.models.types import now
from tms.packed import unpack

#: What the kind of a helper ends with.
HELPER: Final = ".helper"
#: What lists and counts of jobs show.
LISTED: Final = ~Job.kind.endswith(HELPER)
LANES: Final = 2
#: Between two looks at a helper that is not ready.
PAUSE_SECONDS: Final = 0.05

#: Does the places it is given; what it writes is committed with the `Mark` that follows.
Do = Callable[[list[int]], None]


@dataclass
class Way:
    """How far a job is: the checkpoint of its `Mark`s."""

    #: By lane the next place of it, and the rows before that; a helper's lane is not counted here.
    lanes: list[list[int]]
    helper: int | None = None

    def mark(self, total: int | None, helped: int = 0) -> Mark:
        """What is committed with a part."""
        done = sum(rows for _next, rows in self.lanes) + helped
        reached = [list(lane) for lane in self.lanes]
        return Mark(done, total, {"lanes": reached, "helper": self.helper})


def begin(work: Work, kind: str, *, is_long: bool) -> Generator[Mark, None, Way]:
    """Find out how far the job is; a long one that begins asks for its helper.

    :param kind: of this job; its helper's has `HELPER` behind it, and calls `help_with`.
    """
    if work.checkpoint:
        return Way(**work.checkpoint)
    if is_sqlite(work.session) or not is_long:
        return _start(1)
    way = _start(LANES)
    way.helper = _ask(work, kind + HELPER)
    yield way.mark(None)
    return way


def through(work: Work, way: Way, sizes: Sequence[int], do: Do) -> Generator[Mark, None, None]:
    """Have all places done, part by part.

    :param way: what `begin` gave.
    :param sizes: how many rows each place has.
    :param do: called with places that follow each other in one lane.
    """
    yield from _along(work, way, 0, sizes, do)
    while way.helper is not None:
        if not _takes_over(work, way):
            time.sleep(PAUSE_SECONDS)
        yield way.mark(sum(sizes), _progress(work, way.helper))
    for lane in range(1, len(way.lanes)):
        yield from _along(work, way, lane, sizes, do)


def help_with(work: Work, sizes: Sequence[int], do: Do) -> Generator[Mark, None, dict[str, Any]]:
    """Go along a lane of the job that this one helps, as long as that is under way."""
    lane = work.params["lane"]
    way = Way(**work.checkpoint) if work.checkpoint else _start(LANES)
    for mark in _along(work, way, lane, sizes, do):
        if not _is_wanted(work):
            work.session.rollback()
            return {"to": None}
        yield mark
    return {"to": way.lanes[lane]}


def _ask(work: Work, kind: str) -> int:
    params = {**work.params, "helps": work.job_id, "lane": 1}
    title = unpack(_job(work, work.job_id).title)
    return enqueue(work.session, work.actor, kind, params, title, act_id=work.act_id)


def _start(lanes: int) -> Way:
    return Way([[lane, 0] for lane in range(lanes)])


def _along(
    work: Work, way: Way, lane: int, sizes: Sequence[int], do: Do
) -> Generator[Mark, None, None]:
    """One lane from where it stands to its end."""
    step = len(way.lanes)
    at, rows = way.lanes[lane]
    for places in _parts(work, at, step, sizes):
        do(places)
        rows += sum(sizes[place] for place in places)
        way.lanes[lane] = [places[-1] + step, rows]
        yield way.mark(sum(sizes), _progress(work, way.helper))


def _parts(work: Work, at: int, step: int, sizes: Sequence[int]) -> Iterator[list[int]]:
    while at < len(sizes):
        places, rows = [at], sizes[at]
        while places[-1] + step < len(sizes) and rows < work.pace.size:
            places.append(places[-1] + step)
            rows += sizes[places[-1]]
        yield places
        at = places[-1] + step


# -- between the two -------------------------------------------------------------------------------


def _job(work: Work, job_id: int) -> Any:
    with acting(work.session, WORKER):
        columns = (Job.title, Job.state, Job.done, Job.checkpoint, Job.result)
        return work.session.execute(select(*columns).where(Job.id == job_id)).one()


def _progress(work: Work, helper: int | None) -> int:
    return int(_job(work, helper).done) if helper is not None else 0


def _takes_over(work: Work, way: Way) -> bool:
    """Whether the helper is at work no more; its lane is the job's own from then on."""
    at = now()
    idle = or_(
        Job.state == JobState.QUEUED, and_(Job.state == JobState.RUNNING, Job.lease_until < at)
    )
    values = {"state": JobState.CANCELLED, "ended_at": at, "lease": None, "lease_until": None}
    mine = update(Job).where(Job.id == way.helper, idle).values(values)
    with acting(work.session, WORKER):
        work.session.execute(mine, execution_options=BLIND)
    helper = _job(work, int(way.helper or 0))
    if helper.state in PENDING:
        return False
    way.lanes[1] = _reached(helper)
    way.helper = None
    return True


def _reached(helper: Any) -> list[int]:
    """Where the helper's lane stands."""
    checkpoint: Mapping[str, Any] = helper.checkpoint or {"lanes": _start(LANES).lanes}
    return list(checkpoint["lanes"][1])


def _is_wanted(work: Work) -> bool:
    """Whether the job that this one helps goes on; it cannot be stopped before our commit."""
    main = select(Job.state, Job.cancel_asked).where(Job.id == work.params["helps"])
    with acting(work.session, WORKER):
        found = work.session.execute(main.with_for_update(read=True)).first()
    return found is not None and found.state in PENDING and not found.cancel_asked
