"""Which file stands where: even shares by a sequence without chance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from tms.dictionary import HE, Category
from tms.workflow.routes import route_for

#: The golden section spreads any number of files evenly over an interval.
GOLDEN = 0.6180339887498949
IN_FORCE, IN_REVIEW, RETURNED = 1 / 3, 1 / 6, 1 / 40
#: Of the files of a university, so that small ones too have some from each of its desks.
RETURNED_OF_UNIVERSITY = 1 / 15
INCOMPLETE = 1 / 3


class Stage(StrEnum):
    """How far a file has come; those in the middle are the steps of the two default routes."""

    DRAFT = "draft"
    UNIT_REVIEW = "unit_review"
    SUPPLEMENT = "supplement"
    HEAD = "head"
    DEPARTMENTS = "departments"
    CONSOLIDATE = "consolidate"
    REPORT = "report"
    APPROVE = "approve"
    RETURNED = "returned"
    IN_FORCE = "in_force"


#: The steps that return files.
RETURNING = (Stage.HEAD, Stage.UNIT_REVIEW, Stage.DEPARTMENTS, Stage.CONSOLIDATE, Stage.APPROVE)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a file stands."""

    stage: Stage
    #: Drafts that lack something on purpose.
    complete: bool = True
    #: Returned files: the step that returned them, and whether notes name what is wrong.
    returned_at: Stage | None = None
    is_named: bool = False


@cache
def steps_of(category: Category) -> tuple[Stage, ...]:
    """The steps of the route of schools of *category*."""
    return tuple(Stage(step.key) for step in route_for(category).steps)


def standing(number: int, category: Category) -> Standing:
    """Where the file *number* among those with the same route stands."""
    steps = steps_of(category)
    returned = RETURNED_OF_UNIVERSITY if category is HE else RETURNED
    point = (number * GOLDEN) % 1
    if point < IN_FORCE:
        return Standing(Stage.IN_FORCE)
    point -= IN_FORCE
    if point < IN_REVIEW:
        return Standing(steps[int(point / IN_REVIEW * len(steps))])
    point -= IN_REVIEW
    if point < returned:
        return _returned(steps, point / returned)
    point -= returned
    rest = 1 - IN_FORCE - IN_REVIEW - returned
    return Standing(Stage.DRAFT, complete=point > rest * INCOMPLETE)


def _returned(steps: tuple[Stage, ...], point: float) -> Standing:
    """By one of the desks that judge: half of each as a whole, half by name."""
    desks = [step for step in steps if step in RETURNING]
    place = int(point * len(desks) * 2)
    return Standing(Stage.RETURNED, returned_at=desks[place // 2], is_named=place % 2 == 1)
