"""Single sign-on by CAS 3, where the installation names a server (setting TMS_CAS_URL).

The server is asked whether a ticket is good; a ticket counts only in the browser that set out from
here, so that nobody is logged in by a stranger's link. Accounts are not made by it: whom it vouches
for must have one. A second factor is asked for as after a password.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from cas import CASClient
from flask import current_app, session
from requests import RequestException, Session

from tms.access import Actor
from tms.auth.login import log_in_by_cas
from tms.db import db, writing

#: Seconds that the server may take to connect, and to answer.
PATIENCE: Final = (3, 5)
#: Keys of the cookie: that one set out, and where one wanted to go.
SET_OUT: Final = "cas"
TARGET: Final = "cas_next"
MAX_NAME: Final = 200


class _Asking(Session):
    """Never waits for ever, and goes nowhere but where it was sent (S27)."""

    def request(self, *args: Any, **kwargs: Any) -> Any:
        return super().request(*args, **{**kwargs, "timeout": PATIENCE, "allow_redirects": False})


def is_offered() -> bool:
    """Whether this installation has single sign-on."""
    return bool(current_app.config["TMS_CAS_URL"])


def set_out(target: str) -> str:
    """Address of the server's login page; *target* is where one goes afterwards."""
    session[SET_OUT], session[TARGET] = secrets.token_urlsafe(16), target
    return str(_client().get_login_url())


def come_back(ticket: str) -> tuple[Actor | None, str]:
    """Log in whom the server vouches for; and where one wanted to go.

    :returns: None where it vouches for nobody, or for nobody who has an account.
    """
    started, target = session.pop(SET_OUT, None), session.pop(TARGET, "")
    name = _vouched(ticket) if started and ticket else None
    if not name:
        return None, target
    db.session.rollback()  # a reading request, which writes here
    with writing():
        return log_in_by_cas(name[:MAX_NAME]), target


def _vouched(ticket: str) -> str | None:
    """The name behind *ticket*: the server's, or the attribute that the setting names."""
    try:
        user, attributes, _ticket = _client().verify_ticket(ticket)
    # a SyntaxError is an answer that is no XML
    except (RequestException, SyntaxError, IndexError, AttributeError, ValueError) as error:
        current_app.logger.warning("single sign-on: %s", type(error).__name__)
        return None
    wanted = current_app.config["TMS_CAS_ATTRIBUTE"]
    found = (attributes or {}).get(wanted) if wanted and user else user
    return found if isinstance(found, str) else None


def _client() -> Any:
    settings = current_app.config
    service = f"{settings['TMS_CAS_SERVICE'].rstrip('/')}/login/cas/back"
    server = settings["TMS_CAS_URL"].rstrip("/") + "/"
    return CASClient(version=3, service_url=service, server_url=server, session=_Asking())
