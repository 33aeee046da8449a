"""What is known of the holder of an account, so that it does not become a password."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.crypto import keyring
from tms.models import TABLES, Person, User

REASON: Final = "the holder's own name and number, compared with his own new password"
#: Parts of a resident number that people take: the birthday, and the end.
PARTS: Final = (slice(6, 14), slice(8, 14), slice(-6, None))


def known_of(session: Session, user_id: int) -> list[str]:
    """Names, numbers and birthdays of the account's holder."""
    mine = select(User.username, User.teacher_id, Person.name).join(
        Person, Person.id == User.person_id
    )
    row = session.execute(unscoped(mine.where(User.id == user_id), REASON)).one()
    found = [row.username, row.name]
    if row.teacher_id is not None:
        found += _numbers(session, row.teacher_id)
    return [text for text in found if text]


def _numbers(session: Session, teacher_id: int) -> list[str]:
    basic = TABLES["basic_information"]
    sealed = select(basic.id, basic.id_number).where(basic.teacher_id == teacher_id)
    found: list[str] = []
    for row in session.execute(unscoped(sealed, REASON)):
        if row.id_number:
            place = {"table": "basic_information", "column": "id_number", "row": row.id}
            number = keyring().open(row.id_number, **place)
            found += [number, *(number[part] for part in PARTS)]
    return found
