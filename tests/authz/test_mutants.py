"""The matrix can fail: each mistake of `mutants` turns a probe of the pairwise matrix red."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import pytest

from tests.authz.bench import Bench, on_sqlite
from tests.authz.doors import wrong_doors
from tests.authz.mutants import MUTANTS
from tests.authz.probes import pairwise
from tests.authz.sweep import all_probes, problems
from tests.authz.test_forgery import unforged


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("name", MUTANTS)
def test_each_mistake_is_seen(
    request: pytest.FixtureRequest, bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    probes = pairwise(all_probes(bench))
    MUTANTS[name](monkeypatch, bench.app)

    seen = first(chain(wrong_doors(bench), problems(bench, probes)))

    request.node.user_properties.append(("mutant", (name, seen)))
    assert seen, name


def first(found: Iterator[str]) -> str | None:
    """What is seen first; a page that breaks is seen as well."""
    try:
        return next(found, None)
    except (LookupError, TypeError, ValueError) as error:
        return f"a page broke: {error!r}"


@on_sqlite
def test_requests_without_a_check_of_tokens_are_seen(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S20's own mutant."""
    monkeypatch.setitem(bench.app.config, "WTF_CSRF_CHECK_DEFAULT", False)

    assert unforged(bench)
