"""Judging one record: value by value, then what is required or forbidden, then the rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from tms.dictionary.answers import Answer, answers, chosen
from tms.dictionary.codes import CodeTable, code_table
from tms.dictionary.expressions import Expression, expression
from tms.dictionary.fields import ALWAYS, Field, Rule, When
from tms.dictionary.findings import Finding, Severity, words
from tms.dictionary.scope import Scope, today
from tms.dictionary.tables import Table
from tms.dictionary.terms import Category, Kind
from tms.dictionary.values import is_empty

#: A rule of a field, with the field's key, or of the record; and what it asks.
AskedRule = tuple[str | None, Field | None, Rule, Expression]


@dataclass(eq=False)
class Plan:
    """The questions to ask of the records of one table at one category of school."""

    table: Table
    category: Category
    fields: tuple[Field, ...]
    #: {field: what it is, and what judges its values}
    asked: dict[str, tuple[Field, Callable[[Any], Answer]]] = field(default_factory=dict)
    codes: dict[str, CodeTable] = field(default_factory=dict)
    filters: list[tuple[Field, Expression]] = field(default_factory=list)
    always: list[Field] = field(default_factory=list)
    #: For each condition the fields it requires and those it forbids.
    conditions: dict[Expression, tuple[list[Field], list[Field]]] = field(default_factory=dict)
    #: Rules of fields, with the field's key, and of the record.
    rules: list[AskedRule] = field(default_factory=list)
    #: Rules that name no field of a record are asked once of the whole section.
    section_rules: list[tuple[Rule, Expression]] = field(default_factory=list)

    def finding(
        self,
        scope: Scope,
        about: Field | None,
        rule: str,
        fields: tuple[str, ...] = (),
        severity: Severity = "error",
        **more: Any,
    ) -> Finding:
        """A finding of the engine's own *rule* about a field, or about the table."""
        zh, en = words(rule, about or self.table, **more)
        return self._finding(scope, about, Rule(rule, "", zh, en, severity), fields)

    def broken(self, scope: Scope, about: Field | None, rule: Rule, asked: Expression) -> Finding:
        """The finding of a declared rule."""
        fields = tuple(name for name in asked.names if name in self.table.fields)
        return self._finding(scope, about, rule, fields)

    def _finding(
        self, scope: Scope, about: Field | None, rule: Rule, fields: tuple[str, ...]
    ) -> Finding:
        filled_by = about.filled_by if about else self.table.fillers
        return Finding(
            self.table.key,
            scope.record,
            about.key if about else None,
            rule.id,
            rule.severity,
            rule.zh,
            rule.en,
            filled_by[self.category],
            fields or ((about.key,) if about else ()),
        )


@cache
def plan_for(table: Table, category: Category) -> Plan:
    """The questions, prepared once."""
    plan = Plan(table, category, table.fields_for(category))
    for f in plan.fields:
        _plan_field(plan, f)
    for rule in table.rules:
        asked = expression(rule.fails_when)
        if asked.names:
            plan.rules.append((None, None, rule, asked))
        else:
            plan.section_rules.append((rule, asked))
    return plan


def _plan_field(plan: Plan, f: Field) -> None:
    name = f.codes_for(plan.category)
    if name and f.kind is Kind.CODE:
        plan.codes[f.key] = code_table(name)
    plan.asked[f.key] = f, answers(f, plan.codes.get(f.key))
    if f.options_filter:
        plan.filters.append((f, expression(f.options_filter)))
    if f.required[plan.category] == ALWAYS:
        plan.always.append(f)
    for place, conditions in enumerate((f.required, f.forbidden)):
        condition = conditions[plan.category]
        if isinstance(condition, When):
            asked = expression(condition.expression)
            plan.conditions.setdefault(asked, ([], []))[place].append(f)
    plan.rules += [(f.key, f, rule, expression(rule.fails_when)) for rule in f.rules]


def check_record(
    table: Table,
    category: Category,
    values: Mapping[str, Any],
    *,
    person_kind: str | None = None,
    on: date | None = None,
    needed: Collection[str] | None = None,
) -> list[Finding]:
    """The findings of one record alone, in the order of its fields.

    :param on: the day taken as today.
    :param needed: where only these may be found missing; None is what the dictionary requires.
    :param values: near-canonical values by key; fields of other categories and keys that are no
        fields are ignored. What needs other records, sections, files or a business is not asked.
    """
    plan = plan_for(table, category)
    scope = Scope(table.key, on or today(), person_kind)
    findings = read_values(plan, scope, values)
    findings += _conditions(plan, scope, needed) + ask_rules(plan, scope)
    return in_order(plan, findings)


@dataclass(frozen=True)
class CheckedValues:
    """What values are: their findings, their canonical form, and the errors among some of them."""

    findings: list[Finding]
    canonical: dict[str, Any]
    contradictions: list[Finding]


def check_values(
    table: Table, category: Category, values: Mapping[str, Any], among: tuple[str, ...] = ()
) -> CheckedValues:
    """The findings of values and options alone, what cannot be stored at all; canonical values.

    :param among: fields that must agree: errors of the rules that ask for nothing else, if none
        of them is unreadable.
    """
    plan, scope = plan_for(table, category), Scope(table.key, today())
    canonical: dict[str, Any] = {}
    findings = read_values(plan, scope, values, canonical)
    contradictions = [
        plan.broken(scope, f, rule, asked)
        for key, f, rule, asked in _rules_among(table, category, among)
        if (key is None or key in scope.values) and asked.ask(scope)
    ]
    return CheckedValues(findings, canonical, contradictions)


@cache
def _rules_among(table: Table, category: Category, keys: tuple[str, ...]) -> list[AskedRule]:
    if not keys:
        return []
    return [
        entry
        for entry in plan_for(table, category).rules
        if entry[2].severity == "error" and entry[3].names and set(keys).issuperset(entry[3].names)
    ]


def in_order(plan: Plan, findings: list[Finding]) -> list[Finding]:
    """*findings* in the order of the fields; those of the record or section last."""
    if len(findings) < 2:
        return findings
    place = {f.key: n for n, f in enumerate(plan.fields)}
    return sorted(findings, key=lambda finding: place.get(finding.field or "", len(plan.fields)))


def read(plan: Plan, scope: Scope, values: Mapping[str, Any]) -> list[Finding]:
    """Fill *scope* from *values*; the findings of values, options and conditions."""
    return read_values(plan, scope, values) + _conditions(plan, scope)


def read_values(
    plan: Plan,
    scope: Scope,
    values: Mapping[str, Any],
    canonical: dict[str, Any] | None = None,
) -> list[Finding]:
    """Fill *scope*, and *canonical* if wanted, from *values*; findings of values and options."""
    findings, seen = [], scope.values
    for key, raw in values.items():
        asked = plan.asked.get(key)
        if asked is None or raw is None or (not raw and is_empty(raw)):
            continue
        f, judge = asked
        answer = judge(raw)
        if canonical is not None and answer.value is not None:
            canonical[key] = answer.value
        if not answer.broken or answer.is_usable:
            seen[key] = answer.seen
        else:
            scope.unreadable.add(key)
        if answer.broken:
            findings += [plan.finding(scope, f, rule) for rule in answer.broken]
    for f, filter_ in plan.filters:
        if f.key in scope.values and not _offered(plan, scope, f, filter_):
            scope.unreadable.add(f.key)
            findings.append(plan.finding(scope, f, "code"))
    return in_order(plan, findings)


def _offered(plan: Plan, scope: Scope, f: Field, asked: Expression) -> bool:
    """Whether the filter lets every chosen code pass, as far as it can be asked."""
    codes = plan.codes[f.key].by_code
    for code in chosen(f, scope.values[f.key]):
        entry = codes[code]
        scope.option = {"code": code, "parent": entry.parent, "en": entry.en}
        if asked.ask(scope) is False:
            return False
    return True


def _conditions(plan: Plan, scope: Scope, needed: Collection[str] | None = None) -> list[Finding]:
    filled: Collection[str] = scope.values
    if scope.unreadable:
        filled = scope.values.keys() | scope.unreadable
    missing = [f for f in plan.always if f.key not in filled]
    superfluous = []
    for asked, (required, forbidden) in plan.conditions.items():
        if asked.ask(scope):
            missing += [f for f in required if f.key not in filled]
            superfluous += [f for f in forbidden if f.key in filled]
    if not (missing or superfluous):
        return []
    findings = [
        plan.finding(scope, f, "required")
        for f in missing
        if scope.person_kind not in f.exempt_person_kinds and (needed is None or f.key in needed)
    ]
    return findings + [plan.finding(scope, f, "forbidden") for f in superfluous]


def ask_rules(plan: Plan, scope: Scope) -> list[Finding]:
    """The findings of the declared rules on a record that has been read."""
    filled = scope.values
    return [
        plan.broken(scope, f, rule, asked)
        for key, f, rule, asked in plan.rules
        if (key is None or key in filled) and asked.ask(scope)
    ]
