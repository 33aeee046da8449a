"""Building the world, and finding it again in a copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.authz import changes, exports, person_forms
from tests.authz import world as plan
from tests.authz.world import Place, Target, World
from tests.support.cast import id_number
from tests.support.complete import BASIC, ROWS
from tms import workflow
from tms.access import CONSOLE, Actor, Role, bind
from tms.access.passwords import hash_password
from tms.actors import actor_for
from tms.dictionary import Category, Kind
from tms.models import TABLES, Assignment, Person, Teacher, Unit, User
from tms.records import NewFile, RowChange, create_files, save
from tms.records.accounts import NewUser, create_user
from tms.records.assignments import add_assignment
from tms.records.preferences import save_view
from tms.records.units import NewUnit, create_root, create_unit

#: Stages of files that went all the way.
FINAL = ("in_force", "changing")


def build(session: Session) -> None:
    """Units, accounts and files, committed; `meet` finds them again."""
    bind(session, CONSOLE)
    units = _units(session)
    for username, (role, unit) in plan.STAFF.items():
        new = NewUser(username, role, units[unit], plan.person_names()[username])
        user, _ = create_user(session, CONSOLE, new, password=plan.PASSWORD)
        if username in plan.ALSO:
            also, elsewhere = plan.ALSO[username]
            add_assignment(session, CONSOLE, user, also, units[elsewhere])
    files = _files(session, units)
    _fill(session, files)
    session.commit()
    for school in plan.K12:
        _live(session, {stage: i for (at, _, stage), i in files.items() if at == school}, school)
    _teachers_passwords(session)
    _views(session)
    exports.make(session)
    person_forms.make(session, files.values())
    bind(session, None)


def _units(session: Session) -> dict[str, int]:
    made: dict[str, int] = {}
    for key, (code, level, kind, category, supervisor, function) in plan.UNITS.items():
        name = plan.unit_names()[key]
        above = made[supervisor] if supervisor else None
        new = NewUnit(code, name, level, kind, function, category, above)
        make = create_unit if supervisor else create_root
        made[key] = make(session, CONSOLE, new).id
    return made


def _files(session: Session, units: dict[str, int]) -> dict[tuple[str, str | None, str], int]:
    new = []
    for serial, (school, inner, _stage) in enumerate(plan.planned_files(), start=1):
        items = {
            "name": plan.canary("file", serial - 1),
            "gender": "1" if serial % 2 else "2",
            "birth_date": date(1985, 3, 12),
            "id_type": "1",
            "id_number": id_number(serial),
        }
        new.append(NewFile(units[school], items, units[inner] if inner else None))
    return dict(zip(plan.planned_files(), create_files(session, CONSOLE, new), strict=True))


def _fill(session: Session, files: dict[tuple[str, str | None, str], int]) -> None:
    """Complete files by their stages, one row in each remaining table of the sketches."""
    basic = TABLES["basic_information"]
    found = session.execute(select(basic.teacher_id, basic.id))
    basics = {row.teacher_id: row.id for row in found}
    changes: dict[str, list[RowChange]] = {key: [] for key in TABLES}
    for number, ((school, _inner, stage), teacher) in enumerate(files.items()):
        if stage == plan.SKETCH:
            for table, values in _sketch(school, number):
                changes[table].append(RowChange(teacher, values))
            continue
        changes["basic_information"].append(RowChange(teacher, BASIC, basics[teacher]))
        for table, values in ROWS.items():
            changes[table].append(RowChange(teacher, values | _mark(table, number)))
    save(session, CONSOLE, {table: rows for table, rows in changes.items() if rows})


def _mark(table: str, number: int) -> dict[str, str]:
    if table not in plan.MARKED:
        return {}
    kind, key = plan.MARKED[table]
    return {key: plan.canary(kind, number)}


def _sketch(school: str, number: int) -> Iterable[tuple[str, dict[str, Any]]]:
    category = Category(plan.UNITS[school][3])
    for key, model in TABLES.items():
        if key == "basic_information" or not model.dictionary.applies(category):
            continue
        if school != "UN" and key in ROWS:
            continue
        fields = model.dictionary.fields_for(category)
        text = [f.key for f in fields if f.kind is Kind.TEXT and not f.codes]
        yield key, _mark(key, number) or ({text[0]: "草稿"} if text else {})


def _live(session: Session, files: dict[str, int], school: str) -> None:
    """Move the files of one school to their stages, by those whose acts these are."""
    clerk, head = actor_for(session, f"clerk-{school}"), actor_for(session, f"head-{school}")
    superior = actor_for(session, f"info_admin-{plan.UNITS[school][4]}")
    teacher = _teacher(session, files["supplement"])
    beyond = ("head", "report", "approve", "in_force", "returned", "changing")
    _do(session, teacher, workflow.submit, files, ("supplement",))
    _do(session, clerk, workflow.submit, files, beyond)
    _do(session, head, workflow.pass_, files, ("report", "approve", *FINAL))
    number = list(plan.planned_files()).index((school, None, "returned"))
    reason = "请补充" + plan.canary("note", number)
    _do(session, head, workflow.return_, files, ("returned",), reason)
    _do(session, clerk, workflow.report, files, ("approve", *FINAL))
    _do(session, superior, workflow.pass_, files, FINAL)
    own = _teacher(session, files["changing"])
    changes.make(session, files["changing"], clerk, superior, own)


def _do(
    session: Session, actor: Actor, verb: Any, files: dict[str, int], stages: Any, *note: str
) -> None:
    bind(session, actor)
    ids = [files[stage] for stage in stages]
    outcome = verb(session, actor, select(Teacher.id).where(Teacher.id.in_(ids)), *note)
    assert outcome.taken == len(ids), [str(left.reason) for left in outcome.left_out]
    session.commit()


def _teacher(session: Session, teacher: int) -> Actor:
    bind(session, CONSOLE)
    found = session.execute(
        select(User.id, Assignment.unit_id, User.unit_path)
        .join(Assignment, Assignment.user_id == User.id)
        .where(User.teacher_id == teacher)
    ).one()
    place = {"unit_path": found.unit_path, "unit_id": found.unit_id, "unit_level": 5}
    return Actor(Role.TEACHER, **place, user_id=found.id, teacher_id=teacher)


def _views(session: Session) -> None:
    """What somebody kept for himself in every grid; nobody who probes is meant to see it."""
    clerk = actor_for(session, "clerk-S1")
    bind(session, clerk)
    for number, grid in enumerate(("teacher", "unit", "account", "request", "reopening", *TABLES)):
        save_view(session, clerk, grid, plan.canary("view", number), {"search": "雀"})
    session.commit()


def _teachers_passwords(session: Session) -> None:
    bind(session, CONSOLE)
    change = update(User).where(User.teacher_id.is_not(None))
    session.execute(change.values(password_hash=hash_password(plan.PASSWORD)))
    session.execute(update(User).where(User.username == "disabled").values(is_disabled=True))
    session.commit()


# -- finding it again ------------------------------------------------------------------------------


def meet(session: Session) -> World:
    """The world as this database has it."""
    bind(session, CONSOLE)
    world = World()
    keys = {unit[0]: key for key, unit in plan.UNITS.items()}
    for unit in session.scalars(select(Unit)):
        key = keys[unit.code]
        above = plan.UNITS[key][4]
        world.units[key] = Place(
            key, unit.id, unit.code, unit.name, unit.unit_path, above, unit.level
        )
    _meet_files(session, world)
    _meet_accounts(session, world)
    world.asked["export"] = exports.meet(session, world)
    bind(session, None)
    session.rollback()
    return world


def _meet_files(session: Session, world: World) -> None:
    paths = {place.path: key for key, place in world.units.items()}
    planned = list(plan.planned_files())
    files: dict[int, Target] = {}
    for file in session.scalars(select(Teacher).order_by(Teacher.id)):
        state = planned[plan.numbers()[file.name]][2]
        common = {"teacher": file.id, "category": file.school_category, "name": file.name}
        common["number"] = file.teacher_no
        at = paths[file.unit_path]
        files[file.id] = Target("file", file.id, at, state, **common)
    world.files = list(files.values())
    world.asked = changes.meet(session, files)
    for key, model in TABLES.items():
        columns = (model.id, model.teacher_id, model.content_version)
        found = session.execute(select(*columns).order_by(model.id))
        world.rows[key] = [
            replace(
                files[row.teacher_id], kind="row", id=row.id, table=key, version=row.content_version
            )
            for row in found
        ]


def _meet_accounts(session: Session, world: World) -> None:
    units = {place.id: key for key, place in world.units.items()}
    columns = (User.id, User.username, User.teacher_id, Assignment.role, Assignment.unit_id)
    statement = (
        select(*columns, Assignment.id.label("assignment"), Person.name)
        .join(Person, Person.id == User.person_id)
        .join(Assignment, Assignment.user_id == User.id)
        .where(Assignment.is_active)
        .order_by(User.id)
    )
    for row in session.execute(statement):
        world.accounts.append(
            Target(
                "account",
                row.id,
                units[row.unit_id],
                plan.class_of(row.username, row.role),
                row.teacher_id or 0,
                name=row.username or "",
                user=row.id,
                holder=row.name,
                assignment=row.assignment,
            )
        )
