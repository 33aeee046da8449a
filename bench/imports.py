"""Imports as the worker does them, part by part; taken back afterwards, so that they are new again.

What is timed is the whole job: reading the file, checking, writing, the tale of every row, commits.
"""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import Any

from flask_babel import force_locale
from sqlalchemy import delete, select, update

from bench.place import Place, province
from bench.sheets import write_csv, write_xlsx
from bench.timing import Figure
from tms.access import Actor, acting
from tms.db import be_patient, db
from tms.demo import settle
from tms.dictionary import PS
from tms.exchange import batches, import_ends, import_jobs, parts
from tms.exchange.batches import Chosen
from tms.jobs import Run, Work
from tms.models import ImportBatch, Job, Unit
from tms.records import kept
from tms.records.holds import frozen_at

IMPORTED = 20_000
SCHOOLS = 200
WRITERS = {"csv": write_csv, "xlsx": write_xlsx}


def works(place: Place) -> Iterator[tuple[str, Callable[[], Figure]]]:
    """What can be measured here, by name."""
    for form in WRITERS:
        yield f"import.{form}", partial(take, place, f"import.{form}", form, dry_run=False)
        yield f"dry_run.{form}", partial(take, place, f"dry_run.{form}", form, dry_run=True)


def take(place: Place, work: str, form: str, *, dry_run: bool) -> Figure:
    """Rows a second of one import of new people into schools of the province."""
    return copy_context().run(_take, place, work, form, dry_run=dry_run)


def _take(place: Place, work: str, form: str, *, dry_run: bool) -> Figure:
    """With connections like a worker's."""
    be_patient()
    application = place.application()
    count = min(IMPORTED, place.teachers)
    with application.app_context(), force_locale("zh_Hans_CN"), tempfile.TemporaryDirectory() as t:
        file = Path(t) / f"people.{form}"
        with acting(db.session(), province(place)) as actor:
            WRITERS[form](file, count, _schools())
            db.session.rollback()
            measured = _Import(actor, Path(t), file)
            took = measured.do(import_jobs.check if dry_run else import_jobs.load_file)
            found = measured.found("check" if dry_run else "load")
            measured.take_back(loaded=not dry_run)
        if found != {"new": count}:
            raise SystemExit(f"{work}: {found} of {count}")
        if not dry_run:
            settle(db.engine)
        db.engine.dispose()
    return Figure(work, count / took, "rows/s", f"{count:,} rows in {took:.1f} s")


class _Import:
    """One batch, whose jobs are done here."""

    def __init__(self, actor: Actor, folder: Path, file: Path) -> None:
        self.actor, self.folder, self.act_id = actor, folder, uuid.uuid4().hex
        content, chosen = file.read_bytes(), Chosen(into="teacher", incomplete="draft")
        self.batch = batches.begin(db.session(), actor, folder, file.name, content, chosen)
        mine = update(ImportBatch).where(ImportBatch.id == self.batch)
        db.session.execute(mine.values(act_id=self.act_id))
        db.session.commit()

    def do(self, run: Run, act_id: str = "") -> float:
        """Seconds that a job of this batch takes."""
        act = act_id or self.act_id
        params: dict[str, Any] = {"batch": self.batch}
        work = Work(db.session(), self.actor, 0, act, params, None, self.folder)
        began = time.perf_counter()
        work.pace.begin()
        for _mark in run(work):
            db.session.commit()
            work.pace.end()
            work.pace.begin()
        db.session.commit()
        return time.perf_counter() - began

    def found(self, phase: parts.Phase) -> dict[str, int]:
        """Rows by what became of them."""
        return dict(parts.tally(db.session(), self.batch, phase)[0])

    def take_back(self, *, loaded: bool) -> None:
        """Leave nothing behind."""
        if loaded:
            self.do(import_ends.undo, uuid.uuid4().hex)
        parts.forget(db.session(), self.batch)
        batch = batches.find(db.session(), self.batch)
        upload, job = batch.upload_id, batch.check_job
        db.session.execute(delete(ImportBatch).where(ImportBatch.id == self.batch))
        db.session.execute(delete(Job).where(Job.id == job))
        kept.discard(db.session(), self.folder, int(upload or 0))
        db.session.commit()


def _schools() -> list[str]:
    """Codes of schools, of one kind, so that the same columns apply; frozen ones take nothing."""
    found = select(Unit.code, Unit.unit_path).where(Unit.school_category == str(PS))
    schools = db.session.execute(found.order_by(Unit.unit_path)).all()
    shut = frozen_at(db.session(), [school.unit_path for school in schools])
    return [school.code for school in schools if school.unit_path not in shut][:SCHOOLS]
