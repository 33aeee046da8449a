"""One part of a bulk edit at a time: previewed, applied, taken back, and written down with it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.errors import Term, Text, message
from tms.models import BulkAct, BulkItem, Fate
from tms.models.work import REQUESTS
from tms.records.bulk_acts import Words, mark
from tms.records.bulk_apply import apply
from tms.records.bulk_plan import Line
from tms.records.bulk_spec import Spec
from tms.records.undo_act import Undone, undo_files

UNDO_ACT = "bulk.undo"
UNDONE, KEPT = "undone", "kept"
BEFORE = message("已经撤销过。")


def note_preview(session: Session, act: BulkAct, lines: Sequence[Line]) -> None:
    """Write down what would become of these targets."""
    words = Words(act)
    rows = [
        {
            "bulk_id": act.id,
            "target_id": line.target.id,
            "version": line.version,
            "fate": line.fate,
            "reason": words.key(line.reason),
            "finding": words.key(_first(line)),
        }
        for line in lines
    ]
    mark(session, rows)


def _first(line: Line) -> Text | None:
    """The finding that a row is listed by: an error before a warning."""
    if line.fate == Fate.CANNOT or not line.findings:
        return None
    worst = min(line.findings, key=lambda each: each.severity != "error")
    return Term(worst.zh, worst.en)


def apply_part(
    session: Session, actor: Actor, act: BulkAct, lines: Sequence[Line], act_id: str
) -> None:
    """Do what was planned, and write down how each fared, in the caller's transaction."""
    words = Words(act)
    done = apply(session, actor, Spec.of(act.spec), lines, act_id=act_id)
    rows = [
        {
            "bulk_id": act.id,
            "target_id": each.target.id,
            "done": each.fate,
            "left_why": words.key(each.reason),
            "written_id": each.written_id,
        }
        for each in done
    ]
    mark(session, rows)


def undo_part(
    session: Session, actor: Actor, act: BulkAct, files: Sequence[int], undo_id: str
) -> None:
    """Take back what was done to *files*, and write down how each of their items fared."""
    done = undo_files(session, actor, act.act_id or "", files, act=UNDO_ACT, undo_id=undo_id)
    words = Words(act)
    reasons = {(kept.table, kept.row_id): kept.reason for kept in done.kept}
    columns = (BulkItem.target_id, BulkItem.done, BulkItem.written_id)
    mine = (BulkItem.bulk_id == act.id, BulkItem.teacher_id.in_(files))
    items = session.execute(select(*columns).where(*mine, BulkItem.written_id.is_not(None)))
    rows = []
    for target, fate, written in items:
        table = REQUESTS if fate == Fate.REQUEST else act.table_name
        is_undone = _is_undone(done, table, written)
        reason = None if is_undone else reasons.get((table, written), BEFORE)
        rows.append(
            {
                "bulk_id": act.id,
                "target_id": target,
                "undone": UNDONE if is_undone else KEPT,
                "kept_why": words.key(reason),
            }
        )
    if rows:
        mark(session, rows)


def _is_undone(done: Undone, table: str, written: int | None) -> bool:
    if table == REQUESTS:
        return written in done.requests
    return (table, written) in done.places
