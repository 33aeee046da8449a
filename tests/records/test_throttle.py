"""Throttling of logins (SECURITY.md S17), on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tms.access import LOGIN, acting
from tms.db import db
from tms.models import LoginGuard
from tms.models.types import now
from tms.records import throttle
from tms.records.throttle import ACCOUNT, ADDRESS, ALL, Attempt, Limit

START = now()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(db_session: scoped_session[Session]) -> Iterator[Session]:
    with acting(db_session(), LOGIN):
        yield db_session()


def fail(session: Session, at: datetime, name: str = "clerk", address: str = "10.0.0.1") -> Attempt:
    """One login that fails; whether it was let in stands in the attempt."""
    attempt = throttle.begin(session, name, address, at)
    throttle.failed(session, attempt, at)
    if not attempt.counts:
        throttle.number(session, attempt)
    session.commit()
    return attempt


def guard(session: Session, limit: Limit = ACCOUNT, value: str = "clerk") -> LoginGuard:
    session.expire_all()
    return session.scalars(select(LoginGuard).where(LoginGuard.key == limit.key(value))).one()


def locked_for(session: Session, at: datetime) -> float:
    until = guard(session).locked_until
    return (until - at) / MINUTE if until else 0


def test_s17_the_fifth_failure_locks_for_ten_minutes(session: Session) -> None:
    let_in = [fail(session, START).counts for _ in range(7)]

    assert let_in == [True] * 5 + [False] * 2
    assert locked_for(session, START) == 10


def test_s17_attempts_during_a_lock_neither_count_nor_prolong(session: Session) -> None:
    for _ in range(5):
        fail(session, START)
    before = guard(session)
    told = (before.failures, before.locks, before.locked_until)
    for minute in range(10):
        fail(session, START + minute * MINUTE)

    after = guard(session)
    assert (after.failures, after.locks, after.locked_until) == told
    assert after.refused == 10


def test_s17_each_lock_is_twice_as_long_and_never_more_than_an_hour(session: Session) -> None:
    at, lengths = START, []
    for _ in range(5):
        fail(session, at)
    for _ in range(6):
        lengths.append(locked_for(session, at))
        at += lengths[-1] * MINUTE
        assert fail(session, at).counts, "one attempt is free"
        assert not fail(session, at).counts, "and only one"

    assert lengths == [10, 20, 40, 60, 60, 60]


def test_s17_a_success_begins_anew(session: Session) -> None:
    for _ in range(4):
        fail(session, START)
    throttle.succeeded(session, throttle.begin(session, "clerk", "10.0.0.1", START))

    assert [fail(session, START).counts for _ in range(6)] == [True] * 5 + [False]


def test_s17_a_day_later_nothing_is_held_against_anybody(session: Session) -> None:
    for _ in range(4):
        fail(session, START)
    fail(session, START + ACCOUNT.within)

    assert guard(session).failures == 1


def test_s17_other_accounts_are_not_locked(session: Session) -> None:
    for _ in range(6):
        fail(session, START)

    assert fail(session, START, "another").counts


def test_s17_an_address_that_tries_many_names_is_locked(session: Session) -> None:
    let_in = [fail(session, START, f"name{n}").counts for n in range(ADDRESS.failures + 5)]

    assert let_in == [True] * ADDRESS.failures + [False] * 5
    assert fail(session, START, "elsewhere", "10.9.9.9").counts


def test_s17_names_tried_from_a_locked_address_leave_no_rows(session: Session) -> None:
    for number in range(ADDRESS.failures + 20):
        fail(session, START, f"name{number}")

    assert len(session.scalars(select(LoginGuard.key)).all()) == ADDRESS.failures + 3


def test_s17_all_together_are_slowed_for_minutes_only(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = Limit("all", 10, ALL.within, ALL.first, ALL.longest)
    monkeypatch.setattr(throttle, "ALL", few)
    let_in = [fail(session, START, f"n{n}", f"10.0.0.{n}").counts for n in range(12)]

    assert let_in == [True] * 10 + [False] * 2
    assert fail(session, START + ALL.first, "n99", "10.0.0.99").counts


def test_s17_a_hundred_at_the_same_moment_are_five(application: Flask) -> None:
    def attempt(_number: int) -> bool:
        with application.app_context(), acting(db.session(), LOGIN):
            counts = throttle.begin(db.session(), "clerk", "10.0.0.1", START).counts
            db.session.commit()
            db.session.remove()
            return counts

    with ThreadPoolExecutor(16) as pool:
        let_in = list(pool.map(attempt, range(100)))

    assert sum(let_in) == 5


def test_the_table_names_nobody_and_forgets(session: Session) -> None:
    fail(session, START, "somebody.special", "192.0.2.77")
    rows = session.scalars(select(LoginGuard)).all()

    assert not [r for r in rows if "special" in r.key or "192" in r.key and len(r.key) != 64]
    assert throttle.purge(session, START + throttle.FORGOTTEN + MINUTE) == len(rows)
