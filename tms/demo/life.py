"""What a person did when: schooling, work, post and title, such that everything fits together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tms.demo.calendar import BASE, month
from tms.demo.dice import Dice
from tms.demo.people import Person
from tms.dictionary import HE, SV, Category


class Job(StrEnum):
    """What somebody is at school for."""

    TEACHER = "teacher"
    SUPPORT = "support"
    ADMIN = "admin"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Place:
    """The school (and college) somebody works at, as far as records name it."""

    name: str
    category: Category
    county: str
    #: Stage taught there (code), where the category has one.
    stage: str = ""
    college: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """The dates and grades from which all rows of a file are told."""

    person: Person
    place: Place
    job: Job
    #: education_level and degree_level of the highest, and of what came before it.
    education: tuple[tuple[str, str], ...]
    work_start: str
    entry: str
    #: Where the first years were worked, if elsewhere.
    former_unit: str
    established: bool
    #: 0 none, 1 lowest to 4 highest.
    rank: int

    @property
    def category(self) -> Category:
        """Of the school."""
        return self.place.category

    @property
    def teaches(self) -> bool:
        """Whether in a teaching post."""
        return self.job is Job.TEACHER

    @property
    def since(self) -> int:
        """Year in which work began."""
        return int(self.work_start[:4])


#: Education (level, degree) with how many years after the birth year it ends.
COLLEGE, BACHELOR = ("31", "0"), ("21", "4")
MASTER, DOCTOR = ("14", "3"), ("11", "2")
ENDS = {COLLEGE: 21, BACHELOR: 22, MASTER: 25, DOCTOR: 29}
#: Chances of (doctor, master, bachelor) at schools, vocational schools and universities.
CHANCES = {None: (0.002, 0.12, 0.68), SV: (0.005, 0.2, 0.7), HE: (0.45, 0.42, 0.12)}
JOBS = ((0.84, Job.TEACHER), (0.9, Job.SUPPORT), (0.96, Job.ADMIN), (1.0, Job.WORKER))
#: Years of service from which a rank may be held.
SERVICE = (1, 5, 13, 22)


def life(person: Person, place: Place, dice: Dice) -> Life:
    """An invented course of life for *person* at *place*."""
    job = _job(dice.roll())
    education = _education(person, place.category, job, dice)
    started = person.birth_date.year + ENDS[education[-1]]
    moved = _moved(started, dice)
    return Life(
        person,
        place,
        job,
        education,
        month(started, 8),
        month(moved or started, 8),
        f"{place.county}{dice.pick(FORMER)}" if moved else "",
        job is Job.WORKER or dice.chance(0.86),
        0 if job in (Job.ADMIN, Job.WORKER) else _rank(BASE.year - started, dice),
    )


FORMER = ("第三小学", "城南学校", "第一中学", "红星学校", "民族学校")


def _job(roll: float) -> Job:
    return next(job for limit, job in JOBS if roll < limit)


def _education(
    person: Person, category: Category, job: Job, dice: Dice
) -> tuple[tuple[str, str], ...]:
    """Levels from the first after senior secondary school to the highest."""
    latest = BASE.year - 1 - person.birth_date.year
    doctor, master, bachelor = CHANCES.get(category, CHANCES[None])
    roll = dice.roll() if job is not Job.WORKER else 1.0
    if roll < doctor and latest >= ENDS[DOCTOR]:
        return BACHELOR, MASTER, DOCTOR
    if roll < doctor + master and latest >= ENDS[MASTER]:
        return BACHELOR, MASTER
    if roll < doctor + master + bachelor and latest >= ENDS[BACHELOR]:
        return (BACHELOR,)
    return (COLLEGE,)


def _moved(started: int, dice: Dice) -> int:
    """Year of a change of school, 0 for most."""
    years = BASE.year - 1 - started
    return started + dice.between(2, years - 1) if years > 4 and dice.chance(0.3) else 0


def _rank(years: int, dice: Dice) -> int:
    """The rank that service allows; the highest are few."""
    rank = sum(years >= needed for needed in SERVICE)
    if rank == 4:
        return 4 if dice.chance(0.05) else 3
    return rank - 1 if rank == 3 and dice.chance(0.4) else rank
