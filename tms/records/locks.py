"""One writer per file at a time, whatever is done to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.among import among
from tms.db import is_sqlite
from tms.models import Teacher
from tms.records.read import chunks

REASON = "a lock reads nothing; the files were found by scope"


def lock_files(session: Session, condition: Any) -> None:
    """Whoever else writes, decides on, moves or bins the files waits until this transaction ends.

    Before anything is read that the act depends on: who comes second sees what the first did.
    Always in order of id and before any other lock, so that nobody deadlocks. SQLite has one writer
    anyway.

    :param condition: on `Teacher`.
    """
    if not is_sqlite(session):
        statement = select(Teacher.id).where(condition).order_by(Teacher.id)
        # rows that name a file may come meanwhile
        session.execute(unscoped(statement.with_for_update(key_share=True), REASON)).all()


def lock_ids(session: Session, teacher_ids: Iterable[int]) -> None:
    """As `lock_files`, of the files with these ids."""
    for part in chunks(sorted(set(teacher_ids))):
        lock_files(session, among(Teacher.id, part))
