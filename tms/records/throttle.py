"""Throttling of logins in the database: per account, per address, and of all (SECURITY.md S17).

Five failures lock an account for ten minutes; one more after that locks it again for twice as long,
at most an hour. What is tried during a lock neither counts nor prolongs it. An attempt is counted
before the password is verified and taken back by a success, in one statement each, so that a
hundred attempts at the same moment are five. A school has one address for everybody: addresses and
the whole are allowed far more. The keys are HMACs: the table names nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, case, delete, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tms import crypto
from tms.db import BLIND, is_sqlite
from tms.models import LoginGuard
from tms.models.types import UTCDateTime


@dataclass(frozen=True)
class Limit:
    """So many failures within a time lock; each further one for twice as long."""

    kind: str
    failures: int
    within: timedelta
    first: timedelta
    longest: timedelta

    def key(self, value: str) -> str:
        """What the table calls *value*."""
        return crypto.keyring().blind_index(f"login:{self.kind}", value)


_minutes = timedelta(minutes=1)
ACCOUNT: Final = Limit("account", 5, timedelta(days=1), 10 * _minutes, 60 * _minutes)
ADDRESS: Final = Limit("address", 100, 60 * _minutes, 10 * _minutes, 60 * _minutes)
#: A lock of everybody is short: it slows guessing without handing out a way to shut the country.
ALL: Final = Limit("all", 1000, 10 * _minutes, _minutes, 5 * _minutes)
#: Of what is asked of somebody who has logged in: his code, his password once more.
OWN: Final = Limit("own", 5, timedelta(days=1), 10 * _minutes, 60 * _minutes)
#: Rows older than this say nothing any more.
FORGOTTEN: Final = timedelta(days=2)


@dataclass(frozen=True)
class Attempt:
    """One try, and whether it counts: a lock lets it in no further."""

    account: str
    address: str
    counts: bool


def begin(session: Session, name: str, address: str, at: datetime) -> Attempt:
    """Count a try against the account *name*; always two statements. The caller commits."""
    place, every = ADDRESS.key(address), ALL.key("")
    shut = select(LoginGuard.key).where(
        LoginGuard.key.in_((place, every)), LoginGuard.locked_until > at
    )
    is_open = session.execute(shut).first() is None
    # What is shut for all names must not fill the table with names.
    key = ACCOUNT.key(name) if is_open else ACCOUNT.key("")
    admitted = _count(session, ACCOUNT, key, at, 1 if is_open else 0)
    return Attempt(ACCOUNT.key(name), place, is_open and admitted)


def failed(session: Session, attempt: Attempt, at: datetime) -> None:
    """Count it against address and all, too, if it counts; always two statements."""
    by = 1 if attempt.counts else 0
    _count(session, ADDRESS, attempt.address, at, by)
    _count(session, ALL, ALL.key(""), at, by)


def number(session: Session, attempt: Attempt) -> None:
    """Say of an attempt that met a lock only that there was one; one statement."""
    met = update(LoginGuard).where(LoginGuard.key == attempt.account)
    session.execute(met.values(refused=LoginGuard.refused + 1), execution_options=BLIND)


def succeeded(session: Session, attempt: Attempt) -> None:
    """The account begins anew."""
    mine = delete(LoginGuard).where(LoginGuard.key == attempt.account)
    session.execute(mine, execution_options=BLIND)


def own(session: Session, what: str, user_id: int, at: datetime) -> bool:
    """Count a try of *what* by the account, and whether it is let in. The caller commits."""
    return _count(session, OWN, OWN.key(f"{what}:{user_id}"), at, 1)


def passed(session: Session, what: str, user_id: int) -> None:
    """It was right: *what* begins anew."""
    mine = delete(LoginGuard).where(LoginGuard.key == OWN.key(f"{what}:{user_id}"))
    session.execute(mine, execution_options=BLIND)


def forgive(session: Session, name: str) -> None:
    """Lift the lock of a login name: its password was reset by who may."""
    mine = delete(LoginGuard).where(LoginGuard.key == ACCOUNT.key(name))
    session.execute(mine, execution_options=BLIND)


def purge(session: Session, at: datetime) -> int:
    """Take away what says nothing any more; returns how many rows."""
    old = delete(LoginGuard).where(LoginGuard.since_at < at - FORGOTTEN)
    done: Any = session.execute(old, execution_options=BLIND)
    return int(done.rowcount)


def _count(session: Session, limit: Limit, key: str, at: datetime, by: int) -> bool:
    """One failure more (or none) unless locked; whether it was not. One statement, atomic."""
    insert: Any = (sqlite if is_sqlite(session) else postgresql).insert
    row = {"key": key, "failures": by, "locks": 0, "refused": 0, "since_at": at}
    locked = or_(LoginGuard.locked_until.is_(None), LoginGuard.locked_until <= at)
    statement = (
        insert(LoginGuard)
        .values(row)
        .on_conflict_do_update(index_elements=["key"], set_=_next(limit, at, by), where=locked)
        .returning(LoginGuard.key)
    )
    return session.execute(statement).first() is not None


def _next(limit: Limit, at: datetime, by: int) -> dict[str, Any]:
    """What a row holds after one failure more."""
    stale = LoginGuard.since_at <= at - limit.within
    failures = case((stale, by), else_=LoginGuard.failures + by)
    locks = and_(failures >= limit.failures, literal(by > 0))
    former = case((stale, 0), else_=LoginGuard.locks)
    return {
        "failures": failures,
        "since_at": case((stale, _when(at)), else_=LoginGuard.since_at),
        "locks": case((locks, former + 1), else_=former),
        "locked_until": case((locks, _until(limit, former, at)), else_=None),
    }


def _until(limit: Limit, former: Any, at: datetime) -> Any:
    """End of a lock that follows *former* others."""
    lengths, length = [], limit.first
    while length < limit.longest:
        lengths.append(length)
        length *= 2
    each = [(former == number, _when(at + length)) for number, length in enumerate(lengths)]
    return case(*each, else_=_when(at + limit.longest))


def _when(at: datetime) -> Any:
    return literal(at, UTCDateTime())
