"""Shares of states, sizes of schools."""

from __future__ import annotations

from collections import Counter

import pytest

from tms.demo.roll import in_chunks, jobs
from tms.demo.schools import plan
from tms.demo.state import Stage, standing
from tms.demo.tree import Node, lay_out
from tms.models import Level, UnitKind
from tms.models.unit import MAX_PATH


def province(people: int) -> Node:
    root = Node("000000", "教育部", Level.CENTRAL, UnitKind.BUREAU, "0001", id=1)
    lay_out(plan(people), root)
    for number, node in enumerate(root.walk(), 2):
        node.id = number
    return root


@pytest.mark.parametrize("people", [60, 2_000, 50_000])
def test_a_third_in_force_and_a_sixth_in_review(people: int) -> None:
    found, shares = jobs(province(people), people)
    stages = Counter(
        standing(job.place + place, shares, has_route=job.has_route).stage
        for job in found
        for place in range(len(job.people))
    )
    near = max(3, people // 100)
    review = [stages[s] for s in (Stage.SUPPLEMENT, Stage.HEAD, Stage.REPORT, Stage.APPROVE)]
    assert abs(stages[Stage.IN_FORCE] - people / 3) < near
    assert abs(sum(review) - people / 6) < near
    assert max(review) - min(review) <= near
    assert 0 < stages[Stage.RETURNED] < people / 20
    assert stages.total() == people


@pytest.mark.parametrize("people", [20, 60, 2_000, 1_000_000])
def test_everybody_works_somewhere(people: int) -> None:
    found, _ = jobs(province(people), people)
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
    found, _ = jobs(province(1_000_000), 1_000_000)
    assert 9_900 < len(found) < 10_100
