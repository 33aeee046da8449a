"""What somebody who logs in has still to show or to do before the system knows him."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import current_app, g

from tms.access import ADMINISTRATORS
from tms.access.security_rules import VERSION

#: How a session began.
PASSWORD, CAS = "password", "cas"


class Stage(StrEnum):
    """In this order; each has one page (`tms.gate.PAGES`)."""

    #: The code of the authenticator.
    SECOND = "second"
    #: A password of one's own in place of the one-time code (S15).
    CHANGE = "change"
    #: The security rules (R90).
    RULES = "rules"
    #: An authenticator, which this role must have (S18).
    ENROL = "enrol"
    #: Nothing more.
    FULL = "full"


def stage() -> Stage:
    """Where the login of this request stands; a visitor's is `FULL` too: nothing is under way."""
    found = g.get("stage")
    return found if isinstance(found, Stage) else Stage.FULL


def stage_of(row: Any) -> Stage:
    """Where the login *row* stands."""
    if row.stage == Stage.SECOND:
        return Stage.SECOND
    if row.must_change and row.via == PASSWORD:
        return Stage.CHANGE
    if _has_rules_to_read(row):
        return Stage.RULES
    return Stage.ENROL if needs_factor(row.role) and not row.totp else Stage.FULL


def _has_rules_to_read(row: Any) -> bool:
    """Those of an older version; by single sign-on also those never read.

    Whoever chose a password agreed to them on that page.
    """
    if row.rules_version is None:
        return bool(row.via == CAS)
    return bool(row.rules_version != VERSION)


def needs_factor(role: str) -> bool:
    """Whether this installation demands an authenticator of *role*."""
    return is_strict() and role in ADMINISTRATORS


def is_strict() -> bool:
    """Whether this installation demands a second factor at all."""
    return bool(current_app.config["TMS_SECOND_FACTOR"] == "administrators")
