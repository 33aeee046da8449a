"""The whole installation, in order. Never commits."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms import crypto
from tms.access import CONSOLE, Role, bind, door
from tms.db import is_sqlite
from tms.demo.ids import reserve
from tms.demo.parts import Part, Site, all_parts, gathered
from tms.demo.people import SPACE
from tms.demo.schools import plan
from tms.demo.staff import Login, Staff, hire
from tms.demo.tables import EMPTY, bare
from tms.demo.tree import Node, lay_out, plant
from tms.errors import Conflict, Invalid, message
from tms.models import Level, Teacher, Unit, UnitKind
from tms.records.accounts import reset_password
from tms.records.hold_acts import freeze_unit
from tms.records.put_rows import write

FEWEST = 20
#: Files that are made and written together: a process holds some 80 MiB of them.
PART = 2_000
#: Days.
FROZEN = 30
#: Files that go into PostgreSQL with one COPY a table.
GATHERED = 20_000


@dataclass
class Built:
    """What was made."""

    teachers: int = 0
    units: int = 0
    rows: int = 0
    stages: Counter[str] = field(default_factory=Counter)
    accounts: list[Login] = field(default_factory=list)
    #: School, ID number and account of the first with a complete draft.
    ready: tuple[str, str, int] | None = None

    def add(self, part: Part) -> None:
        """Count what was written."""
        self.teachers += part.files
        self.rows += part.rows
        self.stages.update(part.stages)
        self.ready = self.ready or part.ready


def build(
    session: Session,
    people: int,
    seed: int,
    tell: Callable[[int], None] = lambda done: None,
    processes: int | None = None,
) -> Built:
    """Fill an initialised, otherwise empty installation with *people* files.

    :param processes: how many make files at the same time; as many as there are processors.
    :raises Conflict: something is there already. :raises Invalid: too few or too many people.
    """
    bind(session, CONSOLE)
    if not FEWEST <= people <= SPACE:
        raise Invalid(message("演示教师数须在%(low)d与%(high)d之间。", low=FEWEST, high=SPACE))
    root = _root(session)
    with door(session):
        lay_out(plan(people), root)
        plant(session, root)
        staff, logins = hire(session, root, seed)
        ids, ring = reserve(session, people), crypto.keyring()
        built = Built(units=sum(1 for _ in root.walk()), accounts=logins)
        site = Site(root, people, seed, staff, ids, ring, is_sqlite(session), PART)
        large = len(site.parts) > 1
        with bare(session) if large else nullcontext():
            parts = all_parts(site, processes or os.cpu_count() or 1)
            for part in parts if is_sqlite(session) else gathered(parts, GATHERED):
                for table in part.tables:
                    write(session, table, frozen=large and table.table in EMPTY)
                built.add(part)
                tell(built.teachers)
        _freeze(session, root, staff)
        built.accounts += _first_teacher(session, built)
    return built


def _root(session: Session) -> Node:
    """The root unit, which must be all there is."""
    if session.scalar(select(func.count()).select_from(Teacher)):
        raise Conflict(message("已有教师档案，演示数据只能装入空的系统。"))
    units = session.execute(select(Unit.id, Unit.unit_path, Unit.level, Unit.code, Unit.name)).all()
    if not units:
        raise Conflict(message("请先运行 flask tms init。"))
    if len(units) > 1 or units[0].level != Level.CENTRAL:
        raise Conflict(message("已有其他单位，或根单位不是中央级，不能装入演示数据。"))
    unit = units[0]
    return Node(unit.code, unit.name, unit.level, UnitKind.BUREAU, unit.unit_path, id=unit.id)


def _freeze(session: Session, root: Node, staff: Staff) -> None:
    """The last city keeps the school that it supervises itself still for a while."""
    city = [node for node in root.below[0].below if node.kind is UnitKind.BUREAU][-1]
    school = [node for node in city.below if node.kind is UnitKind.SCHOOL][-1]
    until = date.today() + timedelta(days=FROZEN)
    actor = staff[city.id, Role.INFO_ADMIN]
    freeze_unit(session, actor, school.id, reason="通报前核对数据，暂停填报。", until=until)


def _first_teacher(session: Session, built: Built) -> list[Login]:
    """A password for the first who can submit a draft."""
    if built.ready is None:
        return []
    school, number, account = built.ready
    return [Login(str(Role.TEACHER), school, number, reset_password(session, CONSOLE, account))]
