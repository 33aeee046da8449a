"""Imports as their owners see them: begun with an upload, checked, loaded, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.db import BLIND
from tms.errors import Conflict, NotFound, message
from tms.exchange import mending, parts
from tms.exchange.import_ends import REPORT, UNDO
from tms.exchange.import_jobs import CHECK, LOAD
from tms.exchange.limits import refuse_size
from tms.exchange.stages import FileRefused, Incomplete, InForce, Keep, Mode
from tms.jobs import enqueue
from tms.jobs.queue import find as find_job
from tms.models import PENDING, ImportBatch, Job
from tms.models.types import now
from tms.records import kept
from tms.records.audit import Event, write_events
from tms.records.undo_act import HOURS as HOURS_TO_UNDO
from tms.records.undo_act import own_act

#: How long an upload and its preview are kept.
HOURS: Final = 48
LISTED: Final = 50
MEDIA_TYPE: Final = "application/octet-stream"


#: What else the role must be permitted, by what the file is imported into.
NEEDS: Final = {
    "unit": Permission.UNIT_WRITE,
    "teacher": Permission.FILE_CREATE,
    "number": Permission.NUMBER,
}


@dataclass(frozen=True)
class Chosen:
    """How a file is to be taken, as the form or the command line says it."""

    into: str = ""
    mode: Mode = "update"
    keep: Keep = "person"
    incomplete: Incomplete = "refuse"
    in_force: InForce = "refuse"
    reason: str = ""
    #: Text from a spreadsheet's clipboard, no file.
    is_pasted: bool = False


def begin(
    session: Session, actor: Actor, data_dir: Path, name: str, content: bytes, chosen: Chosen
) -> int:
    """Keep an upload and have it checked; returns the batch's id. The caller commits.

    :raises NotAllowed: the role does not import. :raises FileRefused: too large, or empty.
    """
    actor.require(Permission.IMPORT)
    if chosen.into:
        actor.require(NEEDS.get(chosen.into, Permission.RECORD_WRITE))
    refuse_size(len(content))
    if not content:
        raise FileRefused(message("文件是空的：没有找到表头。"))
    upload = kept.keep(
        session, actor, data_dir, name, MEDIA_TYPE, lambda out: out.write(content), hours=HOURS
    )
    batch = ImportBatch(
        user_id=actor.user_id,
        unit_id=actor.unit_id,
        file_name=name[-120:],
        made_at=now(),
        upload_id=upload,
        options=asdict(chosen),
    )
    session.add(batch)
    session.flush()
    title = message("检查导入文件“%(name)s”", name=batch.file_name)
    job = enqueue(session, actor, CHECK, {"batch": batch.id}, title)
    _set(session, batch.id, check_job=job)
    return batch.id


def ask_load(session: Session, actor: Actor, batch_id: int) -> int:
    """Have what the check found good written; returns the job's id.

    :raises NotFound: not the actor's. :raises Conflict: not checked yet, or written already.
    """
    batch = find(session, batch_id)
    if batch.checked is None:
        raise Conflict(message("文件还没有检查完，请稍候。"))
    if batch.load_job is not None:
        return batch.load_job
    title = message("写入导入文件“%(name)s”", name=batch.file_name)
    job = enqueue(session, actor, LOAD, {"batch": batch_id}, title, key=f"load:{batch_id}")
    act = session.scalar(select(Job.act_id).where(Job.id == job))
    _set(session, batch_id, load_job=job, act_id=act)
    return job


def ask_report(session: Session, actor: Actor, batch_id: int, lang: str) -> int:
    """Have the workbook made that tells of every row; returns the job's id.

    :raises NotFound: not the actor's. :raises Conflict: not checked yet.
    """
    batch = find(session, batch_id)
    if batch.checked is None:
        raise Conflict(message("文件还没有检查完，请稍候。"))
    title = message("生成“%(name)s”的批注文件", name=batch.file_name)
    phase = "load" if batch.loaded is not None else "check"
    params = {"batch": batch_id, "lang": lang}
    key = f"report:{batch_id}:{batch.check_job}:{phase}:{lang}"
    if batch.report_id is not None and not kept.is_kept(session, batch.report_id):
        key += f":after {batch.report_id}"  # it has expired: another is made
    job = enqueue(session, actor, REPORT, params, title, key=key)
    _set(session, batch_id, report_job=job)
    return job


def ask_undo(session: Session, actor: Actor, batch_id: int) -> int:
    """Have an import taken back; returns the job's id.

    :raises NotFound: not the actor's, or nothing was written. :raises Conflict: it is too late,
        or still being written.
    """
    batch = find(session, batch_id)
    load = find_job(session, batch.load_job) if batch.load_job else None
    if load is not None and load.state in PENDING:
        raise Conflict(message("导入还在进行，停止后才能撤销。"))
    own_act(session, actor, batch.act_id or "", HOURS_TO_UNDO)
    title = message("撤销导入“%(name)s”", name=batch.file_name)
    job = enqueue(session, actor, UNDO, {"batch": batch_id}, title, key=f"undo:{batch_id}")
    _set(session, batch_id, undo_job=job)
    return job


@dataclass(frozen=True)
class Answer:
    """What is to be mended, as the check numbered `check_job` found it."""

    check_job: int | None
    mend: Mapping[str, Any]


def answer(
    session: Session, batch_id: int, sheet: str, column: str, was: str, value: str
) -> Answer:
    """Let *value* stand wherever *was* stands wrong in a column: finds the places, writes nothing.

    :raises NotFound: not the actor's, or it stands nowhere. :raises Invalid: no value, or too many
        places. :raises Conflict: not checked yet, or written already.
    """
    batch = _mendable(session, batch_id)
    rows = mending.places(session, batch_id, sheet, column, was)
    return Answer(batch.check_job, mending.answer(sheet, column, was, value, rows))


def mend(session: Session, actor: Actor, batch_id: int, found: Answer) -> None:
    """Keep an answer, and have the file checked again.

    :raises NotFound: not the actor's. :raises Conflict: it was checked again or written meanwhile,
        or there are enough.
    """
    batch = _mendable(session, batch_id)
    before = batch.options.get("mended", [])
    if batch.check_job != found.check_job:
        raise Conflict(message("文件正在检查或已经写入，不能再改。"))
    if len(before) >= mending.MOST:
        raise Conflict(message("最多改%(n)d次，请改好原文件后重新上传。", n=mending.MOST))
    _note(session, actor, batch, "import.mend", found.mend)
    _check_again(session, actor, batch, [*before, dict(found.mend)])


def unmend(session: Session, actor: Actor, batch_id: int, place: int) -> None:
    """Take the answer at *place* back, and have the file checked again.

    :raises NotFound: not the actor's, or there is no such answer.
    :raises Conflict: not checked yet, or written already.
    """
    batch = _mendable(session, batch_id)
    before = list(batch.options.get("mended", []))
    if not 0 <= place < len(before):
        raise NotFound(message("文件里没有这样的错误，或已经改过。"))
    _note(session, actor, batch, "import.unmend", before.pop(place))
    _check_again(session, actor, batch, before)


def _mendable(session: Session, batch_id: int) -> ImportBatch:
    batch = find(session, batch_id)
    if batch.load_job is not None or batch.checked is None:
        raise Conflict(message("文件正在检查或已经写入，不能再改。"))
    return batch


def _note(
    session: Session, actor: Actor, batch: ImportBatch, act: str, mend: Mapping[str, Any]
) -> None:
    detail = {"batch": batch.id, **mending.told(mend)}
    write_events(session, actor, act, [Event(actor.unit_path, detail=detail, files=0)])


def _check_again(session: Session, actor: Actor, batch: ImportBatch, mends: list[Any]) -> None:
    parts.forget(session, batch.id, "check")
    title = message("检查导入文件“%(name)s”", name=batch.file_name)
    values = {
        "options": {**batch.options, "mended": mends},
        "checked": None,
        "check_job": enqueue(session, actor, CHECK, {"batch": batch.id}, title),
        "report_id": None,
        "report_job": None,
    }
    _set(session, batch.id, **values)
    session.expire(batch)


def undo_until(batch: ImportBatch, load: Job | None) -> datetime | None:
    """Until when an import can be taken back; None where there is nothing (any more) to take.

    One that was stopped or broke off can be taken back as far as it came.
    """
    if load is None or load.state in PENDING or batch.undo_job is not None:
        return None
    if load.ended_at is None or not load.done:
        return None
    until = load.ended_at + timedelta(hours=HOURS_TO_UNDO)
    return until if until > now() else None


def find(session: Session, batch_id: int) -> ImportBatch:
    """The actor's own import.

    :raises NotFound: not the actor's.
    """
    batch: ImportBatch | None = session.scalar(
        select(ImportBatch).where(ImportBatch.id == batch_id)
    )
    if batch is None:
        raise NotFound(message("没有这次导入。"))
    return batch


def latest(session: Session) -> list[ImportBatch]:
    """The actor's own imports, the latest first."""
    return list(session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(LISTED)))


def jobs_of(session: Session, batch: ImportBatch) -> Mapping[str, Job]:
    """Its jobs that there are, by what they do."""
    ids = {
        "check": batch.check_job,
        "load": batch.load_job,
        "undo": batch.undo_job,
        "report": batch.report_job,
    }
    found = session.scalars(select(Job).where(Job.id.in_([i for i in ids.values() if i])))
    by_id = {job.id: job for job in found}
    return {name: by_id[i] for name, i in ids.items() if i in by_id}


def _set(session: Session, batch_id: int, **values: Any) -> None:
    mine = update(ImportBatch).where(ImportBatch.id == batch_id).values(**values)
    session.execute(mine, execution_options=BLIND)
