"""The whole installation, on both engines."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from tests.demo.conftest import PEOPLE, fill
from tms.access import CONSOLE, SYSTEM_ROLES, Role, bind, door, unscoped
from tms.models import (
    TABLES,
    Assignment,
    RecordStatus,
    RowState,
    Submission,
    Teacher,
    Unit,
    User,
)
from tms.records import NewFile, completeness, create_files

STATES = {
    RecordStatus.DRAFT,
    RecordStatus.SUBMITTED,
    RecordStatus.UNIT_PASSED,
    RecordStatus.DEPT_PASSED,
    RecordStatus.SCHOOL_PASSED,
    RecordStatus.REPORTED,
    RecordStatus.RETURNED,
    RecordStatus.APPROVED,
}


@pytest.fixture
def session(application: Flask, db_session: scoped_session[Session]) -> Session:
    fill(application)
    bind(db_session(), CONSOLE)
    return db_session()


def test_what_was_submitted_is_complete(session: Session) -> None:
    status = {
        row.id: row.record_status
        for row in session.execute(select(Teacher.id, Teacher.record_status))
    }
    assert len(status) == PEOPLE
    with_errors: Counter[str] = Counter(
        status[header.id]
        for header, found in completeness.findings(session, status)
        if completeness.blocking(found)
    )
    assert set(with_errors) == {RecordStatus.DRAFT}
    assert set(status.values()) == STATES


def test_rows_are_in_the_state_of_their_file(session: Session) -> None:
    states: dict[str, set[str]] = defaultdict(set)
    for model in TABLES.values():
        statement = select(Teacher.record_status, model.state).join(
            Teacher, Teacher.id == model.teacher_id
        )
        for status, state in session.execute(statement.distinct()):
            states[status].add(state)
    assert states[RecordStatus.APPROVED] == {RowState.IN_FORCE}
    assert states[RecordStatus.DRAFT] == {RowState.DRAFT}
    assert states[RecordStatus.RETURNED] == {RowState.DRAFT, RowState.IN_REVIEW}
    assert states[RecordStatus.REPORTED] == {RowState.IN_REVIEW}


def test_rows_in_force_are_locked(session: Session) -> None:
    contact = TABLES["contact"]
    change = update(contact).where(contact.state == RowState.IN_FORCE).values(address="别处")
    with door(session), pytest.raises(IntegrityError):
        session.execute(unscoped(change, "test"), execution_options={"synchronize_session": False})
    session.rollback()


def test_every_teacher_has_a_login_and_one_assignment(session: Session) -> None:
    logins = select(func.count()).select_from(User).where(User.teacher_id.is_not(None))
    assert session.scalar(logins.where(User.login_index.is_not(None))) == PEOPLE
    roles = select(Assignment.role, func.count()).group_by(Assignment.role)
    counts = {role: count for role, count in session.execute(roles)}
    assert counts["teacher"] == PEOPLE
    assert set(counts) == {str(role) for role in Role if role not in SYSTEM_ROLES}


def test_ids_go_on_where_the_demonstration_ended(session: Session) -> None:
    school = session.scalars(select(Unit.id).where(Unit.school_category.is_not(None))).first()
    items = {"name": "新来", "gender": "1", "birth_date": "1990-01-01", "id_number": "AB123456"}
    with door(session):
        made = create_files(session, CONSOLE, [NewFile(school or 0, items | {"id_type": "A"})])
    assert session.scalar(select(func.max(Teacher.id))) == made[0]


def test_submissions_point_to_their_files(session: Session) -> None:
    wrong = (
        select(func.count())
        .select_from(Submission)
        .join(Teacher, Teacher.id == Submission.teacher_id)
        .where(
            (Submission.unit_path != Teacher.unit_path)
            | (Submission.is_open & (Submission.status != Teacher.record_status))
        )
    )
    assert session.scalar(wrong) == 0
