"""Files in force, and change requests about them, for tests of how approved data change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, literal, null, select, update

from tests.support.cast import Cast, complete
from tests.support.papers import JPEG, PDF
from tms import workflow
from tms.access import CONSOLE, Actor, bind, door, unscoped
from tms.models import TABLES, ChangeRequest, Submission, Teacher
from tms.models.types import now
from tms.records.request_checks import Wanted
from tms.workflow import requests as hooks
from tms.workflow.selection import freeze

__all__ = ["JPEG", "PDF"]

SCHOOL = "3136000101"
STUDY = "study_experience"


def file_in_force(cast: Cast) -> int:
    """A complete file of the primary school that went all the way."""
    teacher = cast.make_file()
    complete(cast, teacher)
    chosen = select(Teacher.id).where(Teacher.id == teacher)
    for verb, name in (
        (workflow.submit, "school_info"),
        (workflow.pass_, "school_head"),
        (workflow.report, "school_head"),
        (workflow.pass_, "county_info"),
    ):
        assert verb(cast.session, cast.act_as(name), chosen).taken == 1
        cast.session.commit()
    return teacher


def the_row(cast: Cast, teacher: int, table: str = STUDY) -> dict[str, Any]:
    """All columns of the file's first row in *table*, whoever asks."""
    model = TABLES[table]
    columns = [getattr(model, column.key) for column in model.__table__.columns]
    statement = select(*columns).where(model.teacher_id == teacher).order_by(model.id)
    return dict(cast.session.execute(unscoped(statement, "a test looks")).mappings().first() or {})


def wanted(cast: Cast, teacher: int, table: str = STUDY, **more: Any) -> Wanted:
    """What somebody wants of the file's first row in *table*; `values` says what."""
    row = the_row(cast, teacher, table)
    given = {"reason": "录入有误", **more}
    return Wanted(teacher, table, row["id"], row["content_version"], **given)


def request(cast: Cast, request_id: int) -> Any:
    """All columns of a request, whoever asks."""
    columns = [getattr(ChangeRequest, column.key) for column in ChangeRequest.__table__.columns]
    statement = select(*columns).where(ChangeRequest.id == request_id)
    return cast.session.execute(unscoped(statement, "a test looks")).one()


def send_in(cast: Cast, teacher: int, made_by: int | None = None) -> int:
    """An open submission with the file's draft requests in it; returns a selection of it."""
    session, actor = cast.session, CONSOLE
    bind(session, actor)
    path = session.scalar(select(Teacher.unit_path).where(Teacher.id == teacher))
    values = {
        "teacher_id": teacher,
        "unit_path": path,
        "route": "k12",
        "step": "head",
        "status": "submitted",
        "is_open": True,
        "submitted_at": now(),
    }
    session.execute(unscoped(insert(Submission), "a test makes it"), [values])
    selection = select_open(cast, teacher)
    hooks.gather(session, selection, "act-in", made_by=made_by)
    session.commit()
    return selection


def select_open(cast: Cast, teacher: int) -> int:
    """A frozen selection of the file's open submission."""
    bind(cast.session, CONSOLE)
    chosen = select(
        literal(teacher).label("teacher_id"),
        Submission.id.label("submission_id"),
        null().label("task_id"),
    ).where(Submission.teacher_id == teacher, Submission.is_open)
    return freeze(cast.session, CONSOLE, chosen)


def again(cast: Cast, teacher: int) -> None:
    """A returned submission is sent in once more."""
    bind(cast.session, CONSOLE)
    change = update(Submission).where(Submission.teacher_id == teacher, Submission.is_open)
    with door(cast.session):
        cast.session.execute(change.values(round=Submission.round + 1))
    hooks.gather(cast.session, select_open(cast, teacher), "act-again")
    cast.session.commit()


def approve(cast: Cast, selection: int, act: str = "act-last") -> Any:
    """The last verdict over the selection's requests, by the county; committed."""
    actor: Actor = cast.act_as("county_info")
    left = hooks.put_in_force(cast.session, actor, selection, act)
    cast.session.commit()
    return left
