"""Logging in and out (SECURITY.md S14–S17).

Unknown, wrong, locked, disabled and expired look alike and cost the same: one password is verified
and the same number of statements is sent in each case.
"""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy import update

from tms import crypto
from tms.access import LOGIN, Actor, acting
from tms.access.passwords import as_code, hash_password, needs_rehash, verify_password
from tms.actors import accounts, actor_from
from tms.auth.sessions import forget, keep_token
from tms.auth.stages import CAS, PASSWORD, Stage
from tms.auth.turn import turn
from tms.auth.who import address, agent, current_login, masked_address
from tms.db import BLIND, db
from tms.dictionary import code_table
from tms.models import LoginSession, User
from tms.models.types import now
from tms.models.unit import segment
from tms.records import login_sessions, throttle
from tms.records.audit import Event, write_events

#: Where refusals are written down whose name is nobody's: who oversees all, sees them.
TOP = segment(1)


def log_in(name: str, password: str) -> Actor | None:
    """Start a session for user name (staff) or ID number (teachers) and password.

    :raises Busy: too many passwords are being verified just now.
    """
    session = db.session()
    with turn(), acting(session, LOGIN):
        attempt = throttle.begin(session, name.strip(), address(), now())
        account = session.execute(accounts().where(_names(name))).first()
        session.commit()  # nobody waits for a lock while a password is verified
        usable = account is not None and attempt.counts and not _code_expired(account)
        stored = account.password_hash if account is not None and usable else None
        if not verify_password(stored, _typed(account, password)):
            _note_refusal(attempt, account)
            return None
        throttle.succeeded(session, attempt)
        values: dict[str, Any] = {"last_login_at": now()}
        if needs_rehash(str(stored)):
            values["password_hash"] = hash_password(password)
        return _start(account, PASSWORD, values)


def log_in_by_cas(name: str) -> Actor | None:
    """Start a session for whom the single sign-on vouches for."""
    with acting(db.session(), LOGIN):
        account = db.session.execute(accounts().where(_names(name))).first()
        if account is None:
            detail = {"via": CAS, "address": masked_address(address())}
            write_events(db.session(), LOGIN, "login.refuse", [Event(TOP, detail=detail)])
            db.session.commit()
            return None
        return _start(account, CAS, {"last_login_at": now()})


def _start(account: Any, via: str, values: dict[str, Any]) -> Actor:
    """The session; what the browser had before is over."""
    session, actor = db.session(), actor_from(db.session(), account)
    _end_current()
    _login_id, token = login_sessions.begin(
        session,
        actor,
        stage=Stage.SECOND if account.totp else Stage.FULL,
        via=via,
        address=masked_address(address()),
        agent=agent(),
    )
    change = update(User).where(User.id == account.id).values(values)
    session.execute(change, execution_options=BLIND)
    write_events(session, actor, "login", [Event(account.unit_path, detail={"via": via})])
    session.commit()
    keep_token(token)
    return actor


def _note_refusal(attempt: throttle.Attempt, account: Any) -> None:
    """What counts leaves an event; what met a lock is only numbered: nobody fills the trail."""
    session = db.session()
    throttle.failed(session, attempt, now())
    if attempt.counts:
        detail = {"address": masked_address(address())}
        detail |= {"user": account.id} if account is not None else {}
        path = account.unit_path if account is not None else TOP
        write_events(session, LOGIN, "login.refuse", [Event(path, detail=detail)])
    else:
        throttle.number(session, attempt)
    session.commit()


def _typed(account: Any, password: str) -> str:
    return as_code(password) if account is not None and account.must_change else password


def _code_expired(account: Any) -> bool:
    ends = account.code_expires_at
    return bool(account.must_change and ends is not None and ends <= now())


def _names(name: str) -> Any:
    """A user name, or a number of any document type, by blind index."""
    typed = name.strip()
    kinds = [entry.code for entry in code_table("id_type").entries]
    indexes = [crypto.keyring().blind_index(kind, typed) for kind in kinds]
    return (User.username == typed) | User.login_index.in_(indexes)


def log_out() -> None:
    """End the session on the server; the cookie's token is worth nothing afterwards."""
    login = current_login()
    if login is not None:
        with acting(db.session(), LOGIN):
            _end_current()
            actor = actor_from(db.session(), login)
            write_events(db.session(), actor, "logout", [Event(actor.unit_path)])
            db.session.commit()
    forget()


def _end_current() -> None:
    login_id = g.get("login_id")
    if login_id is not None:
        mine = update(LoginSession).where(LoginSession.id == login_id)
        db.session.execute(mine.values(ended_at=now()), execution_options=BLIND)
