"""The province: bureaus, schools, a university with its parts, a technology centre."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tms.access import CONSOLE
from tms.demo import names
from tms.demo.calendar import at
from tms.demo.schools import CATEGORIES, COLLEGES, TYPES, Plan
from tms.demo.write import serial_ids
from tms.dictionary import HE, PS, Category, Department
from tms.models import AuditEvent, Level, Unit, UnitKind, UnitName
from tms.models.unit import child_path
from tms.records.audit import event_base, new_act_id
from tms.records.put_rows import put

PROVINCE = "360000"
#: Codes of cities that GB/T 2260 has not given out.
FIRST_CITY = 51
OPENED = date(1996, 9, 1)
DEPARTMENTS = {
    Department.HR: "人事处",
    Department.ORGANIZATION: "组织部",
    Department.RESEARCH: "科研处",
    Department.ACADEMIC_AFFAIRS: "教务处",
    Department.GRADUATE_SCHOOL: "研究生院",
}


@dataclass(eq=False)
class Node:
    """A unit to be; its id is known once all are laid out."""

    code: str
    name: str
    level: int
    kind: UnitKind
    path: str
    above: Node | None = None
    function: str | None = None
    category: Category | None = None
    run_type: str | None = None
    stage: str = ""
    #: The county (or city) that addresses and former schools are named after.
    place: str = ""
    host: Node | None = None
    id: int = 0
    below: list[Node] = field(default_factory=list)

    def add(self, code: str, name: str, level: int, kind: UnitKind, **more: Any) -> Node:
        """A unit that this one supervises."""
        last = self.below[-1].path if self.below else None
        node = Node(code, name, level, kind, child_path(self.path, last), self, **more)
        self.below.append(node)
        return node

    def walk(self) -> Iterator[Node]:
        """All units below, superiors first."""
        for node in self.below:
            yield node
            yield from node.walk()

    def of_kind(self, kind: UnitKind) -> list[Node]:
        """Units of *kind* below, in order."""
        return [node for node in self.walk() if node.kind is kind]


def lay_out(plan: Plan, root: Node) -> None:
    """Everything below *root*; the university comes first, an attached school names it."""
    province = root.add(PROVINCE, "示例省教育厅", Level.PROVINCE, UnitKind.BUREAU)
    university = _university(province, plan.colleges)
    cities = [_city(province, number) for number in range(plan.cities)]
    counts = {city: 0 for city in cities}
    for number, schools in enumerate(plan.counties):
        city = cities[plan.city_of(number)]
        county = _county(city, number)
        for place in range(schools):
            category = CATEGORIES[place % len(CATEGORIES)]
            counts[city] += 1
            _school(county, city.code, counts[city], category, place)
        if number == 0:
            counts[city] += 1
            _attached(county, city.code, counts[city], university)
    for city in cities:
        counts[city] += 1
        _direct(city, counts[city])
    first = cities[0]
    first.add(f"{first.code}-JS", f"{first.place}教育技术中心", Level.SCHOOL, UnitKind.TECH_CENTRE)


def _university(province: Node, colleges: int) -> Node:
    run_type = TYPES[HE][0][0]
    school = province.add(
        f"4136{FIRST_CITY}0001",
        "示例大学",
        Level.SCHOOL,
        UnitKind.SCHOOL,
        category=HE,
        run_type=run_type,
        place="示例市",
    )
    inner = [(name, UnitKind.SECONDARY_UNIT, None) for name in COLLEGES[:colleges]]
    inner += [(n, UnitKind.FUNCTIONAL_DEPARTMENT, f) for f, n in DEPARTMENTS.items()]  # type: ignore[misc]
    for number, (name, kind, function) in enumerate(inner, 1):
        code = f"{school.code}-{number:02d}"
        school.add(code, school.name + name, Level.SCHOOL, kind, function=function)
    return school


def _city(province: Node, number: int) -> Node:
    name = names.city_name(number)
    code = f"36{FIRST_CITY + number}00"
    return province.add(code, f"{name}教育局", Level.CITY, UnitKind.BUREAU, place=name)


def _county(city: Node, number: int) -> Node:
    name = names.county_name(number)
    code = f"{city.code[:4]}{len(city.below) + 1:02d}"
    return city.add(code, f"{name}教育局", Level.COUNTY, UnitKind.BUREAU, place=name)


def _school(county: Node, city: str, number: int, category: Category, place: int) -> Node:
    """The schools of a county differ in type and name."""
    run_type, ending, stage = TYPES[category][place % len(TYPES[category])]
    name = f"{county.place}{names.town_name(place)}{ending}"
    return _add(county, city, number, name, category, run_type, stage)


def _attached(county: Node, city: str, number: int, host: Node) -> Node:
    run_type, _, stage = TYPES[PS][1]
    school = _add(county, city, number, f"{host.name}附属中学", PS, run_type, stage)
    school.host = host
    return school


def _direct(city: Node, number: int) -> Node:
    run_type, _, stage = TYPES[PS][3]
    return _add(city, city.code, number, f"{city.place}直属高级中学", PS, run_type, stage)


def _add(
    above: Node, city: str, number: int, name: str, category: Category, run_type: str, stage: str
) -> Node:
    return above.add(
        f"31{city[:4]}{number:04d}",
        name,
        Level.SCHOOL,
        UnitKind.SCHOOL,
        category=category,
        run_type=run_type,
        stage=stage,
        place=above.place,
    )


def plant(session: Session, root: Node) -> None:
    """Write the units below *root*, with their names and audit events."""
    nodes = list(root.walk())
    for node, id_ in zip(nodes, serial_ids(session, Unit, len(nodes)), strict=True):
        node.id = id_
    put(session, Unit, [_columns(node) for node in nodes])
    named = {"from_on": OPENED, "to_on": None}
    rows = [named | {"unit_id": n.id, "unit_path": n.path, "name": n.name} for n in nodes]
    put(session, UnitName, rows)
    base = event_base(CONSOLE, "unit.create", new_act_id()) | {"at": at(240), "files": 1}
    events = [base | {"unit_path": n.path, "detail": {"unit": n.id}} for n in nodes]
    put(session, AuditEvent, events)


def _columns(node: Node) -> dict[str, Any]:
    return {
        "id": node.id,
        "code": node.code,
        "name": node.name,
        "level": int(node.level),
        "kind": str(node.kind),
        "function": str(node.function) if node.function else None,
        "school_category": str(node.category) if node.category else None,
        "supervisor_id": node.above.id if node.above else None,
        "unit_path": node.path,
        "run_type": node.run_type,
        "sponsor_type": "1" if node.kind is UnitKind.SCHOOL else None,
        "host_unit_id": node.host.id if node.host else None,
        "opened_on": OPENED,
    }
