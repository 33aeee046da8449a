"""完整性检测: judging a whole file (DOMAIN.md 10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tms.dictionary.check import Plan, ask_rules, in_order, plan_for, read
from tms.dictionary.findings import Finding
from tms.dictionary.scope import Photo, Scope, school_year, today
from tms.dictionary.tables import Expectation, sections
from tms.dictionary.terms import Category


@dataclass(frozen=True)
class FileValues:
    """A teacher's file as a check needs it; what is left out is not asked about."""

    category: Category
    #: By table: id and near-canonical values of each row.
    rows: Mapping[str, Sequence[tuple[Any, Mapping[str, Any]]]]
    person_kind: str | None = None
    #: Rows whose ID number another live file has as well.
    elsewhere: frozenset[Any] | Callable[[Any], bool] = frozenset()
    #: Whether the change comes from an approved personnel change.
    via_business: bool | None = None
    photo: Photo | None = None
    #: Whether the records that a campaign expects are asked for.
    campaign: bool = False
    today: date = field(default_factory=today)


def check_file(values: FileValues) -> list[Finding]:
    """All findings of a file: table by table, row by row, in the order of the fields."""
    file = OpenFile(values)
    return [finding for plan in file.plans for finding in file.findings(plan)]


class OpenFile:
    """The records of a file once read; the `Surroundings` of their rules, and of open forms."""

    def __init__(self, values: FileValues) -> None:
        self.values = values
        self.via_business = values.via_business
        self.photo = values.photo
        self.plans = [
            plan_for(table, values.category)
            for section in sections()
            for table in section.tables
            if table.applies(values.category)
        ]
        self._read: dict[str, list[tuple[Scope, list[Finding]]]] = {}
        for plan in self.plans:
            rows = values.rows.get(plan.table.key, ())
            self._read[plan.table.key] = [self._record(plan, *row) for row in rows]

    def _record(
        self, plan: Plan, record: Any, values: Mapping[str, Any]
    ) -> tuple[Scope, list[Finding]]:
        scope = self._scope(plan, record)
        return scope, read(plan, scope, values)

    def _scope(self, plan: Plan, record: Any = None) -> Scope:
        return Scope(plan.table.key, self.values.today, self.values.person_kind, record, self)

    def scopes(self, table: str) -> Sequence[Scope]:
        return [scope for scope, _ in self._read.get(table, ())]

    def is_elsewhere(self, record: Any) -> bool:
        elsewhere = self.values.elsewhere
        return elsewhere(record) if callable(elsewhere) else record in elsewhere

    def findings(self, plan: Plan) -> Iterator[Finding]:
        """What is wrong with the records of one table."""
        scopes = self.scopes(plan.table.key)
        if not scopes and not plan.table.min_records[plan.category]:
            return  # as most tables of most files
        extra: list[tuple[Scope, Finding]] = []
        if len(scopes) > 1:
            extra = [*_none_records(plan, scopes), *_duplicates(plan, scopes)]
        for scope, found in self._read[plan.table.key]:
            # by the scope, not the id: rows that are not saved yet have none
            beside = [finding for row, finding in extra if row is scope]
            yield from in_order(plan, found + ask_rules(plan, scope) + beside)
        yield from self._of_section(plan, scopes)

    def _of_section(self, plan: Plan, scopes: Sequence[Scope]) -> Iterator[Finding]:
        whole, table = self._scope(plan), plan.table
        if scopes:
            for rule, asked in plan.section_rules:
                if asked.ask(whole):
                    yield plan.broken(whole, None, rule, asked)
        if self.values.person_kind in table.exempt_person_kinds:
            return
        if len(scopes) < table.min_records[plan.category]:
            count = table.min_records[plan.category]
            yield plan.finding(whole, None, "min_records", count=count)
        elif self.values.campaign and table.campaign_rule and scopes:
            yield from _expected(plan, whole, table.campaign_rule, scopes)


def _none_records(plan: Plan, scopes: Sequence[Scope]) -> Iterator[tuple[Scope, Finding]]:
    """Records that say "nothing to report" beside others."""
    if plan.table.none_record:
        about = plan.table.fields[plan.table.none_record[0]]
        for scope in scopes:
            if plan.table.says_none(scope.values):
                yield scope, plan.finding(scope, about, "none_record")


def _duplicates(plan: Plan, scopes: Sequence[Scope]) -> Iterator[tuple[Scope, Finding]]:
    """Every record but the first with the same natural key; an empty key equals none.

    A table of one record has no natural key: there any second record is one too many.
    """
    names, seen = plan.table.natural_key, set()
    for scope in scopes if names or plan.table.cardinality == "one" else ():
        key = tuple(scope.values.get(name, "") for name in names)
        is_empty = bool(names) and not any(part != "" for part in key)
        if is_empty or plan.table.says_none(scope.values) or not scope.unreadable.isdisjoint(names):
            continue
        if key in seen:
            yield scope, plan.finding(scope, None, "natural_key", names)
        seen.add(key)


def _expected(
    plan: Plan, whole: Scope, expected: Expectation, scopes: Sequence[Scope]
) -> Iterator[Finding]:
    """Whether the period that a campaign asks about has a record (assumption)."""
    name = next(f.key for f in plan.fields if f.key in expected.fields)
    years = [v[0] if isinstance(v, tuple) else v for v in (s.values.get(name) for s in scopes)]
    if expected.period == "last_full_year":
        wanted = whole.today.year - 1
        is_there = wanted in years
    else:
        wanted = school_year(whole.today)
        is_there = any(year is not None and year >= wanted for year in years)
    if not is_there:
        yield plan.finding(whole, None, "campaign_year", (name,), "warning", year=wanted)
