"""A submission's rows as a reviewer looks at them: what moved first, each with a box to flag it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from tms.access import Actor, policy
from tms.admin_views.file_panels import newest_first
from tms.admin_views.labels import label_of
from tms.admin_views.papers import Paper, strips
from tms.admin_views.section_columns import usual
from tms.admin_views.values import stored_of, text_of
from tms.dictionary import Field, Finding, Table
from tms.models import SECTIONS
from tms.records.history import Entry
from tms.records.read import Header

#: Values that tell one record from others.
TOLD = 3
#: (table, row id)
Place = tuple[str, int]


@dataclass(frozen=True)
class Value:
    """One field of a row; *was* is what it held at the desk's last verdict, if that differs.

    What nobody fills in cannot be flagged.
    """

    flag: str
    label: Any
    text: str
    was: str | None
    findings: list[Finding]


@dataclass(frozen=True)
class Record:
    """One row: what tells it from others, and all its values."""

    flag: str
    title: str
    values: list[Value]
    findings: list[Finding]
    #: It came in, or changed, since the desk's last verdict.
    is_moved: bool
    #: It was not there then.
    is_new: bool
    papers: Sequence[Paper] = ()


@dataclass
class Section:
    """One table of the submission."""

    key: str
    label: Any
    filler: str
    #: Whether a file may have several.
    is_many: bool
    records: list[Record]
    #: About no record: what is missing.
    findings: list[Finding] = field(default_factory=list)

    @property
    def moved(self) -> int:
        """Records that moved."""
        return sum(record.is_moved for record in self.records)


@dataclass(frozen=True)
class Moved:
    """What changed since the desk's last verdict."""

    rows: frozenset[Place] = frozenset()
    #: By row the values before, as audit events hold them.
    former: Mapping[Place, Mapping[str, Any]] = field(default_factory=dict)
    new: frozenset[Place] = frozenset()


def moved_since(entries: Sequence[Entry], rows: frozenset[Place], act: str | None) -> Moved:
    """From the file's history, newest first, what *rows* held at the verdict given by *act*.

    By the order of events, not by the clock: much may happen within a second.
    """
    former: dict[Place, dict[str, Any]] = defaultdict(dict)
    new: set[Place] = set()
    since = takewhile(lambda entry: entry.act_id != act, entries) if act else ()
    for entry in since:
        place = (str(entry.table), entry.row_id or 0)
        if place not in rows:
            continue
        former[place] |= {change.field: change.former for change in entry.changes}
        if entry.version == 1:
            new.add(place)
    return Moved(rows, former, frozenset(new))


class Sections:
    """The sections of a submission (or of the rest of a file), as *actor* may see them."""

    def __init__(
        self,
        actor: Actor,
        header: Header,
        rows: Mapping[str, Sequence[dict[str, Any]]],
        findings: Sequence[Finding],
        moved: Moved | None = None,
    ) -> None:
        self.actor, self.header, self.rows = actor, header, rows
        self.moved = moved or Moved()
        self.papers = strips(actor, header.id) if rows else {}
        self.findings: dict[str, list[Finding]] = defaultdict(list)
        for finding in findings:
            self.findings[finding.table].append(finding)

    def __iter__(self) -> Iterator[Section]:
        """Those with anything to look at, the ones that moved first."""
        tables = [t for s in SECTIONS for t in s.tables if t.applies(self.header.category)]
        found = [self._section(table) for table in tables]
        shown = [each for each in found if each.records or each.findings]
        yield from sorted(shown, key=lambda each: not each.moved)

    def _section(self, table: Table) -> Section:
        found = self.findings[table.key]
        rows = newest_first(table, self.rows.get(table.key, ()))
        records = [self._record(table, row, found) for row in rows]
        return Section(
            table.key,
            label_of(table),
            policy.table_filler(self.actor, table, self.header.category, self.header.unit_path),
            table.cardinality == "many",
            sorted(records, key=lambda each: not each.is_moved),
            [finding for finding in found if finding.record is None],
        )

    def _record(self, table: Table, row: Mapping[str, Any], found: list[Finding]) -> Record:
        place = (table.key, row["id"])
        about = [finding for finding in found if finding.record == row["id"]]
        at = self.header.category, self.header.unit_path
        fields = policy.shown_fields(self.actor, table, *at)
        values = [self._value(table, f, row, about) for f in fields]
        wanted = usual(table, self.header.category)
        told = [v.text for f, v in zip(fields, values, strict=True) if f.key in wanted and v.text]
        title = " ".join(told[:TOLD]) if table.cardinality == "many" else ""
        of_fields = {f.key for f in fields}
        return Record(
            f"{table.key}:{row['id']}",
            title,
            [value for value in values if value.text or value.findings or value.was],
            [finding for finding in about if finding.field not in of_fields],
            place in self.moved.rows,
            place in self.moved.new,
            self.papers.get(place, ()),
        )

    def _value(
        self, table: Table, declared: Field, row: Mapping[str, Any], about: list[Finding]
    ) -> Value:
        former = self.moved.former.get((table.key, row["id"]), {})
        return Value(
            "" if declared.readonly else f"{table.key}:{row['id']}:{declared.key}",
            label_of(declared),
            self._text(table, declared, stored_of(row, declared)),
            self._text(table, declared, former[declared.key]) or "—"
            if declared.key in former and (table.key, row["id"]) not in self.moved.new
            else None,
            [finding for finding in about if finding.field == declared.key],
        )

    def _text(self, table: Table, declared: Field, value: Any) -> str:
        return text_of(self.actor, table, declared, value, self.header.category)
