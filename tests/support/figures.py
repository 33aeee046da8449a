"""Figures of headers beside what the engine finds now."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.jobs import drain
from tms.access import unscoped
from tms.dictionary.scope import today
from tms.jobs.schedule import ask_for_wanted
from tms.models import CheckDue, Teacher
from tms.records import figures

NAMES = ("teacher_errors", "school_errors", "bureau_errors", "warnings", "check_mark")


def work_off(session: Session, data_dir: Path) -> None:
    """Do what is due, as workers would."""
    session.commit()
    actor = session.info["actor"]
    ask_for_wanted(session)
    session.info["actor"] = actor
    drain(session, data_dir)


def stored(session: Session) -> dict[int, dict[str, Any]]:
    """By file the figures of its header."""
    columns = [getattr(Teacher, name) for name in ("id", *NAMES)]
    rows = session.execute(unscoped(select(*columns), "a test looks at all")).mappings()
    return {row["id"]: {name: row[name] for name in NAMES} for row in rows}


def recomputed(session: Session, on: date | None = None) -> dict[int, dict[str, Any]]:
    """By file what a check finds now."""
    ids = sorted(stored(session))
    checked = figures.check(session, ids, on or today())
    return {teacher: found for teacher, (found, _number) in checked.items()}


def due(session: Session) -> list[int]:
    """Files that are due."""
    return sorted(set(session.scalars(select(CheckDue.teacher_id))))
