"""Many at once: sixty-four processes approve the same hundred files (F2)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import PLACE
from tests.support.cast import Cast, complete
from tests.support.place import once
from tests.support.review import do
from tms import workflow
from tms.access import bind
from tms.models import TABLES, AuditEvent, ReviewTask, Teacher

PROCESSES = 64
FILES = 100


@pytest.fixture(autouse=True)
def alone(request: pytest.FixtureRequest) -> Iterator[None]:
    """One crowd at a time, or two of them would meet at one server's limit of connections."""
    with once(request.config.stash[PLACE], "crowd"):
        yield


def at_once(application: Flask, work: Callable[[Any], int]) -> list[int]:
    """Fork PROCESSES children that do *work* on a session of their own; their exit codes.

    A child's code is what *work* returned, or 255 after an error, so it must stay below that.
    """
    from tms.db import be_patient, db

    be_patient()
    with application.app_context():
        db.engine.dispose(close=True)  # children must not share a connection
    children = []
    for _ in range(PROCESSES):
        child = os.fork()
        if child == 0:
            _work(application, work)
        children.append(child)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def _work(application: Flask, work: Callable[[Any], int]) -> None:
    from tms.db import db

    code = 255
    try:
        with application.app_context():
            code = work(db.session())
            db.session.commit()
    finally:
        os._exit(code)


def test_a_hundred_files_are_approved_exactly_once(application: Flask, cast: Cast) -> None:
    teachers = [cast.make_file() for _ in range(FILES)]
    for teacher in teachers:
        complete(cast, teacher)
    for verb, name in (
        ("submit", "school_info"),
        ("pass", "school_head"),
        ("report", "school_head"),
    ):
        assert do(cast, verb, name).taken == FILES
    cast.session.close()
    actor = cast.staff["county_info"]

    def approve(session: Any) -> int:
        bind(session, actor)
        return workflow.pass_(session, actor, select(Teacher.id), last_only=True).taken

    codes = at_once(application, approve)

    assert 255 not in codes
    assert sum(codes) == FILES
    cast.act_as("county_info")
    basic = TABLES["basic_information"]
    verdicts = select(ReviewTask.id).where(ReviewTask.step == "approve", ReviewTask.decided_by > 0)
    events = select(AuditEvent.id).where(AuditEvent.act == "pass.approve")
    rows = select(basic.id).where(basic.state == "in_force")
    for happened in (verdicts, events, rows):
        assert len(cast.session.scalars(happened).all()) == FILES


def test_a_file_is_submitted_once_however_many_press_the_button(
    application: Flask, cast: Cast
) -> None:
    complete(cast, cast.make_file())
    cast.session.close()
    actor = cast.staff["school_info"]

    def submit(session: Any) -> int:
        bind(session, actor)
        return workflow.submit(session, actor, select(Teacher.id)).taken

    codes = at_once(application, submit)

    assert sorted(codes) == [0] * (PROCESSES - 1) + [1]


@pytest.mark.parametrize("name", ["school_info"])
def test_ids_are_never_handed_out_twice(application: Flask, cast: Cast, name: str) -> None:
    """Many making files at once: as many files as were made, all with numbers of their own."""
    from datetime import date

    from tests.support.cast import id_number
    from tms.records import NewFile, create_files

    actor, unit = cast.staff[name], cast.units["3136000101"].id
    cast.session.close()

    def make(session: Any) -> int:
        bind(session, actor)
        serial = os.getpid() % 999
        born = date(1970, 1, 1 + os.getpid() // 999 % 28)
        values = {
            "name": "王小明",
            "gender": "1" if serial % 2 else "2",
            "birth_date": born,
            "id_number": id_number(serial, born=born),
        }
        return len(create_files(session, actor, [NewFile(unit, values)]))

    codes = at_once(application, make)

    assert codes == [1] * PROCESSES
    cast.act_as(name)
    numbers = cast.session.scalars(select(Teacher.teacher_no)).all()
    assert len(set(numbers)) == PROCESSES
