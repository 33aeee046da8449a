"""What an expression can see: a record, and as far as known the file and the world around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta, timezone
from typing import Any, Protocol

from tms.dictionary.fields import Field
from tms.dictionary.values import Unreadable, canonical, comparable

#: Asia/Shanghai; without summer time since 1991, and Windows knows no zones by name.
SHANGHAI = timezone(timedelta(hours=8))
FIRST_MONTH = 9


class NotAsked(Exception):
    """The question cannot be asked: something it needs is unknown or malformed."""


def today() -> date:
    """The day in China, wherever the server stands."""
    return datetime.now(SHANGHAI).date()


def school_year(day: date) -> int:
    """The school year of *day*: it begins in September and bears the number of that year."""
    return day.year - (day.month < FIRST_MONTH)


@dataclass(frozen=True)
class Photo:
    """What the content of a photo's file says."""

    size: int
    is_jpeg: bool
    width: int
    height: int
    #: Of the content, keyed; finds the paper.
    digest: str = ""

    def __str__(self) -> str:
        """As the field of a file holds it, so that checks of many files need open none."""
        kind = "jpg" if self.is_jpeg else "other"
        return f"{self.digest}.{self.size}.{self.width}.{self.height}.{kind}"

    @classmethod
    def read(cls, text: str | None) -> Photo | None:
        """What `str` wrote; None of anything else."""
        parts = (text or "").split(".")
        if len(parts) != len(fields(cls)) or not all(part.isdecimal() for part in parts[1:4]):
            return None
        size, width, height = map(int, parts[1:4])
        return cls(size, parts[4] == "jpg", width, height, parts[0])


class Surroundings(Protocol):
    """What a record's scope asks about the file around it."""

    @property
    def via_business(self) -> bool | None: ...
    @property
    def photo(self) -> Photo | None: ...
    def is_elsewhere(self, record: Any) -> bool: ...
    def scopes(self, table: str) -> Sequence[Scope]: ...


@dataclass(eq=False, slots=True)
class Scope:
    """One record under question.

    Dates and months are tuples (year, month[, day]); empty fields are absent from `values`.
    """

    table: str
    today: date
    person_kind: str | None = None
    record: Any = None
    file: Surroundings | None = None
    values: dict[str, Any] = field(default_factory=dict)
    #: Fields with a finding of type or code.
    unreadable: set[str] = field(default_factory=set)
    option: Mapping[str, str] = field(default_factory=dict)

    def take(self, field: Field, raw: Any) -> Any:
        """Read *raw* into the scope and give its canonical value, None where it is empty.

        :raises Unreadable: also noted in `unreadable`.
        """
        try:
            value = canonical(field, raw)
        except Unreadable:
            self.unreadable.add(field.key)
            raise
        if value is not None:
            self.values[field.key] = comparable(field.kind, value)
        return value

    def reach(self, table: str, name: str) -> Any:
        """Value of a field of another section (the first record), or of this record itself."""
        if table == self.table:
            return self.own(name)
        if self.file is None:
            raise NotAsked
        scopes = self.file.scopes(table)
        return scopes[0].own(name) if scopes else ""

    def own(self, name: str) -> Any:
        """Value of a field, '' where it is empty."""
        if name in self.unreadable:
            raise NotAsked
        return self.values.get(name, "")

    def all(self, table: str) -> Sequence[Scope]:
        """All records of *table* in the file."""
        if self.file is None:
            raise NotAsked
        return self.file.scopes(table)
