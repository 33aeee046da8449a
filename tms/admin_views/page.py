"""What a page of rows needs besides itself: names the rows mention, one query each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import select

from tms.access import Actor
from tms.db import db
from tms.models import Assignment, Person, Teacher, Unit
from tms.records.heads import headless_among
from tms.records.holds import Hold, frozen
from tms.workflow.desks import Seat, seat_of
from tms.workflow.outcome import OpenTask, open_tasks

#: Attributes that name a unit.
UNIT_KEYS = ("unit_id", "secondary_unit_id", "supervisor_id")


class Page:
    """Names that the rows of one page mention, one query each however many rows there are."""

    def __init__(self, rows: Sequence[Any], actor: Actor) -> None:
        self.rows, self.actor = rows, actor

    def _ids(self, *keys: str, of: Iterable[Any] = ()) -> set[int]:
        found = (getattr(row, key, None) for row in (*self.rows, *of) for key in keys)
        return {value for value in found if value is not None}

    @cached_property
    def teachers(self) -> dict[int, Any]:
        """Headers of the files that rows belong to."""
        statement = select(
            Teacher.id,
            Teacher.name,
            Teacher.teacher_no,
            Teacher.unit_id,
            Teacher.secondary_unit_id,
            Teacher.school_category,
        ).where(Teacher.id.in_(self._ids("teacher_id")))
        return {row.id: row for row in db.session.execute(statement)}

    @cached_property
    def units(self) -> dict[int, str]:
        """Names of units in reach."""
        files = self.teachers.values() if self._ids("teacher_id") else ()
        users = self.assignments.values() if self._ids("person_id") else ()
        wanted = self._ids(*UNIT_KEYS, of=[*files, *users]) | self.named_units()
        if not wanted:
            return {}
        statement = select(Unit.id, Unit.name).where(Unit.id.in_(wanted))
        return {row.id: row.name for row in db.session.execute(statement)}

    def named_units(self) -> set[int]:
        """Units that rows name elsewhere than in those attributes."""
        return set()

    @cached_property
    def persons(self) -> dict[int, str]:
        """Names of the persons who hold accounts."""
        statement = select(Person.id, Person.name).where(Person.id.in_(self._ids("person_id")))
        return {row.id: row.name for row in db.session.execute(statement)}

    @cached_property
    def assignments(self) -> dict[int, Any]:
        """By account the role and unit it acts under."""
        users = {row.id for row in self.rows if hasattr(row, "person_id")}
        statement = select(Assignment.user_id, Assignment.role, Assignment.unit_id).where(
            Assignment.user_id.in_(users), Assignment.is_active, Assignment.ended_at.is_(None)
        )
        return {row.user_id: row for row in db.session.execute(statement)}

    @cached_property
    def tasks(self) -> dict[int, OpenTask]:
        """By file the desk its open work lies on."""
        return open_tasks(db.session(), [row.id for row in self.rows])

    @cached_property
    def holds(self) -> dict[int, Hold]:
        """By file the freeze that holds it."""
        return frozen(db.session(), self.rows)

    @cached_property
    def headless(self) -> set[int]:
        """Of a page of units, the schools without a head."""
        return headless_among(db.session(), self._ids("id"))

    @cached_property
    def seat(self) -> Seat:
        """Where the reader decides, asked once however many rows there are."""
        return seat_of(db.session(), self.actor)

    def unit(self, unit_id: int | None) -> str:
        """Name of a unit; nothing where it lies out of reach."""
        return self.units.get(unit_id, "") if unit_id is not None else ""
