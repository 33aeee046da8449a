"""One upload in a process of its own: checked, looked at, and made into the workbook with reasons.

To be measured: `python -m tests.exchange.checks_one FILE DATABASE_URL DATA_DIR`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import monotonic

from tests.support.applications import make
from tests.support.cast import Cast, meet
from tests.support.jobs import drain, job
from tms.admin_views.import_preview import Preview
from tms.db import db
from tms.exchange import batches
from tms.exchange.batches import Chosen
from tms.exchange.imports import known_headers
from tms.models import JobState

WHO = "province_info"


def take(cast: Cast, path: Path, data_dir: Path) -> str:
    """What comes of *path*: the sentence that refuses it, or what was told of its rows."""
    start, actor = monotonic(), cast.act_as(WHO)
    how = Chosen(incomplete="draft")
    batch_id = batches.begin(cast.session, actor, data_dir, path.name, path.read_bytes(), how)
    drain(cast.session, data_dir)
    batch = batches.find(cast.session, batch_id)
    if batch.checked is None:
        return str(job(cast.session, int(batch.check_job or 0)).error)
    counts = batch.checked["counts"]
    rows = sum(len(rows) for _sheet, rows in Preview(cast.session, batch, {}).sheets())
    seconds = monotonic() - start
    report = batches.ask_report(cast.session, actor, batch_id, "zh")
    drain(cast.session, data_dir)
    found = job(cast.session, report)
    made = "made" if found.state == JobState.DONE else str(found.error)
    return f"{counts}, {rows} shown after {seconds:.0f} s, report {made}"


def main(path: Path, url: str, data_dir: Path) -> None:
    """Say "ready", wait for a line, take *path* and say what came of it."""
    application = make(url, data_dir)
    with application.app_context(), application.test_request_context():
        known_headers()
        cast = meet(db.session())
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        sys.stdout.write(take(cast, path, data_dir))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
