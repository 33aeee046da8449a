"""Accounts of staff: one per role at sensible units, and somebody who decides at every desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import CONSOLE, Actor, Role
from tms.demo.calendar import at
from tms.demo.dice import Dice
from tms.demo.names import full_name
from tms.demo.tree import Node
from tms.demo.write import serial_ids
from tms.models import Assignment, AuditEvent, Level, Person, Unit, UnitKind, User
from tms.records.accounts import NewUser, create_user
from tms.records.assignments import add_assignment
from tms.records.audit import event_base, new_act_id
from tms.records.put_rows import put

#: Beginning of the user names of each role; the unit's code follows.
LOGINS = {
    Role.SYSTEM_ADMIN: "sys",
    Role.INFO_ADMIN: "info",
    Role.INFO_QUERY: "query",
    Role.SCHOOL_HEAD: "head",
    Role.UNIT_SECRETARY: "sec",
    Role.DEPT_REVIEWER: "dept",
    Role.TECH_SUPPORT: "tech",
    Role.SECURITY_OFFICER: "safety",
    Role.AUDITOR: "audit",
}
THREE = (Role.SYSTEM_ADMIN, Role.INFO_ADMIN, Role.INFO_QUERY)
SCHOOL = (Role.INFO_ADMIN, Role.SCHOOL_HEAD)
INNER = {
    UnitKind.SECONDARY_UNIT: Role.UNIT_SECRETARY,
    UnitKind.FUNCTIONAL_DEPARTMENT: Role.DEPT_REVIEWER,
}
#: Further bureaus whose information administrator gets a password: hashing takes its time.
BUREAUS_WITH_PASSWORD = 10
MALE, FEMALE = "12"


@dataclass(frozen=True)
class Login:
    """A line of demo-accounts.json."""

    role: str
    unit: str
    login: str
    password: str


Staff = dict[tuple[int, Role], Actor]
Post = tuple[Role, Node]


def with_password(root: Node) -> list[Post]:
    """Who logs in; the first of each role is the one to try first."""
    province = root.below[0]
    university, city = province.below[0], province.below[1]
    county = city.below[0]
    school = county.below[0]
    inner = {node.function or "college": node for node in reversed(university.below)}
    first: list[Post] = [
        (Role.SYSTEM_ADMIN, province),
        (Role.INFO_ADMIN, school),
        (Role.INFO_QUERY, province),
        (Role.SCHOOL_HEAD, school),
        (Role.UNIT_SECRETARY, inner.pop("college")),
        *((Role.DEPT_REVIEWER, node) for node in reversed(inner.values())),
        *((Role.TECH_SUPPORT, node) for node in root.of_kind(UnitKind.TECH_CENTRE)),
        (Role.SECURITY_OFFICER, province),
        (Role.AUDITOR, province),
    ]
    chain = [(role, node) for node in (county, city, province, school) for role in THREE]
    chain += [(role, university) for role in (*THREE, Role.SCHOOL_HEAD)]
    chain += [(INNER[node.kind], node) for node in university.below]
    schools = [(role, node) for node in county.below for role in SCHOOL]
    bureaus = root.of_kind(UnitKind.BUREAU)[:BUREAUS_WITH_PASSWORD]
    others = [(Role.INFO_ADMIN, node) for node in bureaus]
    return list(dict.fromkeys([*first, *chain, *schools, *others]))


def without_password(root: Node, taken: Sequence[Post]) -> list[Post]:
    """Whoever else decides: an account as imports make it, until its slip is printed."""
    return [post for post in _desks(root) if post not in set(taken)]


def _desks(root: Node) -> Iterator[Post]:
    for node in root.walk():
        if node.kind is UnitKind.SCHOOL:
            yield from ((role, node) for role in SCHOOL)
        elif node.kind in INNER:
            yield INNER[node.kind], node
        elif node.kind is UnitKind.BUREAU and node.level > Level.PROVINCE:
            yield Role.INFO_ADMIN, node


def hire(session: Session, root: Node, seed: int) -> tuple[Staff, list[Login]]:
    """Make the accounts; returns who holds which post, and the passwords."""
    posts = with_password(root)
    logins = []
    for number, (role, node) in enumerate(posts):
        new = NewUser(_login(role, node), role, node.id, _name(seed, number))
        password = create_user(session, CONSOLE, new)[1]
        logins.append(Login(str(role), node.name, new.username, password))
    _further(session, root)
    _import(session, without_password(root, posts), seed, len(posts))
    return _staff(session), logins


def _further(session: Session, root: Node) -> None:
    """One person of the county also looks things up for the city: an assignment to switch to."""
    city = root.below[0].below[1]
    username = _login(Role.INFO_ADMIN, city.below[0])
    user = session.scalar(select(User.id).where(User.username == username))
    add_assignment(session, CONSOLE, user or 0, Role.INFO_QUERY, city.id)


def _login(role: Role, node: Node) -> str:
    return f"{LOGINS[role]}-{node.code}"


def _name(seed: int, number: int) -> str:
    """Numbers below zero: nobody who has a file."""
    dice = Dice(seed, -1 - number)
    return full_name(dice, FEMALE if dice.chance(0.4) else MALE)


def _import(session: Session, posts: Sequence[Post], seed: int, first: int) -> None:
    when = at(230)
    persons = serial_ids(session, Person, len(posts))
    users = serial_ids(session, User, len(posts))
    rows = list(zip(persons, users, posts, strict=True))
    put(
        session,
        Person,
        [
            {"id": person, "name": _name(seed, number), "unit_path": node.path}
            for number, (person, _, (_, node)) in enumerate(rows, first)
        ],
    )
    put(session, User, [_user(p, u, _login(*post), post[1].path, when) for p, u, post in rows])
    put(session, Assignment, [_assignment(u, role, n.id, n.path, when) for _, u, (role, n) in rows])
    base = event_base(CONSOLE, "account.create", new_act_id()) | {"at": when, "files": 1}
    events = [
        base | {"unit_path": n.path, "detail": {"user": u, "role": str(r), "unit": n.id}}
        for _, u, (r, n) in rows
    ]
    put(session, AuditEvent, events)


def _user(person: int, user: int, login: str, path: str, when: Any) -> dict[str, Any]:
    return {
        "id": user,
        "username": login,
        "person_id": person,
        "is_disabled": False,
        "unit_path": path,
        "created_at": when,
    }


def _assignment(user: int, role: Role, unit: int, path: str, when: Any) -> dict[str, Any]:
    return {
        "user_id": user,
        "role": str(role),
        "unit_id": unit,
        "unit_path": path,
        "is_active": True,
        "granted_by": None,
        "granted_at": when,
    }


def _staff(session: Session) -> Staff:
    """Everybody as an actor, by unit and role."""
    rows = session.execute(
        select(
            Assignment.user_id, Assignment.id, Assignment.role, Unit.id, Unit.unit_path, Unit.level
        ).join(Unit, Unit.id == Assignment.unit_id)
    ).all()
    return {
        (unit, Role(role)): Actor(Role(role), path, user, assignment, unit, level)
        for user, assignment, role, unit, path, level in rows
    }
