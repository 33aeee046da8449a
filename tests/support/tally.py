"""What the authorization matrix asked, added up over all workers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pytest

FILE = "matrix.json"


def report(terminal: Any, config: pytest.Config) -> None:
    """Say how many operations and probes there were and how long they took, and keep it."""
    found = _added(each for reports in terminal.stats.values() for each in reports)
    for (name, engine), (operations, probes, seconds) in sorted(found.items()):
        text = f"{name} matrix on {engine}: {operations} operations, {probes} probes"
        terminal.write_line(f"{text}, {seconds:.0f} s of one worker")
    if found and config.cache is not None:
        rows = [[*key, *values] for key, values in sorted(found.items())]
        (config.cache.mkdir("authz") / FILE).write_text(json.dumps(rows), "utf-8")


def _added(reports: Iterable[Any]) -> dict[tuple[str, str], tuple[int, int, float]]:
    """{(name, engine): (operations, probes, seconds)}."""
    found: dict[tuple[str, str], tuple[int, int, float]] = defaultdict(lambda: (0, 0, 0.0))
    for each in reports:
        if getattr(each, "when", "") != "call":
            continue
        for key, value in each.user_properties:
            if key == "matrix":
                name, engine, operations, probes, seconds = value
                _, before, spent = found[name, engine]
                found[name, engine] = (operations, before + probes, spent + seconds)
    return found
