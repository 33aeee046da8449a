"""Many rows out."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from sqlalchemy import select

from bench.place import Place, province
from bench.timing import Figure
from tms import ROOT
from tms.access import acting
from tms.db import db
from tms.exchange import export_table
from tms.models import Teacher

EXPORTED = 100_000
#: With number, name, masked document number, the school's three columns and the date in force:
#: eleven.
CODED = frozenset(
    {"gender", "highest_education", "current_post_category", "current_professional_title"}
)


def works(place: Place) -> Iterator[tuple[str, Callable[[], Figure]]]:
    """What can be measured here, by name."""
    yield "export.csv", partial(export, place, "export.csv")
    if Path("/proc/self/clear_refs").exists():  # other systems count memory in other ways
        yield "export.memory", partial(memory, place, "export.memory")


def export(place: Place, work: str) -> Figure:
    """Rows a second of eleven columns with labels and masks."""
    count = min(EXPORTED, place.teachers)
    chosen = select(Teacher.id).order_by(Teacher.unit_path, Teacher.id).limit(count)
    application = place.application()
    with application.app_context(), tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "teachers.csv"
        with acting(db.session(), province(place)) as actor:
            began = time.perf_counter()
            rows = export_table(db.session(), actor, "teacher", out, only=CODED, rows=chosen)
            took = time.perf_counter() - began
            db.session.rollback()
        db.engine.dispose()
        with out.open(encoding="utf-8-sig") as file:
            columns = len(file.readline().split(","))
    return Figure(work, rows / took, "rows/s", f"{rows:,} rows, {columns} columns in {took:.1f} s")


def memory(place: Place, work: str) -> Figure:
    """By how much a process grows that exports every file."""
    command = [sys.executable, "-m", "bench.memory", place.url, str(place.folder)]
    command.append(place.logins["central"][0])
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    rows, grown = done.stdout.split()
    return Figure(work, float(grown), "MiB", f"{int(rows):,} rows")
