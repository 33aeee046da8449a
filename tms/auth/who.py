"""Who asks: the actor of this request, and the account behind it."""

from __future__ import annotations

from typing import Any

from flask import abort, g, request
from sqlalchemy import select

from tms.access import LOGIN, Actor, acting
from tms.db import db
from tms.models import Unit


def current_actor() -> Actor | None:
    """The actor of this request; None before login, and while something is still to be done."""
    actor = g.get("actor")
    return actor if isinstance(actor, Actor) else None


def get_actor() -> Actor:
    """The actor of a request that the gate has let in (tms.gate)."""
    actor = current_actor()
    return actor if actor is not None else abort(403)


def current_login() -> Any:
    """The session's row with its account (`sessions.login_of`); None for a visitor."""
    return g.get("login")


def get_login() -> Any:
    """As `current_login`, for pages of whoever has at least given a password."""
    login = current_login()
    return login if login is not None else abort(403)


def installation() -> str:
    """Name of the unit at the top: whose system this is."""
    with acting(db.session(), LOGIN):
        top = select(Unit.name).where(Unit.supervisor_id.is_(None))
        return db.session.scalar(top) or ""


def address() -> str:
    """Where the request comes from; behind a proxy what it says (`tms.edge`)."""
    return request.remote_addr or ""


def masked_address(text: str) -> str:
    """The network and not the machine: enough for the holder to recognise."""
    if ":" in text:
        return ":".join(text.split(":")[:3]) + ":*"
    return ".".join([*text.split(".")[:2], "*", "*"]) if text else ""


#: What a browser calls itself → what it is; the first that fits.
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def agent() -> str:
    """Browser and system, as words of our own: what a stranger writes there is not kept."""
    text = request.user_agent.string
    found = [
        next((name for mark, name in known if mark in text), "") for known in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(filter(None, found))
