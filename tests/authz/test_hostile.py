"""Arguments that no page sends: never an error of the server's, never a stranger's row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.authz.bench import Ask, Bench
from tests.authz.operations import filters_of
from tests.authz.principals import BY_KEY, Principal
from tests.authz.probes import Probe
from tests.authz.sweep import all_probes, ask_of, share, visible
from tests.authz.world import canaries

HUGE = "9" * 25
#: Of each kind of list; the rest of the tables joins in `make test-full`.
TABLES = ("basic_information", "study_experience", "remuneration")
VALUES = ("", "\0", "-1", "abc", HUGE, "１２３", "%", "'\"<", "x" * 5000, "2020-13-45")
ARGUMENTS: tuple[dict[str, Any], ...] = (
    {"page": "-1"},
    {"page": HUGE},
    {"page": "99999999999"},
    {"page": "１"},
    {"page": "1.5", "page_size": "-5"},
    {"page_size": "99999999"},
    {"sort": "99", "desc": "abc"},
    {"sort": "-1"},
    {"search": "\0"},
    {"search": "%_\\'"},
    {"search": "x" * 3000},
    {"teacher_no": "\0", "teacher_id": HUGE},
    {"q": "\0%"},
    {"next": "//evil.example", "act": "\0", "category": "no", "table": "../"},
    *({"id": value, "teacher_id": value} for value in VALUES),
)
READERS = ("info_admin county", "system_admin county", "teacher in_force", "nobody")
PATHS = (
    "/lookup/code/%00",
    "/lookup/code/..%2f..",
    "/lookup/code/gender%20",
    "/codes/%00",
    "/teacher/export/exe/",
    "/teacher/export/%00/",
    "/import/refused/..%2f..%2fkeys",
    "/import/refused/%00",
    "/static/..%2f..%2fpyproject.toml",
)


def addresses(bench: Bench, tables: tuple[str, ...] | None) -> list[Ask]:
    """One request for each address that is read."""
    found: dict[str, Ask] = {}
    for probe in all_probes(bench):
        if probe.line.operation.endswith(" GET") and (not tables or probe.table in ("", *tables)):
            ask = ask_of(bench, probe)
            found.setdefault(ask.path, replace(ask, query={}))
    return list(found.values())


def hostile(bench: Bench, who: Principal, asks: list[Ask]) -> Iterator[str]:
    """What went wrong."""
    for ask in asks:
        answer = bench.ask(who, ask)
        leaks = canaries(answer.text) - visible(bench.world, who)
        if answer.status >= 500 or leaks:
            yield f"{who.key}: {ask}: {answer.status} {sorted(leaks)[:3]}"


def gets(bench: Bench, tables: tuple[str, ...] | None) -> list[Ask]:
    """Each address with each hostile argument, and with a bad value for each of its filters."""
    filters = filters_of(bench.app)
    asks = []
    for ask in addresses(bench, tables):
        place = ask.path.strip("/").split("/")[0]
        bad = [{each.key: VALUES[i % len(VALUES)]} for i, each in enumerate(filters.get(place, ()))]
        is_list = ask.path == f"/{place}/"
        asks += [replace(ask, query=query) for query in (*ARGUMENTS, *(bad if is_list else ()))]
    return asks


@pytest.mark.parametrize("reader", READERS)
def test_bad_arguments_are_no_error(bench: Bench, reader: str) -> None:
    every = gets(bench, TABLES)
    # Each address gets some of the arguments, the next one others; who may little needs fewer.
    assert len(ARGUMENTS) % 7
    assert len(ARGUMENTS) % 13
    asks = share(bench, every, of=7) if reader.endswith("county") else every[::13]

    assert not list(hostile(bench, BY_KEY[reader], asks))


@pytest.mark.full
@pytest.mark.parametrize("reader", READERS)
def test_bad_arguments_are_no_error_anywhere(bench: Bench, reader: str) -> None:
    assert not list(hostile(bench, BY_KEY[reader], gets(bench, None)))


@pytest.mark.parametrize("reader", READERS)
def test_bad_addresses_are_no_error(bench: Bench, reader: str) -> None:
    who = BY_KEY[reader]

    statuses = {path: bench.ask(who, Ask("GET", path)).status for path in PATHS}

    assert set(statuses.values()) <= {302, 403, 404}, statuses


def posts(bench: Bench) -> dict[tuple[str, str], Probe]:
    """A probe that succeeds, of each unsafe operation."""
    found: dict[tuple[str, str], Probe] = {}
    for probe in all_probes(bench):
        succeeds = probe.line.succeeds(probe.who.column, probe.relation)
        if probe.line.operation.endswith(" POST") and succeeds and not probe.line.is_refusal:
            found.setdefault((probe.line.operation, probe.line.detail), probe)
    return found


def test_bad_values_in_forms_are_no_error(bench: Bench) -> None:
    """Each field in turn, and each argument of the address, of every other form."""
    assert not bad_values(bench, share(bench, list(posts(bench).values()), of=5))


@pytest.mark.full
def test_bad_values_are_no_error_in_any_form(bench: Bench) -> None:
    assert not bad_values(bench, list(posts(bench).values()))


def bad_values(bench: Bench, probes: list[Probe]) -> list[str]:
    """What went wrong when fields held what no form sends."""
    wrong: list[str] = []
    for number, probe in enumerate(probes):
        ask = replace(ask_of(bench, probe), before=None)
        for turn, key in enumerate((*ask.data, *ask.query)):
            for value in (VALUES[(number + turn + step) % len(VALUES)] for step in (0, 3, 7)):
                bad = {key: value}
                data, query = (ask.data | bad, ask.query) if key in ask.data else ({}, bad)
                wrong += hostile(bench, probe.who, [replace(ask, data=data, query=query)])
    return wrong
