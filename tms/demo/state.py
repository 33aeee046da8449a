"""Which file stands where: even shares by a sequence without chance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: The golden section spreads any number of files evenly over an interval.
GOLDEN = 0.6180339887498949
IN_FORCE, IN_REVIEW, RETURNED = 1 / 3, 1 / 6, 1 / 40
INCOMPLETE = 1 / 3


class Stage(StrEnum):
    """How far a file has come; the four in the middle are the steps of the K-12 route."""

    DRAFT = "draft"
    SUPPLEMENT = "supplement"
    HEAD = "head"
    REPORT = "report"
    APPROVE = "approve"
    RETURNED = "returned"
    IN_FORCE = "in_force"


STEPS = (Stage.SUPPLEMENT, Stage.HEAD, Stage.REPORT, Stage.APPROVE)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a file stands."""

    stage: Stage
    #: Drafts that lack something on purpose.
    complete: bool = True
    #: Returned files: the step that returned them.
    returned_at: Stage | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares among files of schools with a route, so that they come out right among all files."""

    in_review: float
    returned: float

    @classmethod
    def of(cls, total: int, with_route: int) -> Shares:
        """For *with_route* files out of *total*."""
        scale = total / with_route if with_route else 0.0
        return cls(IN_REVIEW * scale, RETURNED * scale)


def standing(number: int, shares: Shares, *, has_route: bool) -> Standing:
    """Where the file *number* among those with (or those without) a route stands."""
    point = (number * GOLDEN) % 1
    if point < IN_FORCE:
        return Standing(Stage.IN_FORCE)
    point -= IN_FORCE
    rest = 1 - IN_FORCE
    if has_route:
        if point < shares.in_review:
            return Standing(STEPS[int(point / shares.in_review * len(STEPS))])
        point -= shares.in_review
        if point < shares.returned:
            late = Stage.APPROVE if point < shares.returned / 2 else Stage.HEAD
            return Standing(Stage.RETURNED, returned_at=late)
        point -= shares.returned
        rest -= shares.in_review + shares.returned
    return Standing(Stage.DRAFT, complete=point > rest * INCOMPLETE)
