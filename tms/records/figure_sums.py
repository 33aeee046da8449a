"""Sums of the figures on headers for a unit or a bureau, set-based (DESIGN.md 4.16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.models import CheckDue, CheckMark, RecordStatus, Teacher
from tms.models.unit import AFTER

#: Where nothing more counts than that there are many, counting stops.
MANY: Final = 10_000
#: What stands in the way of 报送 or not is asked of files that have not been sent in.
UNSENT: Final = (RecordStatus.DRAFT, RecordStatus.RETURNED)
WITHOUT_ERRORS: Final = (CheckMark.WARNINGS, CheckMark.CLEAN)
WITH_ERRORS: Final = (CheckMark.TEACHER, CheckMark.SCHOOL)


@dataclass(frozen=True)
class Sums:
    """How many files have which mark, and how many of the figures are not of now."""

    marks: Mapping[CheckMark, int]
    #: Files that could be sent in as they are.
    ready: int
    #: Files that changed since, `MANY` and more being just that; their new figures come soon.
    pending: int
    #: Files that nobody has checked yet.
    unchecked: int

    @property
    def files(self) -> int:
        """All files."""
        return sum(self.marks.values()) + self.unchecked

    @property
    def with_errors(self) -> int:
        """Files with an error, whoever is to mend it."""
        return sum(self.marks[mark] for mark in WITH_ERRORS)


def sums(session: Session, path: str = "") -> Sums:
    """Of the files in the actor's reach, at and below the unit at *path*."""
    below = (Teacher.unit_path >= path, Teacher.unit_path < path + AFTER) if path else ()
    grouped = select(Teacher.check_mark, func.count()).where(*below).group_by(Teacher.check_mark)
    found = {mark: count for mark, count in session.execute(grouped)}
    ready = select(func.count()).select_from(Teacher).where(*below, is_ready())
    stale = select(Teacher.id).where(*below, is_pending()).limit(MANY).subquery()
    return Sums(
        {mark: found.get(mark, 0) for mark in CheckMark},
        session.scalar(ready) or 0,
        session.scalar(select(func.count()).select_from(stale)) or 0,
        found.get(None, 0),
    )


def is_ready() -> Any:
    """Condition: the file was not sent in, and nothing keeps anybody from doing so."""
    return Teacher.check_mark.in_(WITHOUT_ERRORS) & Teacher.record_status.in_(UNSENT)


def is_pending() -> Any:
    """Condition: the file changed since it was checked, or never was."""
    return Teacher.check_mark.is_(None) | Teacher.id.in_(select(CheckDue.teacher_id))
