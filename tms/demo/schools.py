"""How many units of which kind, and how many people work in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from tms.dictionary import HE, KG, PS, SE, SV, Category

STAFF_OF_A_SCHOOL = 60
#: A county has at least the first four.
CATEGORIES = (PS, KG, SV, SE, PS, PS, KG, PS, PS, PS, KG, PS)
SIZES = {KG: 4, PS: 10, SV: 13, SE: 4, HE: 40}
#: Type of school (JY/T 1001), ending of its name, stage taught; what a county builds in turn.
TYPES: dict[Category, tuple[tuple[str, str, str], ...]] = {
    PS: (
        ("211", "小学", "2"),
        ("311", "初级中学", "3"),
        ("211", "第二小学", "2"),
        ("342", "高级中学", "4"),
        ("312", "九年一贯制学校", "3"),
    ),
    KG: (("111", "幼儿园", "1"),),
    SV: (("361", "职业技术学校", ""),),
    SE: (("514", "特殊教育学校", "A"),),
    HE: (("411", "大学", ""),),
}
COLLEGES = ("教育学院", "文学院", "理学院", "信息工程学院", "外国语学院", "艺术学院")
FEWEST_COUNTIES, MOST_IN_A_SMALL_PROVINCE = 4, 6
SCHOOLS_OF_A_COUNTY, COUNTIES_OF_A_CITY = 100, 10
UNIVERSITY_AT_MOST = 4_000
#: A province has no more; beyond, schools grow.
SCHOOLS_AT_MOST = 10_000


@dataclass(frozen=True)
class Plan:
    """The shape of the province for a number of people."""

    #: Number of schools in each county, counties in order.
    counties: tuple[int, ...]
    cities: int
    colleges: int

    def city_of(self, county: int) -> int:
        """Counties are shared out evenly, the first ones to the first city."""
        return county * self.cities // len(self.counties)


def plan(people: int) -> Plan:
    """Enough schools for *people*, in a province that grows with them."""
    schools = min(people // STAFF_OF_A_SCHOOL, SCHOOLS_AT_MOST)
    few = min(MOST_IN_A_SMALL_PROVINCE, max(FEWEST_COUNTIES, schools // 12))
    counties = max(few, schools // SCHOOLS_OF_A_COUNTY)
    each = max(4, schools // counties)
    return Plan(
        counties=(each,) * counties,
        cities=max(2, counties // COUNTIES_OF_A_CITY),
        colleges=3 if people < 10_000 else len(COLLEGES),
    )


def share_out(people: int, categories: Sequence[Category]) -> list[int]:
    """How many people work in each school, by the size its category usually has."""
    weights = [SIZES[category] for category in categories]
    limited = people * SIZES[HE] // sum(weights) > UNIVERSITY_AT_MOST
    at_university = [c is HE for c in categories]
    if not limited:
        return _parts(people, weights)
    rest = people - UNIVERSITY_AT_MOST * sum(at_university)
    others = iter(_parts(rest, [w for w, he in zip(weights, at_university, strict=True) if not he]))
    return [UNIVERSITY_AT_MOST if he else next(others) for he in at_university]


def _parts(total: int, weights: Sequence[int]) -> list[int]:
    """*total* in whole parts proportional to *weights*."""
    ends = [total * end // sum(weights) for end in accumulate(weights)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]
