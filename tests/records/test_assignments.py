"""Several assignments of one person: granted within reach, never to oneself, one active."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.support.cast import Cast
from tms.access import CONSOLE, Role, bind
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import Assignment, AuditEvent
from tms.records.assignments import add_assignment, assignments_of, end_assignment


def user_of(cast: Cast, name: str) -> int:
    return cast.staff[name].user_id or 0


def add(cast: Cast, who: str, user: str, role: Role, unit: str) -> int:
    actor = cast.act_as(who)
    return add_assignment(cast.session, actor, user_of(cast, user), role, cast.units[unit].id)


def test_a_further_assignment_waits_until_it_is_chosen(cast: Cast) -> None:
    made = add(cast, "school_admin", "school_info", Role.INFO_QUERY, "3136000101")

    held = assignments_of(cast.session, user_of(cast, "school_info"))
    bind(cast.session, CONSOLE)
    events = select(func.count()).select_from(AuditEvent).where(AuditEvent.act == "assignment.add")

    assert [(each.role, each.is_active) for each in held] == [
        ("info_admin", True),
        ("info_query", False),
    ]
    assert held[1].id == made
    assert cast.session.scalar(events) == 1


@pytest.mark.parametrize(
    ("who", "user", "role", "unit", "error"),
    [
        ("county_admin", "neighbour_info", Role.INFO_QUERY, "360102", NotFound),
        ("county_admin", "county_info", Role.INFO_QUERY, "360103", NotFound),
        ("county_admin", "county_info", Role.INFO_QUERY, "3136000101", NotAllowed),
        ("county_admin", "county_admin", Role.INFO_ADMIN, "360102", Conflict),
        ("county_admin", "county_info", Role.INFO_ADMIN, "360102", Conflict),
        ("county_admin", "county_info", Role.SYSTEM_ADMIN, "360102", Invalid),
        ("county_admin", "county_info", Role.SCHOOL_HEAD, "360102", Invalid),
        ("county_info", "county_query", Role.INFO_QUERY, "360102", NotAllowed),
    ],
)
def test_what_is_refused(
    cast: Cast, who: str, user: str, role: Role, unit: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        add(cast, who, user, role, unit)


def test_ending_the_active_one_leaves_the_other(cast: Cast) -> None:
    add(cast, "school_admin", "school_info", Role.INFO_QUERY, "3136000101")
    user = user_of(cast, "school_info")
    first = assignments_of(cast.session, user)[0]

    end_assignment(cast.session, cast.staff["school_admin"], first.id)
    held = assignments_of(cast.session, user)

    assert [(each.role, each.is_active) for each in held] == [("info_query", True)]
    with pytest.raises(Conflict):
        end_assignment(cast.session, cast.staff["school_admin"], held[0].id)
    with pytest.raises(NotFound):
        end_assignment(cast.session, cast.staff["school_admin"], first.id)


def test_exactly_one_is_active(cast: Cast) -> None:
    add(cast, "county_admin", "county_info", Role.INFO_QUERY, "360102")
    bind(cast.session, CONSOLE)
    active = select(Assignment.user_id, func.count()).where(Assignment.is_active)

    counts = cast.session.execute(active.group_by(Assignment.user_id)).all()

    assert {count for _user, count in counts} == {1}
