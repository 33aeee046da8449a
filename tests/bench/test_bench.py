"""`make bench` in small: every goal is measured, written down and judged; nothing is timed here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import place, report
from bench.__main__ import main
from bench.goals import GOALS
from bench.timing import Figure

FEW = 60


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The installation and the results of this test."""
    monkeypatch.setenv("TMS_BENCH_DIR", str(tmp_path))
    path = tmp_path / "results.json"
    monkeypatch.setattr(report.write, "__defaults__", (path,))
    return path


@pytest.mark.full
def test_every_goal_is_measured_and_taken_back(results: Path, capfd: pytest.CaptureFixture) -> None:
    assert main(["--database", "sqlite", "--teachers", str(FEW)]) == 0
    assert main(["--database", "sqlite", "--teachers", str(FEW), "--only", "import.csv"]) == 0

    written = json.loads(results.read_text("utf-8"))
    assert {one["work"] for one in written} == set(GOALS)
    assert all(set(one) == {"work", "database", "teachers", "value", "unit"} for one in written)
    assert all(one["value"] > 0 for one in written if one["work"] != "export.memory")
    assert capfd.readouterr().out.count("Making") == 1


@pytest.mark.parametrize(
    ("work", "value", "database", "met"),
    [
        ("grid.city", 40.0, "postgresql", True),
        ("grid.city", 40.1, "sqlite", False),
        ("import.csv", 4_499.0, "postgresql", False),
        ("import.csv", 3_000.0, "sqlite", True),
        ("export.memory", 121.0, "postgresql", False),
    ],
)
def test_rates_are_at_least_and_times_at_most(
    work: str, value: float, database: str, met: bool
) -> None:
    assert GOALS[work].is_met(value, database) is met


def test_older_results_of_other_works_stay(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    here = place.Place("sqlite", FEW, tmp_path, "")
    for work, value in (("deep", 1.0), ("grid.city", 2.0), ("deep", 3.0)):
        report.write([report.entry(here, Figure(work, value, "ms"))], path)

    found = {one["work"]: one["value"] for one in json.loads(path.read_text("utf-8"))}

    assert found == {"grid.city": 2.0, "deep": 3.0}
