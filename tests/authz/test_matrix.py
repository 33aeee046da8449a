"""The matrix: what anybody may do to anything, asked over HTTP and judged by authz.csv."""

from __future__ import annotations

import time
from itertools import islice

import pytest

from tests.authz.bench import Bench
from tests.authz.doors import wrong_doors
from tests.authz.operations import offered
from tests.authz.probes import Probe
from tests.authz.sweep import all_probes, pairs, problems

#: The sweep in parts, so that several workers share it.
PARTS, PARTS_OF_WHOLE = 4, 16
#: A mistake in the scope shows in hundreds of answers: these are enough.
SHOWN = 20

Note = pytest.FixtureRequest


def sweep(request: Note, bench: Bench, probes: list[Probe], name: str) -> None:
    """Ask them all; what was asked is added up at the end of the run (tests/conftest.py)."""
    begun = time.monotonic()

    found = list(islice(problems(bench, probes), SHOWN))

    engine = bench.connection.dialect.name
    tally = (name, engine, len(offered(bench.app)), len(probes), time.monotonic() - begun)
    request.node.user_properties.append(("matrix", tally))
    assert not found, "\n".join(found)


def test_every_rule_is_the_oracles(bench: Bench) -> None:
    assert not list(wrong_doors(bench))


@pytest.mark.parametrize("part", range(PARTS))
def test_every_pair_agrees_with_the_oracle(request: Note, bench: Bench, part: int) -> None:
    """PostgreSQL asks a part and SQLite the others; in test-full both ask everything."""
    sweep(request, bench, pairs(bench)[part::PARTS], "pairwise")


@pytest.mark.full
@pytest.mark.parametrize("part", range(PARTS_OF_WHOLE))
def test_everything_agrees_with_the_oracle(request: Note, bench: Bench, part: int) -> None:
    sweep(request, bench, all_probes(bench)[part::PARTS_OF_WHOLE], "whole")
