"""Rows of one table written together, after the door or an undo has asked all it asks of them.

Compare-and-set throughout: a row that moved or went into review meanwhile lets the whole act fail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, unscoped
from tms.among import among
from tms.db import BLIND
from tms.errors import Conflict, message
from tms.models import SectionRecord, Submission, SubmissionRow
from tms.models.work import SUPPLEMENT
from tms.records.emptied import forget_rows
from tms.records.read import UnderWay, chunks

FOUND = "rows were found by scope"
MOVED = message("有记录刚被他人修改，请刷新后再试。")
#: What a deleted row leaves to its event: all but its place, so that an undo can put it back.
PLACE = frozenset({"id", "teacher_id", "unit_path", "state"})


def change_rows(
    session: Session,
    actor: Actor,
    model: type[SectionRecord],
    rows: Sequence[Mapping[str, Any]],
    at: datetime,
    under_way: Mapping[int, UnderWay],
) -> None:
    """Write the columns of *rows*, all the same ones; `b_id`, `b_version`, `b_state` say of which.

    :raises Conflict: a row is not as it was read.
    """
    table = model.__table__
    names = [name for name in rows[0] if not name.startswith("b_")]
    statement = (
        update(table)
        .where(
            table.c.id == bindparam("b_id"),
            table.c.content_version == bindparam("b_version"),
            table.c.state == bindparam("b_state"),
        )
        .values(
            {name: bindparam(name) for name in names}
            | {
                "content_version": table.c.content_version + 1,
                "updated_by": actor.user_id,
                "updated_at": at,
            }
        )
    )
    result: Any = session.execute(unscoped(statement, FOUND), rows)
    if result.rowcount != len(rows):
        raise Conflict(MOVED)
    _follow(session, actor, model, [row["b_id"] for row in rows], under_way)


def _follow(
    session: Session,
    actor: Actor,
    model: type[SectionRecord],
    row_ids: Sequence[int],
    under_way: Mapping[int, UnderWay],
) -> None:
    """Rows supplemented during review: the submission goes on with the new version.

    What was returned stays as it was judged until it is sent in again.
    """
    open_ = [s.id for s in under_way.values() if s.step == SUPPLEMENT]
    latest = (
        select(Submission.round)
        .where(Submission.id == SubmissionRow.submission_id)
        .scalar_subquery()
    )
    for part in chunks(row_ids if open_ else []):
        statement = (
            update(SubmissionRow)
            .where(
                SubmissionRow.table_name == model.__tablename__,
                SubmissionRow.row_id.in_(part),
                SubmissionRow.submission_id.in_(open_),
            )
            .values(
                content_version=SubmissionRow.content_version + 1,
                filled_by=actor.user_id,
                round=latest,
            )
        )
        session.execute(unscoped(statement, FOUND), execution_options=BLIND)


def delete_rows(
    session: Session,
    actor: Actor,
    model: type[SectionRecord],
    rows: Collection[Mapping[str, Any]],
) -> None:
    """Delete draft *rows*, given as they were read.

    :raises Conflict: one of them moved since.
    """
    by_version: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        by_version[row["content_version"]].append(row["id"])
    for version, ids in by_version.items():
        for part in chunks(ids):
            mine = (among(model.id, part), model.content_version == version)
            result: Any = session.execute(delete(model).where(*mine), execution_options=BLIND)
            if result.rowcount != len(part):
                raise Conflict(MOVED)
    forget_rows(session, actor, model.__tablename__, [row["id"] for row in rows])


def remains(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the event of a deletion keeps of *row*."""
    return {name: value for name, value in row.items() if name not in PLACE}
