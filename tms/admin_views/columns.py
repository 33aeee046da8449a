"""Columns and filters as views declare them, and what a page of rows needs besides itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from tms.access import Actor, Permission, policy
from tms.db import db
from tms.dictionary import Field
from tms.models import Assignment, Person, Teacher, Unit

#: Attributes that name a unit.
UNIT_KEYS = ("unit_id", "secondary_unit_id", "supervisor_id")


class Page:
    """Names that the rows of one page mention, one query each however many rows there are."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = rows

    def _ids(self, *keys: str, of: Iterable[Any] = ()) -> set[int]:
        found = (getattr(row, key, None) for row in (*self.rows, *of) for key in keys)
        return {value for value in found if value is not None}

    @cached_property
    def teachers(self) -> dict[int, Any]:
        """Headers of the files that rows belong to."""
        statement = select(
            Teacher.id, Teacher.name, Teacher.teacher_no, Teacher.unit_id, Teacher.school_category
        ).where(Teacher.id.in_(self._ids("teacher_id")))
        return {row.id: row for row in db.session.execute(statement)}

    @cached_property
    def units(self) -> dict[int, str]:
        """Names of units in reach."""
        more = [*self.teachers.values(), *self.assignments.values()]
        statement = select(Unit.id, Unit.name).where(Unit.id.in_(self._ids(*UNIT_KEYS, of=more)))
        return {row.id: row.name for row in db.session.execute(statement)}

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

    def unit(self, unit_id: int | None) -> str:
        """Name of a unit; nothing where it lies out of reach."""
        return self.units.get(unit_id, "") if unit_id is not None else ""


@dataclass(frozen=True)
class Column:
    """One column of a list or line of a details page."""

    key: str
    label: Any
    show: Callable[[Any, Page], Any]
    #: Attribute to sort by; an encrypted value has none.
    sort: Any = None
    #: The dictionary's field it copies, which decides who may see it.
    field: Field | None = None
    #: The endpoint and id that the value leads to.
    link: Callable[[Any], tuple[str, int]] | None = None

    def visible(self, actor: Actor) -> bool:
        """Whether the role may see it."""
        if self.field is None:
            return True
        return actor.can(Permission.RECORD_READ) and policy.may_see(actor, self.field)


@dataclass(frozen=True)
class Filter:
    """One condition a list offers, sent as a plain query argument called *key*."""

    key: str
    label: Any
    #: Condition for a value; None where the value makes no sense.
    condition: Callable[[str], Any]
    #: (value, label) to choose from; None is free text.
    options: Callable[[], Sequence[tuple[str, Any]]] | None = None
    #: What completes the text (an address of `tms.admin_views.lookups`).
    lookup: str = ""
    field: Field | None = None
    permission: Permission | None = None
    placeholder: Any = ""
    #: Carried by links, typed by nobody.
    hidden: bool = False

    def visible(self, actor: Actor) -> bool:
        """Whether the role may ask by it: never by what it may not see (SECURITY.md S10)."""
        if self.permission is not None and not actor.can(self.permission):
            return False
        if self.field is None:
            return True
        return actor.can(Permission.RECORD_READ) and policy.may_see(actor, self.field)
