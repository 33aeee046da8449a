"""Who opened whose file: one audit event per assignment, file and day (SECURITY.md S30).

Not one per page: whoever works through a file opens it twenty times. The mark's unique key makes
one of many readers at the same moment; it is written before the page is given out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.dictionary.scope import today
from tms.models import FileRead, Teacher
from tms.records.audit import Event, new_act_id, write_events
from tms.records.reached import Reached, store

READ: Final = "read"
PRINT: Final = "print"


@dataclass(frozen=True)
class Printed:
    """A list that was put on paper: which, and whose lines stand on it."""

    table: str
    teachers: tuple[int, ...]


def leaves_traces(actor: Actor) -> bool:
    """Whether somebody with an account reads what is not their own: everybody but teachers."""
    return actor.teacher_id is None and actor.assignment_id is not None


def unnoted(session: Session, actor: Actor, teachers: Iterable[int]) -> list[int]:
    """Those of *teachers* that the actor had not opened today."""
    wanted = set(teachers)
    mine = (FileRead.assignment_id == actor.assignment_id, FileRead.day == today())
    known = select(FileRead.teacher_id).where(FileRead.teacher_id.in_(wanted), *mine)
    return sorted(wanted - set(session.scalars(known)))


def note_read(session: Session, actor: Actor, teacher_id: int) -> bool:
    """Mark the file as opened, with its event; False if it was today already.

    The caller commits.
    """
    found = select(Teacher.unit_path).where(Teacher.id == teacher_id)
    path = session.scalar(found)
    if path is None or not _mark(session, actor, teacher_id):
        return False
    write_events(session, actor, READ, [Event(path, teacher_id)])
    return True


def _mark(session: Session, actor: Actor, teacher_id: int) -> bool:
    """Whoever is first marks it; others wait for it."""
    about: dict[str, Any] = {"teacher_id": teacher_id, "user_id": actor.user_id}
    about |= {"assignment_id": actor.assignment_id, "day": today()}
    try:
        with session.begin_nested():
            session.add(FileRead(**about))
    except IntegrityError:
        return False
    return True


def note_printed(session: Session, actor: Actor, printed: Printed) -> None:
    """Leave the event of a printed list, and whose lines it held. The caller commits."""
    reached = Reached()
    reached.add(printed.teachers)
    reach, act_id = reached.packed(), new_act_id()
    detail = {"table": printed.table, "rows": len(printed.teachers)}
    event = Event(actor.unit_path, detail=detail, files=reach.people)
    write_events(session, actor, PRINT, [event], act_id)
    store(session, actor, act_id, reach)
