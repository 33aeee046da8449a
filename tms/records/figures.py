"""Figures of 完整性检测 on the header of a file: how much is to be mended, and by whom.

Written here only, by the one engine that teacher, school and bureau run; they count neither for
versions nor for verdicts. Which files are due is told by triggers, so that no way of writing rows
can forget it. A few files that one act wrote are checked before it is committed; for the rest comes
a job (`tms.records.figure_jobs`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, event, select, update
from sqlalchemy.orm import Session

from tms.access import WORKER, Actor, unscoped
from tms.access.policy import addressed
from tms.among import among
from tms.db import is_sqlite
from tms.dictionary import Filler, Finding, check_file
from tms.dictionary.fingerprint import fingerprint
from tms.dictionary.scope import today
from tms.models import CheckMark, FillStamp, Teacher
from tms.records.audit import TOLD
from tms.records.completeness import files
from tms.records.due import REASON, lines_of, work_off
from tms.records.fill_policy import policy_in_use
from tms.records.read import chunks

#: Files of one act that are checked at once; a job for more comes within seconds.
AT_ONCE: Final = 5

Figures = dict[str, Any]
#: By file what was found, and the number of the check that stood there before.
Checked = dict[int, tuple[Figures, int]]


def figures_of(found: Iterable[Finding]) -> Figures:
    """The figures that these findings of one file make."""
    counts = Counter(f.filler if f.severity == "error" else f.severity for f in found)
    figures = {
        "teacher_errors": counts[Filler.TEACHER],
        "school_errors": counts[Filler.SCHOOL],
        "bureau_errors": counts[Filler.BUREAU],
        "warnings": counts["warning"],
    }
    return figures | {"check_mark": mark_of(figures)}


def mark_of(figures: Mapping[str, int]) -> CheckMark:
    """What the figures come to."""
    if figures["teacher_errors"]:
        return CheckMark.TEACHER
    if figures["school_errors"] or figures["bureau_errors"]:
        return CheckMark.SCHOOL
    return CheckMark.WARNINGS if figures["warnings"] else CheckMark.CLEAN


def check(session: Session, teacher_ids: Collection[int], on: date) -> Checked:
    """Check these files as they are now, *on* being today. Writes nothing."""
    before = select(Teacher.id, Teacher.check_no).where(among(Teacher.id, teacher_ids))
    numbers = {row.id: row.check_no for row in session.execute(unscoped(before, REASON))}
    asking = _asking(session)
    return {
        header.id: (
            figures_of(
                addressed(
                    asking,
                    check_file(replace(values, today=on)),
                    header.category,
                    header.unit_path,
                )
            ),
            numbers[header.id],
        )
        for header, values in files(session, teacher_ids, reason=REASON)
        if header.id in numbers
    }


def _asking(session: Session) -> Actor:
    """Nobody, with the field policy in force: it says who has to mend what."""
    return replace(WORKER, policy=policy_in_use(session, session.scalar(select(FillStamp.stamp))))


def write(session: Session, checked: Checked, on: date) -> list[int]:
    """Keep the figures of those files that nobody has checked since; returns which."""
    numbers = _held(session, sorted(checked))
    made = {"checked_on": on, "check_rules": fingerprint()}
    rows: list[dict[str, Any]] = [
        {"b_id": teacher_id, "check_no": number + 1} | figures | made
        for teacher_id, (figures, number) in checked.items()
        if numbers.get(teacher_id) == number
    ]
    if rows:
        table = Teacher.__table__
        values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "b_id"}
        statement = update(table).where(table.c.id == bindparam("b_id")).values(values)
        session.execute(unscoped(statement, REASON), rows)
    return [row["b_id"] for row in rows]


def _held(
    session: Session, teacher_ids: Sequence[int], *, free_only: bool = False
) -> dict[int, int]:
    """The files and the numbers of their checks, held until the transaction ends.

    :param free_only: leave out those that somebody else holds.
    """
    found: dict[int, int] = {}
    for part in chunks(teacher_ids):
        statement = select(Teacher.id, Teacher.check_no).where(among(Teacher.id, part))
        if not is_sqlite(session):
            statement = statement.order_by(Teacher.id)
            statement = statement.with_for_update(key_share=True, skip_locked=free_only)
        found |= {row.id: row.check_no for row in session.execute(unscoped(statement, REASON))}
    return found


# -- at once ---------------------------------------------------------------------------------------


@event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    told: set[int] = session.info.pop(TOLD, set())
    if 0 < len(told) <= AT_ONCE:
        session.flush()
        _settle(session, sorted(told))


@event.listens_for(Session, "after_soft_rollback")
def _rolled_back(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(TOLD, None)


def _settle(session: Session, teacher_ids: Sequence[int]) -> None:
    """Check those of these files that are due; who is being written by somebody else stays due."""
    lines = lines_of(session, teacher_ids)
    free = _held(session, sorted(lines), free_only=True) if lines else {}
    if free:
        on = today()
        kept = write(session, check(session, list(free), on), on)
        work_off(session, [line for each in kept for line in lines[each]])
