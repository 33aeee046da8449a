"""Reading a row's cells for one category of school, and collecting what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from tms.crypto import mask_number
from tms.dictionary import Category, Field, Finding, Unreadable, canonical
from tms.dictionary.answers import FEW, KEPT
from tms.errors import Message, Text, message, term
from tms.exchange.cells import CellError, Reader, as_text, clean, reader, shown
from tms.exchange.columns import Column, Layout
from tms.exchange.stages import Problem, RawRow, Severity

#: Whatever looks like an identity number is masked, in whichever column it stands (S9).
_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{14,17}[0-9Xx])(?![0-9A-Za-z])")
MAX_SHOWN = 60
#: Cells that may be looked up: others could be equal without being the same, as 1 and True.
PLAIN = frozenset({str, datetime})


def mask_text(text: str, *, whole: bool = False) -> str:
    """*text* as a problem may quote it: numbers masked, long text cut."""
    if whole:
        return mask_number(text) if text else ""
    masked = without_numbers(text)
    return masked if len(masked) <= MAX_SHOWN else masked[:MAX_SHOWN] + "…"


def without_numbers(text: str) -> str:
    """*text* as it was typed, numbers of documents masked."""
    return _NUMBER.sub(lambda found: mask_number(found[0]), text)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one cell says."""

    #: As read, near-canonical.
    value: Any
    #: As the dictionary reads it, where it can.
    canonical: Any = None
    is_readable: bool = False
    #: A reason that says more than the dictionary can.
    spoilt: Message | None = None


@dataclass(frozen=True)
class Way:
    """How to read one column for one category."""

    place: int
    field: Field
    read: Reader
    #: What cells with the same content said: dates and codes come again and again.
    known: dict[Any, Taken]
    repeats: bool

    def take(self, cell: Any) -> Taken:
        """What *cell* says."""
        found = self.known.get(cell) if type(cell) in PLAIN else None
        if found is None:
            found = self._read(cell)
            if self.repeats and type(cell) in PLAIN and len(self.known) < KEPT:
                self.known[cell] = found
        return found

    def _read(self, cell: Any) -> Taken:
        value = cell
        try:
            value = self.read(cell) if cell != "" else ""
            return Taken(value, canonical(self.field, value), is_readable=True)
        except CellError as error:
            return Taken(str(cell), spoilt=error.text)
        except Unreadable:
            return Taken(value)


@dataclass(frozen=True)
class Closed:
    """A column of which nothing is taken, and the sentence that says why."""

    column: Column
    rule: str
    reason: Message
    #: To compare it with what the row holds; None where that is not the reader's to know.
    way: Way | None = None


@dataclass(frozen=True)
class Plan:
    """How to read a sheet's rows for one category of school in one place."""

    ways: tuple[Way, ...]
    closed: tuple[Closed, ...] = ()
    #: Fields of the table that may be filled, whether the file has them or not.
    open_keys: frozenset[str] = frozenset()


def way_of(place: int, known: Field, category: Category) -> Way:
    """How to read the column at *place*."""
    repeats = known.kind in FEW and not known.multiple
    return Way(place, known, reader(known, category), _said(known, category), repeats)


@cache
def _said(known: Field, category: Category) -> dict[Any, Taken]:
    """What cells said, kept from one part of a file to the next."""
    return {}


@dataclass
class Complaints:
    """The problems of one row, with header and value as the user sees them."""

    layout: Layout
    raw: RawRow
    problems: list[Problem] = field(default_factory=list)

    def add(
        self, key: str, rule: str, reason: Text, severity: Severity = "error", label: str = ""
    ) -> None:
        """Complain about the cell under field or fixed column *key*."""
        column = self.layout.by_key.get(key)
        header = column.header if column else self.layout.header_of(key, label)
        value = shown(clean(self.raw.cells[column.place])) if column else ""
        self._append(header, mask_text(value, whole=key == "id_number"), rule, reason, severity)

    def add_at(self, column: Column, rule: str, reason: Text, severity: Severity) -> None:
        """Complain about the cell in *column*, whatever it means."""
        value = shown(clean(self.raw.cells[column.place]))
        self._append(column.header, mask_text(value), rule, reason, severity)

    def _append(self, header: str, value: str, rule: str, reason: Text, severity: Severity) -> None:
        sheet, row = self.layout.sheet.name, self.raw.number
        self.problems.append(Problem(sheet, row, header, value, rule, reason, severity))

    def cell(self, key: str) -> str:
        """Clean text under *key*; "" where there is no such column or the cell is spoilt."""
        column = self.layout.by_key.get(key)
        if column is None:
            return ""
        try:
            return as_text(self.raw.cells[column.place])
        except CellError as error:
            if not any(problem.reason == error.text for problem in self.problems):
                self.add(key, "type", error.text)
            return ""

    def shown(self, key: str) -> tuple[str, str]:
        """Header and value of the cell under *key*, as a problem may quote it."""
        column = self.layout.by_key.get(key)
        if column is None:
            return self.layout.header_of(key), ""
        value = shown(clean(self.raw.cells[column.place]))
        return column.header, mask_text(value, whole=key == "id_number")


@dataclass
class Reading:
    """A row's values by key: as read, and canonical where the dictionary can read them."""

    plan: Plan
    values: dict[str, Any] = field(default_factory=dict)
    canonical: dict[str, Any] = field(default_factory=dict)
    #: Reasons that say more than the dictionary can.
    spoilt: dict[str, Message] = field(default_factory=dict)
    #: Canonical values of closed columns: compared, never taken.
    closed: dict[str, Any] = field(default_factory=dict)

    @property
    def known(self) -> Mapping[str, Any]:
        """Whatever tells which row is meant."""
        return {**self.canonical, **self.closed} if self.closed else self.canonical


def read_row(plan: Plan, raw: RawRow, complaints: Complaints) -> Reading:
    """Read the row; closed columns apart (`tms.exchange.closing` says what becomes of them)."""
    reading = Reading(plan)
    cells = raw.cells
    for way in plan.ways:
        key, taken = way.field.key, way.take(cells[way.place])
        reading.values[key] = taken.value
        if taken.is_readable:
            reading.canonical[key] = taken.canonical
        elif taken.spoilt:
            reading.spoilt[key] = taken.spoilt
    for shut in plan.closed:
        if shut.way and (said := shut.way.take(cells[shut.column.place])).is_readable:
            reading.closed[shut.way.field.key] = said.canonical
    if len(cells) > len(complaints.layout.sheet.header):
        reason = message("这一行的单元格多于表头的列，请检查分隔符和引号。")
        complaints.add(_first_key(complaints.layout), "column", reason)
    return reading


def _first_key(layout: Layout) -> str:
    first = min((*layout.fields, *layout.fixed.values()), key=lambda column: column.place)
    return first.keys[0]


def complain(complaints: Complaints, found: Iterable[Finding], reading: Reading) -> None:
    """Put *found* to the cells they are about; a rule of the record to its first field's.

    That a field is missing which somebody else fills is no fault of this file.
    """
    layout, spoilt = complaints.layout, reading.spoilt
    complained = set()
    for finding in found:
        if finding.rule == "required" and finding.field not in reading.plan.open_keys:
            continue
        key = finding.field or next((k for k in finding.fields if layout.has(k)), None)
        key = key or next(iter(finding.fields), "id_number")
        if key in spoilt and finding.rule not in ("type", "code"):
            continue  # one unreadable cell gives one problem
        reason = spoilt.get(key) if finding.rule in ("type", "code") else None
        complaints.add(key, finding.rule, reason or term(finding), finding.severity)
        complained.add(key)
    for key, reason in spoilt.items():
        if key not in complained:
            complaints.add(key, "type", reason)
