"""Further assignments of an account: one person, one login, several roles, one at a time (R15)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, Role, unscoped
from tms.db import BLIND
from tms.errors import Conflict, Invalid, NotAllowed, NotFound, message
from tms.models import Assignment, Unit, User
from tms.models.types import now
from tms.records import login_sessions
from tms.records.audit import Event, write_events
from tms.records.granting import go_together, may_grant, must_fit

#: The way out of a unit with one person: these roles reach all below their unit.
NOT_TOGETHER = message(
    "系统管理员、安全管理员和审计员不能兼任其他角色，须由另一人另建账号；"
    "只有一人的单位，由上级（县）的安全管理员和审计员代行。"
)


def add_assignment(session: Session, actor: Actor, user_id: int, role: Role, unit_id: int) -> int:
    """Let an account in reach also act as *role* at a unit; its holder switches in the header.

    :raises NotFound: no such account or unit in reach.
    :raises NotAllowed: the role is not the actor's to grant there.
    :raises Conflict: it is the actor's own account, or holds it already.
    :raises Invalid: role and unit, or the roles of one person, do not go together.
    """
    actor.require(Permission.ACCOUNT_WRITE)
    user, unit = _staff(session, actor, user_id), _unit(session, unit_id)
    may_grant(actor, role, unit.unit_path)
    must_fit(role, unit.kind)
    held = _open(session, user.id)
    if any((each.role, each.unit_id) == (role, unit.id) for each in held):
        raise Conflict(message("该账号已有这项任职。"))
    if not go_together({Role(each.role) for each in held} | {role}):
        raise Invalid(NOT_TOGETHER)
    row = {"user_id": user.id, "role": role, "unit_id": unit.id, "unit_path": unit.unit_path}
    row |= {"is_active": False, "granted_by": actor.user_id, "granted_at": now()}
    statement = insert(Assignment).returning(Assignment.id)
    made: int = session.scalars(unscoped(statement, "the unit was found by scope"), [row]).one()
    login_sessions.end_all(session, user.id)
    _log(session, actor, "assignment.add", user, made, role)
    return made


def end_assignment(session: Session, actor: Actor, assignment_id: int) -> int:
    """End one assignment of an account in reach; another takes its place. Returns the account.

    :raises NotFound: out of reach, or ended already. :raises NotAllowed: not the actor's to grant.
    :raises Conflict: it is the account's only one.
    """
    actor.require(Permission.ACCOUNT_WRITE)
    statement = select(Assignment).where(
        Assignment.id == assignment_id, Assignment.ended_at.is_(None)
    )
    found = session.scalar(statement)
    if found is None:
        raise NotFound(message("没有这项任职。"))
    user = _staff(session, actor, found.user_id)
    may_grant(actor, Role(found.role), found.unit_path)
    others = [each for each in _open(session, user.id) if each.id != found.id]
    if not others:
        raise Conflict(message("这是该账号唯一的任职，请改为停用账号。"))
    if found.is_active:
        _set(session, others[0].id, is_active=True)
    _set(session, found.id, is_active=False, ended_at=now())
    login_sessions.end_all(session, user.id)
    _log(session, actor, "assignment.end", user, found.id, Role(found.role))
    return int(user.id)


def assignments_of(session: Session, user_id: int) -> list[Any]:
    """(id, role, unit, unit_path, is_active) of an account in reach, active first."""
    columns = (Assignment.id, Assignment.role, Assignment.unit_path, Assignment.is_active)
    statement = (
        select(*columns, Unit.name.label("unit"))
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(Assignment.user_id == user_id, Assignment.ended_at.is_(None))
    )
    return list(session.execute(statement.order_by(Assignment.is_active.desc(), Assignment.id)))


def _staff(session: Session, actor: Actor, user_id: int) -> Any:
    columns = (User.id, User.unit_path, User.teacher_id)
    user = session.execute(select(*columns).where(User.id == user_id)).first()
    if user is None:
        raise NotFound(message("没有这个账号。"))
    if user.id == actor.user_id:
        raise Conflict(message("不能改变自己的任职。"))
    if user.teacher_id is not None:
        raise NotAllowed(message("教师账号随档案，不能兼任管理角色，请另建账号。"))
    return user


def _unit(session: Session, unit_id: int) -> Any:
    columns = (Unit.id, Unit.unit_path, Unit.kind)
    open_ = (Unit.id == unit_id, Unit.closed_on.is_(None))
    unit = session.execute(select(*columns).where(*open_)).first()
    if unit is None:
        raise NotFound(message("没有这个单位。"))
    return unit


def _open(session: Session, user_id: int) -> list[Any]:
    """All open assignments, also those that lie outside the actor's reach."""
    statement = select(Assignment.id, Assignment.role, Assignment.unit_id).where(
        Assignment.user_id == user_id, Assignment.ended_at.is_(None)
    )
    reason = "whether roles of one person go together"
    return list(session.execute(unscoped(statement.order_by(Assignment.id), reason)))


def _set(session: Session, assignment_id: int, **values: Any) -> None:
    statement = update(Assignment).where(Assignment.id == assignment_id).values(**values)
    session.execute(
        unscoped(statement, "an account that was found by scope"), execution_options=BLIND
    )


def _log(
    session: Session, actor: Actor, act: str, user: Any, assignment_id: int, role: Role
) -> None:
    detail = {"user": user.id, "assignment": assignment_id, "role": str(role)}
    write_events(session, actor, act, [Event(user.unit_path, detail=detail)])
