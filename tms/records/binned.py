"""What lies in bins: shown to its school, found behind a number that is taken, gone after its time.

Whether the time is over is compared when asked; whoever bins, restores or makes a file clears up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import CONSOLE, Actor, Permission, door, unscoped
from tms.errors import Term
from tms.models import BinnedFile, Level, Person, Teacher, Unit, User
from tms.models.types import now
from tms.records import file_sweep
from tms.records.audit import Event, new_act_id, write_events
from tms.records.read import chunks

KEPT = timedelta(days=30)
REASON = "behind an entry of the bin that scope found"
IN_BIN = Term(
    "该证件号码的档案在本校回收站中，可由学校信息管理员在回收站恢复。",
    "The file with this number is in your school's bin; "
    "the information administrator can restore it there.",
)
#: Entries shown at once; the rest comes up as these are dealt with.
SHOWN = 200


@dataclass(frozen=True)
class Entry:
    """One file in the bin."""

    id: int
    teacher_no: str
    name: str
    mask: str
    unit: str
    reason: str
    by: str
    at: datetime

    @property
    def until(self) -> datetime:
        """From this instant on it cannot be restored."""
        return self.at + KEPT


def is_kept() -> Any:
    """Condition on `BinnedFile`: it can still be restored."""
    return BinnedFile.binned_at > now() - KEPT


def number(session: Session) -> int:
    """How many files lie in the bins in reach."""
    statement = select(func.count()).select_from(BinnedFile).where(is_kept())
    return session.scalar(statement) or 0


def entries(session: Session, actor: Actor, limit: int = SHOWN) -> list[Entry]:
    """The bin in reach, what was put there last first.

    :raises NotAllowed: the role has no bin.
    """
    actor.require(Permission.BIN)
    found = select(BinnedFile).where(is_kept())
    found = found.order_by(BinnedFile.binned_at.desc(), BinnedFile.teacher_id).limit(limit)
    rows = session.scalars(found).all()
    files = _files(session, [row.teacher_id for row in rows])
    names = _names(session, (row.binned_by for row in rows))
    return [_entry(row, files[row.teacher_id], names) for row in rows]


def _entry(row: BinnedFile, file: Any, names: dict[int, str]) -> Entry:
    return Entry(
        id=row.teacher_id,
        teacher_no=file.teacher_no,
        name=file.name or "",
        mask=file.id_number_mask or "",
        unit=file.unit,
        reason=row.reason,
        by=names.get(row.binned_by or 0, ""),
        at=row.binned_at,
    )


def _files(session: Session, ids: list[int]) -> dict[int, Any]:
    """Headers of files in the bin, by id, with the name of the unit they lie in."""
    unit = func.coalesce(Teacher.secondary_unit_id, Teacher.unit_id)
    columns = (Teacher.id, Teacher.teacher_no, Teacher.name, Teacher.id_number_mask)
    statement = select(*columns, Unit.name.label("unit")).join(Unit, Unit.id == unit)
    found = session.execute(unscoped(statement.where(Teacher.id.in_(ids)), REASON))
    return {row.id: row for row in found}


def _names(session: Session, wanted: Iterable[int | None]) -> dict[int, str]:
    users = {user for user in wanted if user is not None}
    statement = select(User.id, Person.name).join(Person, Person.id == User.person_id)
    found = session.execute(unscoped(statement.where(User.id.in_(users)), REASON))
    return {row[0]: row[1] for row in found}


# -- numbers that are taken ------------------------------------------------------------------------


@dataclass(frozen=True)
class InBins:
    """Of files that have certain numbers, those in bins."""

    #: In the bin of the actor's own school, where they can be restored.
    own: frozenset[int] = frozenset()
    #: Their time is over; `purge` sets their numbers free.
    expired: frozenset[int] = frozenset()


def in_bins(session: Session, actor: Actor, files: Iterable[int]) -> InBins:
    """Which of *files* lie in a bin; to others than their school a number is just taken."""
    found: list[Any] = []
    for part in chunks(sorted(set(files))):
        columns = (BinnedFile.teacher_id, BinnedFile.unit_path, is_kept().label("is_kept"))
        statement = select(*columns).where(BinnedFile.teacher_id.in_(part))
        found += session.execute(unscoped(statement, "one person, one number, nationwide"))
    at_school = actor.unit_level == Level.SCHOOL
    own = (row for row in found if at_school and row.unit_path.startswith(actor.unit_path))
    return InBins(
        frozenset(row.teacher_id for row in own if row.is_kept),
        frozenset(row.teacher_id for row in found if not row.is_kept),
    )


# -- the end ---------------------------------------------------------------------------------------


def purge(session: Session) -> int:
    """Delete for good what was in a bin for thirty days; returns how many files.

    Nobody's act: the events name the system itself.
    """
    statement = select(BinnedFile.teacher_id, BinnedFile.unit_path).where(~is_kept())
    over = session.execute(unscoped(statement, "time is over in every bin")).all()
    with door(session):
        for part in chunks(over, 500):
            events = [Event(row.unit_path, row.teacher_id) for row in part]
            file_sweep.erase(session, [row.teacher_id for row in part])
            write_events(session, CONSOLE, "purge", events, new_act_id())
    return len(over)
