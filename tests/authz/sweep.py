"""Asking all probes and judging the answers by the oracle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TypeVar

from tests.authz import world as plan
from tests.authz.bench import Answer, Ask, Bench
from tests.authz.operations import classes, filters_of, offered
from tests.authz.oracle import sees
from tests.authz.principals import Principal
from tests.authz.probes import Probe, pairwise, whole
from tests.authz.requests import ASKS
from tests.authz.world import World, canaries
from tests.support.databases import ENGINES

T = TypeVar("T")

#: Above so many a page need not show them all.
PAGE = 40
#: The first unit's name is the installation's; everybody reads it above the login.
INSTALLATION = plan.canary("unit", 0)


@cache
def all_probes(bench: Bench) -> list[Probe]:
    """Every probe there is; working them out takes seconds."""
    return list(whole(bench.world, offered(bench.app), filters_of(bench.app)))


def share(bench: Bench, every: list[T], of: int = len(ENGINES)) -> list[T]:
    """This engine's: each takes every other one, or one of so many; in test-full both take all."""
    return every[ENGINES.index(bench.connection.dialect.name) :: of]


@cache
def pairs(bench: Bench) -> list[Probe]:
    """This engine's share of those that cover every pair; choosing them takes seconds, too."""
    return share(bench, pairwise(all_probes(bench)))


def problems(bench: Bench, probes: Iterable[Probe]) -> Iterator[str]:
    """What does not agree with the oracle, as it is found."""
    for probe in probes:
        answer = bench.ask(probe.who, ask_of(bench, probe))
        for problem in judged(bench.world, probe, answer):
            yield f"{probe}: {problem}"


def ask_of(bench: Bench, probe: Probe) -> Ask:
    """The request of a probe."""
    if probe.endpoint:
        method = probe.line.operation.split()[-1]
        rule = next(r for r in bench.app.url_map.iter_rules() if r.endpoint == probe.endpoint)
        return Ask(method, rule.rule, {"id": 1}, {"action": "delete", "rowid": 1})
    return ASKS[probe.line.operation].make(bench.world, probe)


def judged(world: World, probe: Probe, answer: Answer) -> Iterator[str]:
    """The answer's status, effect and content against the oracle."""
    line, column = probe.line, probe.who.column
    expected = line.expected(column, probe.relation)
    if not expected.allows(answer.status):
        yield f"answered {answer.status}, not {sorted(expected.statuses)}"
    if bool(answer.changed) != expected.changes:
        yield f"changed {sorted(answer.changed) or 'nothing'}"
    if line.cell(column) == "-" and column == "nobody" and "/login" not in answer.location:
        yield f"led to {answer.location}"
    seen = canaries(answer.text)
    for leak in sorted(seen - visible(world, probe.who)):
        yield f"shows {leak}"
    if line.shows and line.succeeds(column, probe.relation):
        yield from _missing(world, probe, seen)
    if probe.key:
        yield from _filtered(world, probe, seen)


# -- what may and what must be seen ----------------------------------------------------------------

_SEEN: dict[tuple[int, str], frozenset[str]] = {}


def visible(world: World, who: Principal) -> frozenset[str]:
    """Canaries that *who* may see anywhere."""
    key = (id(world), who.key)
    if key not in _SEEN:
        kinds = plan.MARKS
        found = (of_kind(world, who, kind, may=True) for kind in kinds)
        _SEEN[key] = frozenset({INSTALLATION}).union(*found)
    return _SEEN[key]


def of_kind(world: World, who: Principal, kind: str, *, may: bool = False) -> frozenset[str]:
    """Canaries of *kind* that *who* must see in a list of such; with *may* those never denied."""
    must, perhaps = sees()[kind].letters(who.column)
    letters = must + (perhaps if may else "")
    owners = _owners(world, who, kind)
    return frozenset(text for text, at in owners if at and at in letters)


def _owners(world: World, who: Principal, kind: str) -> Iterator[tuple[str, str]]:
    """(canary, relation) of all of one kind."""
    if kind == "view":
        yield from ((plan.canary(kind, number), "") for number in range(len(world.rows)))
    elif kind == "unit":
        for key, name in plan.unit_names().items():
            yield name[:4], world.relation(who.unit, key)
    elif kind == "person":
        for account in world.accounts:
            if account.name:
                yield plan.person_names()[account.name], who.relation(world, account)
    else:
        for file in world.files:
            yield plan.canary(kind, numbers()[file.name]), who.relation(world, file)


@cache
def numbers() -> dict[str, int]:
    """File name → number."""
    return dict(plan.numbers())


def _missing(world: World, probe: Probe, seen: set[str]) -> Iterator[str]:
    """What a successful page should show and does not: the search for canaries can find."""
    wanted = must_show(world, probe)
    if not wanted <= seen if len(wanted) <= PAGE else not wanted & seen:
        yield f"does not show {sorted(wanted - seen)[:3]}"


def must_show(world: World, probe: Probe) -> set[str]:
    """The canaries of a list's rows, or of the one target."""
    kind, target = probe.line.shows, probe.target
    if kind == "rows":
        kind = "research" if "research" in classes(probe.table) else "low"
        return owners_shown(world, probe.who, probe.table, kind) if target is None else set()
    if target is None:
        return set(of_kind(world, probe.who, kind))
    names = {"unit": plan.unit_names().get(target.unit, "")[:4], "file": target.name}
    person = plan.person_names().get(target.name, target.holder)
    return {names.get(kind, person)}


def owners_shown(world: World, who: Principal, table: str, kind: str) -> set[str]:
    """Names of the files in reach that have rows in *table*."""
    letters = sees()[kind].letters(who.column)[0]
    return {row.name for row in world.rows[table] if who.relation(world, row) in letters}


def _filtered(world: World, probe: Probe, seen: set[str]) -> Iterator[str]:
    """A filter with nonsense in it empties the list; one that the reader may not use does nothing.

    Told by the rows' canaries: their owners' names, units, persons.
    """
    line, column = probe.line, probe.who.column
    kinds = {"unit": "unit", "account": "person"}
    kind = kinds.get(line.operation.split(".")[0], "file")
    own = {plan.unit_names()[probe.who.unit][:4], probe.who.own_file}  # stand in the frame
    shown = seen & set(of_kind(world, probe.who, kind)) - own
    if line.cell(column) == "+" and shown:
        yield f"the filter lets {sorted(shown)[:3]} through"
    if line.cell(column) == "/" and not shown and not probe.who.own_file:
        yield "the filter works for somebody who may not use it"
