"""What a kind of job is given, and what it yields."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from tms.access import Actor
from tms.db import is_sqlite, writing
from tms.errors import Say

#: How long a part may hold SQLite's lock is 250 ms (DESIGN.md 4.6); parts are aimed at less.
AIM: Final = 0.5
AIM_SQLITE: Final = 0.15


@dataclass(frozen=True)
class Mark:
    """How far a job is, after a part of the work that is to be committed with it."""

    done: int
    total: int | None = None
    #: JSON with which a later attempt goes on from here.
    checkpoint: Any = None


@dataclass
class Pace:
    """How much to do in one part, so that it takes about as long as aimed at."""

    size: int = 100
    aim: float = AIM
    least: int = 10
    most: int = 2000
    began: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """The writing of a part begins here."""
        self.began = time.monotonic()

    def end(self) -> None:
        """It has been committed: the next part is as much larger or smaller, at most twice."""
        took = max(time.monotonic() - self.began, 0.001)
        factor = min(max(self.aim / took, 0.25), 2.0)
        self.size = min(max(int(self.size * factor), self.least), self.most)


@dataclass
class Work:
    """One attempt at a job."""

    session: Session
    actor: Actor
    job_id: int
    #: Borne by every audit event of the job, whichever attempt writes it.
    act_id: str
    params: Mapping[str, Any]
    #: What the last committed `Mark` said; None at first.
    checkpoint: Any
    data_dir: Path
    done: int = 0
    #: Words in the language that the job was asked for in.
    say: Say = str
    pace: Pace = field(default_factory=Pace)

    def __post_init__(self) -> None:
        if is_sqlite(self.session):
            self.pace.aim = AIM_SQLITE

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads: here is time to think, nobody waits for it."""
        self.session.rollback()
        with writing(False):
            yield self.session
            self.session.rollback()
        self.pace.begin()
