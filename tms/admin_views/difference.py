"""What differs when two have written into one row: what one saw, what stands there, what he typed.

Nothing is lost and nothing is overwritten unseen: values that only one of the two changed are
taken from him, of values that both changed the editor chooses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from tms.admin_views.forms import RecordForm
from tms.admin_views.labels import label_of, shown
from tms.crypto import mask_number
from tms.dictionary import Category, Field, Unreadable, canonical, from_stored, stored
from tms.records.history import Entry, Since

#: The version of a row that its editor never saw.
UNSEEN = 0


@dataclass(frozen=True)
class Line:
    """One field, each value as it is shown; of a number the mask."""

    key: str
    label: Any
    base: str
    now: str
    mine: str
    #: Who changed it: only the other, only the editor, or both and not alike.
    by: Literal["theirs", "mine", "both"]
    #: The act that gave it its present value.
    last: Entry | None
    #: The values as they were typed, to be sent again.
    sent: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """Between what a form brings and the row as it is now."""

    form: RecordForm
    category: Category
    #: Canonical values of the row; empty where it is gone.
    now: Mapping[str, Any]
    #: The content version the editor saw, and what was done since.
    version: int = UNSEEN
    since: Since = field(default_factory=lambda: Since(()))

    @cached_property
    def lines(self) -> list[Line]:
        """The fields that one or both changed, in the order of the form."""
        return [line for key, each in self.form.declared.items() for line in self._line(key, each)]

    def typed_into(self, closed: Mapping[str, Field]) -> bool:
        """Whether the editor changed a value that *closed* says cannot be written."""
        return any(line.key in closed and line.by != "theirs" for line in self.lines)

    def _line(self, key: str, each: Field) -> Iterator[Line]:
        base, now, is_theirs = self._base(key, each), self.now.get(key), self._is_theirs(key)
        mine = _read(each, self._typed[key]) if key in self._typed else base
        is_mine = key in self._typed and (each.encrypted or not _same(mine, base))
        if not (is_mine or is_theirs) or (is_mine and is_theirs and _same(mine, now)):
            return
        yield Line(
            key=key,
            label=label_of(each),
            base=self._shown(each, base),
            now=self._shown(each, now),
            mine=self._shown(each, mask_number(str(mine)) if each.encrypted and is_mine else mine),
            by="both" if is_mine and is_theirs else "mine" if is_mine else "theirs",
            last=self._last(key) if is_theirs else None,
            sent=tuple(self.form.sent.getlist(key)),
        )

    @cached_property
    def _typed(self) -> dict[str, Any]:
        return self.form.typed()

    @cached_property
    def _former(self) -> dict[str, Any]:
        return self.since.base()

    def _is_theirs(self, key: str) -> bool:
        if self.version == UNSEEN:
            return self.now.get(key) is not None
        return key in self._former

    def _base(self, key: str, each: Field) -> Any:
        """What the editor saw."""
        if self.version == UNSEEN:
            return None
        if key not in self._former:
            return self.now.get(key)
        kept = self._former[key]
        return kept if each.encrypted else _read(each, from_stored(each, kept))

    def _last(self, key: str) -> Entry | None:
        """A new row's event names no values: what it began with, its maker wrote."""
        return self.since.last(key) or (self.since.entries[-1] if self.since.entries else None)

    def _shown(self, each: Field, value: Any) -> str:
        return shown(each, stored(each, value), self.category)


def _read(each: Field, raw: Any) -> Any:
    """What was typed as it would be stored; what cannot be stored, as it is."""
    try:
        return canonical(each, raw)
    except Unreadable:
        return raw


def _same(one: Any, other: Any) -> bool:
    """Boxes are ticked in no order."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(one) == sorted(other)
    return bool(one == other)
