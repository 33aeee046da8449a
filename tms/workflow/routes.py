"""Routes as data: which desk after which, who decides there (DOMAIN.md 6).

A review step is one entry. Submissions store the key of route and step, never a position, so that a
step can be put in anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tms.access import Permission
from tms.dictionary import Category
from tms.errors import Term
from tms.models import RecordStatus
from tms.models.work import SUPPLEMENT


class Desk(StrEnum):
    """Whose desk a step is."""

    SCHOOL = "school"
    SUPERVISOR = "supervisor"


class Verb(StrEnum):
    """What the holder of a desk does to send a file on."""

    PASS = "pass"  # noqa: S105  a verdict
    REPORT = "report"


@dataclass(frozen=True)
class Step:
    """One desk's turn. While a file waits here it is labelled *waiting*."""

    key: str
    zh: str
    en: str
    #: Whose turn it is while a file waits here.
    who: Term
    desk: Desk
    permission: Permission
    waiting: RecordStatus
    verb: Verb = Verb.PASS
    #: Whoever filled or submitted does not decide here (separation of duties, S5).
    independent: bool = False
    #: Asked again whether the file is complete before it goes on.
    complete: bool = False
    #: Draft rows that came meanwhile join the submission when this step is passed.
    gathers: bool = False


@dataclass(frozen=True)
class Route:
    """The steps from submission to being in force, for schools of some categories."""

    key: str
    categories: frozenset[Category]
    steps: tuple[Step, ...]

    def step(self, key: str) -> Step:
        """The step called *key*."""
        return next(step for step in self.steps if step.key == key)

    def after(self, step: Step) -> Step | None:
        """The step that follows; None after the last."""
        place = self.steps.index(step) + 1
        return self.steps[place] if place < len(self.steps) else None


#: 幼儿园、中小学、中职、特教 [seed2 五(二)(三)]: one superior approval suffices.
K12 = Route(
    "k12",
    frozenset(
        {
            Category.KINDERGARTEN,
            Category.PRIMARY_SECONDARY,
            Category.SECONDARY_VOCATIONAL,
            Category.SPECIAL_EDUCATION,
        }
    ),
    (
        Step(
            SUPPLEMENT,
            "学校核对补充",
            "School supplements",
            Term("学校信息管理员", "School information manager"),
            Desk.SCHOOL,
            Permission.RECORD_SUPPLEMENT,
            RecordStatus.SUBMITTED,
            complete=True,
            gathers=True,
        ),
        Step(
            "head",
            "学校负责人审核",
            "Head reviews",
            Term("学校负责人", "Head of school"),
            Desk.SCHOOL,
            Permission.SCHOOL_REVIEW,
            RecordStatus.SUBMITTED,
            independent=True,
        ),
        Step(
            "report",
            "上报",
            "School reports",
            Term("学校（待上报）", "School (to report)"),
            Desk.SCHOOL,
            Permission.REPORT,
            RecordStatus.SCHOOL_PASSED,
            verb=Verb.REPORT,
            complete=True,
        ),
        Step(
            "approve",
            "主管部门审核",
            "Supervising bureau approves",
            Term("主管部门", "Supervising bureau"),
            Desk.SUPERVISOR,
            Permission.APPROVE,
            RecordStatus.REPORTED,
            independent=True,
        ),
    ),
)

ROUTES: dict[str, Route] = {route.key: route for route in (K12,)}


def route_for(category: Category) -> Route | None:
    """The route of schools of *category*; None where none is set up yet."""
    return next((route for route in ROUTES.values() if category in route.categories), None)
