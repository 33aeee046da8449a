"""回收站: a school deletes a file that was never reported, and has thirty days to think again.

A binned file's rows lie where no unit reaches, so that grids, exports, statistics and searches
lose it at once, and nobody logs in with it. Only its entry stays with the school. What was in the
bin for thirty days is deleted for good, its audit events excepted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, exists, insert, literal, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, door, unscoped
from tms.db import BLIND, AnySelect
from tms.errors import Conflict, Invalid, Message, NotFound, message
from tms.models import BinnedFile, ReviewTask, SelectionItem, Submission, Teacher, Unit
from tms.models.types import now
from tms.models.unit import ROOT
from tms.records import file_sweep, holds
from tms.records.audit import Event, new_act_id, write_events
from tms.records.binned import is_kept, purge
from tms.records.chosen import count, drop, log, pick, picked
from tms.records.read import Header, chunks, headers

REASON = "the files were chosen by scope"
REASON_MAX = 200
REPORTED = message("这份档案曾经上报，不能删除或调整学校；人员离开请办理人事变动。")
UNDER_WAY = message("这份档案正在审核，请先撤回或退回后再办。")
IN_FORCE = message("这份档案已生效，不能删除或调整学校；人员离开请办理人事变动。")


@dataclass(frozen=True)
class Left:
    """One file that an act did not take, and why."""

    teacher_no: str
    reason: Message


@dataclass
class Binned:
    """What an act on the bin did."""

    taken: int = 0
    left_out: list[Left] = field(default_factory=list)


def bin_files(session: Session, actor: Actor, chosen: AnySelect, *, reason: str) -> Binned:
    """Put the files of *chosen* (a select of their ids) into their schools' bins.

    Files that were reported once, are in force, under way or frozen are left out with the reason.

    :raises NotAllowed: the role has no bin. :raises Invalid: no reason.
    """
    actor.require(Permission.BIN)
    if not reason.strip() or len(reason.strip()) > REASON_MAX:
        raise Invalid(message("删除须说明原因，不超过%(n)s个字符。", n=REASON_MAX))
    purge(session)
    result = Binned()
    with door(session):
        selection = pick(session, actor, chosen)
        lock(session, selection)
        _leave_out(session, selection, result)
        result.taken = count(session, selection)
        if result.taken:
            act = new_act_id()
            file_sweep.hide(session, picked(selection))
            _enter(session, actor, selection, reason.strip())
            log(session, actor, "bin", selection, act, {"note": reason.strip()})
    return result


def lock(session: Session, selection: int) -> None:
    """Until the transaction ends nobody writes to the chosen files (PostgreSQL)."""
    rows = select(Teacher.id).where(Teacher.id.in_(picked(selection)))
    session.execute(rows.order_by(Teacher.id).with_for_update()).all()


def _leave_out(session: Session, selection: int, result: Binned) -> None:
    ids = session.scalars(picked(selection)).all()
    found = headers(session, ids)
    reasons = obstacles(session, found)
    result.left_out += [Left(found[i].teacher_no, reason) for i, reason in reasons.items()]
    for part in chunks(sorted(set(ids) - found.keys() | reasons.keys())):
        drop(session, selection, SelectionItem.teacher_id.in_(part))


def obstacles(session: Session, found: dict[int, Header]) -> dict[int, Message]:
    """By id those of the files that are no mere drafts, or frozen, with the reason."""
    reasons = {i: hold.sentence for i, hold in holds.frozen(session, found.values()).items()}
    reported = Submission.report_id.is_not(None)
    for condition, reason in ((_under_way(), UNDER_WAY), (reported, REPORTED)):
        for part in chunks(sorted(found)):
            rows = select(Submission.teacher_id).where(Submission.teacher_id.in_(part), condition)
            reasons |= dict.fromkeys(session.scalars(unscoped(rows, REASON)), reason)
    return reasons | {i: IN_FORCE for i, header in found.items() if header.in_force}


def is_for_good(session: Session, header: Header) -> bool:
    """Whether a file can never be deleted or moved any more: it was reported, or is in force."""
    reported = exists().where(Submission.teacher_id == header.id, Submission.report_id.is_not(None))
    return header.in_force or bool(session.scalar(unscoped(select(reported), REASON)))


def _under_way() -> Any:
    """On somebody's desk; what came back to whoever filled it in is a draft again."""
    task = exists().where(ReviewTask.submission_id == Submission.id, ReviewTask.verdict.is_(None))
    return Submission.is_open & ((Submission.step != "") | task)


def _enter(session: Session, actor: Actor, selection: int, reason: str) -> None:
    columns = BinnedFile.__table__.c
    values = {"reason": reason, "binned_by": actor.user_id, "binned_at": now()}
    constants = [literal(value, columns[name].type) for name, value in values.items()]
    path = file_sweep.beginning(ROOT, Teacher.unit_path)
    rows = select(Teacher.id, path, *constants).where(Teacher.id.in_(picked(selection)))
    statement = insert(BinnedFile).from_select(["teacher_id", "unit_path", *values], rows)
    session.execute(unscoped(statement, REASON))


def restore(session: Session, actor: Actor, teacher_ids: Iterable[int]) -> int:
    """Take files out of the bin in reach, all or nothing; returns how many.

    :raises NotFound: one of them is in no bin in reach, or was there too long.
    :raises Conflict: its unit is closed or frozen.
    """
    actor.require(Permission.BIN)
    ids = sorted(set(teacher_ids))
    purge(session)
    found = [
        row
        for part in chunks(ids)
        for row in session.execute(
            select(BinnedFile.teacher_id, BinnedFile.unit_path)
            .where(BinnedFile.teacher_id.in_(part), is_kept())
            .with_for_update()
        )
    ]
    if not ids or len(found) < len(ids):
        raise NotFound(message("回收站中没有这份档案，或已超过30天。"))
    _can_return(session, {row.unit_path for row in found})
    with door(session):
        for part in chunks(ids):
            file_sweep.show(session, part)
            entry = delete(BinnedFile).where(BinnedFile.teacher_id.in_(part))
            session.execute(entry, execution_options=BLIND)
        events = [Event(row.unit_path, row.teacher_id) for row in found]
        write_events(session, actor, "restore", events)
    return len(found)


def _can_return(session: Session, paths: set[str]) -> None:
    holds.refuse(holds.frozen_at(session, paths))
    statement = select(Unit.name).where(Unit.unit_path.in_(paths), Unit.closed_on.is_not(None))
    closed = session.scalar(statement.limit(1))
    if closed is not None:
        raise Conflict(message("“%(name)s”已撤销，不能恢复到该单位。", name=closed))
