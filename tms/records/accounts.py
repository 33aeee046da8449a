"""Accounts: a named person, a login, an assignment (R15, R16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, Role, unscoped
from tms.access.passwords import hash_password, one_time_code
from tms.db import BLIND
from tms.dictionary.scope import today
from tms.errors import Conflict, Invalid, NotAllowed, NotFound, message
from tms.models import Assignment, HandoverKind, Person, Unit, User
from tms.models.types import now
from tms.records import login_sessions, throttle
from tms.records.audit import Event, write_events
from tms.records.granting import is_grantable, may_grant, must_fit
from tms.records.handovers import Given, give
from tms.records.ids import own_ids
from tms.records.put_rows import put

REASON = "the unit was checked by scope"
USERNAME_MAX = 50
CLOSED = message("单位已撤销，不能再有账号。")
LOGIN_COLUMNS = (
    *("username", "password_hash", "teacher_id", "login_index", "unit_path"),
    *("must_change", "code_expires_at"),
)
#: How long a one-time code opens the door (S15).
CODE_LASTS = timedelta(hours=72)
NOT_ONESELF = message("不能停用自己的账号。")


@dataclass(frozen=True)
class NewUser:
    """What an account is made from; each belongs to a named person."""

    username: str
    role: Role
    unit_id: int
    name: str


@dataclass(frozen=True)
class Holder:
    """One account to store: the person, how it logs in, and what it is assigned to."""

    name: str
    role: Role
    unit_id: int
    #: Path of what the account belongs to: the unit's, or a teacher's file's.
    unit_path: str
    username: str | None = None
    password_hash: str | None = None
    teacher_id: int | None = None
    login_index: str | None = None
    must_change: bool = False
    code_expires_at: datetime | None = None


def create_user(
    session: Session, actor: Actor, new: NewUser, *, password: str | None = None
) -> tuple[int, str]:
    """Make an account; returns its id and its one-time password, which is stored nowhere.

    :raises NotAllowed: the role does not grant this role there. :raises NotFound: no such unit.
    :raises Conflict: the user name is taken, or the unit closed. :raises Invalid: no name, or role
        and unit do not fit.
    """
    actor.require(Permission.ACCOUNT_WRITE)
    unit = _unit(session, new)
    may_grant(actor, new.role, unit.unit_path)
    _refuse_taken(session, new.username)
    code = password or one_time_code()
    place = (new.role, unit.id, unit.unit_path)
    holder = Holder(
        new.name.strip(),
        *place,
        new.username,
        hash_password(code),
        must_change=password is None,
        code_expires_at=None if password else now() + CODE_LASTS,
    )
    (user,) = store_accounts(session, actor, [holder])
    detail = {"user": user, "role": str(new.role), "unit": unit.id}
    write_events(session, actor, "account.create", [Event(unit.unit_path, detail=detail)])
    about = Given(HandoverKind.ACCOUNT, new.role, unit.id, unit.unit_path, holder.name, user)
    give(session, actor, about)
    return user, code


def store_accounts(session: Session, actor: Actor, holders: Sequence[Holder]) -> list[int]:
    """Insert persons, users and assignments; returns the users' ids in the order given.

    The caller has checked that the units lie within the actor's reach.
    """
    at = now()
    persons = _ids(session, Person, [{"name": h.name, "unit_path": h.unit_path} for h in holders])
    users = _ids(
        session,
        User,
        [
            {name: getattr(holder, name) for name in LOGIN_COLUMNS}
            | {"person_id": person, "created_at": at}
            for person, holder in zip(persons, holders, strict=True)
        ],
    )
    rows = [
        {"user_id": user, "role": h.role, "unit_id": h.unit_id, "unit_path": h.unit_path}
        | {"granted_by": actor.user_id, "granted_at": at}
        for user, h in zip(users, holders, strict=True)
    ]
    put(session, Assignment, rows)
    return users


def _ids(session: Session, model: Any, rows: list[dict[str, Any]]) -> list[int]:
    ids = own_ids(session, model, len(rows))
    numbered = [{"id": row_id} | row for row_id, row in zip(ids, rows, strict=True)]
    put(session, model, numbered)
    return ids


def _unit(session: Session, new: NewUser) -> Unit:
    if not new.name.strip():
        raise Invalid(message("每个账号须由一名具名人员负责，请填写姓名。"))
    if not new.username.strip() or len(new.username) > USERNAME_MAX or " " in new.username:
        raise Invalid(message("用户名不能为空、含空格或超过50个字符。"))
    unit: Unit | None = session.scalar(select(Unit).where(Unit.id == new.unit_id))
    if unit is None:
        raise NotFound(message("没有这个单位。"))
    if unit.closed_on is not None:
        raise Conflict(CLOSED)
    must_fit(new.role, unit.kind)
    return unit


def _refuse_taken(session: Session, username: str) -> None:
    statement = select(User.id).where(User.username == username)
    if session.scalar(unscoped(statement, "user names are unique in the installation")):
        raise Conflict(message("用户名“%(name)s”已被使用。", name=username))


def keeps(session: Session, actor: Actor, user_id: int) -> bool:
    """Whether every role the account holds is the actor's to grant: only then it is his to keep.

    An account in reach may be a school's, or hold a role elsewhere: whoever could reset its
    password would act under it (DOMAIN.md 2). His own he changes on pages of its own.
    """
    if user_id == actor.user_id:
        return False
    statement = select(Assignment.role, Assignment.unit_path).where(
        Assignment.user_id == user_id, Assignment.ended_at.is_(None)
    )
    held = session.execute(unscoped(statement, "roles an account holds, wherever")).all()
    return all(is_grantable(actor, Role(row.role), row.unit_path) for row in held)


def must_keep(session: Session, actor: Actor, user_id: int) -> None:
    """:raises Conflict: it is the actor's own.

    :raises NotAllowed: the account holds a role that is not the actor's to grant.
    """
    if user_id == actor.user_id:
        raise Conflict(message("自己的口令和动态口令请在右上角“我的登录”中修改。"))
    if not keeps(session, actor, user_id):
        raise NotAllowed(message("该账号由其所在单位的系统管理员管理。"))


def set_disabled(session: Session, actor: Actor, user_id: int, disabled: bool) -> None:
    """Disable or enable an account in reach; an administrator cannot lock himself out.

    :raises NotFound: no such account in reach. :raises Conflict: it is the actor's own, or would be
        enabled at a closed unit.
    :raises NotAllowed: it holds a role that is not the actor's to grant.
    """
    actor.require(Permission.ACCOUNT_WRITE)
    user = session.scalar(select(User).where(User.id == user_id))
    if user is None:
        raise NotFound(message("没有这个账号。"))
    if user_id == actor.user_id:
        raise Conflict(NOT_ONESELF)
    must_keep(session, actor, user_id)
    if not disabled and _at_closed_unit(session, user_id):
        raise Conflict(CLOSED)
    session.execute(
        update(User).where(User.id == user_id).values(is_disabled=disabled),
        execution_options=BLIND,
    )
    if disabled:
        login_sessions.end_all(session, user_id)
    act = "account.disable" if disabled else "account.enable"
    write_events(session, actor, act, [Event(user.unit_path, detail={"user": user_id})])


def set_expiry(session: Session, actor: Actor, user_id: int, until: date | None) -> None:
    """Let an account in reach end with the day *until*, in China; None takes that back.

    :raises NotFound: no such account in reach. :raises Conflict: it is the actor's own.
    :raises Invalid: the day is over.
    :raises NotAllowed: it holds a role that is not the actor's to grant.
    """
    actor.require(Permission.ACCOUNT_WRITE)
    user = session.scalar(select(User).where(User.id == user_id))
    if user is None:
        raise NotFound(message("没有这个账号。"))
    if user_id == actor.user_id:
        raise Conflict(NOT_ONESELF)
    if until is not None and until < today():
        raise Invalid(message("有效期不能早于今天；要立即停止使用，请停用账号。"))
    must_keep(session, actor, user_id)
    statement = update(User).where(User.id == user_id).values(expires_on=until)
    session.execute(statement, execution_options=BLIND)
    detail = {"user": user_id, "until": until}
    write_events(session, actor, "account.expire", [Event(user.unit_path, detail=detail)])


def _at_closed_unit(session: Session, user_id: int) -> bool:
    statement = (
        select(Unit.id)
        .join(Assignment, Assignment.unit_id == Unit.id)
        .where(Assignment.user_id == user_id, Assignment.is_active, Unit.closed_on.is_not(None))
    )
    return session.scalar(statement) is not None


def reset_password(session: Session, actor: Actor, user_id: int) -> str:
    """A new one-time password for an account in reach; returned once, stored as hash only.

    :raises NotFound: no such account in reach.
    :raises NotAllowed: it holds a role that is not the actor's to grant.
    """
    actor.require(Permission.ACCOUNT_WRITE)
    user = session.scalar(select(User).where(User.id == user_id))
    if user is None:
        raise NotFound(message("没有这个账号。"))
    must_keep(session, actor, user_id)
    code = one_time_code()
    values = {"password_hash": hash_password(code), "password_at": None, "must_change": True}
    change = update(User).where(User.id == user_id)
    session.execute(
        change.values(**values, code_expires_at=now() + CODE_LASTS), execution_options=BLIND
    )
    login_sessions.end_all(session, user_id)
    if user.username:
        throttle.forgive(session, user.username)
    write_events(session, actor, "account.reset", [Event(user.unit_path, detail={"user": user_id})])
    _give_code(session, actor, user)
    return code


def _give_code(session: Session, actor: Actor, user: User) -> None:
    """On the list of what was handed over: to its holder, where the account now acts."""
    statement = (
        select(Assignment.role, Assignment.unit_id, Assignment.unit_path, Person.name)
        .join(User, User.id == Assignment.user_id)
        .join(Person, Person.id == User.person_id)
        .where(Assignment.user_id == user.id, Assignment.ended_at.is_(None))
        .order_by(Assignment.is_active.desc(), Assignment.id)
    )
    held = session.execute(statement).first()
    if held is not None:
        place = (Role(held.role), held.unit_id, held.unit_path, held.name, user.id)
        give(session, actor, Given(HandoverKind.RESET, *place))
