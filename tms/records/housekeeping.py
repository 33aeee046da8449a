"""What is cleared up at night and once a month (SECURITY.md S29)."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tms.access import CONSOLE, acting
from tms.db import BLIND
from tms.dictionary.scope import today
from tms.errors import message
from tms.jobs import Mark, Run, Work
from tms.jobs.schedule import Schedule
from tms.models import (
    PENDING,
    ExportReach,
    ExportRequest,
    ExportTally,
    FileRead,
    ImportBatch,
    Job,
)
from tms.models.types import now
from tms.records import document_files, document_rows, kept
from tms.records.binned import purge as purge_bins
from tms.records.login_sessions import purge as purge_logins
from tms.records.reached import KEPT as REACH_KEPT
from tms.records.seals import seal_up
from tms.records.spool import sweep
from tms.records.throttle import purge as purge_guards

NIGHTLY: Final = "housekeeping.nightly"
MONTHLY: Final = "housekeeping.monthly"
SEAL: Final = "audit.seal"
#: What jobs were asked for and what came of them is looked up for so long; audit events stay.
REMEMBERED: Final = timedelta(days=365)
#: What jobs are about outlives them: SQLite gives a free id to the next, whose jobs would then pass
#: for the old ones.
OUTLIVED: Final = REMEMBERED + timedelta(days=90)
#: Backups that upgrades made; the newest stays.
UPGRADES: Final = timedelta(days=90)
#: Marks that a file was opened today; clocks and nights included.
MARKED: Final = timedelta(days=2)
#: Deleted in one transaction.
PART: Final = 200


def nightly(work: Work) -> Generator[Mark, None, dict[str, int]]:
    """What expired or was left behind: files, what bins kept long enough, logins, marks of days."""
    files = kept.purge(work.session, work.data_dir) + sweep(work.data_dir)
    files += purge_upgrades(work.data_dir, now() - UPGRADES)
    document_rows.forget(work.session, now())
    files += document_files.purge(work.session, work.data_dir)
    yield Mark(1, 3)
    with acting(work.session, CONSOLE):
        binned = purge_bins(work.session)
    yield Mark(2, 3)
    logins = purge_guards(work.session, now()) + purge_logins(work.session, now())
    yield Mark(3, 3)
    while _delete_some(work.session, FileRead, (FileRead.day < today() - MARKED,)):
        yield Mark(3, 3)
    return {"files": files, "binned": binned, "logins": logins}


def purge_upgrades(data_dir: Path, before: datetime) -> int:
    """Delete the backups that upgrades made *before*, but the newest; returns how many."""
    made = sorted(path for path in (data_dir / "backups").glob("*T*Z") if path.is_dir())
    old = [path for path in made[:-1] if path.stat().st_mtime < before.timestamp()]
    for path in old:
        shutil.rmtree(path)
    return len(old)


def monthly(work: Work) -> Generator[Mark, None, dict[str, int]]:
    """What was asked for more than a year ago, whose files went out more than three years ago.

    The audit events are the lasting record.
    """
    gone, before = 0, now() - OUTLIVED
    old_jobs = (Job, (Job.ended_at < now() - REMEMBERED, Job.state.not_in(PENDING)))
    others = (
        (ImportBatch, (ImportBatch.made_at < before,)),
        (ExportRequest, (ExportRequest.asked_at < before,)),
        (ExportTally, (ExportTally.day < before.date(),)),
        (ExportReach, (ExportReach.at < now() - REACH_KEPT,)),
    )
    for model, conditions in (old_jobs, *others):
        while deleted := _delete_some(work.session, model, conditions):
            gone += deleted
            yield Mark(gone)
    return {"jobs": gone}


def _delete_some(session: Session, model: Any, conditions: tuple[Any, ...]) -> int:
    ids = list(session.scalars(select(model.id).where(*conditions).limit(PART)))
    session.execute(delete(model).where(model.id.in_(ids)), execution_options=BLIND)
    return len(ids)


KINDS: Final[dict[str, Run]] = {NIGHTLY: nightly, MONTHLY: monthly, SEAL: seal_up}
SCHEDULES: Final = [
    Schedule(SEAL, message("每日封存审计日志"), hour=1),
    Schedule(NIGHTLY, message("每夜清理过期文件"), hour=2, minute=30),
    Schedule(MONTHLY, message("每月清理一年前的作业记录"), hour=3, day=1),
]
