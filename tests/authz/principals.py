"""Who probes: five levels of administrators and inquirers, everybody else once, and nobody."""

from __future__ import annotations

from dataclasses import dataclass

from tests.authz import world as plan
from tests.authz.world import LEVELS, STAFF, Target, World
from tests.support.cast import id_number
from tms.access import Role
from tms.models import Level

NOBODY = "nobody"
#: Stages of the files whose teachers probe.
TEACHERS = ("draft", "supplement", "in_force", "returned", "changing")


#: Targets that belong to a file.
OF_FILES = frozenset({"file", "row", "request", "wish", "reopening"})


@dataclass(frozen=True)
class Principal:
    """One who asks: the login, where it stands, and its column in authz.csv."""

    key: str
    login: str
    unit: str
    column: str
    #: The name of a teacher's own file.
    own_file: str = ""
    is_disabled: bool = False

    def relation(self, world: World, target: Target) -> str:
        """How *target* lies to who asks; m is what is their own."""
        if target.user and target.name == self.login:
            return "m"
        if target.kind in OF_FILES and target.name == self.own_file:
            return "m"
        if target.kind == "account" and self.own_file and target.teacher:
            own = next(file for file in world.files if file.name == self.own_file)
            return "m" if target.teacher == own.teacher else "o"
        return world.relation(self.unit, target.unit)


def column_of(login: str) -> str:
    """The column of a staff account: information administrators do other things at schools."""
    role, unit = STAFF[login]
    if role != Role.INFO_ADMIN:
        return str(role)
    return f"{role}@{'school' if plan.UNITS[unit][1] == Level.SCHOOL else 'bureau'}"


def _staff(key: str, login: str) -> Principal:
    return Principal(key, login, STAFF[login][1], column_of(login))


def _teacher(stage: str) -> Principal:
    number = next(
        index
        for index, (school, _inner, at) in enumerate(plan.planned_files())
        if (school, at) == ("S1", stage)
    )
    name = plan.canary("file", number)
    return Principal(f"teacher {stage}", id_number(number + 1), "S1", "teacher", own_file=name)


PRINCIPALS: tuple[Principal, ...] = (
    *(
        _staff(f"{role} {level}", f"{role}-{unit}")
        for level, unit in LEVELS.items()
        for role in (Role.SYSTEM_ADMIN, Role.INFO_ADMIN, Role.INFO_QUERY)
    ),
    _staff("info_admin university", "info_admin-UN"),
    _staff("school_head", "head-S1"),
    _staff("unit_secretary", "unit_secretary-CO"),
    _staff("dept_reviewer", "dept_reviewer-RE"),
    *map(_teacher, TEACHERS),
    _staff("tech_support", "tech_support-KA"),
    _staff("security_officer", "security_officer-KA"),
    _staff("auditor", "auditor-KA"),
    Principal(NOBODY, "", "F1", NOBODY),
    Principal("disabled", "disabled", "KA", NOBODY, is_disabled=True),
)
COLUMNS = tuple(dict.fromkeys(each.column for each in PRINCIPALS))
BY_KEY = {each.key: each for each in PRINCIPALS}
