"""Many rows in and out. Imports are taken back afterwards, so that the bench can be repeated."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from flask_babel import force_locale
from sqlalchemy import select

from bench.place import Place
from bench.sheets import write_csv, write_xlsx
from bench.timing import Figure
from tms import ROOT
from tms.access import acting
from tms.actors import actor_for
from tms.db import db, writing
from tms.demo import settle
from tms.dictionary import PS
from tms.exchange import export_table, import_file
from tms.models import Teacher, Unit
from tms.records.holds import frozen_at

IMPORTED = 20_000
EXPORTED = 100_000
SCHOOLS = 200
WRITERS = {"csv": write_csv, "xlsx": write_xlsx}
#: With number, name, masked document number, the school's three columns and the date in force:
#: eleven.
CODED = frozenset(
    {"gender", "highest_education", "current_post_category", "current_professional_title"}
)


def works(place: Place) -> Iterator[tuple[str, Callable[[], Figure]]]:
    """What can be measured here, by name."""
    for form in WRITERS:
        yield f"import.{form}", partial(take, place, f"import.{form}", form, dry_run=False)
        yield f"dry_run.{form}", partial(take, place, f"dry_run.{form}", form, dry_run=True)
    yield "export.csv", partial(export, place, "export.csv")
    if Path("/proc/self/clear_refs").exists():  # other systems count memory in other ways
        yield "export.memory", partial(memory, place, "export.memory")


def take(place: Place, work: str, form: str, *, dry_run: bool) -> Figure:
    """Rows a second of one import of new people into schools of the province.

    All of it counts but the commit, which a rollback replaces: it would wait for the disk once.
    """
    application = place.application()
    count = min(IMPORTED, place.teachers)
    with application.app_context(), force_locale("zh_Hans_CN"), tempfile.TemporaryDirectory() as t:
        file = Path(t) / f"people.{form}"
        with acting(db.session(), _province(place)) as actor:
            WRITERS[form](file, count, _schools())
            db.session.rollback()
            began = time.perf_counter()
            with writing():
                result = import_file(
                    db.session(),
                    actor,
                    file,
                    file.name,
                    into="teacher",
                    dry_run=dry_run,
                    incomplete="draft",
                )
            took = time.perf_counter() - began
            db.session.rollback()
        if result.new != count:
            problems = [
                each for each in result.as_json()["problems"] if each["severity"] == "error"
            ]
            raise SystemExit(f"{work}: took {result.new} of {count}: {problems[:2]}")
        if not dry_run:
            settle(db.engine)
        db.engine.dispose()
    return Figure(work, count / took, "rows/s", f"{count:,} rows in {took:.1f} s")


def export(place: Place, work: str) -> Figure:
    """Rows a second of eleven columns with labels and masks."""
    count = min(EXPORTED, place.teachers)
    chosen = select(Teacher.id).order_by(Teacher.unit_path, Teacher.id).limit(count)
    application = place.application()
    with application.app_context(), tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "teachers.csv"
        with acting(db.session(), _province(place)) as actor:
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


def _province(place: Place):  # type: ignore[no-untyped-def]
    with writing(False):
        actor = actor_for(db.session(), place.logins["province"][0])
        db.session.rollback()
    return actor


def _schools() -> list[str]:
    """Codes of schools, of one kind, so that the same columns apply; frozen ones take nothing."""
    found = select(Unit.code, Unit.unit_path).where(Unit.school_category == str(PS))
    schools = db.session.execute(found.order_by(Unit.unit_path)).all()
    shut = frozen_at(db.session(), [school.unit_path for school in schools])
    return [school.code for school in schools if school.unit_path not in shut][:SCHOOLS]
