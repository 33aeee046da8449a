"""Accounts: a named person, a login, an assignment (R15, R16)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tms.access import SYSTEM_ROLES, Actor, Permission, Role, unscoped
from tms.access.passwords import hash_password, one_time_code
from tms.errors import Conflict, Invalid, NotAllowed, NotFound, message
from tms.models import Assignment, Level, Person, Unit, UnitKind, User
from tms.models.types import now
from tms.models.unit import SEGMENT
from tms.records.audit import Event, write_events

REASON = "the unit was checked by scope"
USERNAME_MAX = 50
#: Roles that belong to one kind of unit.
KIND_OF_ROLE = {
    Role.SCHOOL_HEAD: UnitKind.SCHOOL,
    Role.UNIT_SECRETARY: UnitKind.SECONDARY_UNIT,
    Role.DEPT_REVIEWER: UnitKind.FUNCTIONAL_DEPARTMENT,
}


@dataclass(frozen=True)
class NewUser:
    """What an account is made from; each belongs to a named person."""

    username: str
    role: Role
    unit_id: int
    name: str


def create_user(
    session: Session, actor: Actor, new: NewUser, *, password: str | None = None
) -> tuple[int, str]:
    """Make an account; returns its id and its one-time password, which is stored nowhere.

    :raises NotAllowed: the role does not grant this role there. :raises NotFound: no such unit.
    :raises Conflict: the user name is taken. :raises Invalid: no name, or role and unit do not fit.
    """
    actor.require(Permission.ACCOUNT_WRITE)
    unit = _unit(session, new)
    _may_grant(actor, new.role, unit.unit_path)
    _refuse_taken(session, new.username)
    code = password or one_time_code()
    at = now()
    person = session.scalar(
        unscoped(insert(Person).returning(Person.id), REASON),
        [{"name": new.name.strip(), "unit_path": unit.unit_path}],
    )
    user = session.scalar(
        unscoped(insert(User).returning(User.id), REASON),
        [
            {
                "username": new.username,
                "person_id": person,
                "password_hash": hash_password(code),
                "unit_path": unit.unit_path,
                "created_at": at,
            }
        ],
    )
    assert user is not None  # noqa: S101
    assignment = {"user_id": user, "role": new.role, "unit_id": unit.id}
    session.execute(
        unscoped(insert(Assignment), REASON),
        [assignment | {"unit_path": unit.unit_path, "granted_by": actor.user_id, "granted_at": at}],
    )
    detail = {"user": user, "role": str(new.role), "unit": unit.id}
    write_events(session, actor, "account.create", [Event(unit.unit_path, detail=detail)])
    return user, code


def _unit(session: Session, new: NewUser) -> Unit:
    if not new.name.strip():
        raise Invalid(message("每个账号须由一名具名人员负责，请填写姓名。"))
    if not new.username.strip() or len(new.username) > USERNAME_MAX or " " in new.username:
        raise Invalid(message("用户名不能为空、含空格或超过50个字符。"))
    unit = session.scalar(select(Unit).where(Unit.id == new.unit_id))
    if unit is None:
        raise NotFound(message("没有这个单位。"))
    kind = KIND_OF_ROLE.get(new.role)
    if new.role == Role.TEACHER or (kind and unit.kind != kind):
        raise Invalid(message("该角色与单位不相符。"))
    return unit


def _may_grant(actor: Actor, role: Role, path: str) -> None:
    """Own unit and its parts: all staff roles; units directly below: their system administrator."""
    if role in SYSTEM_ROLES:
        raise NotAllowed(message("您不能授予该角色。"))
    inside = path == actor.unit_path or _is_part(actor, path)
    below = len(path) == len(actor.unit_path) + SEGMENT
    allowed = set(actor.spec.grants if inside else ()) | set(
        actor.spec.grants_below if below else ()
    )
    if actor.role == Role.CONSOLE:
        allowed = set(actor.spec.grants)
    if role not in allowed:
        raise NotAllowed(message("您不能授予该角色。"))


def _is_part(actor: Actor, path: str) -> bool:
    """A school's secondary units and departments are its own administrator's."""
    return actor.unit_level == Level.SCHOOL and path.startswith(actor.unit_path)


def _refuse_taken(session: Session, username: str) -> None:
    statement = select(User.id).where(User.username == username)
    if session.scalar(unscoped(statement, "user names are unique in the installation")):
        raise Conflict(message("用户名“%(name)s”已被使用。", name=username))


def set_disabled(session: Session, actor: Actor, user_id: int, disabled: bool) -> None:
    """Disable or enable an account in reach; an administrator cannot lock himself out.

    :raises NotFound: no such account in reach. :raises Conflict: it is the actor's own.
    """
    actor.require(Permission.ACCOUNT_WRITE)
    user = session.scalar(select(User).where(User.id == user_id))
    if user is None:
        raise NotFound(message("没有这个账号。"))
    if user_id == actor.user_id:
        raise Conflict(message("不能停用自己的账号。"))
    session.execute(
        update(User).where(User.id == user_id).values(is_disabled=disabled),
        execution_options={"synchronize_session": False},
    )
    act = "account.disable" if disabled else "account.enable"
    write_events(session, actor, act, [Event(user.unit_path, detail={"user": user_id})])


def reset_password(session: Session, actor: Actor, user_id: int) -> str:
    """A new one-time password for an account in reach; returned once, stored as hash only."""
    actor.require(Permission.ACCOUNT_WRITE)
    user = session.scalar(select(User).where(User.id == user_id))
    if user is None:
        raise NotFound(message("没有这个账号。"))
    code = one_time_code()
    session.execute(
        update(User).where(User.id == user_id).values(password_hash=hash_password(code)),
        execution_options={"synchronize_session": False},
    )
    write_events(session, actor, "account.reset", [Event(user.unit_path, detail={"user": user_id})])
    return code
