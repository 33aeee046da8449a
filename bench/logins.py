"""Whether the time of a refused login tells why it was refused (SECURITY.md S16).

Two hundred logins of each case, in turn, each with the counters as before; what is reported is by
how much the middle of the slowest case exceeds that of the quickest.
"""

from __future__ import annotations

import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial

from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from bench.place import Place
from bench.timing import Figure
from tms.access import CONSOLE, LOGIN, acting
from tms.db import BLIND, db
from tms.models import LoginGuard, User
from tms.models.types import now
from tms.records import throttle

WORK = "login.timing"
SAMPLES = 200
WARM_UP = 10
#: Case → who is tried; the last two are made so.
CASES = {
    "unknown": "bench-nobody",
    "wrong": "bench-province",
    "locked": "bench-city",
    "disabled": "bench-county",
}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def works(place: Place) -> Iterator[tuple[str, Callable[[], Figure]]]:
    """What can be measured here, by name."""
    yield WORK, partial(measure, place)


def measure(place: Place) -> Figure:
    """Milliseconds between the middles of the quickest and the slowest case."""
    application = place.application()
    client = application.test_client()
    found = TOKEN.search(client.get("/login").get_data(as_text=True))
    token = found[1] if found else ""
    times: dict[str, list[float]] = defaultdict(list)
    with application.app_context():
        _disable(CASES["disabled"], True)
        for lap in range(WARM_UP + SAMPLES):
            for case, name in CASES.items():
                _as_before()
                taken = _timed(client, name, token)
                if lap >= WARM_UP:
                    times[case].append(taken)
        _disable(CASES["disabled"], False)
    middles = {case: statistics.median(laps) for case, laps in times.items()}
    note = ", ".join(f"{case} {middle:.1f}" for case, middle in middles.items())
    return Figure(WORK, max(middles.values()) - min(middles.values()), "ms", note)


def _timed(client: FlaskClient, name: str, token: str) -> float:
    form = {"username": name, "password": "a wrong guess", "csrf_token": token}
    began = time.perf_counter()
    answer = client.post("/login", data=form)
    taken = (time.perf_counter() - began) * 1000
    if answer.status_code != 401:
        raise RuntimeError(f"{name}: {answer.status_code}")
    return taken


def _as_before() -> None:
    """One account locked, nothing counted otherwise."""
    session = db.session()
    with acting(session, LOGIN):
        session.execute(delete(LoginGuard), execution_options=BLIND)
        for _ in range(throttle.ACCOUNT.failures):
            throttle.begin(session, CASES["locked"], "192.0.2.1", now())
        session.commit()


def _disable(name: str, disabled: bool) -> None:
    session = db.session()
    with acting(session, CONSOLE):
        user = session.scalars(select(User.id).where(User.username == name)).one()
        change = update(User).where(User.id == user).values(is_disabled=disabled)
        session.execute(change, execution_options=BLIND)
        session.commit()
