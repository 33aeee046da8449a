"""The bench on which probes run: one application, one connection, everything taken back again.

All requests share a connection whose outer transaction is never committed; each request runs within
a savepoint. What a request wrote is seen by its statements, compared with what was there before,
and rolled back.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text, update
from sqlalchemy.engine import Connection
from werkzeug.test import TestResponse

from tests.authz.principals import Principal
from tests.authz.world import PASSWORD, World
from tms.db import Base, db
from tms.models import LoginSession
from tms.models.types import now

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SEEN = re.compile(r'name="seen"[^>]*value="([^"]+)"')
WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
#: What says nothing of business: frozen selections, counters, when a session was last seen, who
#: read or took out what (tests/admin_views/test_reach.py).
TECHNICAL = {"selection", "selection_item", "id_block", "login_session", "audit_event"}
TECHNICAL |= {"export_tally", "login_guard", "file_read", "export_reach"}


#: Seconds after which somebody logs in again: what says that a session was seen is taken back.
STAYS = 10 * 60

#: For tests to which the engine does not matter.
on_sqlite = pytest.mark.parametrize("world_bench", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class Upload:
    """A file that a form sends; each time it is asked anew."""

    content: bytes
    name: str = "probe.csv"


@dataclass(frozen=True)
class Ask:
    """One request."""

    method: str
    path: str
    query: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    #: Asked before, in the same transaction: its page says what was `seen`.
    before: Ask | None = None


@dataclass(frozen=True)
class Answer:
    """What came back, and which tables it left different."""

    status: int
    text: str
    location: str
    changed: frozenset[str]
    is_page: bool = False


@dataclass
class Session:
    """Somebody's browser: the cookie it begins each probe with, and its token."""

    client: FlaskClient
    cookie: str
    token: str
    #: When it logged in: a sweep may take longer than a session lasts.
    since: float


@contextmanager
def taken_back(connection: Connection) -> Iterator[None]:
    """Undo what is done in the block, and let the savepoint go: rolling back alone would keep it.

    A hundred thousand of them, each within the one before, fill PostgreSQL's table of locks; and a
    savepoint around them all lets SQLite's journal grow, which every one of them goes through.
    """
    connection.exec_driver_sql("SAVEPOINT probe")
    inner = connection.begin_nested()  # so that a request's own rollback ends at a savepoint
    try:
        yield
    finally:
        inner.rollback()
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT probe")
        connection.exec_driver_sql("RELEASE SAVEPOINT probe")


class Bench:
    """Asks as anybody, and takes everything back."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        self.sessions: dict[str, Session] = {}
        self.touched: set[str] = set()
        #: By table what it holds between probes: they leave no trace.
        self.before: dict[str, int] = {}
        self.connection: Any = None
        self.cookie_name = app.config["SESSION_COOKIE_NAME"]

    @contextmanager
    def laid_out(self) -> Iterator[Bench]:
        """Within the block every session of the application uses the one connection."""
        with self.app.app_context():
            engine, engines = db.engine, db.engines
        with engine.connect() as connection:
            outer = connection.begin()
            event.listen(connection, "after_cursor_execute", self._listen)
            engines[None] = connection  # type: ignore[assignment]
            self.connection = connection
            self.before = {t: self.digest(t) for t in Base.metadata.tables if t not in TECHNICAL}
            try:
                yield self
            finally:
                engines[None] = engine
                outer.rollback()

    def _listen(self, _conn: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        found = WRITES.match(statement)
        if found:
            self.touched.add(found[1])

    # -- who ---------------------------------------------------------------------------------------

    def session(self, who: Principal) -> Session:
        """*who*'s browser, logged in the first time it is asked for, and before that runs out."""
        known = self.sessions.get(who.key)
        if known is None or time.monotonic() - known.since > STAYS:
            with self.connection.begin_nested():
                known = self.sessions[who.key] = self._log_in(who)
        return known

    def _log_in(self, who: Principal) -> Session:
        client = self.app.test_client()
        token = self._token(client, "/login")
        if who.login:
            self._set_disabled(who, False)
            form = {"csrf_token": token, "username": who.login, "password": PASSWORD}
            answer = client.post("/login", data=form)
            assert answer.status_code == 302, who.key
            self._see_later()
            token = self._token(client, "/me/")
            self._set_disabled(who, who.is_disabled)
            self.before["app_user"] = self.digest("app_user")
        cookie = client.get_cookie(self.cookie_name)
        assert cookie is not None
        return Session(client, cookie.value, token, time.monotonic())

    def _see_later(self) -> None:
        """That sessions were seen need not be written as long as they stay."""
        later = update(LoginSession.__table__).values(seen_at=now() + timedelta(seconds=STAYS))
        self.connection.execute(later)

    def _set_disabled(self, who: Principal, value: bool) -> None:
        if who.is_disabled:
            statement = text("UPDATE app_user SET is_disabled = :value WHERE username = :name")
            self.connection.execute(statement, {"value": value, "name": who.login})

    def _token(self, client: FlaskClient, path: str) -> str:
        found = TOKEN.search(client.get(path).get_data(as_text=True))
        assert found
        return found[1]

    # -- asking ------------------------------------------------------------------------------------

    def ask(self, who: Principal, ask: Ask, *, token: bool = True) -> Answer:
        """The answer; what the request wrote is taken back."""
        with self.asked(who, ask, token=token) as answer:
            return answer

    @contextmanager
    def asked(self, who: Principal, ask: Ask, *, token: bool = True) -> Iterator[Answer]:
        """As `ask`; within the block what the request wrote is still there."""
        session = self.session(who)
        session.client.set_cookie(self.cookie_name, session.cookie)
        self.touched.clear()
        with taken_back(self.connection):
            seen = self._seen(session, ask.before) if ask.before else {}
            response = self._open(session, replace(ask, data={**ask.data, **seen}), token)
            yield Answer(
                response.status_code,
                readable(response),
                response.headers.get("Location", ""),
                frozenset(self._changed()),
                response.mimetype == "text/html",
            )

    def _seen(self, session: Session, ask: Ask) -> dict[str, str]:
        found = SEEN.search(self._open(session, ask, token=True).get_data(as_text=True))
        return {"seen": found[1]} if found else {}

    def _open(self, session: Session, ask: Ask, token: bool) -> TestResponse:
        data: Any = None
        if ask.method == "POST":
            data = dict(ask.data) | ({"csrf_token": session.token} if token else {})
            files = {k: v for k, v in data.items() if isinstance(v, Upload)}
            data |= {key: (BytesIO(each.content), each.name) for key, each in files.items()}
        query = ask.query or None
        return session.client.open(
            ask.path, method=ask.method, query_string=query, data=data, buffered=True
        )

    # -- what changed ------------------------------------------------------------------------------

    def _changed(self) -> set[str]:
        return {t for t in self.touched - TECHNICAL if self.digest(t) != self.before[t]}

    def digest(self, table: str) -> int:
        """A number for what *table* holds."""
        return hash(tuple(sorted(map(repr, self._rows(table)))))

    def lasting(self, table: str) -> int:
        """The same without instants and whatever is random: equal after equal requests."""
        rows = (
            sorted((k, repr(v)) for k, v in row.items() if not is_volatile(f"{table}.{k}", v))
            for row in self._rows(table)
        )
        return hash(tuple(sorted(map(tuple, rows))))

    def _rows(self, table: str) -> list[dict[str, Any]]:
        found = self.connection.execute(text(f'SELECT * FROM "{table}"')).mappings()
        return [dict(row) for row in found]


#: Columns that are another value every time.
VOLATILE = frozenset({"act", "act_id", "receipt", "refused", "stored_as", "not_before", "stamp"})
#: Made by chance for every paper; elsewhere a code is what somebody typed.
BY_CHANCE = "printed_form.code"


def is_volatile(column: str, value: Any) -> bool:
    """Whether a second try gives another value: instants, hashes, sealed values, receipts.

    :param column: with its table before it, "teacher.name".
    """
    key = column.rpartition(".")[2]
    is_random = isinstance(value, str) and value.startswith(("v1:", "$argon2"))
    is_when = key.endswith(("_at", "_since"))
    is_named = key in VOLATILE or column == BY_CHANCE
    return is_random or is_when or is_named or "_act" in key


def readable(response: TestResponse) -> str:
    """The body as text; a workbook as the text of its parts."""
    body = response.get_data()
    if response.is_json:
        return str(response.get_json())
    if body[:2] == b"PK":
        with ZipFile(BytesIO(body)) as parts:
            return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return body.decode("utf-8", "replace")
