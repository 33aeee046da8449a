"""What must be reached, and what is wished for (one table, for both engines)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LEVELS = ("central", "province", "city", "county", "school")
GRIDS = tuple(f"grid.{level}" for level in LEVELS)
#: The same with a filter by where open work stands.
STATES = tuple(f"{grid}.state" for grid in GRIDS)
FORMATS = ("csv", "xlsx")
TEACHERS = {"postgresql": 1_000_000, "sqlite": 100_000}


@dataclass(frozen=True)
class Goal:
    """One line: a time or a size is at most, a rate at least, what is said here."""

    work: str
    unit: str
    must: float
    wish: float
    #: SQLite's own, where it differs.
    on_sqlite: float | None = None

    def must_on(self, database: str) -> float:
        """What must be reached on *database*."""
        return self.on_sqlite if database == "sqlite" and self.on_sqlite else self.must

    def is_met(self, value: float, database: str) -> bool:
        """Whether *value* reaches what must be."""
        must = self.must_on(database)
        return value >= must if self.unit.endswith("/s") else value <= must


def goals() -> Iterator[Goal]:
    """Every work that is measured so far, in order."""
    yield from (Goal(work, "ms", 40, 20) for work in (*GRIDS, *STATES))
    yield Goal("search.province", "ms", 30, 15)
    yield Goal("deep", "ms", 100, 50)
    yield from (Goal(f"import.{form}", "rows/s", 4_500, 10_000, 3_000) for form in FORMATS)
    yield from (Goal(f"dry_run.{form}", "rows/s", 10_000, 20_000, 5_000) for form in FORMATS)
    yield Goal("export.csv", "rows/s", 100_000, 150_000, 50_000)
    yield Goal("export.memory", "MiB", 120, 120)
    yield Goal("verdict", "rows/s", 30_000, 60_000, 15_000)
    yield Goal("verdict.undo", "rows/s", 30_000, 60_000, 15_000)
    yield Goal("forms", "forms/s", 25, 40, 12.5)
    yield Goal("forms.size", "KiB", 60, 60)
    yield Goal("forms.memory", "MiB", 1024, 1024)
    #: Between refusals for different reasons: less than what a network adds by itself.
    yield Goal("login.timing", "ms", 5, 2)
    yield Goal("completeness", "s", 120, 60)
    yield Goal("audit.seal", "s", 2, 0.4)


GOALS = {goal.work: goal for goal in goals()}
