"""Many at once: sixty-four processes approve the same hundred files (F2)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.cast import Cast, complete, complete_all
from tests.support.crowd import FAILED, as_actor, at_once, timed
from tests.support.place import here, once
from tests.support.review import WAY, ask, do, row_of, states
from tests.support.university import complete_university, make_teacher
from tms import workflow
from tms.access import bind
from tms.db import AnySelect
from tms.dictionary import Department
from tms.errors import Conflict, NotFound
from tms.models import TABLES, AuditEvent, ReviewTask, RowState, Submission, SubmissionRow, Teacher
from tms.records import RowChange, save

PROCESSES = 64
FILES = 100


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """One crowd at a time, or two of them would meet at one server's limit of connections."""
    with once(here(), "crowd"):
        yield


def every() -> AnySelect:
    """All files in reach."""
    return select(Teacher.id)


def test_a_hundred_files_are_approved_exactly_once(application: Flask, cast: Cast) -> None:
    school_files(cast, FILES, *WAY[:3])
    cast.session.close()
    approve = as_actor(
        cast.staff["county_info"], lambda s, a: workflow.pass_(s, a, every(), last_only=True)
    )

    codes = at_once(application, [approve] * PROCESSES)

    assert FAILED not in codes
    assert sum(codes) == FILES
    cast.act_as("county_info")
    basic = TABLES["basic_information"]
    verdicts = select(ReviewTask.id).where(ReviewTask.step == "approve", ReviewTask.decided_by > 0)
    events = select(AuditEvent.id).where(AuditEvent.act == "pass.approve")
    rows = select(basic.id).where(basic.state == "in_force")
    for happened in (verdicts, events, rows):
        assert len(cast.session.scalars(happened).all()) == FILES


@pytest.mark.full
def test_a_file_is_submitted_once_however_many_press_the_button(
    application: Flask, cast: Cast
) -> None:
    complete(cast, cast.make_file())
    cast.session.close()
    submit = as_actor(cast.staff["school_info"], lambda s, a: workflow.submit(s, a, every()))

    codes = at_once(application, [submit] * PROCESSES)

    assert sorted(codes) == [0] * (PROCESSES - 1) + [1]


@pytest.mark.full
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

    codes = at_once(application, [make] * PROCESSES)

    assert codes == [1] * PROCESSES
    cast.act_as(name)
    numbers = cast.session.scalars(select(Teacher.teacher_no)).all()
    assert len(set(numbers)) == PROCESSES


def open_tasks(cast: Cast) -> dict[int, list[str]]:
    """{file: the steps whose desks it lies on}."""
    statement = select(ReviewTask.teacher_id, ReviewTask.step).where(ReviewTask.verdict.is_(None))
    found: dict[int, list[str]] = {}
    for teacher, step in ask(cast, statement):
        found.setdefault(teacher, []).append(step)
    return found


def steps(cast: Cast) -> dict[int, str]:
    """{file: where its open submission says that it waits}."""
    statement = select(Submission.teacher_id, Submission.step).where(Submission.is_open)
    return {teacher: step for teacher, step in ask(cast, statement)}


def school_files(cast: Cast, number: int, *way: tuple[str, str]) -> list[int]:
    """So many complete files of the primary school, on their way."""
    teachers = cast.make_files(number)
    complete_all(cast, teachers)
    for verb, name in way:
        assert do(cast, verb, name, *teachers).taken == number
    return teachers


def test_a_file_is_never_on_two_desks(application: Flask, cast: Cast) -> None:
    """Some report what others take back at the same time."""
    teachers = school_files(cast, 20, ("submit", "school_info"))
    act_id = do(cast, "pass", "school_head").act_id
    head, info = cast.staff["school_head"], cast.staff["school_info"]
    cast.session.close()

    def take_back(session: Any) -> int:
        bind(session, head)
        with suppress(NotFound):
            return workflow.undo(session, head, act_id).taken
        return 0

    report = as_actor(info, lambda s, a: workflow.report(s, a, every()))
    again = as_actor(head, lambda s, a: workflow.pass_(s, a, every()))
    codes = at_once(application, [report, take_back, again, take_back] * 5)

    assert FAILED not in codes
    found = open_tasks(cast)
    assert found == {teacher: [step] for teacher, step in steps(cast).items()}
    assert found.keys() == set(teachers)


def test_whoever_withdraws_and_whoever_passes_are_not_both_taken(
    application: Flask, cast: Cast
) -> None:
    teachers = school_files(cast, 20, ("submit", "school_info"))
    withdraw = as_actor(cast.staff["school_info"], lambda s, a: workflow.withdraw(s, a, every()))
    decide = as_actor(cast.staff["school_head"], lambda s, a: workflow.pass_(s, a, every()))
    cast.session.close()

    codes = at_once(application, [withdraw, decide] * 5)

    assert FAILED not in codes
    assert sum(codes) == len(teachers)
    found = open_tasks(cast)
    assert found == {teacher: [step] for teacher, step in steps(cast).items()}
    passed = {teacher for teacher in teachers if teacher in found}
    for teacher in teachers:
        expected = RowState.IN_REVIEW if teacher in passed else RowState.DRAFT
        assert states(cast, teacher) == {expected}


def test_the_last_two_departments_at_once(application: Flask, campus: Cast) -> None:
    """Each sees the others' desks open; the files go on all the same."""
    teachers = [make_teacher(campus) for _ in range(8)]
    for teacher in teachers:
        complete_university(campus, teacher, [Department.ACADEMIC_AFFAIRS])
    for verb, name in (("submit", "university_info"), ("pass", "college"),
                       ("pass", "university_info")):  # fmt: skip
        assert do(campus, verb, name).taken == len(teachers)
    works = [
        as_actor(campus.staff[name], lambda s, a: workflow.pass_(s, a, every()))
        for name in ("hr_office", "research_office", "academic_office")
    ]
    campus.session.close()

    codes = at_once(application, [timed(work, linger=1) for work in works])

    assert codes == [8, 8, 8]
    assert open_tasks(campus) == dict.fromkeys(teachers, ["consolidate"])


@pytest.mark.parametrize("writes_first", [True, False])
def test_what_is_sent_in_is_what_was_saved(
    application: Flask, cast: Cast, writes_first: bool
) -> None:
    """A row goes into review with the content it has, though somebody has not committed yet."""
    (teacher,) = school_files(cast, 1)
    actor = cast.staff["school_info"]
    row = row_of(cast, teacher, "study_experience")
    cast.session.close()

    def write(session: Any) -> int:
        bind(session, actor)
        with suppress(Conflict):
            change = RowChange(teacher, {"major": "数学"}, row)
            return save(session, actor, {"study_experience": [change]}).changed
        return 0

    submit = as_actor(actor, lambda s, a: workflow.submit(s, a, every()))
    first, second = (write, submit) if writes_first else (submit, write)
    codes = at_once(application, [timed(first, linger=2), timed(second, start=1)])

    assert codes == ([1, 1] if writes_first else [1, 0])
    model = TABLES["study_experience"]
    travelling = select(SubmissionRow.content_version).where(SubmissionRow.row_id == row)
    assert ask(cast, travelling) == ask(cast, select(model.content_version))
    assert states(cast, teacher) == {RowState.IN_REVIEW}
