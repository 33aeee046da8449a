"""The whole installation, in order. Never commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import CONSOLE, Role, bind, door
from tms.demo.files import File, write_files
from tms.demo.people import SPACE
from tms.demo.roll import in_chunks, jobs, staff_of
from tms.demo.schools import plan
from tms.demo.staff import Login, hire
from tms.demo.state import Stage
from tms.demo.tree import Node, lay_out, plant
from tms.demo.work import write_work
from tms.errors import Conflict, Invalid, message
from tms.models import Level, Teacher, Unit, UnitKind
from tms.records.accounts import reset_password
from tms.workflow.routes import route_for

CHUNK = 5_000
FEWEST = 20


@dataclass
class Built:
    """What was made."""

    teachers: int = 0
    units: int = 0
    rows: int = 0
    stages: Counter[str] = field(default_factory=Counter)
    accounts: list[Login] = field(default_factory=list)


def build(
    session: Session, people: int, seed: int, tell: Callable[[int], None] = lambda done: None
) -> Built:
    """Fill an initialised, otherwise empty installation with *people* files.

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
        built = Built(units=sum(1 for _ in root.walk()), accounts=logins)
        found, shares = jobs(root, people)
        for part in in_chunks(found, CHUNK):
            teachers = [teacher for job in part for teacher in staff_of(job, seed, shares)]
            files = write_files(session, teachers, staff)
            write_work(session, files, staff, seed)
            _count(session, built, files)
            tell(built.teachers)
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


def _count(session: Session, built: Built, files: Sequence[File]) -> None:
    built.teachers += len(files)
    built.rows += sum(len(rows) for file in files for rows in file.columns.values())
    built.stages.update(str(file.stage) for file in files)
    if not any(login.role == Role.TEACHER for login in built.accounts):
        built.accounts += _first_teacher(session, files)


def _first_teacher(session: Session, files: Sequence[File]) -> list[Login]:
    """A password for somebody with a complete draft, who can submit it."""
    for file in files:
        has_route = route_for(file.teacher.life.category) is not None
        if has_route and file.stage is Stage.DRAFT and file.teacher.standing.complete:
            password = reset_password(session, CONSOLE, file.own.user_id or 0)
            number = file.teacher.life.person.id_number
            return [Login(str(Role.TEACHER), file.teacher.school.name, number, password)]
    return []
