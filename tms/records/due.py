"""Which files' figures of 完整性检测 are stale, and saying so of many (DESIGN.md 4.16).

Triggers name what changes (`tms.models.due`); what no row shows is named here: a rule, a policy, a
new day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.among import among
from tms.db import BLIND
from tms.models import CheckDue, Teacher
from tms.records.read import chunks

REASON = "figures are the same for everybody; nothing of a file is shown"


def name_files(session: Session, *conditions: Any) -> int:
    """The files that meet *conditions* on `Teacher` have to be checked again; returns how many."""
    files = unscoped(select(Teacher.id).where(*conditions), REASON)
    statement = insert(CheckDue).from_select(["teacher_id"], files)
    counted = BLIND | {"preserve_rowcount": True}  # of an INSERT nobody asks on PostgreSQL
    done: Any = session.execute(unscoped(statement, REASON), execution_options=counted)
    return int(done.rowcount)


def next_due(session: Session, limit: int, *, newest: bool = False) -> list[int]:
    """Files of the oldest *limit* lines of the work list, or of the newest."""
    order = CheckDue.id.desc() if newest else CheckDue.id
    lines = select(CheckDue.teacher_id).order_by(order).limit(limit)
    return sorted(set(session.scalars(lines)))


def lines_of(session: Session, teacher_ids: Iterable[int]) -> dict[int, list[int]]:
    """By file the lines that name it now: those that reading it after this works off."""
    found: dict[int, list[int]] = defaultdict(list)
    for part in chunks(teacher_ids):
        lines = select(CheckDue.teacher_id, CheckDue.id).where(among(CheckDue.teacher_id, part))
        for teacher_id, line in session.execute(lines):
            found[teacher_id].append(line)
    return found


def work_off(session: Session, lines: Collection[int]) -> None:
    """Delete just these lines: what was added since names something that nobody has read."""
    for part in chunks(sorted(lines)):
        session.execute(delete(CheckDue).where(among(CheckDue.id, part)), execution_options=BLIND)
