"""Which row of the file is which row of the teacher's: by the natural key, identical rows first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tms.errors import Message
from tms.models import SectionRecord
from tms.records.values import from_row

Key = tuple[Hashable, ...]


@dataclass(eq=False)
class Existing:
    """A stored row and its canonical values."""

    row: Mapping[str, Any]
    values: Mapping[str, Any]
    is_matched: bool = False


@dataclass
class Matcher:
    """Rows of one table by teacher and natural key.

    The key consists of those fields of the natural key that the file has: what it says nothing
    about cannot tell two rows apart.
    """

    model: type[SectionRecord]
    key_fields: tuple[str, ...]
    rows: dict[int, list[Existing]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[tuple[int, Key], Message] = field(default_factory=dict)

    def load(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take *rows* of the table, as stored."""
        for row in rows:
            found = Existing(row, from_row(self.model, row))
            self.rows[row["teacher_id"]].append(found)

    def key(self, values: Mapping[str, Any]) -> Key:
        """The natural key of *values*, as far as the file has it."""
        found = (values.get(name) for name in self.key_fields)
        return tuple(tuple(value) if isinstance(value, list) else value for value in found)

    def candidates(self, owner: int, values: Mapping[str, Any]) -> list[Existing]:
        """Rows of *owner* not yet matched that bear the same key."""
        key, stored = self.key(values), self.rows.get(owner, ())
        return [e for e in stored if not e.is_matched and self.key(e.values) == key]

    def left_over(self, owner: int) -> list[Existing]:
        """Rows of *owner* that no row of the file matched."""
        return [existing for existing in self.rows.get(owner, ()) if not existing.is_matched]


def difference(values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What of *values* (canonical) differs from *before*."""
    return {key: value for key, value in values.items() if value != before[key]}
