"""Receipts: one per school and act of 上报 (R57)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import insert, select, update

from tms.access import unscoped
from tms.among import among
from tms.db import BLIND
from tms.errors import Conflict, message
from tms.models import ReportUp, Submission, Teacher, Unit
from tms.models.types import now
from tms.records.read import chunks
from tms.workflow.act import Act
from tms.workflow.selection import REASON, submissions_of


def receipts(act: Act, selection: int) -> list[str]:
    """Write one report per school of the selection; its submissions point to it.

    :raises Conflict: the school has no superior.
    """
    rows = act.session.execute(
        select(Unit.id, Unit.code, Unit.unit_path, Unit.supervisor_id, Submission.id)
        .join(Teacher, Teacher.unit_id == Unit.id)
        .join(Submission, Submission.teacher_id == Teacher.id)
        .where(Submission.id.in_(submissions_of(selection)))
    ).all()
    schools: dict[Any, list[int]] = defaultdict(list)
    for row in rows:
        schools[tuple(row[:4])].append(row[4])
    return [_receipt(act, school, ids) for school, ids in schools.items()]


def _receipt(act: Act, school: Any, submissions: list[int]) -> str:
    unit_id, code, path, superior = school
    at = now()
    if superior is None:
        raise Conflict(message("该单位没有上级，无法上报。"))
    mark = act.act_id[:8].upper()
    written = _written(act, unit_id, mark, len(submissions))
    if written is not None:
        _point(act, written[0], submissions)
        return written[1]
    receipt = f"SB-{code}-{at:%Y%m%d}-{mark}"
    values = {
        "unit_id": unit_id,
        "unit_path": path,
        "superior_id": superior,
        "receipt": receipt,
        "files": len(submissions),
        "reported_by": act.actor.user_id,
        "reported_at": at,
    }
    statement = unscoped(insert(ReportUp).returning(ReportUp.id), "the desk's own unit")
    _point(act, act.session.scalars(statement, [values]).one(), submissions)
    return receipt


def _written(act: Act, unit_id: int, mark: str, more: int) -> tuple[int, str] | None:
    """The receipt that an earlier part of the same act wrote: it grows."""
    mine = (ReportUp.unit_id == unit_id, ReportUp.receipt.endswith("-" + mark))
    found = select(ReportUp.id, ReportUp.receipt).where(*mine)
    row = act.session.execute(unscoped(found, "the desk's own unit")).first()
    if row is None:
        return None
    grown = update(ReportUp).where(ReportUp.id == row.id).values(files=ReportUp.files + more)
    act.session.execute(unscoped(grown, "the desk's own unit"), execution_options=BLIND)
    return row.id, row.receipt


def _point(act: Act, report_id: int, submissions: list[int]) -> None:
    for part in chunks(submissions):
        pointing = update(Submission).where(among(Submission.id, part))
        pointing = pointing.values(report_id=report_id, complete_at_report=True)
        act.session.execute(unscoped(pointing, REASON), execution_options=BLIND)
