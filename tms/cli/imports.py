"""import: the same jobs as the page's, so that nothing waits long for the database, done at once.

A killed command leaves a job behind; a worker, or the next `flask tms worker --once`, ends it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from flask import current_app
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.cli.support import finished
from tms.db import db
from tms.exchange import batches, import_file, parts
from tms.exchange.batches import Chosen
from tms.exchange.closing import remarks_of
from tms.exchange.imports import bytes_of, open_file
from tms.exchange.result import ImportResult, total_of
from tms.exchange.stages import CheckedRow, Origin, Problem
from tms.exchange.windows import TEACHER, Prepared
from tms.packed import unpack
from tms.records.files import BASIC

TAKEN: Final = {
    "new": "new",
    "change": "changed",
    "request": "changed",
    "unchanged": "unchanged",
    "closed": "unchanged",
}


def take(actor: Actor, file: Path, *, dry_run: bool, **options: Any) -> ImportResult:
    """Import *file* as far as *actor* may, committed part by part.

    :raises TmsError: the file as a whole, or the role.
    """
    session = db.session()
    chosen = Chosen(**{name: value for name, value in options.items() if value is not None})
    if dry_run:
        return import_file(session, actor, file, file.name, dry_run=True, **options)
    data_dir = current_app.config["TMS_DATA_DIR"]
    content = bytes_of(file)
    batch = batches.begin(session, actor, data_dir, file.name, content, chosen)
    session.commit()
    finished(batches.find(session, batch).check_job)
    if _is_barred(session, batch, chosen):
        return import_file(session, actor, content, file.name, dry_run=True, **options)
    load = batches.ask_load(session, actor, batch)
    session.commit()
    finished(load)
    return _result(
        session, actor, batch, open_file(session, content, file.name, chosen.into or None)
    )


def _is_barred(session: Session, batch: int, chosen: Chosen) -> bool:
    """Whether the whole file waits for one of its rows."""
    return chosen.keep == "file" and bool(parts.tally(session, batch, "check")[0]["refused"])


def _result(session: Session, actor: Actor, batch: int, prepared: Prepared) -> ImportResult:
    """What the load did, as the importer itself says it."""
    chosen = batches.find(session, batch).options["into"]
    rows: dict[str, list[CheckedRow]] = defaultdict(list)
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row, table, outcome in _rows(session, batch, prepared):
        counts[table][TAKEN.get(outcome, "refused")] += 1
        rows[table].append(row)
    names = {BASIC: chosen if chosen == BASIC else TEACHER}
    results = []
    for work in prepared.works:
        table = BASIC if work.target.key == TEACHER else work.target.key
        of_columns = [r for layout in work.layouts for r in remarks_of(actor, layout)]
        found = sorted(rows[table], key=lambda row: row.origin.raw.number)
        problems = (*of_columns, *(problem for row in found for problem in row.problems))
        left = tuple(row for row in found if not row.is_taken)
        of = counts[table]
        numbers = (len(found), of["new"], of["changed"], of["unchanged"], of["refused"])
        results.append(ImportResult(names.get(table, table), *numbers, problems, left=left))
    return total_of(results, prepared.remarks, False)


def _rows(
    session: Session, batch: int, prepared: Prepared
) -> Iterator[tuple[CheckedRow, str, str]]:
    """The rows as they were judged, with what they hold."""
    raws = {
        (layout.sheet.name, raw.number): Origin(layout.sheet, raw)
        for work in prepared.works
        for layout in work.layouts
        for raw in layout.rows
    }
    for entry in parts.entries(session, batch, "load"):
        problems = tuple(
            Problem(entry.sheet, entry.row, unpack(column), value, rule, unpack(reason), severity)
            for _place, column, value, rule, reason, severity in entry.problems
        )
        origin = raws[entry.sheet, entry.row]
        yield (
            CheckedRow(origin, problems, is_waiting=entry.outcome == "waits"),
            entry.table,
            entry.outcome,
        )
