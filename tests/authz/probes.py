"""Probes: every line with every principal, target and state; and a selection that covers pairs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, groupby
from typing import Any

from tests.authz.operations import fields_of, filter_kind, meant
from tests.authz.oracle import SHUT, Line, operations
from tests.authz.principals import PRINCIPALS, Principal
from tests.authz.requests import ASKS, KIND_OF_ACT, KIND_OF_IMPORT
from tests.authz.world import Target, World
from tms.dictionary import Category
from tms.models import TABLES

SEED = 1


@dataclass(frozen=True)
class Probe:
    """One act of one principal on one target."""

    line: Line
    who: Principal
    target: Target | None = None
    relation: str = ""
    #: The section's table, and the filter's key.
    table: str = ""
    key: str = ""
    #: The endpoint where the line means any.
    endpoint: str = ""

    @property
    def state(self) -> str:
        """Stage of the file, class of the account."""
        return self.target.state if self.target else ""

    def __str__(self) -> str:
        at = f" at {self.relation} {self.target.unit} {self.state}" if self.target else ""
        what = " ".join(filter(None, (self.line.operation, self.line.detail, self.table, self.key)))
        return f"line {self.line.number}: {self.who.key}: {what} {self.endpoint}{at}"


def whole(world: World, offered: dict[str, set[str]], filters: Any) -> Iterator[Probe]:
    """Every line, table, principal, relation and state, once each."""
    own = {line.operation for line in operations()}
    for line in operations():
        if line.operation.startswith("*."):
            function = line.operation.removeprefix("*")
            for operation, endpoints in offered.items():
                if operation.endswith(function) and operation not in own:
                    for endpoint in sorted(endpoints):
                        yield from (Probe(line, who, endpoint=endpoint) for who in PRINCIPALS)
            continue
        for table in tables_of(line):
            for key in _keys(line, table, filters):
                yield from _of_table(world, line, table, key)


@cache
def tables_of(line: Line) -> Sequence[str]:
    """The tables that a line is about; one empty key where it is about none."""
    if not line.operation.startswith("section."):
        return ("",)
    making = "create_view" in line.operation
    words = tuple(word for word in line.words if word in KNOWN)
    return [key for key in TABLES if meant(words, key, making=making)]


#: What acts on requests may be about besides them.
KIND_OF_ASKED = {"wish": "wish"}
KNOWN = frozenset({"teacher", "school", "either", "basic", "one", "research", "other"})


def _keys(line: Line, table: str, filters: Any) -> Sequence[str]:
    """The filters that a line means; one empty key where it means none."""
    word = next((word for word in line.words if word.startswith("filter:")), "")
    if not word:
        return ("",)
    kinds = word.removeprefix("filter:").split("|")
    place = table or line.operation.split(".")[0]
    return [each.key for each in filters[place] if filter_kind(each) in kinds]


def _of_table(world: World, line: Line, table: str, key: str) -> Iterator[Probe]:
    kind = kind_of(line)
    fitting = [t for t in world.targets(kind, table) if fits(line, table, t)] if kind else []
    for who in PRINCIPALS:
        if not kind:
            yield Probe(line, who, None, "", table, key)
            continue
        placed = sorted((who.relation(world, t), t.state, t.id, t) for t in fitting)
        for (relation, _state), group in groupby(placed, key=lambda each: each[:2]):
            yield Probe(line, who, next(group)[3], relation, table, key)


def kind_of(line: Line) -> str:
    """The kind of target that the line's operation takes."""
    if "choose" in line.words:
        return ""
    for prefix, kinds in (("into:", KIND_OF_IMPORT), ("act:", KIND_OF_ACT), ("of:", KIND_OF_ASKED)):
        for word in line.words:
            if word.startswith(prefix) and word.removeprefix(prefix) in kinds:
                return kinds[word.removeprefix(prefix)]
    return ASKS[line.operation].kind


def detail_words(line: Line) -> list[str]:
    """The words of the detail, those that name several taken apart."""
    found: list[str] = []
    for word in line.words:
        prefix, sep, names = word.rpartition(":")
        found += [prefix + sep + name for name in names.split("|")]
    return found


def fits(line: Line, table: str, target: Target) -> bool:
    """Whether the line is about this target."""
    filler = next((w.removeprefix("field:") for w in line.words if w.startswith("field:")), "")
    if filler and not fields_of(table, filler, Category(target.category)):
        return False
    if line.states and target.state not in line.states:
        return False
    if target.kind == "file" and table:
        return TABLES[table].dictionary.applies(Category(target.category))
    return True


# -- selection -------------------------------------------------------------------------------------


def _pairs(probe: Probe) -> set[Any]:
    """The pairs a probe covers; and how each kind of principal stands to each line's targets."""
    factors = {
        "operation": probe.line.operation,
        "who": probe.who.key,
        "relation": probe.relation,
        "state": probe.state,
        "table": probe.table or probe.endpoint,
    }
    chosen: set[Any] = {(a, factors[a], b, factors[b]) for a, b in combinations(factors, 2)}
    line, column = probe.line.number, probe.who.column
    # A shut door is the same for all targets, but each table has a rule of its own.
    is_shut = probe.line.cell(column) == SHUT
    door = (probe.line.operation, factors["table"], column)
    stands = ("shut", *door) if is_shut else ("stands", line, column, probe.relation)
    return chosen | {stands, (line, probe.state), (line, factors["table"])}


def pairwise(probes: Sequence[Probe]) -> list[Probe]:
    """Few of *probes* such that every pair of values that any of them has is in one of them."""
    mixed = list(probes)
    random.Random(SEED).shuffle(mixed)  # noqa: S311  the same every time
    covered: set[Any] = set()
    chosen: dict[int, Probe] = {}
    for least in (6, 3, 1):
        for place, probe in enumerate(mixed):
            if place not in chosen and len(new := _pairs(probe) - covered) >= least:
                covered |= new
                chosen[place] = probe
    return list(chosen.values())
