"""Who holds a desk: the persons whose role decides there, as far as the reader may know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import ROLES, SYSTEM_ROLES, Permission, Role, unscoped
from tms.models import Assignment, Level, Person, Unit, User

#: A desk: unit and what its holder must be permitted.
Desk = tuple[int, Permission]
REASON = "names of colleagues in units within reach; a superior's stay unnamed"


def roles_with(permission: Permission, *, at_school: bool) -> list[Role]:
    """The roles that hold *permission*, at schools or at bureaus."""
    return [
        role
        for role, spec in ROLES.items()
        if role not in SYSTEM_ROLES
        and permission in spec.permissions | (spec.at_school if at_school else spec.at_bureau)
    ]


def holders(session: Session, desks: Collection[Desk]) -> dict[Desk, list[str]]:
    """By desk the names of those who hold it; of units out of the actor's reach nobody's."""
    wanted = {unit for unit, _ in desks}
    levels = session.execute(select(Unit.id, Unit.level).where(Unit.id.in_(wanted)))
    at_school = {row.id: row.level == Level.SCHOOL for row in levels}
    statement = (
        select(Assignment.unit_id, Assignment.role, Person.name)
        .join(User, User.id == Assignment.user_id)
        .join(Person, Person.id == User.person_id)
        .where(
            Assignment.unit_id.in_(at_school),
            Assignment.ended_at.is_(None),
            User.is_disabled.is_(False),
        )
        .order_by(Person.name)
    )
    people: dict[tuple[int, str], list[str]] = defaultdict(list)
    for row in session.execute(unscoped(statement, REASON)) if at_school else ():
        people[row.unit_id, row.role].append(row.name)
    return {
        (unit, permission): [
            name
            for role in roles_with(permission, at_school=at_school[unit])
            for name in people[unit, role]
        ]
        for unit, permission in desks
        if unit in at_school
    }
