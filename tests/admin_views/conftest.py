"""The panel as people use it: clients that log in, and the cast between their requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.begin import begun
from tests.support.cast import PASSWORD, Cast, complete, meet
from tests.support.review import bring

#: Who waits on the county's desk in tests of the inbox.
NAMES = ("王一", "王二", "李三")
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Panel:
    """One person's browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, /, **query: Any) -> TestResponse:
        """A page; streamed bodies are read."""
        return self.client.get(path, query_string=query or None, buffered=True)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """A form as a page sends it, with its token."""
        return self.client.post(path, data={"csrf_token": self.token()} | (data or {}), **more)

    def token(self) -> str:
        """The token of this session, read from a page."""
        found = TOKEN.search(self.client.get("/", follow_redirects=True).get_data(as_text=True))
        assert found
        return found[1]


@dataclass
class Office:
    """The application with its cast; contexts never span a request, or `g` would leak."""

    application: Flask
    people: Cast

    @contextmanager
    def cast(self) -> Iterator[Cast]:
        """The cast in a context of its own."""
        from tms.db import db

        with self.application.app_context():
            self.people.session = db.session()
            yield self.people

    def login(self, name: str, password: str = PASSWORD) -> Panel:
        """A browser in which *name* is logged in."""
        client = self.application.test_client()
        page = client.get("/login").get_data(as_text=True)
        token = TOKEN.search(page)
        assert token
        form = {"csrf_token": token[1], "username": name, "password": password}
        answer = client.post("/login", data=form)
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return Panel(client)

    def make_file(self, unit: str = "3136000101", **values: Any) -> int:
        """A teacher's file; returns its id."""
        with self.cast() as cast:
            return cast.make_file(unit, **values)

    def number(self, teacher: int) -> str:
        """The personal number of a file."""
        return str(self.scalar("teacher_no", teacher))

    def scalar(self, column: str, row: int, table: str = "teacher") -> Any:
        """One value as it is stored."""
        from sqlalchemy import select

        from tms.access import CONSOLE, bind
        from tms.models import TABLES, Teacher, Unit, User

        models = {"teacher": Teacher, "unit": Unit, "user": User, **TABLES}
        with self.cast() as cast:
            bind(cast.session, CONSOLE)
            model: Any = models[table]
            return cast.session.scalar(select(getattr(model, column)).where(model.id == row))

    def row_of(self, table: str, teacher: int) -> int:
        """The first row of *table* in a file."""
        from sqlalchemy import select

        from tms.access import CONSOLE, bind
        from tms.models import TABLES

        with self.cast() as cast:
            bind(cast.session, CONSOLE)
            model: Any = TABLES[table]
            found = select(model.id).where(model.teacher_id == teacher).order_by(model.id)
            return int(cast.session.scalars(found).first() or 0)


@pytest.fixture
def office(application: Flask) -> Office:
    """Our county, its neighbour, and their browsers."""
    from tms.db import db

    with application.app_context():
        people = meet(db.session())
    return Office(application, people)


@pytest.fixture
def desk(office: Office) -> list[int]:
    """Three complete files on the county's desk, in this order."""
    with office.cast() as cast:
        return begun(cast, three_reported)


def three_reported(cast: Cast) -> list[int]:
    made = [cast.make_file(name=name) for name in NAMES]
    for teacher in made:
        complete(cast, teacher)
        bring(cast, teacher, "report")
    return made
