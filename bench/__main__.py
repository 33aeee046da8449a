"""`make bench`: measure, print the table, write bench/results.json."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bench import checks, exports, grids, imports, logins, papers, report, seals, verdicts
from bench.goals import GOALS, TEACHERS
from bench.place import Place, installation
from bench.timing import Figure
from tms.launch import say


def main(words: Sequence[str] | None = None) -> int:
    """Measure what is asked for; 0 also where a goal is missed."""
    asked = _arguments(words)
    for database in asked.database or TEACHERS:
        with installation(database, asked.teachers or TEACHERS[database]) as place:
            say(report.heading(place))
            entries = []
            for figure in figures(place, asked.only):
                say(report.line(place, figure))
                entries.append(report.entry(place, figure))
            report.write(entries)
    return 0


def figures(place: Place, only: Sequence[str]) -> Iterator[Figure]:
    """Each work whose name is, or begins with, one of *only* (none: all), measured."""
    for name, measure in works(place):
        if not only or any(name == key or name.startswith(f"{key}.") for key in only):
            yield measure()


def works(place: Place) -> list[tuple[str, Callable[[], Figure]]]:
    """All there are, in the order of the goals."""
    found = dict(
        [
            *grids.works(grids.Bench(place)),
            *imports.works(place),
            *exports.works(place),
            *verdicts.works(place),
            *papers.works(place),
            *logins.works(place),
            *checks.works(place),
            *seals.works(place),
        ]
    )
    return [(name, found[name]) for name in GOALS if name in found]


def _arguments(words: Sequence[str] | None) -> Any:
    parser = argparse.ArgumentParser("python -m tms bench", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="KEY", help="grid, import.csv …")
    parser.add_argument("--database", action="append", choices=sorted(TEACHERS))
    parser.add_argument("--teachers", type=int, help="a smaller installation than the goals'")
    return parser.parse_args(words)


if __name__ == "__main__":
    raise SystemExit(main())
