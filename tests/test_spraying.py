"""Ten thousand guesses (SECURITY.md S16, S17), over HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select, update

from tests.support.cast import PASSWORD, STAFF, Cast
from tests.test_auth import csrf, log_in
from tms.access import CONSOLE, LOGIN, acting, passwords
from tms.db import db
from tms.models import AuditEvent, LoginGuard, User
from tms.models.types import now
from tms.records.throttle import ACCOUNT, ADDRESS

#: So many guesses, a second each, and how many locks of an account end meanwhile.
MANY = [
    pytest.param(400, 0, id="400"),
    pytest.param(10_000, 4, id="10000", marks=pytest.mark.full),
]


@dataclass
class Clock:
    """What logins take for now: what is shown must not hang on how fast the machine guesses."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(now())
    monkeypatch.setattr("tms.auth.login.now", made)
    return made


@pytest.fixture
def client(application: Flask, cast: Cast) -> FlaskClient:
    cast.session.close()
    return application.test_client()


def change(cast: Cast, statement: Any) -> None:
    with acting(cast.session, CONSOLE):
        cast.session.execute(statement)
        cast.session.commit()


def sprayed(client: FlaskClient, clock: Clock, times: int, *, addresses: int) -> set[int]:
    """Status codes of that many guesses over all staff, from so many addresses in turn."""
    names, token = list(STAFF), csrf(client)
    found = set()
    for number in range(times):
        data = {"username": names[number % len(names)], "password": f"guess{number}"}
        place = {"REMOTE_ADDR": f"10.0.{number % addresses // 250}.{number % addresses % 250 + 1}"}
        answer = client.post("/login", data=data | {"csrf_token": token}, environ_base=place)
        found.add(answer.status_code)
        clock.at += timedelta(seconds=1)
    return found


def counted(cast: Cast) -> int:
    with acting(cast.session, CONSOLE):
        acts = select(AuditEvent.id).where(AuditEvent.act == "login.refuse")
        found = len(cast.session.scalars(acts).all())
        cast.session.rollback()
    return found


@pytest.mark.parametrize(("times", "ended"), MANY)
def test_s17_spraying_from_many_addresses_gets_five_guesses_an_account(
    client: FlaskClient, cast: Cast, clock: Clock, times: int, ended: int
) -> None:
    """And one after each lock. Whoever owns the account waits at most an hour, however long it
    goes on.
    """
    assert sprayed(client, clock, times, addresses=times) == {401}

    assert counted(cast) == len(STAFF) * (ACCOUNT.failures + ended)
    with acting(cast.session, LOGIN):
        ends = cast.session.scalars(select(LoginGuard.locked_until)).all()
        cast.session.rollback()
    assert max(end for end in ends if end) <= clock() + timedelta(minutes=60)
    assert log_in(client, "county_info").status_code == 401  # the true owner, too early
    waited = {"locked_until": LoginGuard.since_at}
    change(cast, update(LoginGuard).values(waited))
    assert log_in(client, "county_info").status_code == 302


def test_s17_spraying_from_one_address_stops_at_its_limit(client: FlaskClient, cast: Cast) -> None:
    token = csrf(client)
    for number in range(ADDRESS.failures + 50):
        data = {"username": f"nobody{number}", "password": "guess", "csrf_token": token}
        assert client.post("/login", data=data).status_code == 401

    assert counted(cast) == ADDRESS.failures


# -- equal work ------------------------------------------------------------------------------------


def cost(client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch, name: str) -> Any:
    """(parameters verified with, statements' kinds, status, body) of one refused login."""
    hashes: list[str] = []
    kinds: list[str] = []
    real = passwords._hasher.verify

    def verify(stored: str, password: str) -> bool:
        hashes.append(stored.rsplit("$", 2)[0])
        return bool(real(stored, password))

    def listen(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        kinds.append(statement.split(None, 1)[0])

    token = csrf(client)
    word = PASSWORD if name in ("auditor", "support", "officer", "county_info") else "wrong"
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "_hasher", type("H", (), {"verify": staticmethod(verify)}))
        event.listen(engine, "after_cursor_execute", listen)
        data = {"username": name, "password": word, "csrf_token": token}
        answer = client.post("/login", data=data)
        event.remove(engine, "after_cursor_execute", listen)
    body = re.sub(r'(nonce|value)="[^"]*"', "", answer.text)
    return tuple(hashes), len(kinds), answer.status_code, body


def test_s16_unknown_wrong_locked_disabled_expired_cost_the_same(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = now() - timedelta(days=3)
    users = {
        "auditor": {"is_disabled": True},
        "support": {"expires_on": past.date()},
        "officer": {"must_change": True, "code_expires_at": past},
    }
    for name, values in users.items():
        change(cast, update(User).where(User.username == name).values(values))
    for _ in range(6):
        log_in(client, "county_info", "wrong")
    cases = {"nobody": "unknown", "school_info": "wrong", "county_info": "locked"}
    cases |= {"auditor": "disabled", "support": "expired", "officer": "code too old"}
    with client.application.app_context():
        engine = db.engine

    found = {why: cost(client, engine, monkeypatch, name) for name, why in cases.items()}

    assert len(found["unknown"][0]) == 1
    assert len(set(found.values())) == 1, {why: each[:3] for why, each in found.items()}


def test_s14_too_many_at_once_wait_and_are_told_to_come_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    taken = [passwords._slots.acquire(blocking=False) for _ in range(passwords.AT_ONCE)]
    try:
        answer = log_in(client, "county_info")
    finally:
        for _ in filter(None, taken):
            passwords._slots.release()

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert counted(cast) == 0
    assert log_in(client, "county_info").status_code == 302


def test_s14_a_hash_of_other_parameters_is_made_anew_at_login(
    client: FlaskClient, cast: Cast
) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(memory_cost=16, time_cost=2, parallelism=1).hash(PASSWORD)
    change(cast, update(User).where(User.username == "county_info").values(password_hash=old))
    for _ in range(2):
        assert log_in(client, "county_info").status_code == 302

    with acting(cast.session, CONSOLE):
        stored = cast.session.scalars(
            select(User.password_hash).where(User.username == "county_info")
        ).one()
    assert stored != old
    assert not passwords.needs_rehash(str(stored))
