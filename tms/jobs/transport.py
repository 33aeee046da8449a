"""huey carries ids of jobs to workers, and nothing else (DESIGN.md 4.7).

It forgets a message as soon as a worker has it: what a killed worker lost, the sweeper finds by the
job's row. Messages lie in a file of their own, or beside the tables on PostgreSQL in a schema of
their own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from huey import PostgresHuey, SqliteHuey
from huey.serializer import SignedSerializer
from sqlalchemy.engine import URL

from tms.db import make_schema, own_alone

FILE: Final = "queue.sqlite"
NAME: Final = "tms"
SCHEMA: Final = "queue"
TASK: Final = "do"

log = logging.getLogger("tms.jobs")


def queue_at(url: URL, data_dir: Path, secret: str) -> Any:
    """The queue of the installation; messages are signed, since huey pickles them."""
    common = {"results": False, "serializer": SignedSerializer(secret=secret, salt="tms.jobs")}
    if url.get_backend_name() == "sqlite":
        # Not in WAL mode: the library that Python brings may be older than its repair (S25).
        own_alone(data_dir / FILE)
        path = str(data_dir / FILE)
        return SqliteHuey(NAME, filename=path, journal_mode="delete", timeout=15, **common)
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    make_schema(address, SCHEMA)
    return PostgresHuey(NAME, dsn=address, options=f"-c search_path={SCHEMA}", **common)


def sender(connected: Callable[[], Any]) -> Callable[[int], None]:
    """Tells workers of a job; where the queue cannot be reached the sweeper has to do."""
    known: list[Any] = []

    def tell(job_id: int) -> None:
        try:
            if not known:
                known.append(task_of(connected(), _nobody))
            known[0](job_id)
        except Exception as error:
            log.warning("job %s waits for the sweeper: %s", job_id, type(error).__name__)

    return tell


def task_of(huey: Any, do: Callable[[int], None]) -> Any:
    """The one task there is: called it sends a message, in a worker *do* gets the id.

    huey calls it by this module's name on both sides.
    """

    @huey.task(name=TASK)  # type: ignore[untyped-decorator]
    def carry(job_id: int) -> None:
        do(job_id)

    return carry


def _nobody(_job_id: int) -> None:
    """The sending side does nothing itself."""
