"""Names of who did something to a file in reach; they may sit at a bureau above it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.models import Person, User
from tms.records.history import NAMES


def names_of(session: Session, users: Iterable[int | None]) -> dict[int | None, str]:
    """By user; the system itself has none."""
    wanted = set(users) - {None}
    statement = select(User.id, Person.name).join(Person, Person.id == User.person_id)
    found = session.execute(unscoped(statement.where(User.id.in_(wanted)), NAMES))
    return {row[0]: row[1] for row in found}
