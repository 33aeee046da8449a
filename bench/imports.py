"""Imports as workers do them, part by part; taken back afterwards, so that they are new again.

What is timed is the whole job: reading the file, checking, writing, the tale of every row, commits.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bench.place import Place, province
from bench.sheets import write_csv, write_xlsx
from bench.timing import Figure
from bench.workers import seconds_of, workers
from tms.access import Actor, acting
from tms.db import db, writing
from tms.demo import settle
from tms.dictionary import PS
from tms.exchange import batches, parts
from tms.exchange.batches import Chosen
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
    application = place.application()
    count = min(IMPORTED, place.teachers)
    with application.app_context(), tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"people.{form}"
        session = db.session()
        with acting(session, province(place)) as actor:
            WRITERS[form](file, count, _schools())
            session.rollback()
            with workers(place, session):
                took, found = _import(place, actor, file, dry_run=dry_run)
        if found != {"new": count}:
            raise SystemExit(f"{work}: {found} of {count}")
        if not dry_run:
            settle(db.engine)
        db.engine.dispose()
    return Figure(work, count / took, "rows/s", f"{count:,} rows in {took:.1f} s")


def _import(
    place: Place, actor: Actor, file: Path, *, dry_run: bool
) -> tuple[float, dict[str, int]]:
    """Seconds of the job that is measured and what became of the rows; leaves nothing behind."""
    session, chosen = db.session(), Chosen(into="teacher", incomplete="draft")
    with writing():
        batch = batches.begin(session, actor, place.folder, file.name, file.read_bytes(), chosen)
        session.commit()
    took = seconds_of(session, batches.find(session, batch).check_job or 0)
    if not dry_run:
        took = _done(session, partial(batches.ask_load, session, actor, batch))
    found = dict(parts.tally(session, batch, "check" if dry_run else "load")[0])
    if not dry_run:
        _done(session, partial(batches.ask_undo, session, actor, batch))
    session.rollback()
    with writing():
        _forget(session, place, batch)
        session.commit()
    return took, found


def _forget(session: Session, place: Place, batch: int) -> None:
    parts.forget(session, batch)
    upload = batches.find(session, batch).upload_id
    session.execute(delete(ImportBatch).where(ImportBatch.id == batch))
    session.execute(delete(Job))  # SQLite gives the id to the next batch, for which they would pass
    kept.discard(session, place.folder, int(upload or 0))


def _done(session: Session, ask: Callable[[], int]) -> float:
    """Seconds of the job that *ask* asks for; a worker may be writing at the same moment."""
    session.rollback()
    with writing():
        job = ask()
        session.commit()
    return seconds_of(session, job)


def _schools() -> list[str]:
    """Codes of schools, of one kind, so that the same columns apply; frozen ones take nothing."""
    found = select(Unit.code, Unit.unit_path).where(Unit.school_category == str(PS))
    schools = db.session.execute(found.order_by(Unit.unit_path)).all()
    shut = frozen_at(db.session(), [school.unit_path for school in schools])
    return [school.code for school in schools if school.unit_path not in shut][:SCHOOLS]
