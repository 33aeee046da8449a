"""Bulk edits as jobs: previewed, applied and taken back part by part.

What a part found or did is committed with its checkpoint; an attempt that ends early leaves nothing
half done, and the next goes on behind the last part.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.errors import Conflict, message, term
from tms.jobs import Mark, Run, Work, enqueue
from tms.jobs.queue import find as find_job
from tms.models import PENDING, TABLES, BulkAct, BulkItem, BulkKind
from tms.models.types import now
from tms.records.bulk_acts import WRITTEN, count, get_act, tally, targets
from tms.records.bulk_parts import apply_part, note_preview, undo_part
from tms.records.bulk_plan import Target, plan
from tms.records.bulk_spec import Spec, refuse
from tms.records.undo_act import HOURS, own_act

PREVIEW: Final = "bulk.preview"
EDIT: Final = "bulk.edit"
UNDO: Final = "bulk.undo"

#: Rows that a request previews itself; more are a job's.
AT_ONCE: Final = 500

Parts = Generator[Mark, None, dict[str, Any]]


@dataclass
class _Way:
    """How far a job is."""

    done: int
    after: list[int] | None

    @classmethod
    def of(cls, work: Work) -> _Way:
        """Where the last attempt stopped."""
        known = work.checkpoint or {"done": 0, "after": None}
        return cls(known["done"], known["after"])

    def mark(self, total: int, after: Sequence[int], number: int) -> Mark:
        """*number* more, up to *after*."""
        self.done, self.after = self.done + number, list(after)
        return Mark(self.done, total, {"done": self.done, "after": self.after})


def _told(act: BulkAct, size: int) -> dict[str, Any]:
    """What a job's title says of its act."""
    return {"table": term(TABLES[act.table_name].dictionary), "n": f"{size:,}"}


def _place(target: Target) -> list[int]:
    return [target.teacher_id, target.id]


# -- preview ---------------------------------------------------------------------------------------


def start_preview(session: Session, actor: Actor, act: BulkAct) -> int | None:
    """Preview few rows at once, many by a job; the job's id."""
    size = count(session, act.id)
    if size <= AT_ONCE:
        spec = Spec.of(act.spec)
        note_preview(session, act, plan(session, actor, spec, targets(session, act.id, limit=size)))
        act.previewed_at = now()
        return None
    title = {
        BulkKind.EDIT: message("批量修改预览：%(table)s，%(n)s条", **_told(act, size)),
        BulkKind.ADD: message("批量新增预览：%(table)s，%(n)s条", **_told(act, size)),
    }[BulkKind(act.kind)]
    act.preview_job = enqueue(session, actor, PREVIEW, {"bulk": act.id}, title)
    return act.preview_job


def preview(work: Work) -> Parts:
    """What would become of every chosen row; nothing of the files is written."""
    session, bulk_id, way = work.session, work.params["bulk"], _Way.of(work)
    while True:
        with work.reading():
            act = get_act(session, work.actor, bulk_id)
            is_mine, total = act.preview_job == work.job_id, count(session, bulk_id)
            found = targets(session, bulk_id, after=way.after, limit=work.pace.size)
            lines = plan(session, work.actor, Spec.of(act.spec), found) if is_mine else []
        if not is_mine:
            return {"bulk": bulk_id}  # it was spelled out anew, another job looks at that
        act = get_act(session, work.actor, bulk_id)
        if not found:
            act.previewed_at = now()
            return {"bulk": bulk_id, "rows": way.done}
        note_preview(session, act, lines)
        yield way.mark(total, _place(found[-1]), len(found))


# -- apply -----------------------------------------------------------------------------------------


def start(session: Session, actor: Actor, act: BulkAct) -> int:
    """Have it applied as previewed; the job's id. A second click finds the first one's job.

    :raises Conflict: it was not previewed, or there is nothing to write.
    """
    if act.previewed_at is None:
        raise Conflict(message("请先预览。"))
    size = count(session, act.id, BulkItem.fate.in_(WRITTEN))
    if not size:
        raise Conflict(message("没有可以写入的内容。"))
    refuse(actor, Spec.of(act.spec))
    title = {
        BulkKind.EDIT: message("批量修改：%(table)s，%(n)s条", **_told(act, size)),
        BulkKind.ADD: message("批量新增：%(table)s，%(n)s条", **_told(act, size)),
    }[BulkKind(act.kind)]
    params, key = {"bulk": act.id}, f"{EDIT}:{act.id}"
    act.apply_job = act.apply_job or enqueue(session, actor, EDIT, params, title, key=key)
    return act.apply_job


def edit(work: Work) -> Parts:
    """Write what the preview showed; what moved since is left out and named."""
    session, bulk_id, way = work.session, work.params["bulk"], _Way.of(work)
    wanted = BulkItem.fate.in_(WRITTEN)
    while True:
        with work.reading():
            act = get_act(session, work.actor, bulk_id)
            if act.undo_job is not None:  # it was stopped, taken back and asked to go on
                raise Conflict(message("这次批量操作已经撤销。"))
            spec, total = Spec.of(act.spec), count(session, bulk_id, wanted)
            refuse(work.actor, spec)  # rights may have changed since it was asked for
            found = targets(session, bulk_id, wanted, after=way.after, limit=work.pace.size)
            lines = plan(session, work.actor, spec, found)
        if not found:
            return {"bulk": bulk_id} | dict(tally(session, bulk_id, BulkItem.done))
        act = get_act(session, work.actor, bulk_id)
        if act.act_id is None:
            act.act_id, act.applied_at = work.act_id, now()
        apply_part(session, work.actor, act, lines, work.act_id)
        yield way.mark(total, _place(found[-1]), len(found))


# -- undo ------------------------------------------------------------------------------------------


def start_undo(session: Session, actor: Actor, act: BulkAct) -> int:
    """Have it taken back; the job's id.

    :raises NotFound: nothing was done yet. :raises Conflict: it is too late, or still going on.
    """
    apply = find_job(session, act.apply_job) if act.apply_job else None
    if apply is not None and apply.state in PENDING:
        raise Conflict(message("写入还在进行，停止后才能撤销。"))
    own_act(session, actor, act.act_id or "", HOURS)
    size = count(session, act.id, BulkItem.written_id.is_not(None))
    title = {
        BulkKind.EDIT: message("撤销批量修改：%(table)s，%(n)s条", **_told(act, size)),
        BulkKind.ADD: message("撤销批量新增：%(table)s，%(n)s条", **_told(act, size)),
    }[BulkKind(act.kind)]
    params, key = {"bulk": act.id}, f"{UNDO}:{act.id}"
    act.undo_job = act.undo_job or enqueue(session, actor, UNDO, params, title, key=key)
    return act.undo_job


def undo(work: Work) -> Parts:
    """Take back what nobody touched since, file by file."""
    session, bulk_id, way = work.session, work.params["bulk"], _Way.of(work)
    while True:
        with work.reading():
            act = get_act(session, work.actor, bulk_id)
            if way.after is None:
                own_act(session, work.actor, act.act_id or "", HOURS)
            total = count(session, bulk_id, BulkItem.written_id.is_not(None))
            files, items = _files(session, bulk_id, way, work.pace.size)
        if not files:
            return {"bulk": bulk_id} | dict(tally(session, bulk_id, BulkItem.undone))
        act = get_act(session, work.actor, bulk_id)
        if act.undo_id is None:
            act.undo_id, act.undone_at = work.act_id, now()
        undo_part(session, work.actor, act, files, work.act_id)
        yield way.mark(total, [files[-1]], items)


def _files(session: Session, bulk_id: int, way: _Way, limit: int) -> tuple[list[int], int]:
    """The next files that something was written to, and how many items that is."""
    mine = (BulkItem.bulk_id == bulk_id, BulkItem.written_id.is_not(None))
    rows = select(BulkItem.teacher_id, func.count()).where(*mine).group_by(BulkItem.teacher_id)
    if way.after is not None:
        rows = rows.where(BulkItem.teacher_id > way.after[0])
    found = session.execute(rows.order_by(BulkItem.teacher_id).limit(limit)).all()
    return [file for file, _items in found], sum(items for _file, items in found)


KINDS: Final[dict[str, Run]] = {PREVIEW: preview, EDIT: edit, UNDO: undo}
