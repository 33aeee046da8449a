"""What comes after an import was checked or loaded: the workbook back, and taking it back."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from pathlib import PurePath
from typing import Any, Final

from tms.errors import Message, message
from tms.exchange import parts
from tms.exchange.begun import batch_of, note, opened
from tms.exchange.parts import Phase
from tms.exchange.report import write_report
from tms.exchange.told import Told
from tms.jobs import Mark, Run, Work
from tms.packed import pack
from tms.records import kept
from tms.records.undo_act import HOURS, Undone, files_of, own_act, undo_files

REPORT: Final = "import.report"
UNDO: Final = "import.undo"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What the events of an undo are called.
ACT: Final = "import.undo"
#: Reasons why something stays are counted up to so many different ones.
REASONS: Final = 50
#: What the workbook's name says of it.
SUFFIXES: Final[dict[Phase, Message]] = {
    "check": message("检查结果"),
    "load": message("导入结果"),
}


# -- the workbook back -----------------------------------------------------------------------------


def report(work: Work) -> Generator[Mark, None, dict[str, Any]]:
    """The uploaded workbook with what becomes, or became, of every row."""
    with work.reading():
        batch, prepared = opened(work)
        phase: Phase = "load" if batch.loaded is not None else "check"
        outcomes = Told(parts.entries(work.session, batch.id, phase))
    name = f"{PurePath(batch.file_name).stem}-{work.say(SUFFIXES[phase])}.xlsx"
    file_id = kept.keep(
        work.session,
        work.actor,
        work.data_dir,
        name,
        XLSX,
        lambda out: write_report(out, prepared.sheets, outcomes, work.say, work.data_dir),
    )
    note(work, batch, report_id=file_id)
    yield Mark(len(outcomes), len(outcomes))
    return {"batch": batch.id, "file": file_id}


# -- taking it back --------------------------------------------------------------------------------


def undo(work: Work) -> Generator[Mark, None, dict[str, Any]]:
    """Take back what nobody touched since, file by file."""
    told = (work.checkpoint or {}).get("told") or {"reversed": 0, "kept": 0, "reasons": []}
    after, seen = (work.checkpoint or {}).get("after", 0), (work.checkpoint or {}).get("seen", 0)
    with work.reading():
        batch = batch_of(work)
        act_id = batch.act_id or ""
        if not after:
            own_act(work.session, work.actor, act_id, HOURS)
        files = files_of(work.session, work.actor, act_id)
    left = [teacher for teacher in files if teacher > after]
    while left:
        some, left = left[: work.pace.size], left[work.pace.size :]
        work.pace.begin()
        done = undo_files(work.session, work.actor, act_id, some, act=ACT, undo_id=work.act_id)
        told, seen = _told(told, done), seen + len(some)
        yield Mark(seen, len(files), {"after": some[-1], "seen": seen, "told": told})
    note(work, batch, undone=told)
    return {"batch": batch.id, **told}


def _told(told: Mapping[str, Any], done: Undone) -> dict[str, Any]:
    reasons = {str(reason): [reason, count] for reason, count in told["reasons"]}
    for each in done.kept:
        packed = pack(each.reason)
        reasons.setdefault(str(packed), [packed, 0])[1] += 1
    back = done.files + done.deleted + done.changed + done.restored + done.withdrawn
    return {
        "reversed": told["reversed"] + back,
        "kept": told["kept"] + len(done.kept),
        "reasons": list(reasons.values())[:REASONS],
    }


KINDS: Final[dict[str, Run]] = {REPORT: report, UNDO: undo}
