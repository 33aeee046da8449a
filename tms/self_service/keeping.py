"""What the browser keeps of a form until it is saved: under which name, and with which key.

The key belongs to the account and comes from the key ring: it is never stored, and whoever does not
log in as the same person has none (static/keep.js).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import jsonify, session, url_for

from tms.auth import get_actor
from tms.crypto import keyring
from tms.dictionary import Field, Sensitivity
from tms.gate import allow
from tms.self_service.place import OWN, blueprint

#: Of the cookie: the place that was just saved; the next page tells the script.
SAVED = "saved"


@dataclass(frozen=True)
class Keep:
    """How one form is kept."""

    place: str
    #: Names that may be kept where browsers cannot encrypt.
    plain: tuple[str, ...] = ()
    #: It came back unsaved: kept at once.
    is_failed: bool = False

    @property
    def url(self) -> str:
        """Where the script asks for the key."""
        return url_for("mine.keep")


def plain_names(fields: Iterable[Field], prefix: str = "") -> tuple[str, ...]:
    """Names of what is of low sensitivity."""
    low = (f for f in fields if f.sensitivity == Sensitivity.LOW and not f.encrypted)
    return tuple(prefix + field.key for field in low)


def note_saved(place: str) -> None:
    """The form at *place* was saved."""
    session[SAVED] = place


def just_saved() -> str:
    """What the request before this page saved."""
    return str(session.pop(SAVED, ""))


@blueprint.get("/keep/")
@allow(blueprint, OWN)
def keep() -> Any:
    """The key of whoever is logged in, and a name for the account that says nothing."""
    ring, user = keyring(), str(get_actor().user_id)
    key = bytes.fromhex(ring.blind_index("keep.key", user))
    account = ring.blind_index("keep.account", user)[:16]
    return jsonify({"account": account, "key": base64.b64encode(key).decode()})
