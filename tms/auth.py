"""Login, sessions in the database, and from a session to the Actor (SECURITY.md S14–S19).

The cookie holds a random token (signed, next to the CSRF token and the language); the row of
`login_session` holds its hash, so that a login can be ended from the server and web nodes are
interchangeable.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, abort, g, request, session
from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from tms import crypto
from tms.access import LOGIN, Actor, Permission, acting, bind
from tms.access.passwords import verify_password
from tms.actors import accounts, actor_from
from tms.db import BLIND, db, writing
from tms.dictionary import code_table
from tms.errors import NotFound, message
from tms.models import Assignment, LoginSession, Unit, User
from tms.models.types import now
from tms.records.audit import Event, write_events

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)
#: `seen_at` is written at most this often: reading pages stay readers.
SEEN_EVERY = timedelta(minutes=1)
TOKEN = "token"  # noqa: S105  a key of the session


def init_app(app: Flask) -> None:
    """Before every request: who is it, and let the session act for nobody else."""
    app.before_request(identify)
    app.jinja_env.globals["actor"] = current_actor
    app.jinja_env.globals["Permission"] = Permission


# -- who -------------------------------------------------------------------------------------------


def current_actor() -> Actor | None:
    """The actor of this request; None before login."""
    actor = g.get("actor")
    return actor if isinstance(actor, Actor) else None


def get_actor() -> Actor:
    """The actor of a request that the gate has let in (tms.gate)."""
    actor = current_actor()
    return actor if actor is not None else abort(403)


def installation() -> str:
    """Name of the unit at the top: whose system this is."""
    with acting(db.session(), LOGIN):
        top = select(Unit.name).where(Unit.supervisor_id.is_(None))
        return db.session.scalar(top) or ""


# -- assignments -----------------------------------------------------------------------------------


def other_assignments() -> list[Any]:
    """(id, role, unit) of what else the one logged in may act as; asked once a request."""
    actor = current_actor()
    if actor is None or not g.get("has_others"):
        return []
    if "other_assignments" not in g:
        with acting(db.session(), LOGIN):
            g.other_assignments = db.session.execute(_others(actor)).all()
    return list(g.other_assignments)


def _others(actor: Actor) -> Any:
    return (
        select(Assignment.id, Assignment.role, Unit.name.label("unit"), Unit.unit_path)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(
            Assignment.user_id == actor.user_id,
            Assignment.id != actor.assignment_id,
            Assignment.ended_at.is_(None),
        )
        .order_by(Assignment.id)
    )


def switch_assignment(assignment_id: int) -> None:
    """Act under another of one's own assignments from here on; reach is never a union (R15).

    :raises NotFound: it is not one of theirs, or it has ended.
    """
    actor = current_actor()
    chosen = next((row for row in other_assignments() if row.id == assignment_id), None)
    if actor is None or chosen is None:
        raise NotFound(message("没有这项任职。"))
    with acting(db.session(), LOGIN):
        mine = update(Assignment).where(Assignment.user_id == actor.user_id)
        mine = mine.values(is_active=Assignment.id == chosen.id)
        login = update(LoginSession).where(LoginSession.id == g.login_id)
        login = login.values(assignment_id=chosen.id)
        for statement in (mine, login):
            db.session.execute(statement, execution_options=BLIND)
        detail = {"assignment": chosen.id}
        event = Event(chosen.unit_path, detail=detail)
        write_events(db.session(), actor, "assignment.switch", [event])
        db.session.commit()


# -- sessions --------------------------------------------------------------------------------------


def identify() -> None:
    """Turn the cookie's token into an actor, or act for nobody."""
    g.actor = None
    bind(db.session(), None)
    token = session.get(TOKEN)
    if not token or (request.endpoint or "").endswith("static"):
        return
    with acting(db.session(), LOGIN):
        found = _login_of(token)
    if found is None:
        session.pop(TOKEN, None)
        return
    g.login_id = found.login_id
    g.has_others = found.has_others
    g.actor = actor_from(found)
    if now() - found.seen_at > SEEN_EVERY:
        _touch(found.login_id)
    bind(db.session(), g.actor)


def _login_of(token: str) -> Any:
    """The account behind a token, in one statement; it is asked at every request."""
    other = aliased(Assignment)
    others = select(other.id).where(
        other.user_id == User.id, other.id != Assignment.id, other.ended_at.is_(None)
    )
    statement = (
        accounts()
        .add_columns(
            LoginSession.id.label("login_id"),
            LoginSession.created_at,
            LoginSession.seen_at,
            others.exists().label("has_others"),
        )
        .join(
            LoginSession,
            (LoginSession.user_id == User.id) & (LoginSession.assignment_id == Assignment.id),
        )
        .where(LoginSession.token_hash == _hash(token), LoginSession.ended_at.is_(None))
    )
    found = db.session.execute(statement).first()
    return None if found is None or _expired(found.created_at, found.seen_at) else found


def _expired(created: datetime, seen: datetime) -> bool:
    at = now()
    return at - seen > IDLE or at - created > ABSOLUTE


def _touch(login_id: int) -> None:
    """In a short writing transaction of its own, after the read is over (DESIGN.md 4.6)."""
    db.session.rollback()
    with writing(), acting(db.session(), LOGIN):
        statement = update(LoginSession).where(LoginSession.id == login_id).values(seen_at=now())
        db.session.execute(statement, execution_options=BLIND)
        db.session.commit()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def log_in(name: str, password: str) -> Actor | None:
    """Start a session for user name (staff) or ID number (teachers) and password.

    Unknown, wrong and disabled look alike and cost the same: one hash is verified in each case.
    """
    with acting(db.session(), LOGIN):
        account = db.session.execute(accounts().where(_names(name))).first()
        matches = verify_password(account.password_hash if account else None, password)
        if account is None or not matches:
            db.session.rollback()
            return None
        actor = actor_from(account)
        token = secrets.token_urlsafe(32)
        at = now()
        login = LoginSession(
            token_hash=_hash(token),
            user_id=account.id,
            assignment_id=account.assignment_id,
            unit_path=account.unit_path,
            created_at=at,
            seen_at=at,
        )
        db.session.add(login)
        db.session.flush()
        change = update(User).where(User.id == account.id).values(last_login_at=at)
        db.session.execute(change, execution_options=BLIND)
        write_events(db.session(), actor, "login", [Event(account.unit_path)])
        db.session.commit()
    _renew(token)
    return actor


def _names(name: str) -> Any:
    """A user name, or a number of any document type, by blind index."""
    typed = name.strip()
    kinds = [entry.code for entry in code_table("id_type").entries]
    indexes = [crypto.keyring().blind_index(kind, typed) for kind in kinds]
    return (User.username == typed) | User.login_index.in_(indexes)


def _renew(token: str) -> None:
    """A new cookie at every login: of the visitor's session only the language stays (S19)."""
    locale = session.get("locale")
    session.clear()
    session[TOKEN] = token
    if locale:
        session["locale"] = locale


def log_out() -> None:
    """End the session on the server; the cookie's token is worth nothing afterwards."""
    login_id = g.get("login_id")
    if login_id is not None:
        with acting(db.session(), LOGIN):
            statement = (
                update(LoginSession).where(LoginSession.id == login_id).values(ended_at=now())
            )
            db.session.execute(statement, execution_options=BLIND)
            actor = current_actor()
            if actor is not None:
                write_events(db.session(), actor, "logout", [Event(actor.unit_path)])
            db.session.commit()
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale
