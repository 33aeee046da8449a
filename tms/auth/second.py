"""The second factor: at login, and once more before something delicate (SECURITY.md S18)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from tms.access import LOGIN, acting
from tms.actors import actor_from
from tms.auth.own import admit, confirm_password
from tms.auth.sessions import keep_token
from tms.auth.stages import PASSWORD, Stage, is_strict
from tms.auth.turn import turn
from tms.auth.who import get_login
from tms.crypto import KeyringError
from tms.db import BLIND, db
from tms.errors import Invalid, message
from tms.models import LoginSession, User
from tms.models.types import now
from tms.records import login_sessions, second_factor, throttle
from tms.records.audit import Event, write_events

#: How long a factor shown once is enough for delicate acts.
STEPPED_UP = timedelta(minutes=10)
WRONG = message("代码不正确、已过期或已用过，请输入新的代码。")
#: Who issues, in the list of an authenticator.
ISSUER = "TMS"


def finish_login(code: str) -> bool:
    """From the password to the whole session, with another token.

    :raises Invalid: the code is wrong or used. :raises Conflict: too many guesses.
    """
    login = get_login()
    how = _use(login, code)
    session = db.session()
    with acting(session, LOGIN):
        token = login_sessions.renew(session, login.login_id, stage=Stage.FULL, stepped_up_at=now())
        event = Event(login.unit_path, detail={"how": how})
        write_events(session, actor_from(db.session(), login), "login.second", [event])
        session.commit()
    keep_token(token)
    return True


def _use(login: Any, code: str) -> str:
    """Use up a code; guesses are counted, and taken back when one is right."""
    session = db.session()
    with acting(session, LOGIN):
        admit("second", login.id)
        how = second_factor.use(session, login.id, login.totp, code, now())
        if how is None:
            actor, event = actor_from(db.session(), login), Event(login.unit_path)
            write_events(session, actor, "login.second_refused", [event])
            session.commit()
            raise Invalid(WRONG)
        throttle.passed(session, "second", login.id)
        session.commit()
    return how


# -- stepping up -----------------------------------------------------------------------------------


def must_step_up() -> bool:
    """Whether the one logged in has to show a factor before something delicate.

    Who has an authenticator always; who has none, where the installation is strict, by password.
    """
    login = get_login()
    if not (login.totp or is_strict()):
        return False
    since = login.stepped_up_at
    return since is None or now() - since > STEPPED_UP


def steps_up_by_code() -> bool:
    """Whether it is the authenticator that is asked; else the password."""
    return bool(get_login().totp)


def may_step_up() -> bool:
    """Whether there is anything to show: by single sign-on and without authenticator is not."""
    login = get_login()
    return bool(login.totp or login.via == PASSWORD)


def step_up(typed: str) -> None:
    """Show it; good for ten minutes.

    :raises Invalid: it is wrong. :raises Conflict: too many guesses. :raises Busy: come again.
    """
    login = get_login()
    if login.totp:
        _use(login, typed)
    else:
        with turn():
            confirm_password(typed)
    session = db.session()
    with acting(session, LOGIN):
        mine = update(LoginSession).where(LoginSession.id == login.login_id)
        session.execute(mine.values(stepped_up_at=now()), execution_options=BLIND)
        write_events(
            session, actor_from(db.session(), login), "login.step_up", [Event(login.unit_path)]
        )
        session.commit()


# -- enrolling -------------------------------------------------------------------------------------


def offer() -> tuple[str, str, str]:
    """A new secret: plain, sealed for the form, and the address for the QR code."""
    login = get_login()
    secret, sealed = second_factor.new_secret(login.id)
    name = login.username or login.name
    return secret, sealed, second_factor.address_of(secret, name, ISSUER)


def offered(sealed: str) -> tuple[str, str, str] | None:
    """The same again for a form that comes back; None if it is not what this account was given."""
    login = get_login()
    try:
        secret = second_factor.open_secret(sealed, login.id)
    except (KeyringError, ValueError):
        return None
    name = login.username or login.name
    return secret, sealed, second_factor.address_of(secret, name, ISSUER)


def enrol(sealed: str, code: str, password: str, *, ask_password: bool) -> list[str]:
    """Let the authenticator stand that was offered; returns the recovery codes, once.

    :raises Invalid: the code is not its, the form is not this account's, the password is wrong.
    """
    login, found = get_login(), offered(sealed)
    if ask_password and login.via == PASSWORD:
        with turn():
            confirm_password(password)
    step = second_factor.step_of(found[0], code, now()) if found else None
    if step is None:
        raise Invalid(WRONG)
    session = db.session()
    with acting(session, LOGIN):
        codes = second_factor.enrol(
            session, actor_from(db.session(), login), login.id, sealed, step
        )
        login_sessions.end_all(session, login.id, but=login.login_id)
        token = login_sessions.renew(session, login.login_id, stepped_up_at=now())
        session.commit()
    keep_token(token)
    return codes


def since() -> datetime | None:
    """Since when the account has an authenticator."""
    with acting(db.session(), LOGIN):
        return db.session.scalar(select(User.totp_at).where(User.id == get_login().id))


def codes_left() -> int:
    """How many recovery codes are left."""
    return second_factor.codes_left(db.session(), get_login().id)
