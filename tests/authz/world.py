"""The world of the matrix: five levels, a neighbour beside each, files in every stage of life.

Every row that somebody may not see bears a canary: a mark that says what it is, and a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tms.access import Role
from tms.dictionary import Category
from tms.models import Level, UnitKind

PASSWORD = "Correct-horse-7"  # noqa: S105  of accounts that live for one test

_B, _S = UnitKind.BUREAU, UnitKind.SCHOOL
_INNER = (UnitKind.SECONDARY_UNIT, UnitKind.FUNCTIONAL_DEPARTMENT)

#: key: (code, level, kind, category, supervisor, function). Ours are M, PA, TA, KA, S1.
UNITS: dict[str, tuple[str, Level, UnitKind, str | None, str | None, str | None]] = {
    "M": ("000000", Level.CENTRAL, _B, None, None, None),
    "PA": ("360000", Level.PROVINCE, _B, None, "M", None),
    "PB": ("370000", Level.PROVINCE, _B, None, "M", None),
    "TA": ("360100", Level.CITY, _B, None, "PA", None),
    "TB": ("360200", Level.CITY, _B, None, "PA", None),
    "KA": ("360102", Level.COUNTY, _B, None, "TA", None),
    "KB": ("360103", Level.COUNTY, _B, None, "TA", None),
    "S1": ("3136000101", Level.SCHOOL, _S, Category.PRIMARY_SECONDARY, "KA", None),
    "S2": ("3136000102", Level.SCHOOL, _S, Category.PRIMARY_SECONDARY, "KA", None),
    "S3": ("3136000201", Level.SCHOOL, _S, Category.PRIMARY_SECONDARY, "KB", None),
    "S4": ("3136000301", Level.SCHOOL, _S, Category.PRIMARY_SECONDARY, "TA", None),
    "S5": ("3136000401", Level.SCHOOL, _S, Category.PRIMARY_SECONDARY, "PA", None),
    "S6": ("3136000501", Level.SCHOOL, _S, Category.PRIMARY_SECONDARY, "M", None),
    "F1": ("3137000101", Level.SCHOOL, _S, Category.PRIMARY_SECONDARY, "PB", None),
    "UN": ("4136010001", Level.SCHOOL, _S, Category.HIGHER_EDUCATION, "PA", None),
    "CO": ("4136010001-01", Level.SCHOOL, UnitKind.SECONDARY_UNIT, None, "UN", None),
    "RE": ("4136010001-KY", Level.SCHOOL, UnitKind.FUNCTIONAL_DEPARTMENT, None, "UN", "research"),
}
K12 = ("S1", "S2", "S3", "S4", "S5", "S6", "F1")
BUREAUS = ("M", "PA", "PB", "TA", "TB", "KA", "KB")
LEVELS = {"central": "M", "province": "PA", "city": "TA", "county": "KA", "school": "S1"}

#: Where a file stands; each school has one of each, and a draft with rows of the remaining tables.
STAGES = ("draft", "supplement", "head", "report", "approve", "in_force", "returned", "changing")
SKETCH = "sketch"

_ADMIN, _INFO = Role.SYSTEM_ADMIN, Role.INFO_ADMIN
#: user name: (role, unit). Those called after a school's clerk and head move files along.
STAFF: dict[str, tuple[Role, str]] = {
    **{f"{role}-{unit}": (role, unit) for unit in BUREAUS for role in (_ADMIN, _INFO)},
    **{f"{Role.INFO_QUERY}-{unit}": (Role.INFO_QUERY, unit) for unit in LEVELS.values()},
    **{f"{_ADMIN}-{unit}": (_ADMIN, unit) for unit in ("S1", "S2", "UN")},
    **{f"{_INFO}-{unit}": (_INFO, unit) for unit in ("S1", "UN")},
    **{f"clerk-{unit}": (_INFO, unit) for unit in K12},
    **{f"head-{unit}": (Role.SCHOOL_HEAD, unit) for unit in K12},
    **{
        f"{role}-KA": (role, "KA")
        for role in (Role.TECH_SUPPORT, Role.SECURITY_OFFICER, Role.AUDITOR)
    },
    "auditor-KB": (Role.AUDITOR, "KB"),
    "unit_secretary-CO": (Role.UNIT_SECRETARY, "CO"),
    "dept_reviewer-RE": (Role.DEPT_REVIEWER, "RE"),
    "disabled": (_INFO, "KA"),
    "double": (Role.INFO_QUERY, "S1"),
}
#: Who also acts as something elsewhere.
ALSO = {"double": (Role.INFO_QUERY, "S2")}

# -- canaries --------------------------------------------------------------------------------------

#: Mark of what it stands in: a unit's name, a person's, a file's, a row of low to high sensitivity.
MARKS = {"unit": "鸥", "person": "鸦", "file": "雀", "low": "鹊", "medium": "鸽", "high": "鹰"}
#: As low, in a table that the research office of a university judges.
MARKS["research"] = "鹤"
#: A reviewer's reason, and what a user arranged for himself.
MARKS |= {"note": "鹂", "view": "鹭"}
DIGITS = "甲乙丙丁戊己庚辛壬癸"
CANARY = re.compile(f"[{''.join(MARKS.values())}][{DIGITS}]{{3}}")

#: The columns that bear them: {table: (sensitivity, field)}.
MARKED = {
    "study_experience": ("low", "major"),
    "contact": ("medium", "address"),
    "professional_ethics": ("high", "assessing_unit"),
    "paper": ("research", "paper_name"),
}


def canary(kind: str, number: int) -> str:
    """Such as 雀甲乙丙 for the file 12."""
    return MARKS[kind] + "".join(DIGITS[int(digit)] for digit in f"{number:03d}")


def canaries(text: str) -> set[str]:
    """Those that *text* holds."""
    return set(CANARY.findall(text))


# -- what there is ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A unit as probes need it."""

    key: str
    id: int
    code: str
    name: str
    path: str
    supervisor: str | None
    level: int


@dataclass(frozen=True)
class Target:
    """What a probe aims at: a unit, a file, a row of one, an account."""

    kind: str
    id: int
    unit: str
    #: The file's stage; of an account the class of its role.
    state: str = ""
    teacher: int = 0
    table: str = ""
    category: str = ""
    name: str = ""
    version: int = 1
    user: int = 0
    #: The file's personal number; the name of an account's holder.
    number: str = ""
    holder: str = ""
    assignment: int = 0


#: Units as targets: any, those below which something is made, schools.
KINDS_OF_UNITS = {"unit": frozenset(UnitKind), "supervisor": {_B, _S}, "school": {_S}}
#: Units without units or files below, primary schools, and universities.
CHOSEN = {"empty": ("TB", "RE"), "primary": K12, "university": ("UN",)}


@dataclass
class World:
    """Everything by key; ids as the database has them."""

    units: dict[str, Place] = field(default_factory=dict)
    files: list[Target] = field(default_factory=list)
    #: By table.
    rows: dict[str, list[Target]] = field(default_factory=dict)
    accounts: list[Target] = field(default_factory=list)
    #: Requests, wishes, reopenings and exports by kind.
    asked: dict[str, list[Target]] = field(default_factory=dict)

    def targets(self, kind: str, table: str = "") -> list[Target]:
        """All of one kind; schools and units are places where something is made."""
        if kind == "row":
            return self.rows[table]
        if kind.startswith("row:"):
            return self.rows[kind.removeprefix("row:")]
        if kind in self.asked:
            return self.asked[kind]
        if kind in CHOSEN:
            return [Target(kind, self.units[key].id, key) for key in CHOSEN[kind]]
        if kind in KINDS_OF_UNITS:
            kinds = KINDS_OF_UNITS[kind]
            found = [each for each in self.units.values() if UNITS[each.key][2] in kinds]
            return [Target(kind, place.id, place.key) for place in found]
        return self.files if kind == "file" else self.accounts

    def relation(self, own: str, other: str) -> str:
        """How *other* lies to *own*; the letters of authz.csv."""
        mine, its = self.units[own], self.units[other]
        if UNITS[own][2] in _INNER and other == mine.supervisor:
            return "p"
        if own == other or (mine.level == Level.SCHOOL and its.path.startswith(mine.path)):
            return "o"
        if its.path.startswith(mine.path):
            return "d" if its.supervisor == own else "u"
        if mine.path.startswith(its.path):
            return "a"
        parent = self.units[mine.supervisor].path if mine.supervisor else mine.path
        return "s" if its.path.startswith(parent) else "f"


def planned_files() -> Iterator[tuple[str, str | None, str]]:
    """(school, secondary unit, stage) of all files, in the order of their numbers."""
    for school in K12:
        for stage in (*STAGES, SKETCH):
            yield school, None, stage
    yield "UN", None, SKETCH
    yield "UN", "CO", SKETCH


def numbers() -> Mapping[str, int]:
    """File name → its number."""
    return {canary("file", index): index for index, _ in enumerate(planned_files())}


def unit_names() -> Mapping[str, str]:
    """Unit key → its name, which is its canary."""
    return {key: canary("unit", index) + "单位" for index, key in enumerate(UNITS)}


def person_names() -> Mapping[str, str]:
    """User name → the holder's name, which is its canary."""
    return {name: canary("person", index) for index, name in enumerate(STAFF)}


def canaries_of(file: int, kind: str) -> str:
    """The canary of *kind* in the file with that number."""
    return canary(kind, file)


def class_of(name: str | None, role: Any) -> str:
    """Of an account: system_admin, staff, teacher, watcher (auditor, officer), double."""
    if name in ALSO:
        return "double"
    if role in (Role.AUDITOR, Role.SECURITY_OFFICER):
        return "watcher"
    return role if role in (Role.SYSTEM_ADMIN, Role.TEACHER) else "staff"
