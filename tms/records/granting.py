"""Who may grant which role where, and why not (R16)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tms.access import SYSTEM_ROLES, Actor, Role
from tms.dictionary import code_table
from tms.errors import Invalid, Message, NotAllowed, Term, message, term
from tms.models import Level, UnitKind
from tms.models.unit import SEGMENT

#: Roles that belong to one kind of unit.
KIND_OF_ROLE: Final = {
    Role.SCHOOL_HEAD: UnitKind.SCHOOL,
    Role.UNIT_SECRETARY: UnitKind.SECONDARY_UNIT,
    Role.DEPT_REVIEWER: UnitKind.FUNCTIONAL_DEPARTMENT,
}
#: 三员: each excludes every other role for the same person (SECURITY.md S6).
EXCLUSIVE: Final = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_OFFICER, Role.AUDITOR})


def may_grant(actor: Actor, role: Role, path: str) -> None:
    """:raises NotAllowed: *role* at the unit at *path* is not the actor's to grant; says why."""
    if not is_grantable(actor, role, path):
        raise NotAllowed(_why_not(actor, role, path))


def is_grantable(actor: Actor, role: Role, path: str) -> bool:
    """Own unit and its parts: all staff roles; units directly below: their system administrator."""
    if role in SYSTEM_ROLES:
        return False
    allowed = set(actor.spec.grants if _is_inside(actor, path) else ()) | set(
        actor.spec.grants_below if _is_below(actor, path) else ()
    )
    if actor.role == Role.CONSOLE:
        allowed = set(actor.spec.grants)
    return role in allowed


def _why_not(actor: Actor, role: Role, path: str) -> Message:
    """The rule that stands against it."""
    if role in (Role.SECURITY_OFFICER, Role.AUDITOR):
        return message(
            "“%(role)s”监督系统管理员，不由系统管理员授予，请运维人员用命令建立。",
            role=called(role),
        )
    if _is_below(actor, path):
        return message(
            "对直接下级单位只能授予“系统管理员”，“%(role)s”由该单位自己的系统管理员授予。",
            role=called(role),
        )
    if not _is_inside(actor, path):
        return message("该单位不是本单位的直接下级，其账号由其上一级单位的系统管理员建立。")
    return message("您不能授予“%(role)s”。", role=called(role))


def called(role: Role) -> Term | str:
    """The role's label in both languages."""
    entry = code_table("account_role").get(role)
    return term(entry) if entry else str(role)


def must_fit(role: Role, kind: str) -> None:
    """:raises Invalid: the role belongs to another kind of unit, or to files."""
    wanted = KIND_OF_ROLE.get(role)
    if role == Role.TEACHER or (wanted and kind != wanted):
        raise Invalid(message("“%(role)s”与所选单位的类型不相符。", role=called(role)))


def grantable(actor: Actor, held: Iterable[Role] = ()) -> list[Role]:
    """The staff roles that *actor* may grant somewhere to who holds *held* already.

    Teachers get theirs with their files. Schools only have heads, secretaries and departments.
    """
    granted = {*actor.spec.grants, *actor.spec.grants_below} - {Role.TEACHER}
    if actor.role != Role.CONSOLE and actor.unit_level != Level.SCHOOL:
        granted -= set(KIND_OF_ROLE)
    return [role for role in Role if role in granted and go_together({*held, role})]


def go_together(roles: set[Role]) -> bool:
    """Whether one person may hold all of *roles*."""
    return len(roles) < 2 or not roles & EXCLUSIVE


def _is_below(actor: Actor, path: str) -> bool:
    return len(path) == len(actor.unit_path) + SEGMENT and not _is_inside(actor, path)


def _is_inside(actor: Actor, path: str) -> bool:
    """The own unit; a school's secondary units and departments are its administrator's too."""
    is_part = actor.unit_level == Level.SCHOOL and path.startswith(actor.unit_path)
    return path == actor.unit_path or is_part
