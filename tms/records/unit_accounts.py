"""Who works at a unit: how many, and what becomes of them when it is closed or merged.

One person may hold assignments at several units; only those at this one are concerned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from tms.access import unscoped
from tms.db import BLIND
from tms.models import Assignment, User
from tms.models.types import now
from tms.records.unit_sweep import REASON, below


def _open_at(path: str) -> Any:
    return below(Assignment.unit_path, path) & Assignment.ended_at.is_(None)


def accounts_at(session: Session, path: str) -> int:
    """Enabled accounts with an assignment at or below *path*, teachers' too."""
    held = select(Assignment.user_id).where(_open_at(path))
    enabled = User.id.in_(held) & User.is_disabled.is_(False)
    statement = select(func.count()).select_from(User).where(enabled)
    return session.scalar(unscoped(statement, REASON)) or 0


def shut_out(session: Session, path: str) -> dict[str, list[int]]:
    """Nobody acts at *path* any more: whoever has another assignment goes on under that one, the
    others' accounts are disabled. Returns the accounts, by what became of them.
    """
    held = set(_scalars(session, select(Assignment.user_id).where(_open_at(path))))
    elsewhere = Assignment.user_id.in_(held) & Assignment.ended_at.is_(None)
    others = select(Assignment.user_id).where(elsewhere, ~below(Assignment.unit_path, path))
    kept = set(_scalars(session, others))
    leaving = _open_at(path) & Assignment.user_id.in_(kept)
    _run(session, update(Assignment).where(leaving).values(is_active=False, ended_at=now()))
    _activate(session, sorted(kept))
    disabled = User.id.in_(held - kept) & User.is_disabled.is_(False)
    statement = update(User).where(disabled).values(is_disabled=True).returning(User.id)
    return {"disabled": sorted(_scalars(session, statement)), "ended": sorted(kept)}


def hand_over(session: Session, unit_id: int, into: int) -> None:
    """Present assignments name the other unit; what its holder has there already is ended.

    Assignments that ended before keep the name of the unit they were held at.
    """
    there = aliased(Assignment)
    twice = select(there.id).where(
        there.user_id == Assignment.user_id,
        there.role == Assignment.role,
        there.unit_id == into,
        there.ended_at.is_(None),
    )
    present = (Assignment.unit_id == unit_id) & Assignment.ended_at.is_(None)
    found = select(Assignment.user_id).where(present, twice.exists())
    users = sorted(set(_scalars(session, found)))
    ending = update(Assignment).where(present, twice.exists())
    _run(session, ending.values(is_active=False, ended_at=now()))
    _run(session, update(Assignment).where(present).values(unit_id=into))
    _activate(session, users)


def _activate(session: Session, users: Sequence[int]) -> None:
    """Of accounts that lost the assignment they acted under, the first that is left."""
    of_users = Assignment.user_id.in_(users) & Assignment.ended_at.is_(None)
    acting = set(
        _scalars(session, select(Assignment.user_id).where(of_users, Assignment.is_active))
    )
    first = (
        select(func.min(Assignment.id))
        .where(of_users, Assignment.user_id.not_in(acting))
        .group_by(Assignment.user_id)
    )
    chosen = _scalars(session, first)
    _run(session, update(Assignment).where(Assignment.id.in_(chosen)).values(is_active=True))


def _scalars(session: Session, statement: Any) -> Sequence[int]:
    found: Sequence[int] = session.scalars(
        unscoped(statement, REASON), execution_options=BLIND
    ).all()
    return found


def _run(session: Session, statement: Any) -> None:
    session.execute(unscoped(statement, REASON), execution_options=BLIND)
