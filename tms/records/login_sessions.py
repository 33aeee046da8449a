"""Sessions of logins: begun, renewed, ended; also from elsewhere (SECURITY.md S19)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, unscoped
from tms.db import BLIND
from tms.models import Assignment, LoginSession
from tms.models.types import now
from tms.records.audit import Event, write_events

REASON: Final = "sessions of an account that was checked, under whatever assignment"
#: How long an ended session is still shown; the audit events stay.
SHOWN: Final = timedelta(days=30)


def token_hash(token: str) -> str:
    """What the table holds of a cookie's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(session: Session, actor: Actor, **values: Any) -> tuple[int, str]:
    """A new session of *actor*'s account; returns its id and the token, stored nowhere."""
    token, at = secrets.token_urlsafe(32), now()
    row = {
        "token_hash": token_hash(token),
        "user_id": actor.user_id,
        "assignment_id": actor.assignment_id,
        "unit_path": actor.unit_path,
        "created_at": at,
        "seen_at": at,
    }
    made = insert(LoginSession).returning(LoginSession.id)
    login_id: int = session.scalars(unscoped(made, REASON), [row | values]).one()
    return login_id, token


def renew(session: Session, login_id: int, **values: Any) -> str:
    """Another token for a session that now may do more; the old one is worth nothing."""
    token = secrets.token_urlsafe(32)
    change = update(LoginSession).where(LoginSession.id == login_id)
    change = change.values(token_hash=token_hash(token), **values)
    session.execute(unscoped(change, REASON), execution_options=BLIND)
    return token


def end_all(session: Session, user_id: int, but: int | None = None) -> None:
    """End every session of an account, or all but one: its rights or its password changed."""
    open_ = (LoginSession.user_id == user_id, LoginSession.ended_at.is_(None))
    change = update(LoginSession).where(*open_)
    if but is not None:
        change = change.where(LoginSession.id != but)
    session.execute(unscoped(change.values(ended_at=now()), REASON), execution_options=BLIND)


def end_one(session: Session, actor: Actor, login_id: int) -> bool:
    """End one of the actor's own sessions; False if it is not his, or over."""
    mine = (LoginSession.id == login_id, LoginSession.user_id == actor.user_id)
    change = update(LoginSession).where(*mine, LoginSession.ended_at.is_(None))
    done: Any = session.execute(
        unscoped(change.values(ended_at=now()), REASON), execution_options=BLIND
    )
    if not done.rowcount:
        return False
    detail = {"session": login_id}
    write_events(session, actor, "session.end", [Event(actor.unit_path, detail=detail)])
    return True


def was_ended(session: Session, token: str) -> bool:
    """Whether the session of a token that is worth nothing was ended, and did not just grow old."""
    mine = select(LoginSession.id).where(
        LoginSession.token_hash == token_hash(token), LoginSession.ended_at.is_not(None)
    )
    return session.scalar(unscoped(mine, REASON)) is not None


def sessions_of(session: Session, user_id: int | None, since: datetime) -> list[Any]:
    """Rows of an account's open sessions, last seen since then; the latest first."""
    columns = (
        LoginSession.id,
        LoginSession.created_at,
        LoginSession.seen_at,
        LoginSession.address,
        LoginSession.agent,
        LoginSession.via,
        LoginSession.stage,
        Assignment.role,
    )
    statement = (
        select(*columns)
        .join(Assignment, Assignment.id == LoginSession.assignment_id)
        .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None))
        .where(LoginSession.created_at > since)
        .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
    )
    return list(session.execute(unscoped(statement, REASON)))


def purge(session: Session, at: datetime) -> int:
    """Take away sessions that began long ago; returns how many."""
    old = delete(LoginSession).where(LoginSession.created_at < at - SHOWN)
    done: Any = session.execute(unscoped(old, REASON), execution_options=BLIND)
    return int(done.rowcount)
