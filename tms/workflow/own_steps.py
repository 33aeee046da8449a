"""The steps of a university's own route: what may be put in, and what a route must keep (R52–R57).

Steps of the default keep all but their days; what holds for a step put in follows from whose desk
it is and where it stands. So nothing that a form sends can give away a permission.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tms.access import Permission
from tms.dictionary import Department, code_table
from tms.errors import Message, Term, message, term
from tms.models import RecordStatus
from tms.models.work import SUPPLEMENT
from tms.workflow.routes import UNIVERSITY, Desk, Step

#: May be left out; it can be put back at any time.
FIRST_REVIEW: Final = "unit_review"
DEPARTMENTS, CONSOLIDATE, REPORT, APPROVE = "departments", "consolidate", "report", "approve"
#: In this order, whatever stands between.
KEPT: Final = (SUPPLEMENT, DEPARTMENTS, CONSOLIDATE, REPORT, APPROVE)
DEFAULTS: Final = {step.key: step for step in UNIVERSITY.steps}
OWN: Final = "own"
NAME_MAX, DAYS_MAX, STEPS_MAX = 20, 60, 14
#: What a file is labelled once a step has been passed.
REACHED: Final = {
    FIRST_REVIEW: RecordStatus.UNIT_PASSED,
    DEPARTMENTS: RecordStatus.DEPT_PASSED,
    CONSOLIDATE: RecordStatus.SCHOOL_PASSED,
    REPORT: RecordStatus.REPORTED,
}


@dataclass(frozen=True)
class Kind:
    """A desk that a step may be put in at."""

    desk: Desk
    permission: Permission
    who: Term


KINDS: Final[dict[str, Kind]] = {
    kind.desk: kind
    for kind in (
        Kind(Desk.SECONDARY, Permission.UNIT_REVIEW, Term("二级单位", "Secondary unit")),
        Kind(
            Desk.SCHOOL,
            Permission.SCHOOL_REVIEW,
            Term("学校负责人（人事处统筹）", "Head (HR consolidates)"),
        ),
        Kind(Desk.DEPARTMENT, Permission.DEPT_REVIEW, Term("一个职能部门", "One department")),
        Kind(
            Desk.DEPARTMENTS,
            Permission.DEPT_REVIEW,
            Term("有关职能部门（按行分送）", "Functional departments, by row"),
        ),
    )
}


@dataclass(frozen=True)
class Wanted:
    """A step as a form describes it; of the default's steps only key and days count."""

    key: str
    zh: str = ""
    en: str = ""
    desk: str = ""
    function: str = ""
    days: int | None = None


def is_own(key: str) -> bool:
    """Whether the step was put in, not of the default."""
    return key not in DEFAULTS


def wanted_of(step: Step) -> Wanted:
    """*step* as a form has it."""
    return Wanted(step.key, step.zh, step.en, step.desk, step.function or "", step.days)


def free_key(keys: Iterable[str]) -> str:
    """A key for one more step."""
    taken = set(keys)
    return next(key for n in range(1, len(taken) + 2) if (key := f"{OWN}_{n}") not in taken)


# -- from a form to steps --------------------------------------------------------------------------


def build(wanted: Sequence[Wanted]) -> tuple[Step, ...]:
    """The steps; they may still be wrong (`problems`)."""
    return tuple(_labelled([_step(each) for each in wanted]))


def _step(wanted: Wanted) -> Step:
    days = wanted.days if wanted.days is not None else -1
    if not is_own(wanted.key):
        return replace(DEFAULTS[wanted.key], days=days)
    kind = KINDS.get(wanted.desk, KINDS[Desk.DEPARTMENT])
    function = Department(wanted.function) if wanted.function in set(Department) else None
    at_one = kind.desk is Desk.DEPARTMENT
    return Step(
        wanted.key,
        wanted.zh,
        wanted.en or wanted.zh,
        _department(function) if at_one and function else kind.who,
        kind.desk,
        kind.permission,
        RecordStatus.SUBMITTED,
        independent=True,
        days=days,
        function=function if at_one else None,
    )


def _department(function: Department) -> Term:
    return term(code_table("functional_department").by_code[function])


def _labelled(steps: Iterable[Step]) -> Iterator[Step]:
    """Each with the label that a file has there: what it has come through says it."""
    label = RecordStatus.SUBMITTED
    for step in steps:
        yield replace(step, waiting=label)
        label = REACHED.get(step.key, label)


# -- what a route must keep ------------------------------------------------------------------------


def problems(steps: Sequence[Step]) -> list[Message]:
    """Why these cannot be a university's steps; a sentence each."""
    return [*_missing(steps), *_misplaced(steps), *_mistaken(steps)]


def _missing(steps: Sequence[Step]) -> Iterator[Message]:
    keys = Counter(step.key for step in steps)
    for key in KEPT:
        if key not in keys:
            yield message("不能没有“%(step)s”这一步。", step=term(DEFAULTS[key]))
    if max(keys.values(), default=0) > 1 or sum(step.gathers for step in steps) > 1:
        yield message("同一步骤不能出现两次。")
    if len(steps) > STEPS_MAX:
        yield message("最多%(n)d步。", n=STEPS_MAX)


def _misplaced(steps: Sequence[Step]) -> Iterator[Message]:
    place = {step.key: number for number, step in enumerate(steps)}
    kept = [key for key in KEPT if key in place]
    for first, then in zip(kept, kept[1:], strict=False):
        if place[first] > place[then]:
            before, after = term(DEFAULTS[first]), term(DEFAULTS[then])
            yield message("“%(first)s”须在“%(then)s”之前。", first=before, then=after)
    for number, step in enumerate(steps):
        if step.key not in KEPT and number > place.get(REPORT, number):
            yield message("“%(step)s”须在“上报”之前。", step=term(step))
        by_row = is_own(step.key) and step.desk is Desk.DEPARTMENTS
        if by_row and number < place.get(SUPPLEMENT, number):
            yield message("“%(step)s”须在“学校核对补充”之后。", step=term(step))


def _mistaken(steps: Sequence[Step]) -> Iterator[Message]:
    names = Counter(step.zh for step in steps)
    for number, step in enumerate(steps, 1):
        if not step.zh:
            yield message("第%(n)d步没有名称。", n=number)
        if max(len(step.zh), len(step.en) // 3) > NAME_MAX:
            yield message("“%(step)s”的名称过长。", step=term(step))
        if not 0 <= step.days <= DAYS_MAX:
            yield message("“%(step)s”的天数须为0至%(most)d。", step=term(step), most=DAYS_MAX)
        if step.desk is Desk.DEPARTMENT and step.function is None:
            yield message("“%(step)s”须选定一个职能部门。", step=term(step))
    for name in (name for name, count in names.items() if name and count > 1):
        yield message("有%(n)d步都叫“%(name)s”，请改名以便区分。", n=names[name], name=name)
