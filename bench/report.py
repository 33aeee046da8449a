"""The figures: as a table for people, as bench/results.json for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.goals import GOALS
from bench.place import Place
from bench.timing import Figure

RESULTS = Path(__file__).parent / "results.json"
KEYS = ("work", "database", "teachers")


def entry(place: Place, figure: Figure) -> dict[str, Any]:
    """One line of the results."""
    return {
        "work": figure.work,
        "database": place.database,
        "teachers": place.teachers,
        "value": round(figure.value, 1),
        "unit": figure.unit,
    }


def write(entries: Sequence[dict[str, Any]], path: Path = RESULTS) -> None:
    """Put *entries* in place of older ones of the same work; the others stay."""
    kept = json.loads(path.read_text("utf-8")) if path.exists() else []
    fresh = {tuple(one[key] for key in KEYS) for one in entries}
    kept = [one for one in kept if tuple(one[key] for key in KEYS) not in fresh]
    lines = ",\n".join(json.dumps(one) for one in (*kept, *entries))
    path.write_text(f"[\n{lines}\n]\n", "utf-8")


def heading(place: Place) -> str:
    """What stands above the lines of one installation."""
    title = f"{place.database}, {place.teachers:,} teachers"
    return f"\n{title}\n{'work':<22}{'value':>12} {'unit':<7}{'must':>9}{'wish':>9}  met"


def line(place: Place, figure: Figure) -> str:
    """One work: its figure, what must be and is wished for, and whether that is met."""
    goal = GOALS[figure.work]
    must = goal.must_on(place.database)
    met = "yes" if goal.is_met(figure.value, place.database) else "NO"
    value = f"{figure.value:,.1f}" if figure.unit in ("ms", "s") else f"{figure.value:,.0f}"
    numbers = f"{value:>12} {figure.unit:<7}{must:>9,.0f}{goal.wish:>9,.0f}"
    return f"{figure.work:<22}{numbers}  {met:<4}{figure.note}"
