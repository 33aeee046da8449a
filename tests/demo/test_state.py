"""Shares of states, sizes of schools."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tms.demo.roll import in_chunks, jobs
from tms.demo.schools import plan
from tms.demo.state import RETURNING, Stage, Standing, standing, steps_of
from tms.demo.tree import Node, lay_out
from tms.dictionary import HE, PS, Category
from tms.models import Level, UnitKind
from tms.models.unit import MAX_PATH


def province(people: int) -> Node:
    root = Node("000000", "教育部", Level.CENTRAL, UnitKind.BUREAU, "0001", id=1)
    lay_out(plan(people), root)
    for number, node in enumerate(root.walk(), 2):
        node.id = number
    return root


def stands(people: int) -> Iterator[tuple[Category, Standing]]:
    """School category and standing of everybody."""
    for job in jobs(province(people), people):
        assert job.school.category
        for place in range(len(job.people)):
            yield job.school.category, standing(job.place + place, job.school.category)


@pytest.mark.parametrize("people", [60, 2_000, 50_000])
def test_a_third_in_force_and_a_sixth_in_review(people: int) -> None:
    stages = Counter(each.stage for _, each in stands(people))
    near = max(3, people // 100)
    review = sum(stages[s] for s in {*steps_of(PS), *steps_of(HE)})
    assert abs(stages[Stage.IN_FORCE] - people / 3) < near
    assert abs(review - people / 6) < near
    assert 0 < stages[Stage.RETURNED] < people / 20
    assert stages.total() == people


@pytest.mark.parametrize("category", [PS, HE])
def test_desks_have_even_shares(category: Category) -> None:
    found = [each for other, each in stands(2_000) if steps_of(other) == steps_of(category)]
    review = Counter(each.stage for each in found if each.stage in steps_of(category))
    back = Counter((each.returned_at, each.is_named) for each in found if each.returned_at)

    assert set(review) == set(steps_of(category))
    assert max(review.values()) - min(review.values()) <= 5
    assert {step for step, _ in back} == set(steps_of(category)) & set(RETURNING)
    assert {named for _, named in back} == {True, False}


@pytest.mark.parametrize("people", [20, 60, 2_000, 1_000_000])
def test_everybody_works_somewhere(people: int) -> None:
    found = jobs(province(people), people)
    numbers = [n for job in found for n in (job.people.start, job.people.stop)]
    assert numbers[0] == 0
    assert numbers[-1] == people
    assert numbers[1:-1:2] == numbers[2::2]
    parts = list(in_chunks(found, 5_000))
    assert [job for part in parts for job in part] == found
    assert max(sum(len(job.people) for job in part) for part in parts) < 10_000


@pytest.mark.parametrize("people", [60, 2_000, 1_000_000])
def test_the_province_has_every_kind_of_unit(people: int) -> None:
    root = province(people)
    nodes = list(root.walk())
    assert len({n.code for n in nodes}) == len({n.path for n in nodes}) == len(nodes)
    assert all(len(n.path) <= MAX_PATH for n in nodes)
    kinds = Counter(n.kind for n in nodes)
    assert kinds[UnitKind.FUNCTIONAL_DEPARTMENT] == 5
    assert kinds[UnitKind.SECONDARY_UNIT] >= 3
    assert kinds[UnitKind.TECH_CENTRE] == 1
    counties = [n for n in nodes if n.level == Level.COUNTY]
    assert len(counties) >= 4
    assert all(len({s.category for s in county.below}) == 4 for county in counties)
    schools = [n for n in nodes if n.kind is UnitKind.SCHOOL]
    assert all(len(n.code) == 10 for n in schools)
    assert len({n.name for n in schools}) == len(schools)
    (attached,) = [n for n in schools if n.host]
    assert attached.above is counties[0]


def test_a_large_province_has_ten_thousand_schools() -> None:
    found = jobs(province(1_000_000), 1_000_000)
    assert 9_900 < len(found) < 10_100
