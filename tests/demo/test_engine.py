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


def examples(
    session: Session, status: str, step: str, is_open: bool, category: str | None = None
) -> list[Teacher]:
    """Files of the demonstration in that state."""
    statement = (
        select(Teacher)
        .join(Submission, Submission.teacher_id == Teacher.id)
        .where(
            Submission.step == step,
            Submission.status == status,
            Submission.is_open.is_(is_open),
        )
        .order_by(Teacher.id)
    )
    if category:
        statement = statement.where(Teacher.school_category == category)
    return list(session.scalars(statement))


def comparable(found: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """Without what differs between schools, and only the tables both files have."""
    tables = {k: v for k, v in found["tables"].items() if k in like["tables"]}
    tasks = [(*t[:4], t[4] is not None, t[5]) for t in found["tasks"]]
    events = [(e[0], e[1], *e[3:]) for e in found["events"]]
    return found | {"tables": tables, "tasks": tasks, "events": events}


def assert_alike(session: Session, teacher_id: int, category: str | None = None) -> None:
    with acting(session, CONSOLE):
        made = shape(session, teacher_id)
        _, step, status, is_open, *_ = made["submission"][0]
        others = [t.id for t in examples(session, status, step, is_open, category)]
        written = shape(session, next(i for i in others if i != teacher_id))
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
        assert_alike(session, number, school.school_category)


@pytest.mark.parametrize("step", ["head", "approve"])
def test_returned_files_are_as_the_engine_leaves_them(session: Session, step: str) -> None:
    status = RecordStatus.SUBMITTED if step == "head" else RecordStatus.REPORTED
    teacher = examples(session, status, step, True)[0]
    number = teacher.id
    school = session.scalars(select(Unit).where(Unit.id == teacher.unit_id)).one()
    bureau = session.scalars(select(Unit).where(Unit.id == school.supervisor_id)).one()
    actor = staff(session, "head", school) if step == "head" else staff(session, "info", bureau)
    with acting(session, actor):
        chosen = select(Teacher.id).where(Teacher.id == number)
        assert workflow.return_(session, actor, chosen, REASON).taken == 1
    assert_alike(session, number)


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
