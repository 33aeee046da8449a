"""What comes due at night, once a month or when something waits: whichever worker asks first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tms.access import WORKER, acting
from tms.errors import Message
from tms.jobs.queue import enqueue

#: Days begin and end here, as everywhere in the system (DOMAIN.md 12).
ZONE: Final = ZoneInfo("Asia/Shanghai")
#: What was missed because no worker ran is made up for, but not after so long.
MAKE_UP: Final = timedelta(hours=12)


@dataclass(frozen=True)
class Schedule:
    """A kind of job that comes due by itself, at a minute of every day or of one of the month."""

    kind: str
    title: Message
    hour: int
    minute: int = 0
    #: 1–28: in every month; None is every day.
    day: int | None = None

    def latest(self, at: datetime) -> datetime:
        """The last instant, up to *at*, at which it came due."""
        found = at.astimezone(ZONE).replace(
            hour=self.hour, minute=self.minute, second=0, microsecond=0
        )
        if self.day is None:
            return found if found <= at else found - timedelta(days=1)
        found = found.replace(day=self.day)
        if found > at:
            found = (found.replace(day=1) - timedelta(days=1)).replace(day=self.day)
        return found


@dataclass(frozen=True)
class Watch:
    """A kind of job that comes due by what is in the database, looked at every few seconds."""

    kind: str
    title: Message
    #: A word for what it is wanted for, once for each word; None where it is not.
    wanted: Callable[[Session], str | None]


_schedules: list[Schedule] = []
_watches: list[Watch] = []


def install(schedules: Sequence[Schedule], watches: Sequence[Watch] = ()) -> None:
    """Let these come due; those of before are forgotten."""
    _schedules[:] = schedules
    _watches[:] = watches


def ask_for_wanted(session: Session) -> list[int]:
    """Enqueue what is wanted, each time once however many workers ask. Commits.

    :returns: ids of the jobs, new ones and known ones.
    """
    found = []
    for watch in _watches:
        with acting(session, WORKER):
            word = watch.wanted(session)
            if word is not None:
                key = f"{watch.kind}@{word}"
                found.append(enqueue(session, WORKER, watch.kind, {}, watch.title, key=key))
            session.commit()
    return found


def ask_for_due(session: Session, at: datetime) -> list[int]:
    """Enqueue what came due lately, each time once however many workers ask. Commits.

    :returns: ids of the jobs, new ones and known ones.
    """
    found = []
    for schedule in _schedules:
        latest = schedule.latest(at)
        if at - latest > MAKE_UP:
            continue
        key = f"{schedule.kind}@{latest:%Y-%m-%dT%H:%M}"
        with acting(session, WORKER):
            found.append(enqueue(session, WORKER, schedule.kind, {}, schedule.title, key=key))
            session.commit()
    return found
