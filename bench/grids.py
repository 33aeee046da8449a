"""The list of files as its readers ask for it: filtered, searched, far down."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, cycle, islice, zip_longest
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bench.goals import LEVELS
from bench.place import SEED, Place
from bench.timing import Figure, Watch
from tms.access import CONSOLE, acting
from tms.admin_views.teacher_columns import FILTERS
from tms.db import db
from tms.models import Teacher, Unit

PAGE = 50
DEEP = 10_000
VALUES = 40
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
#: Filters of the list with the column whose values are asked for, rare ones too.
FILTERED = {
    "category": Teacher.school_category,
    "kind": Teacher.person_kind,
    "personnel_status": Teacher.personnel_status,
    "current_post_category": Teacher.current_post_category,
    "current_post_level": Teacher.current_post_level,
    "current_professional_title": Teacher.current_professional_title,
    "highest_education": Teacher.highest_education,
    "highest_degree_level": Teacher.highest_degree_level,
    "gender": Teacher.gender,
}
Address = Mapping[str, Any]


class Bench:
    """Readers of every level, logged in, and what they ask."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.application = place.application()
        self.clients: dict[str, FlaskClient] = {}
        self.dice = random.Random(SEED)  # noqa: S311  nothing secret
        offered = {each.key for each in FILTERS}
        if missing := {*FILTERED, "unit", "status", "birth_from", "birth_to"} - offered:
            raise SystemExit(f"The list of files has no filter {', '.join(sorted(missing))}.")

    def client(self, level: str) -> FlaskClient:
        """The browser of the information administrator at *level*."""
        if level not in self.clients:
            self.clients[level] = logged_in(self.application, *self.place.logins[level])
        return self.clients[level]

    # -- what is asked -----------------------------------------------------------------------------

    def filters(self, level: str) -> list[Address]:
        """A new filter value each time, the filters in turn."""
        with self.application.app_context(), acting(db.session(), CONSOLE):
            path = _path_of(self.place.logins[level][0])
            kinds = [[{key: value} for value in _values(col)] for key, col in FILTERED.items()]
            kinds.append([{"unit": code} for code in self._some(_units(path), VALUES // 2)])
            years = self._some(_values(Teacher.birth_year), VALUES // 5)
            kinds.append([{"birth_from": year, "birth_to": year} for year in years])
        for kind in kinds:
            self.dice.shuffle(kind)
        mixed = (one for one in chain(*zip_longest(*kinds)) if one is not None)
        return list(islice(mixed, VALUES))

    def states(self, level: str) -> list[Address]:
        """The same, among the files whose open work stands somewhere."""
        with self.application.app_context(), acting(db.session(), CONSOLE):
            states = cycle(_values(Teacher.record_status))
        return [{**address, "status": next(states)} for address in self.filters(level)]

    def names(self, _level: str) -> list[Address]:
        """Beginnings of one, two and three characters, none of them twice."""
        with self.application.app_context(), acting(db.session(), CONSOLE):
            last = db.session.scalar(select(func.max(Teacher.id))) or 0
            start = self.dice.randrange(last // 2)
            near = select(Teacher.name).where(Teacher.id >= start).order_by(Teacher.id).limit(2000)
            names = self._some(sorted(set(db.session.scalars(near))), VALUES * 4)
        by_length = [_beginnings(names, length)[: VALUES // 3 + 1] for length in (1, 2, 3)]
        found = (name for three in zip_longest(*by_length) for name in three if name)
        return [{"search": name} for name in islice(found, VALUES)]

    def far(self, _level: str) -> list[Address]:
        """Page 10,000 and those before it, or the last ones there are."""
        last = min(DEEP, self.place.teachers // PAGE) - 1
        return [{"page": last - number} for number in range(VALUES // 2)]

    def _some(self, values: Sequence[Any], count: int) -> list[Any]:
        return self.dice.sample(list(values), min(count, len(values)))


def works(bench: Bench) -> Iterator[tuple[str, Callable[[], Figure]]]:
    """What can be measured here, by name."""
    for level in LEVELS:
        yield f"grid.{level}", partial(measured, bench, f"grid.{level}", level, bench.filters)
        state = f"grid.{level}.state"
        yield state, partial(measured, bench, state, level, bench.states)
    yield "search.province", partial(measured, bench, "search.province", "province", bench.names)
    yield "deep", partial(measured, bench, "deep", "central", bench.far)


def measured(
    bench: Bench, work: str, level: str, asked: Callable[[str], Sequence[Address]]
) -> Figure:
    """What the reader at *level* asks, each address once; the plain list comes before, untimed."""
    client, watch = bench.client(level), Watch()
    get(client, {})
    for address in asked(level):
        with watch.lap(urlencode(address)):
            get(client, address)
    return watch.figure(work)


def logged_in(application: Flask, name: str, password: str) -> FlaskClient:
    """A browser after its login."""
    client = application.test_client()
    found = TOKEN.search(client.get("/login").text)
    data = {"username": name, "password": password, "csrf_token": found[1] if found else ""}
    if client.post("/login", data=data).status_code != 302:
        raise SystemExit(f"{name} cannot log in; remove the folder to make another installation.")
    return client


def get(client: FlaskClient, address: Address) -> None:
    """One page of the list."""
    answer = client.get("/teacher/", query_string=address, buffered=True)
    if answer.status_code != 200:
        raise SystemExit(f"{urlencode(address)}: {answer.status_code}")


def _path_of(username: str) -> str:
    from tms.models import User

    return db.session.scalars(select(User.unit_path).where(User.username == username)).one()


def _values(column: Any) -> list[Any]:
    return [value for value in db.session.scalars(select(column).distinct()) if value is not None]


def _units(path: str) -> list[str]:
    below = select(Unit.code).where(Unit.unit_path.startswith(path, autoescape=True))
    return list(db.session.scalars(below.order_by(Unit.unit_path)))


def _beginnings(names: Sequence[str], length: int) -> list[str]:
    return list(dict.fromkeys(name[:length] for name in names if len(name) >= length))
