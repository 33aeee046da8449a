"""Who can: the people who hold a permission at a unit, in words that a reader can act on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, Role, unscoped
from tms.access.roles import ROLES, SYSTEM_ROLES
from tms.dictionary import code_table
from tms.dictionary.scope import SHANGHAI
from tms.errors import Message, Term, message
from tms.models import Assignment, Level, Person, Unit, User
from tms.records.heads import headless_among

REASON = "who can help with a file that was found by scope; names only of the reader's own people"
#: More names help nobody.
NAMED = 3
TEACHER = Term("教师本人", "the teacher")
BUREAU = Term("主管部门信息管理员", "the bureau's information administrator")
#: Beside the name of the unit these are told shorter than in lists of roles.
CALLED = {
    Role.SCHOOL_HEAD: Term("负责人", "head"),
    Role.UNIT_SECRETARY: Term("信息专管员", "information officer"),
    Role.DEPT_REVIEWER: Term("审核员", "reviewer"),
}


@dataclass(frozen=True)
class Holders:
    """Whoever may do something at one unit."""

    unit: str
    roles: tuple[Role, ...]
    #: Those who are not the reader: (user, name), in order of their accounts.
    others: tuple[tuple[int, str], ...]
    #: Whether the reader may know their names.
    named: bool
    #: Whether the reader is one of them.
    is_me: bool

    @property
    def text(self) -> Message:
        """The role and unit, with names where the reader may know them."""
        if self.is_me:
            return message("您")
        names = [name for _, name in self.others[:NAMED]] if self.named else []
        role = either(role_name(role) for role in self.roles)
        if not names:
            return message("%(unit)s的%(role)s", unit=self.unit, role=role)
        return message(
            "%(unit)s的%(role)s（%(names)s）", unit=self.unit, role=role, names=listed(names)
        )


def holders_of(session: Session, actor: Actor, unit_id: int, permission: Permission) -> Holders:
    """Who holds *permission* at that unit; of a school without a head its supervisor stands in."""
    columns = (Unit.id, Unit.name, Unit.level, Unit.unit_path, Unit.supervisor_id)
    unit = session.execute(unscoped(select(*columns).where(Unit.id == unit_id), REASON)).one()
    headless = permission is Permission.SCHOOL_REVIEW and headless_among(session, [unit_id])
    if headless and unit.supervisor_id is not None:
        return holders_of(session, actor, unit.supervisor_id, Permission.APPROVE)
    roles = roles_with(permission, unit.level)
    found = session.execute(unscoped(_people(unit.id, roles), REASON)).all()
    others = tuple((user, name) for user, name in found if user != actor.user_id)
    named, is_me = may_name(actor, unit.unit_path), len(others) < len(found)
    return Holders(unit.name, roles, others, named, is_me)


def _people(unit_id: int, roles: tuple[Role, ...]) -> Any:
    return (
        select(User.id, Person.name)
        .join(Assignment, Assignment.user_id == User.id)
        .join(Person, Person.id == User.person_id)
        .where(
            Assignment.unit_id == unit_id,
            Assignment.role.in_(roles),
            Assignment.ended_at.is_(None),
            User.is_disabled.is_(False),
        )
        .order_by(User.id)
    )


def who_acted(
    session: Session, actor: Actor, user_id: int | None, desk: tuple[int, Permission]
) -> Message:
    """Who looked or decided at a desk: its role and unit, with the name of the very person."""
    found = holders_of(session, actor, *desk)
    named = select(User.id, Person.name).join(Person, Person.id == User.person_id)
    rows = session.execute(unscoped(named.where(User.id == user_id), REASON)).all()
    others = tuple((user, name) for user, name in rows)
    return replace(found, others=others, is_me=user_id == actor.user_id).text


def may_name(actor: Actor, unit_path: str) -> bool:
    """Whether the reader may know who works there: at the own unit, and below a bureau."""
    reads = actor.can(Permission.RECORD_READ) or actor.can(Permission.ACCOUNT_READ)
    return reads and unit_path.startswith(actor.unit_path)


def roles_with(permission: Permission, level: int) -> tuple[Role, ...]:
    """The roles of people that hold *permission* at a unit of *level*."""
    found = []
    for role, spec in ROLES.items():
        here = spec.at_school if level == Level.SCHOOL else spec.at_bureau
        if role not in SYSTEM_ROLES and permission in spec.permissions | here:
            found.append(role)
    return tuple(role for role in found if role is not Role.TEACHER) or tuple(found)


def role_name(role: Role) -> Term:
    """What the role is called within a sentence."""
    if role in CALLED:
        return CALLED[role]
    table = code_table("account_role")
    zh, en = (re.split(r"\s*[(（]", table.label(role, lang))[0] for lang in ("zh", "en"))
    return Term(zh, en[:1].lower() + en[1:])


# -- words -----------------------------------------------------------------------------------------


def either(words: Iterable[Message | str]) -> Message | str:
    """One or the other; there is at least one."""
    return reduce(lambda first, then: message("%(first)s或%(then)s", first=first, then=then), words)


def listed(words: Iterable[Message | str]) -> Message | str:
    """One after the other; there is at least one."""
    return reduce(lambda first, then: message("%(first)s、%(then)s", first=first, then=then), words)


def moment(at: datetime) -> str:
    """An instant in China, to the minute."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def day(at: datetime) -> str:
    """The day of an instant in China."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d}"
