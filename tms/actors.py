"""From an account to the Actor it acts as: by name, by session, by assignment."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import Session

from tms.access import LOGIN, Actor, Role, acting
from tms.access.functions import departments_beside, judged_by
from tms.dictionary.scope import today
from tms.errors import NotFound, message
from tms.models import Assignment, FillStamp, Person, Unit, User
from tms.models.unit import ROOT
from tms.records.fill_policy import policy_in_use


def actor_for(db_session: Session, username: str) -> Actor:
    """The actor of staff account *username*, for the command line's ``--as``.

    :raises NotFound: no such account, or it is disabled.
    """
    with acting(db_session, LOGIN):
        found = db_session.execute(accounts().where(User.username == username)).first()
    if found is None:
        raise NotFound(message("没有可用的账号“%(name)s”。", name=username))
    return actor_from(db_session, found)


def actor_under(db_session: Session, user_id: int, assignment_id: int | None) -> Actor:
    """The actor of a user under one of his assignments, with the rights he has now.

    :raises NotFound: the account is disabled, or the assignment has ended.
    """
    mine = (User.id == user_id, Assignment.id == assignment_id)
    with acting(db_session, LOGIN):
        found = db_session.execute(assignments().where(*mine)).first()
    if found is None:
        raise NotFound(message("账号已停用，或当时的任职已结束，作业没有继续。"))
    return actor_from(db_session, found)


#: Columns of an account that its actor or its login is made of.
OF_USER = (
    *("id", "username", "password_hash", "teacher_id", "is_read_only"),
    *("must_change", "code_expires_at", "rules_version", "totp"),
)

#: The day on which a statement is executed, not made.
TODAY = bindparam("today", callable_=today, type_=Date())


@cache
def accounts() -> Any:
    """Enabled accounts with their one active assignment; of a file in the bin there is none."""
    return assignments().where(Assignment.is_active)


@cache
def assignments() -> Any:
    """Accounts that are enabled and have not expired, with the assignments that have not ended.

    Made once: making it takes longer than the database does to answer it.
    """
    expiry = User.expires_on.is_(None) | (User.expires_on >= TODAY)
    return (
        select(
            *(getattr(User, name) for name in OF_USER),
            Person.name,
            Assignment.id.label("assignment_id"),
            Assignment.role,
            Unit.id.label("unit_id"),
            Unit.unit_path,
            Unit.level,
            Unit.function,
            departments_beside().label("present"),
            Unit.name.label("unit_name"),
            Unit.school_category,
            select(FillStamp.stamp).scalar_subquery().label("policy_stamp"),
        )
        .join(Person, Person.id == User.person_id)
        .join(Assignment, Assignment.user_id == User.id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(User.is_disabled.is_(False), User.unit_path >= ROOT)
        .where(expiry)
        .where(Assignment.ended_at.is_(None))
    )


def actor_from(db_session: Session, row: Any) -> Actor:
    """The actor of a row of `assignments`, with the field policy now in force."""
    return Actor(
        role=Role(row.role),
        unit_path=row.unit_path,
        user_id=row.id,
        assignment_id=row.assignment_id,
        unit_id=row.unit_id,
        unit_level=row.level,
        functions=judged_by(row.function, row.present),
        teacher_id=row.teacher_id,
        name=row.name,
        unit_name=row.unit_name,
        unit_category=row.school_category or "",
        is_read_only=row.is_read_only,
        policy=policy_in_use(db_session, row.policy_stamp),
    )
