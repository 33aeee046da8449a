"""What is written directly equals what the door and the engine leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, scoped_session

from tests.demo.conftest import fill
from tests.demo.shape import shape
from tms import workflow
from tms.access import CONSOLE, Actor, Role, acting, bind, door
from tms.auth import actor_for
from tms.demo.state import STEPS
from tms.demo.work import REASON
from tms.dictionary import Category
from tms.models import TABLES, RecordStatus, Submission, Teacher, Unit, User
from tms.records import completeness
from tms.records.refresh import refresh
from tms.workflow.routes import K12

Chosen = Select[Any]
Act = Callable[[Session, Actor, Chosen], Any]


def test_the_steps_are_those_of_the_route() -> None:
    assert [step.key for step in K12.steps] == [str(step) for step in STEPS]


@pytest.fixture
def session(application: Flask, db_session: scoped_session[Session]) -> Session:
    fill(application)
    bind(db_session(), CONSOLE)
    return db_session()


def the_school(session: Session) -> Unit:
    """The first school of the first county, whose staff have accounts."""
    with acting(session, CONSOLE):
        found = session.scalars(select(Unit).where(Unit.school_category.is_not(None)))
        return next(u for u in found if u.school_category == Category.PRIMARY_SECONDARY)


def as_teacher(session: Session, teacher: Teacher) -> Actor:
    user = session.scalars(select(User).where(User.teacher_id == teacher.id)).one()
    return Actor(
        Role.TEACHER, teacher.unit_path, user.id, 1, teacher.unit_id, teacher_id=teacher.id
    )


def a_complete_draft(session: Session, school: Unit) -> Teacher:
    drafts = select(Teacher).where(
        Teacher.unit_id == school.id, Teacher.record_status == RecordStatus.DRAFT
    )
    by_id = {teacher.id: teacher for teacher in session.scalars(drafts)}
    checked = completeness.findings(session, by_id)
    return next(by_id[h.id] for h, found in checked if not completeness.blocking(found))


def examples(session: Session, school: Unit, status: str, step: str, is_open: bool) -> list[int]:
    """Files of the demonstration in that state, of any school if there is none here."""
    statement = (
        select(Teacher.id, Teacher.unit_id)
        .join(Submission, Submission.teacher_id == Teacher.id)
        .where(
            Submission.step == step,
            Submission.status == status,
            Submission.is_open.is_(is_open),
            Teacher.school_category == school.school_category,
        )
    )
    rows = session.execute(statement).all()
    return [row.id for row in sorted(rows, key=lambda row: row.unit_id != school.id)]


def comparable(found: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """Without what differs between schools, and only the tables both files have."""
    tables = {k: v for k, v in found["tables"].items() if k in like["tables"]}
    tasks = [(*t[:4], t[4] is not None, t[5]) for t in found["tasks"]]
    events = [(e[0], e[1], *e[3:]) for e in found["events"]]
    return found | {"tables": tables, "tasks": tasks, "events": events}


def assert_alike(session: Session, school: Unit, teacher_id: int) -> None:
    with acting(session, CONSOLE):
        made = shape(session, teacher_id)
        _, step, status, is_open, *_ = made["submission"][0]
        written = shape(session, examples(session, school, status, step, is_open)[0])
    assert made["rows_agree"]
    assert comparable(written, made) == comparable(made, written)


def staff(session: Session, role: str, unit: Unit) -> Actor:
    return actor_for(session, f"{role}-{unit.code}")


def test_every_state_is_as_the_engine_leaves_it(session: Session) -> None:
    school = the_school(session)
    county = session.scalars(select(Unit).where(Unit.id == school.supervisor_id)).one()
    teacher = a_complete_draft(session, school)
    number = teacher.id
    chosen = select(Teacher.id).where(Teacher.id == number)
    steps: list[tuple[Actor, Act]] = [
        (as_teacher(session, teacher), workflow.submit),
        (staff(session, "info", school), workflow.pass_),
        (staff(session, "head", school), workflow.pass_),
        (staff(session, "head", school), workflow.report),
        (staff(session, "info", county), workflow.pass_),
    ]
    for actor, act in steps:
        with acting(session, actor):
            outcome = act(session, actor, chosen)
            assert outcome.taken == 1, outcome.left_out
        # The submission that was just moved is the newest; the example is an older one.
        assert_alike(session, school, number)


@pytest.mark.parametrize("step", ["head", "approve"])
def test_returned_files_are_as_the_engine_leaves_them(session: Session, step: str) -> None:
    school = the_school(session)
    county = session.scalars(select(Unit).where(Unit.id == school.supervisor_id)).one()
    status = RecordStatus.SUBMITTED if step == "head" else RecordStatus.REPORTED
    number = next(
        i for i in examples(session, school, status, step, True) if unit_of(session, i) == school.id
    )
    actor = staff(session, "head", school) if step == "head" else staff(session, "info", county)
    with acting(session, actor):
        chosen = select(Teacher.id).where(Teacher.id == number)
        assert workflow.return_(session, actor, chosen, REASON).taken == 1
    assert_alike(session, school, number)


def unit_of(session: Session, teacher_id: int) -> int | None:
    return session.scalar(select(Teacher.unit_id).where(Teacher.id == teacher_id))


def test_copies_are_those_that_refresh_writes(session: Session) -> None:
    before = copies(session)
    with door(session):
        refresh(session, before)
    session.expire_all()
    assert copies(session) == before


def copies(session: Session) -> dict[int, Any]:
    basic = TABLES["basic_information"]
    derived = [key for key, field in basic.dictionary.fields.items() if field.readonly]
    header = [column.key for column in Teacher.__table__.columns]
    columns = [getattr(Teacher, key) for key in header]
    columns += [getattr(basic, key).label(f"own_{key}") for key in derived]
    statement = select(*columns).join(basic, basic.teacher_id == Teacher.id)
    return {row["id"]: dict(row) for row in session.execute(statement).mappings()}
