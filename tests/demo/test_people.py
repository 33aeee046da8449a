"""Invented people: numbers that hold, nobody twice."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tms.demo.calendar import BASE, OLDEST, YOUNGEST
from tms.demo.dice import Dice
from tms.demo.people import REGIONS, SPACE, Person, person
from tms.dictionary import HE, check_record, get_table, known_region

MANY = 20_000


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return [person(1, number, Dice(1, number)) for number in range(MANY)]


def test_numbers_are_unique_and_well_formed(people: list[Person]) -> None:
    assert len({p.id_number for p in people}) == MANY
    assert SPACE > 100_000_000
    table = get_table("basic_information")
    for p in people[:500]:
        items = {"id_type": "1", "id_number": p.id_number, "name": p.name}
        values = items | {"gender": p.gender, "birth_date": p.birth_date}
        found = {f.rule for f in check_record(table, HE, values)}
        assert not found & {"B01", "B02", "B03", "B04", "B06", "type", "length"}


def test_numbers_are_spread_over_everything(people: list[Person]) -> None:
    assert {p.region for p in people} == set(REGIONS)
    assert all(known_region(region) for region in REGIONS)
    assert len({p.name for p in people}) > MANY / 4
    assert sum(a.birth_date == b.birth_date for a, b in pairwise(people)) < MANY / 1000


def test_ages_are_those_of_people_at_work(people: list[Person]) -> None:
    ages = [
        BASE.year - p.birth_date.year - ((p.birth_date.month, p.birth_date.day) > (9, 1))
        for p in people
    ]
    assert min(ages) == YOUNGEST
    assert OLDEST - 1 <= max(ages) <= OLDEST


def test_the_seed_decides(people: list[Person]) -> None:
    assert person(1, 7, Dice(1, 7)) == people[7]
    assert person(2, 7, Dice(2, 7)) != people[7]
