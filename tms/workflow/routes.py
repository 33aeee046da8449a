"""Routes as data: which desk after which, who decides there (DOMAIN.md 6).

A review step is one entry. Submissions store the key of route and step, never a position, so that a
step can be put in anywhere. A university may put its own route in place of the default
(`tms.workflow.plans`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from tms.access import Permission
from tms.dictionary import Category, Department
from tms.errors import Term
from tms.models import RecordStatus
from tms.models.work import SUPPLEMENT


class Desk(StrEnum):
    """Whose desk a step is."""

    SCHOOL = "school"
    #: The person's secondary unit; of people without one, and of changes that the school applies
    #: for, the human resources department (R67).
    SECONDARY = "secondary"
    #: In parallel every functional department that a row is routed to.
    DEPARTMENTS = "departments"
    #: One functional department, whatever the rows.
    DEPARTMENT = "department"
    SUPERVISOR = "supervisor"


#: Departments judge rows: where there are none, they are not asked.
JUDGE_ROWS = frozenset({Desk.DEPARTMENTS, Desk.DEPARTMENT})


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
    #: Days the desk has; later it is overdue. 0 sets no term.
    days: int = 5
    #: Which department, at a desk of one.
    function: Department | None = None
    #: Asked of 核对无变化, too, wherever it stands; the first desk is anyway (DOMAIN.md 10).
    confirms: bool = False

    @property
    def at_school(self) -> bool:
        """Whether the desk lies within the school, not above it."""
        return self.desk is not Desk.SUPERVISOR


@dataclass(frozen=True)
class Route:
    """The steps from submission to being in force, for schools of some categories."""

    key: str
    categories: frozenset[Category]
    steps: tuple[Step, ...]
    #: Of a university's own route the `RouteVersion`.
    version_id: int | None = None

    def step(self, key: str) -> Step:
        """The step called *key*."""
        return next(step for step in self.steps if step.key == key)

    def after(self, step: Step) -> Step | None:
        """The step that follows; None after the last."""
        place = self.steps.index(step) + 1
        return self.steps[place] if place < len(self.steps) else None

    def confirms_at(self, step: Step) -> bool:
        """Whether 核对无变化 comes to *step*: first desk, HR of universities, superior."""
        first = next(each for each in self.steps if each.desk not in JUDGE_ROWS)
        return step.confirms or step == first


_SUPPLEMENT = Step(
    SUPPLEMENT,
    "学校核对补充",
    "School supplements",
    Term("学校信息管理员", "School information administrator"),
    Desk.SCHOOL,
    Permission.RECORD_SUPPLEMENT,
    RecordStatus.SUBMITTED,
    complete=True,
    gathers=True,
)
_REPORT = Step(
    "report",
    "上报",
    "School reports",
    Term("学校（待上报）", "School (to report)"),
    Desk.SCHOOL,
    Permission.REPORT,
    RecordStatus.SCHOOL_PASSED,
    verb=Verb.REPORT,
    complete=True,
    days=3,
)
_APPROVE = Step(
    "approve",
    "主管部门审核",
    "Supervising bureau approves",
    Term("主管部门", "Supervising bureau"),
    Desk.SUPERVISOR,
    Permission.APPROVE,
    RecordStatus.REPORTED,
    independent=True,
    days=10,
    confirms=True,
)

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
        _SUPPLEMENT,
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
        _REPORT,
        _APPROVE,
    ),
)

#: 高等学校 [seed0 二, 五A(三)]: the default, which each university may replace by its own.
UNIVERSITY = Route(
    "university",
    frozenset({Category.HIGHER_EDUCATION}),
    (
        Step(
            "unit_review",
            "二级单位初审",
            "Secondary unit reviews first",
            Term("二级单位", "Secondary unit"),
            Desk.SECONDARY,
            Permission.UNIT_REVIEW,
            RecordStatus.SUBMITTED,
            independent=True,
        ),
        replace(_SUPPLEMENT, waiting=RecordStatus.UNIT_PASSED),
        Step(
            "departments",
            "职能部门审核",
            "Functional departments review",
            Term("职能部门", "Functional departments"),
            Desk.DEPARTMENTS,
            Permission.DEPT_REVIEW,
            RecordStatus.UNIT_PASSED,
            independent=True,
        ),
        Step(
            "consolidate",
            "人事处统筹（联合审核）",
            "HR consolidates (joint review)",
            Term("学校负责人（人事处统筹）", "Head (HR consolidates)"),
            Desk.SCHOOL,
            Permission.SCHOOL_REVIEW,
            RecordStatus.DEPT_PASSED,
            independent=True,
            days=3,
            confirms=True,
        ),
        _REPORT,
        _APPROVE,
    ),
)

#: The defaults.
ROUTES: dict[str, Route] = {route.key: route for route in (K12, UNIVERSITY)}


def route_for(category: Category) -> Route:
    """The default route of schools of *category*."""
    return next(route for route in ROUTES.values() if category in route.categories)
