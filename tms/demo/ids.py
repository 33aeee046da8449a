"""Ids by arithmetic: whoever makes a file, and in whatever order, it gets the same ones."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from tms.demo.write import serial_ids
from tms.models import Assignment, ChangeRequest, Person, ReportUp, Submission, User
from tms.records.ids import reserve_block

#: What one file may take: its own id, and those of its rows (27 at most, in 12,000 files).
EACH = 40


@dataclass(frozen=True)
class Ids:
    """The first id of each kind; person number *n* has the *n*th."""

    rows: int
    persons: int
    users: int
    assignments: int
    submissions: int
    #: Submissions of changes; the changes themselves.
    changes: int
    #: A report has the number of its first file.
    reports: int
    requests: int

    def file(self, number: int) -> int:
        """Id of a file."""
        return self.rows + number * EACH

    def rows_of(self, number: int) -> range:
        """Ids for the rows of a file; whoever takes too many comes to their end."""
        first = self.file(number)
        return range(first + 1, first + EACH)


def reserve(session: Session, people: int) -> Ids:
    """Ids for *people* files."""
    persons, users, assignments, reports, requests = (
        serial_ids(session, model, people)[0]
        for model in (Person, User, Assignment, ReportUp, ChangeRequest)
    )
    submissions = serial_ids(session, Submission, 2 * people)[0]
    return Ids(
        rows=reserve_block(session, people * EACH)[0],
        persons=persons,
        users=users,
        assignments=assignments,
        submissions=submissions,
        changes=submissions + people,
        reports=reports,
        requests=requests,
    )
