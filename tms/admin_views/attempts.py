"""Doing and committing, for pages that are no table's: a refusal is rolled back and said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from tms.admin_views.base import tell
from tms.db import db
from tms.errors import TmsError

T = TypeVar("T")


def attempt(act: Callable[[], T], form: Any = None) -> tuple[T | None, int]:
    """What *act* gives, committed, and 200; None and the status of its refusal."""
    try:
        result = act()
        db.session.commit()
    except TmsError as error:
        db.session.rollback()
        tell(error, form)
        return None, error.status
    return result, 200
