"""One-person units: declared, seen, revoked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.cast import Cast
from tests.support.holds import events
from tests.support.units import COUNTY, SCHOOL, path_of
from tms.dictionary.scope import today
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import Unit
from tms.records.holds import one_person
from tms.records.one_person import declare, offers, revoke


def declared(cast: Cast) -> set[int]:
    """As a neighbour's desk asks, who reaches none of them."""
    cast.act_as("neighbour_info")
    return one_person(cast.session, [unit.id for unit in cast.units.values()])


@pytest.mark.parametrize("name", ["school_admin", "county_admin", "province_admin"])
def test_the_schools_own_administrator_or_one_above_declares_and_revokes(
    cast: Cast, name: str
) -> None:
    school = cast.units[SCHOOL].id
    assert declared(cast) == set()

    declare(cast.session, cast.act_as(name), school)
    cast.session.commit()
    assert declared(cast) == {school}

    revoke(cast.session, cast.act_as(name), school)
    cast.session.commit()
    assert declared(cast) == set()


def test_both_leave_an_event(cast: Cast) -> None:
    school = cast.units[SCHOOL].id
    declare(cast.session, cast.act_as("school_admin"), school)
    revoke(cast.session, cast.act_as("county_admin"), school)

    (began,), (ended,) = events(cast, "unit.one_person"), events(cast, "unit.several")

    assert (began.unit_path, began.user_id) == (
        path_of(cast, SCHOOL),
        cast.staff["school_admin"].user_id,
    )
    assert ended.former == {"unit": {str(school): {"one_person_since": str(today())}}}


@pytest.mark.parametrize("name", ["school_info", "school_head", "county_info", "auditor"])
def test_other_roles_declare_nothing(cast: Cast, name: str) -> None:
    actor = cast.act_as(name)
    school = cast.session.scalars(select(Unit).where(Unit.code == SCHOOL)).one()

    assert not offers(actor, school)
    for act in (declare, revoke):
        with pytest.raises(NotAllowed):
            act(cast.session, actor, school.id)


def test_neighbours_and_bureaus_are_refused(cast: Cast) -> None:
    with pytest.raises(NotFound):
        declare(cast.session, cast.act_as("school_admin"), cast.units["3136000201"].id)
    with pytest.raises(Invalid):
        declare(cast.session, cast.act_as("province_admin"), cast.units[COUNTY].id)


def test_twice_is_once(cast: Cast) -> None:
    actor, school = cast.act_as("school_admin"), cast.units[SCHOOL].id

    with pytest.raises(Conflict):
        revoke(cast.session, actor, school)
    declare(cast.session, actor, school)
    with pytest.raises(Conflict, match=str(today())):
        declare(cast.session, actor, school)
