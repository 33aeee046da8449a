"""Names of persons who acted, which may sit at a bureau above the reader."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.models import Person, User
from tms.records.read import chunks

REASON = "who acted on a file in reach may sit at a bureau above it"


def names_of(session: Session, user_ids: Iterable[int | None]) -> dict[int, str]:
    """Account → its holder's name, of those who acted on files found by scope."""
    found: dict[int, str] = {}
    for part in chunks(sorted({user for user in user_ids if user is not None})):
        statement = select(User.id, Person.name).join(Person, Person.id == User.person_id)
        statement = statement.where(User.id.in_(part))
        found |= {row[0]: row[1] for row in session.execute(unscoped(statement, REASON))}
    return found
