"""Sending files on their way, and looking where they are: what tests of the engine share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from tests.support.cast import Cast, teacher_actor
from tms import workflow
from tms.access import CONSOLE, acting
from tms.db import AnySelect
from tms.models import TABLES, AuditEvent, ReviewTask, RowState, Submission, Teacher, Unit
from tms.records import RowChange, save
from tms.workflow import NoteOn, Outcome
from tms.workflow.seen import mark_seen

#: The way of a file a school's own information administrator submits.
WAY = (
    ("submit", "school_info"),
    ("pass", "school_head"),
    ("report", "school_head"),
    ("approve", "county_info"),
)
#: And of one that its teacher does.
TEACHERS_WAY = (("submit", "teacher"), ("pass", "school_info"), *WAY[1:])


def do(
    cast: Cast, verb: str, name: str, *teachers: int, note: str = "", on: Sequence[NoteOn] = ()
) -> Outcome:
    """One verb of one of the staff over the files named, or all on the desk; committed."""
    actor, chosen = cast.act_as(name), named(*teachers)
    session = cast.session
    outcome = {
        "submit": lambda: workflow.submit(session, actor, chosen),
        "confirm": lambda: workflow.confirm(session, actor, chosen),
        "withdraw": lambda: workflow.withdraw(session, actor, chosen),
        "pass": lambda: workflow.pass_(session, actor, chosen),
        "report": lambda: workflow.report(session, actor, chosen),
        "approve": lambda: workflow.pass_(session, actor, chosen, last_only=True),
        "return": lambda: workflow.return_(session, actor, chosen, note, on),
    }[verb]()
    session.commit()
    return outcome


def undo(cast: Cast, name: str, act_id: str, *teachers: int) -> Outcome:
    """Take back what *name*'s desk decided by that act; committed."""
    outcome = workflow.undo(cast.session, cast.act_as(name), act_id, named(*teachers))
    cast.session.commit()
    return outcome


def look(cast: Cast, name: str, teacher: int) -> None:
    """Open the file as the holder of the desk; committed."""
    mark_seen(cast.session, cast.act_as(name), teacher)
    cast.session.commit()


def named(*teachers: int) -> AnySelect | None:
    """A selection of these files; None is all on the desk."""
    return select(Teacher.id).where(Teacher.id.in_(teachers)) if teachers else None


def enrol(cast: Cast, teacher: int, unit: str = "3136000101", name: str = "teacher") -> None:
    """Let the file's teacher act as *name*."""
    cast.staff[name] = teacher_actor(cast, teacher, unit)


def bring(cast: Cast, teacher: int, until: str, way: Sequence[tuple[str, str]] = WAY) -> None:
    """Send the file on its way up to and including the first *until*."""
    for verb, name in way:
        assert do(cast, verb, name, teacher).taken == 1, (verb, name)
        if until in (verb, name):
            return


def change(cast: Cast, name: str, teacher: int, table: str, **values: Any) -> None:
    """Write the first row of a table as *name*; committed, or nothing is changed."""
    row = RowChange(teacher, values, row_of(cast, teacher, table))
    try:
        save(cast.session, cast.act_as(name), {table: [row]})
        cast.session.commit()
    finally:
        cast.session.rollback()


def delete(cast: Cast, name: str, teacher: int, table: str, row_id: int) -> None:
    """Delete a row as *name*; committed, or nothing is changed."""
    row = RowChange(teacher, {}, row_id, delete=True)
    try:
        save(cast.session, cast.act_as(name), {table: [row]})
        cast.session.commit()
    finally:
        cast.session.rollback()


def add_job(cast: Cast, teacher: int, name: str = "teacher", unit: str = "西山县实验中学") -> int:
    """A further row that the teacher fills, an earlier job at *unit*; returns its id."""
    job = {"unit_name": unit, "unit_nature": "20", "position": "语文教师"}
    ended = {"start_month": "2006-07", "end_month": "2008-06"}
    return cast.add(name, teacher, "work_experience", **job, **ended)


# -- where it is -----------------------------------------------------------------------------------


def ask(cast: Cast, statement: Any) -> Any:
    """The rows of *statement*, whoever acts."""
    with acting(cast.session, CONSOLE):
        return cast.session.execute(statement).all()


def status(cast: Cast, teacher: int) -> str:
    """What the header says."""
    ((found,),) = ask(cast, select(Teacher.record_status).where(Teacher.id == teacher))
    return str(found)


def states(cast: Cast, teacher: int) -> set[str]:
    """The states of the file's rows."""
    return set(rows(cast, teacher).values())


def rows(cast: Cast, teacher: int) -> dict[tuple[str, int], str]:
    """{(table, row): its state}."""
    return {
        (table, row_id): state
        for table, model in TABLES.items()
        for row_id, state in ask(
            cast, select(model.id, model.state).where(model.teacher_id == teacher)
        )
    }


def row_of(cast: Cast, teacher: int, table: str) -> int:
    """The file's first row of a table."""
    return min(row_id for name, row_id in rows(cast, teacher) if name == table)


def drafts(cast: Cast, teacher: int) -> set[tuple[str, int]]:
    """(table, row) of those that can be written."""
    return {key for key, state in rows(cast, teacher).items() if state == RowState.DRAFT}


def content(cast: Cast, teacher: int, table: str) -> Any:
    """All columns of the file's first row of a table."""
    return ask(cast, every(TABLES[table]).where(TABLES[table].teacher_id == teacher))[0]


def every(model: Any) -> AnySelect:
    """All columns of a table, as plain values."""
    return select(*[getattr(model, column.key) for column in model.__table__.columns])


def submission(cast: Cast, teacher: int) -> Any:
    """All columns of the file's latest submission."""
    mine = every(Submission).where(Submission.teacher_id == teacher)
    return ask(cast, mine.order_by(Submission.id.desc()).limit(1))[0]


def desks(cast: Cast, teacher: int) -> set[tuple[str, str]]:
    """(step, code of the unit) of the file's open tasks."""
    statement = (
        select(ReviewTask.step, Unit.code)
        .join(Unit, Unit.id == ReviewTask.desk_unit_id)
        .where(ReviewTask.teacher_id == teacher, ReviewTask.verdict.is_(None))
    )
    return {(step, code) for step, code in ask(cast, statement)}


def acts(cast: Cast, teacher: int) -> list[str]:
    """What happened to the file's submissions, in order."""
    statement = (
        select(AuditEvent.act)
        .where(AuditEvent.teacher_id == teacher, AuditEvent.submission_id.is_not(None))
        .order_by(AuditEvent.id)
    )
    return [act for (act,) in ask(cast, statement)]
