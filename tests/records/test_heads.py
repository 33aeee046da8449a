"""Schools without a head, as their supervisor needs to know them."""

from __future__ import annotations

from sqlalchemy import text

from tests.support.cast import Cast
from tests.support.units import COUNTY, NEIGHBOUR, SCHOOL
from tms.access import CONSOLE, Role, bind
from tms.records.accounts import NewUser, create_user
from tms.records.heads import headless, headless_among

KINDERGARTEN = "3136000102"


def found(cast: Cast, unit: str, name: str = "county_info") -> list[int]:
    cast.act_as(name)
    return headless(cast.session, cast.units[unit].id)


def run(cast: Cast, statement: str, **values: object) -> None:
    cast.session.connection().execute(text(statement), values)
    cast.session.commit()


def test_a_school_without_a_head_is_named_to_an_information_administrator(cast: Cast) -> None:
    assert found(cast, COUNTY) == [cast.units[KINDERGARTEN].id]


def test_only_schools_directly_below_count(cast: Cast) -> None:
    assert found(cast, "360100") == []
    assert found(cast, "360000") == [cast.units["4136010001"].id]
    assert found(cast, NEIGHBOUR) == [cast.units["3136000201"].id]


def test_a_head_who_is_disabled_or_gone_is_no_head(cast: Cast) -> None:
    head = cast.staff["school_head"]
    school, kindergarten = (cast.units[code].id for code in (SCHOOL, KINDERGARTEN))

    run(cast, "UPDATE app_user SET is_disabled = true WHERE id = :id", id=head.user_id)
    assert found(cast, COUNTY) == sorted([school, kindergarten])

    run(cast, "UPDATE app_user SET is_disabled = false WHERE id = :id", id=head.user_id)
    assert found(cast, COUNTY) == [kindergarten]

    ended = "UPDATE assignment SET ended_at = '2026-01-01' WHERE id = :id"
    run(cast, ended, id=head.assignment_id)
    assert found(cast, COUNTY) == sorted([school, kindergarten])


def test_a_head_who_acts_as_something_else_at_the_moment_is_one(cast: Cast) -> None:
    head = cast.staff["school_head"]

    run(cast, "UPDATE assignment SET is_active = false WHERE id = :id", id=head.assignment_id)

    assert found(cast, COUNTY) == [cast.units[KINDERGARTEN].id]


def test_naming_a_head_ends_it_and_closing_a_school_too(cast: Cast) -> None:
    bind(cast.session, CONSOLE)
    new = NewUser("new_head", Role.SCHOOL_HEAD, cast.units[KINDERGARTEN].id, "园长")
    create_user(cast.session, CONSOLE, new)
    cast.session.commit()
    closed = "UPDATE unit SET closed_on = '2026-01-01' WHERE id = :id"
    run(cast, closed, id=cast.units["3136000201"].id)

    assert found(cast, COUNTY) == []
    assert found(cast, NEIGHBOUR) == []


def test_among_units_of_all_kinds_only_schools_are_named(cast: Cast) -> None:
    cast.act_as("county_info")
    everything = [unit.id for unit in cast.units.values()]

    schools = {cast.units[code].id for code in (KINDERGARTEN, "3136000201", "4136010001")}

    assert headless_among(cast.session, everything) == schools
    assert headless_among(cast.session, [cast.units[SCHOOL].id]) == set()
