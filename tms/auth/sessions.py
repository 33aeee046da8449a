"""From the cookie to the actor: asked before every request, ended by idling, age or server."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from flask import g, request, session
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import aliased

from tms.access import ADMINISTRATORS, LOGIN, acting, bind
from tms.actors import accounts, actor_from
from tms.auth.stages import Stage, stage_of
from tms.db import BLIND, db, writing
from tms.models import Assignment, LoginSession, User
from tms.models.types import now
from tms.records import login_sessions
from tms.records.login_sessions import token_hash

IDLE = timedelta(minutes=30)
#: Of administrators.
IDLE_ADMINISTRATOR = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
#: `seen_at` is written at most this often: reading pages stay readers.
SEEN_EVERY = timedelta(minutes=1)
TOKEN = "token"  # noqa: S105  a key of the session


class Over(StrEnum):
    """Why a browser that was logged in is not any more."""

    #: By its holder elsewhere, or because the password or the rights changed.
    ENDED = "ended"
    #: Idle too long, or too old.
    EXPIRED = "expired"


def identify() -> None:
    """Turn the cookie's token into an actor, or act for nobody."""
    g.actor = g.login = None
    bind(db.session(), None)
    token = session.get(TOKEN)
    if not token or (request.endpoint or "").endswith("static"):
        return
    with acting(db.session(), LOGIN):
        found = _login_of(token)
        g.over = _over(token) if found is None else None
    if found is None:
        if g.over is not None:
            session.pop(TOKEN)
        return
    g.login, g.login_id, g.has_others = found, found.login_id, found.has_others
    g.stage = stage_of(found)
    g.actor = actor_from(db.session(), found) if g.stage is Stage.FULL else None
    if now() - found.seen_at > SEEN_EVERY:
        _touch(found.login_id)
    bind(db.session(), g.actor)


def _over(token: str) -> Over | None:
    """Why a token is worth nothing, to be said on the next page; what scripts ask has none."""
    if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return None
    with acting(db.session(), LOGIN):
        was_ended = login_sessions.was_ended(db.session(), token)
    return Over.ENDED if was_ended else Over.EXPIRED


def _login_of(token: str) -> Any:
    """The account behind a token, in one statement; it is asked at every request."""
    found = db.session.execute(_by_token(), {"token": token_hash(token)}).first()
    return None if found is None or _expired(found, now()) else found


@cache
def _by_token() -> Any:
    other = aliased(Assignment)
    others = select(other.id).where(
        other.user_id == User.id, other.id != Assignment.id, other.ended_at.is_(None)
    )
    return (
        accounts()
        .add_columns(
            LoginSession.id.label("login_id"),
            LoginSession.created_at,
            LoginSession.seen_at,
            LoginSession.stage,
            LoginSession.via,
            LoginSession.stepped_up_at,
            others.exists().label("has_others"),
        )
        .join(
            LoginSession,
            (LoginSession.user_id == User.id) & (LoginSession.assignment_id == Assignment.id),
        )
        .where(LoginSession.token_hash == bindparam("token"), LoginSession.ended_at.is_(None))
    )


def _expired(row: Any, at: datetime) -> bool:
    idle = IDLE_ADMINISTRATOR if row.role in ADMINISTRATORS else IDLE
    return bool(at - row.seen_at > idle or at - row.created_at > ABSOLUTE)


def _touch(login_id: int) -> None:
    """In a short writing transaction of its own, after the read is over (DESIGN.md 4.6)."""
    db.session.rollback()
    with writing(), acting(db.session(), LOGIN):
        statement = update(LoginSession).where(LoginSession.id == login_id).values(seen_at=now())
        db.session.execute(statement, execution_options=BLIND)
        db.session.commit()


def keep_token(token: str) -> None:
    """A new cookie whenever a session may do more: only the language stays (S19)."""
    forget()
    session[TOKEN] = token


def forget() -> None:
    """Nothing stays of the visitor's cookie but the language."""
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale
