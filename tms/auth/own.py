"""What holders of accounts change themselves: the password, the consent to the rules, sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import update

from tms.access import LOGIN, acting
from tms.access.password_policy import problem
from tms.access.passwords import as_code, hash_password, verify_password
from tms.access.security_rules import VERSION
from tms.actors import actor_from
from tms.auth.sessions import ABSOLUTE, keep_token
from tms.auth.stages import Stage, stage
from tms.auth.turn import turn
from tms.auth.who import get_actor, get_login
from tms.db import BLIND, db
from tms.errors import Conflict, Invalid, NotFound, message
from tms.models import User
from tms.models.types import now
from tms.records import login_sessions, throttle
from tms.records.audit import Event, write_events
from tms.records.holder import known_of

LOCKED = message("试错次数太多，请过一会儿再试（最多60分钟）。")


@dataclass(frozen=True)
class NewPassword:
    """What the form says."""

    current: str
    new: str
    again: str
    agreed: bool


def change_password(given: NewPassword) -> bool:
    """Another password; every other session of the account ends, this one gets a new token.

    :raises Invalid: the current one is wrong, or the new one is not taken.
    :raises Conflict: the current one was guessed too often. :raises Busy: try again in a moment.
    """
    login, first = get_login(), stage() is Stage.CHANGE
    if given.new != given.again:
        raise Invalid(message("两次输入的新口令不一致。"))
    if first and not given.agreed:
        raise Invalid(message("请先阅读并勾选同意信息安全守则。"))
    with acting(db.session(), LOGIN):
        found = problem(given.new, _profile(), known_of(db.session(), login.id))
        db.session.rollback()
    if found is not None:
        raise Invalid(found)
    with turn():
        if not first:
            confirm_password(given.current)
        if verify_password(login.password_hash, as_code(given.new) if first else given.new):
            raise Invalid(message("新口令不能与现在的口令相同。"))
        values: dict[str, Any] = {"password_hash": hash_password(given.new)}
    values |= {"must_change": False, "code_expires_at": None, "password_at": now()}
    _store(login, values | (_consent() if given.agreed else {}), "password.change")
    return True


def _profile() -> str:
    return str(current_app.config["TMS_PASSWORD_PROFILE"])


def confirm_password(password: str) -> None:
    """Ask for the password once more; guesses are counted apart from logins. Within `turn()`.

    :raises Conflict: too many guesses. :raises Invalid: it is wrong.
    """
    login = get_login()
    with acting(db.session(), LOGIN):
        admit("password", login.id)
        if not verify_password(login.password_hash, password):
            raise Invalid(message("现在的口令不正确。"))
        throttle.passed(db.session(), "password", login.id)
        db.session.commit()


def admit(what: str, user_id: int) -> None:
    """Count a guess of somebody who has logged in; committed before it is looked at.

    :raises Conflict: too many.
    """
    admitted = throttle.own(db.session(), what, user_id, now())
    db.session.commit()
    if not admitted:
        raise Conflict(LOCKED)


def agree() -> bool:
    """Consent to the security rules as they are now."""
    _store(get_login(), _consent(), "rules.agree")
    return True


def _consent() -> dict[str, Any]:
    return {"rules_version": VERSION, "rules_at": now()}


def _store(login: Any, values: dict[str, Any], act: str) -> None:
    session = db.session()
    with acting(session, LOGIN):
        change = update(User).where(User.id == login.id).values(values)
        session.execute(change, execution_options=BLIND)
        if "password_hash" in values:
            login_sessions.end_all(session, login.id, but=login.login_id)
        token = login_sessions.renew(session, login.login_id)
        detail = {"rules": values["rules_version"]} if "rules_version" in values else None
        write_events(
            session, actor_from(db.session(), login), act, [Event(login.unit_path, detail=detail)]
        )
        session.commit()
    keep_token(token)


# -- sessions --------------------------------------------------------------------------------------


def my_sessions() -> list[Any]:
    """The open sessions of the account, the latest first."""
    since = now() - ABSOLUTE
    return login_sessions.sessions_of(db.session(), get_actor().user_id, since)


def half(sessions: Iterable[Any]) -> set[int]:
    """Of these the ones that gave the password and no code: nobody is in by them."""
    return {each.id for each in sessions if each.stage == Stage.SECOND}


def end_session(login_id: int) -> None:
    """End one of one's own sessions, in whatever browser.

    :raises NotFound: it is not one of them, or over.
    """
    if not login_sessions.end_one(db.session(), get_actor(), login_id):
        raise NotFound(message("没有这个登录，或它已经结束。"))


def end_others() -> None:
    """End all of one's own sessions but this."""
    actor, login = get_actor(), get_login()
    login_sessions.end_all(db.session(), login.id, but=login.login_id)
    write_events(db.session(), actor, "session.end", [Event(actor.unit_path)])
