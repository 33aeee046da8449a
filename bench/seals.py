"""Sealing 100,000 events of the audit trail, beside whatever else is in it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.place import Place, province
from bench.timing import Figure
from tms.access import CONSOLE, acting
from tms.db import db, writing
from tms.records.audit import Event, write_events
from tms.records.seals import seal_now

EVENTS = 100_000
#: Like the event of a saved row.
FORMER = {"contact": {"1": {"mobile": "13800000000", "email": "somebody@example.com"}}}


def works(place: Place) -> Iterator[tuple[str, Callable[[], Figure]]]:
    """What can be measured here, by name."""
    yield "audit.seal", partial(measure, place)


def measure(place: Place) -> Figure:
    """Seconds to read, digest, chain and commit; what was not sealed before is sealed first."""
    application = place.application()
    with application.app_context(), tempfile.TemporaryDirectory() as folder, writing():
        session, actor = db.session(), province(place)
        seal_now(session, Path(folder))
        with acting(session, CONSOLE):
            event = Event(actor.unit_path, rows={"contact": {"1": 2}}, former=FORMER)
            write_events(session, actor, "record.save", [event] * EVENTS)
            session.commit()
        began = time.perf_counter()
        sealed = seal_now(session, Path(folder))
        took = time.perf_counter() - began
        db.engine.dispose()
    return Figure("audit.seal", took, "s", f"{sealed:,} events")
