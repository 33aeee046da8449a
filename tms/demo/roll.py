"""From numbers to files: who works where, and what stands in each file. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tms.demo import sections
from tms.demo.calendar import BASE
from tms.demo.dice import Dice
from tms.demo.life import Life, Place, life
from tms.demo.people import person
from tms.demo.schools import share_out
from tms.demo.state import Standing, standing
from tms.demo.tree import Node
from tms.models import PersonKind, UnitKind
from tms.workflow.routes import route_for


@dataclass(frozen=True, slots=True)
class Teacher:
    """A file as it is to be written."""

    school: Node
    college: Node | None
    life: Life
    standing: Standing
    rows: dict[str, list[sections.Values]]

    @property
    def number(self) -> int:
        """Of the person, from 0."""
        return self.life.person.number

    @property
    def path(self) -> str:
        """Path of the college where there is one, else of the school."""
        return (self.college or self.school).path

    @property
    def kind(self) -> PersonKind:
        """Who is off the establishment has a contract."""
        return PersonKind.ESTABLISHED if self.life.established else PersonKind.CONTRACT


@dataclass(frozen=True)
class Job:
    """One school with the numbers of those who work there."""

    school: Node
    people: range
    #: Number of the first one among the files with the same route.
    place: int


def jobs(root: Node, people: int) -> list[Job]:
    """All schools that have staff."""
    schools = [(s, s.category) for s in root.of_kind(UnitKind.SCHOOL) if s.category]
    counts = share_out(people, [category for _, category in schools])
    found: list[Job] = []
    first, places = 0, Counter[str]()
    for (school, category), count in zip(schools, counts, strict=True):
        route = route_for(category).key
        found.append(Job(school, range(first, first + count), places[route]))
        first += count
        places[route] += count
    return found


def in_chunks(found: Sequence[Job], size: int) -> Iterator[list[Job]]:
    """Whole schools of at least *size* people together: acts of a school stay in one."""
    part: list[Job] = []
    for job in found:
        part.append(job)
        if sum(len(j.people) for j in part) >= size:
            yield part
            part = []
    if part:
        yield part


def staff_of(job: Job, seed: int) -> Iterator[Teacher]:
    """The people of one school with their files."""
    colleges = [n for n in job.school.below if n.kind is UnitKind.SECONDARY_UNIT]
    for place, number in enumerate(job.people):
        dice = Dice(seed, number)
        college = colleges[place % len(colleges)] if colleges else None
        life_ = life(person(seed, number, dice), _place(job.school, college), dice)
        stands = standing(job.place + place, life_.category)
        rows = sections.complete(life_, dice)
        if not stands.complete:
            rows = sections.with_gaps(rows, dice)
        yield Teacher(job.school, college, life_, stands, rows)


def _place(school: Node, college: Node | None) -> Place:
    assert school.category is not None  # noqa: S101  schools have one
    inner = college.name if college else ""
    return Place(school.name, school.category, school.place, school.stage, inner)


#: Contracts run for three years around the base date.
CONTRACT = (BASE.replace(year=BASE.year - 1), BASE.replace(year=BASE.year + 2, month=8, day=31))
