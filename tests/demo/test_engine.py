"""What is written directly equals what the door and the engine leave.

One file of each standing is taken; a draft like it is sent the same way by its people, verdict by
verdict, and then the two are compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from tests.demo.conftest import fill
from tests.demo.shape import shape
from tms import workflow
from tms.access import CONSOLE, Actor, Role, acting, bind, door
from tms.actors import actor_for
from tms.demo import changes
from tms.demo.returns import REASON
from tms.demo.staff import LOGINS
from tms.demo.state import RETURNING
from tms.demo.turns import HOLDERS
from tms.dictionary import HE
from tms.models import (
    TABLES,
    ChangeRequest,
    Freeze,
    RecordStatus,
    RequestStatus,
    ReviewNote,
    ReviewTask,
    RowState,
    Submission,
    Teacher,
    Unit,
    UnitKind,
    User,
    Verdict,
)
from tms.records import completeness
from tms.records.holds import frozen
from tms.records.read import headers
from tms.records.refresh import refresh
from tms.records.request_checks import Wanted
from tms.records.requests import apply
from tms.workflow.routes import ROUTES, Route

#: So many that the university has files of every standing.
MANY = 800


@pytest.fixture
def session(application: Flask, db_session: scoped_session[Session]) -> Session:
    fill(application, MANY)
    bind(db_session(), CONSOLE)
    return db_session()


@pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES)
def test_every_standing_is_as_the_engine_leaves_it(session: Session, route: Route) -> None:
    kind = kinds(session)
    drafts = complete_drafts(session, route, kind)
    seen = set()
    for standing, written in targets(session, route, lambda t: len(drafts[kind[t]])).items():
        draft = drafts[kind[written]].pop()
        replay(session, draft, written)
        assert_alike(session, written, draft.id, standing)
        seen.add(standing[:3])

    assert seen == {*expected(route)}


def expected(route: Route) -> Iterator[tuple[str, str, bool]]:
    """(status, step of the last desk, whether notes name what is wrong) of every standing."""
    for step in route.steps:
        yield str(step.waiting), step.key, False
    yield RecordStatus.APPROVED, "approve", False
    for step in {step.key for step in route.steps} & {*RETURNING}:
        for named in (False, True):
            yield RecordStatus.RETURNED, step, named


def targets(
    session: Session, route: Route, alike: Callable[[int], int]
) -> dict[tuple[Any, ...], int]:
    """A file of each standing; while departments are at it, of each number of verdicts.

    :param alike: how many drafts there are like a file; most are best.
    """
    named = select(ReviewNote.teacher_id).where(ReviewNote.row_id.is_not(None))
    with_names = set(session.scalars(named))
    statement = (
        select(Teacher.id, Teacher.record_status)
        .join(Submission, Submission.teacher_id == Teacher.id)
        .where(Teacher.school_category.in_(route.categories))
        .where(Teacher.id.not_in(select(ChangeRequest.teacher_id)))
    )
    found: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in session.execute(statement):
        tasks = tasks_of(session, row.id)
        back = [t.step for t in tasks if t.verdict == Verdict.RETURNED]
        last = (back or [tasks[-1].step])[0]
        is_parallel = last == "departments" and not back
        decided = sum(t.verdict is not None for t in tasks) if is_parallel else 0
        found[row.record_status, last, row.id in with_names, decided].append(row.id)
    return {standing: max(files, key=alike) for standing, files in found.items()}


def tasks_of(session: Session, teacher: int) -> list[ReviewTask]:
    statement = select(ReviewTask).where(ReviewTask.teacher_id == teacher)
    return list(session.scalars(statement.order_by(ReviewTask.id)))


def kinds(session: Session) -> dict[int, Any]:
    """By file its category, and which departments judge it: only alike ones go alike ways."""
    masks: dict[int, int] = defaultdict(int)
    for model in TABLES.values():
        for teacher, mask in session.execute(select(model.teacher_id, model.functions).distinct()):
            masks[teacher] |= mask
    categories = session.execute(select(Teacher.id, Teacher.school_category))
    return {row.id: (row.school_category, masks[row.id]) for row in categories}


def complete_drafts(session: Session, route: Route, kind: dict[int, Any]) -> dict[Any, Any]:
    """Drafts without an error that nothing keeps still, by their kind."""
    frozen_units = select(Freeze.unit_id)
    drafts = select(Teacher).where(
        Teacher.school_category.in_(route.categories),
        Teacher.record_status == RecordStatus.DRAFT,
        Teacher.unit_id.not_in(frozen_units),
    )
    by_id = {teacher.id: teacher for teacher in session.scalars(drafts)}
    found: dict[Any, Any] = defaultdict(list)
    for header, errors in completeness.findings(session, by_id):
        if not completeness.blocking(errors):
            found[kind[header.id]].append(by_id[header.id])
    return found


# -- the same way ----------------------------------------------------------------------------------


def replay(session: Session, draft: Teacher, written: int) -> None:
    """Send *draft* in and decide on it as was decided on the file *written*."""
    number, school = draft.id, draft.unit_id
    chosen = select(Teacher.id).where(Teacher.id == number)
    college = draft.secondary_unit_id
    tasks, notes = tasks_of(session, written), named_notes(session, written, number)
    with acting(session, as_teacher(session, draft)) as actor:
        assert workflow.submit(session, actor, chosen).taken == 1
    for task in [task for task in tasks if task.verdict]:
        actor = holder(session, task, school, college)
        with acting(session, actor):
            if task.verdict == Verdict.RETURNED:
                done = workflow.return_(session, actor, chosen, "" if notes else REASON, notes)
            else:
                verb = workflow.report if task.step == "report" else workflow.pass_
                done = verb(session, actor, chosen)
        assert done.taken == 1, (task.step, [str(left.reason) for left in done.left_out])


def as_teacher(session: Session, teacher: Teacher) -> Actor:
    user = session.scalars(select(User).where(User.teacher_id == teacher.id)).one()
    return Actor(
        Role.TEACHER, teacher.unit_path, user.id, 1, teacher.unit_id, teacher_id=teacher.id
    )


def holder(session: Session, task: ReviewTask, school: int, college: int | None) -> Actor:
    """Whoever holds the desk at the draft's school that *task* lay on at its own."""
    with acting(session, CONSOLE):
        unit = session.scalars(select(Unit).where(Unit.id == school)).one()
        if task.step == "approve":
            unit = session.scalars(select(Unit).where(Unit.id == unit.supervisor_id)).one()
        elif task.step == "unit_review":
            unit = session.scalars(select(Unit).where(Unit.id == college)).one()
        elif task.desk_function:
            of_school = (Unit.supervisor_id == school, Unit.function == task.desk_function)
            unit = session.scalars(select(Unit).where(*of_school)).one()
    role = HOLDERS[next(p for p in HOLDERS if p == task.permission)]
    return actor_for(session, f"{LOGINS[role]}-{unit.code}")


def named_notes(session: Session, written: int, number: int) -> list[workflow.NoteOn]:
    """The notes of the file *written* that name rows, on the last rows of the file *number*."""
    statement = select(ReviewNote).where(
        ReviewNote.teacher_id == written, ReviewNote.row_id.is_not(None)
    )
    found = []
    for note in session.scalars(statement.order_by(ReviewNote.id)):
        model = TABLES[str(note.table_name)]
        last = session.scalar(select(func.max(model.id)).where(model.teacher_id == number))
        found.append(workflow.NoteOn(note.reason, note.table_name, last, note.field))
    return found


# -- alike -----------------------------------------------------------------------------------------


def assert_alike(session: Session, written: int, draft: int, standing: Any) -> None:
    session.expire_all()
    direct, made = shape(session, written), shape(session, draft)
    assert direct["rows_agree"], standing
    assert made["rows_agree"], standing
    assert comparable(direct, made) == comparable(made, direct), standing


def comparable(found: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """Without what differs between people, and only the tables both files have."""
    tables = {t: _told(rows) for t, rows in found["tables"].items() if t in like["tables"]}
    came_in = {t: v for t, v in found["came_in"].items() if t in like["came_in"]}
    tasks = [task | {"by": task["by"] is not None} for task in found["tasks"]]
    events = [(e[0], e[1], *e[3:]) for e in found["events"]]
    more = {"tables": tables, "came_in": came_in, "tasks": tasks, "events": events}
    return found | more


def _told(rows: Any) -> Any:
    """Of a table of which some rows are drafts again: those; one file has more of the others."""
    drafts = {row for row in rows if row[0] == RowState.DRAFT}
    return drafts or rows


@pytest.mark.parametrize("status", [RequestStatus.DRAFT, RequestStatus.IN_REVIEW])
def test_changes_are_as_the_engine_leaves_them(session: Session, status: RequestStatus) -> None:
    (written, *_), others = changed_and_others(session, status)
    file = session.scalars(select(Teacher).where(Teacher.id == others[0])).one()
    school = session.scalars(select(Unit).where(Unit.id == file.unit_id)).one()
    contact = TABLES["contact"]
    row = session.scalars(select(contact).where(contact.teacher_id == file.id)).one()
    wanted = Wanted(file.id, "contact", row.id, 1, {"mobile": "10000000099"}, changes.REASON)

    with acting(session, actor_for(session, f"info-{school.code}")) as actor:
        apply(session, actor, wanted)
        if status is RequestStatus.IN_REVIEW:
            chosen = select(Teacher.id).where(Teacher.id == others[0])
            assert workflow.submit(session, actor, chosen).taken == 1

    assert_alike(session, written, others[0], status)


def changed_and_others(session: Session, status: str) -> tuple[list[int], list[int]]:
    """Files with a change that stands so; and files in force like the first one, without."""
    found = session.scalars(
        select(ChangeRequest.teacher_id).where(ChangeRequest.status == status)
    ).all()
    category = select(Teacher.school_category).where(Teacher.id == found[0]).scalar_subquery()
    others = select(Teacher.id).where(
        Teacher.school_category == category,
        Teacher.record_status == RecordStatus.APPROVED,
        Teacher.id.not_in(select(ChangeRequest.teacher_id)),
        Teacher.unit_id.not_in(select(Freeze.unit_id)),
    )
    return list(found), list(session.scalars(others))


def test_a_school_is_frozen(session: Session) -> None:
    unit = select(Unit).join(Freeze, Freeze.unit_id == Unit.id)
    school = session.scalars(unit).one()

    teacher = session.scalars(select(Teacher.id).where(Teacher.unit_id == school.id)).first()

    assert frozen(session, headers(session, [teacher or 0]).values())


def test_the_university_has_all_its_people(session: Session) -> None:
    university = session.scalars(select(Unit).where(Unit.school_category == HE)).one()
    inner = session.scalars(select(Unit).where(Unit.supervisor_id == university.id)).all()

    roles = {UnitKind.SECONDARY_UNIT: "sec", UnitKind.FUNCTIONAL_DEPARTMENT: "dept"}
    actors = [actor_for(session, f"{roles[UnitKind(unit.kind)]}-{unit.code}") for unit in inner]

    assert sum(actor.functions for actor in actors) == 31
    assert {actor.role for actor in actors} == {Role.UNIT_SECRETARY, Role.DEPT_REVIEWER}
    assert actor_for(session, f"head-{university.code}").role == Role.SCHOOL_HEAD


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
