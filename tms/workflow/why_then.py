""" "Why couldn't they, then?": the same answer for an auditor, from the audit events of that time.

The state is rebuilt (`past`), and then the door's own questions are asked. Said are number, section
and field, who acted when and by which account: no values, no names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tms.access import (
    CONSOLE,
    SYSTEM_ROLES,
    Actor,
    Family,
    Permission,
    Role,
    acting,
    reaches,
    unscoped,
)
from tms.dictionary import Department, Field
from tms.errors import Because, Message, NotFound, TmsError, message, term
from tms.models import TABLES, Assignment, Level, SectionRecord, Teacher, Unit, User
from tms.records import holds
from tms.records.editable import Question, Standing, refuse_at
from tms.records.read import Header, headers
from tms.workflow.case import Answer, Case, Told, answer
from tms.workflow.past import REASON, Past, Place, past_of, state_of
from tms.workflow.past_words import WORDS, evidence
from tms.workflow.whom import role_name


@dataclass(frozen=True)
class Then:
    """Who wanted to write what, and when."""

    teacher_no: str
    table: str
    at: datetime
    #: A user name, or a role at the file's own school.
    who: str
    row_id: int | None = None
    field: str | None = None


def why_then(session: Session, actor: Actor, asked: Then) -> Iterator[tuple[int | None, Answer]]:
    """(row, answer) of each row of the table that was there; without rows about adding one.

    :raises NotAllowed: the role does not read the audit trail.
    :raises NotFound: no such file, table, field, row or account below the own unit.
    """
    actor.require(Permission.AUDIT_READ)
    header, model, declared = _meant(session, actor, asked)
    past = past_of(session, header, asked.at)
    somebody = _somebody(session, actor, header, asked)
    hold = holds.frozen(session, [header], asked.at).get(header.id)
    standing = Standing(past.under_way, hold)
    for place in _places(past, model, asked):
        row = state_of(past, place) if place else None
        if place is not None and row is None:
            yield place[1], _not_there(model, past, place)
            continue
        question = Question(model, header, row, declared)
        case = Case(session, somebody, header, NOTHING, model.dictionary, row, declared)
        yield place and place[1], _answer(case, question, standing, past)


NOTHING = message("没有这条记录。")


def _answer(case: Case, question: Question, standing: Standing, past: Past) -> Answer:
    what, kind = case.what, None
    try:
        _reached(case)
        refuse_at(case.session, case.actor, question, standing)
    except TmsError as error:
        case.text, kind = error.text, error.kind
    place = (case.of.key, case.row["id"]) if case.row else None
    proof = evidence(case.session, past, place)
    if case.text is NOTHING:
        who = role_name(case.actor.role)
        may = message("当时%(what)s可以由这一账号（%(role)s）填写", what=what, role=who)
        return answer(Told((may, *proof)), may=True)
    words = WORDS.get(kind) if kind else None
    why = words(case, past) if words else case.text
    assert isinstance(why, Message)  # noqa: S101  refusals of the door are messages
    return answer(Told((why, *proof)), kind=kind)


def _reached(case: Case) -> None:
    """:raises TmsError: the file lay outside what the account reached."""
    actor, header = case.actor, case.header
    own = actor.teacher_id is not None and actor.teacher_id == header.id
    if not own and not reaches(actor, Family.FILES, header.unit_path):
        raise NotFound(message("没有这份档案。").because(Because.OUT_OF_REACH))


def _places(past: Past, model: type[SectionRecord], asked: Then) -> list[Place | None]:
    """The rows asked about; None is a new one."""
    table = model.__tablename__
    if asked.row_id is not None:
        return [(table, asked.row_id)]
    known: list[Place | None] = [place for place in past.rows if place[0] == table]
    return known or [None]


def _not_there(model: type[SectionRecord], past: Past, place: Place) -> Answer:
    """Not yet made, or deleted by then.

    :raises NotFound: there never was such a row in the file.
    """
    label = term(model.dictionary)
    if place in past.gone:
        return answer(Told((message("“%(table)s”的这条记录当时已被删除", table=label),)))
    return answer(Told((message("当时还没有“%(table)s”的这条记录", table=label),)))


# -- what is meant ---------------------------------------------------------------------------------


def _meant(
    session: Session, actor: Actor, asked: Then
) -> tuple[Header, type[SectionRecord], Field | None]:
    header = _header(session, actor, asked.teacher_no)
    model = TABLES.get(asked.table)
    if header is None or model is None:
        raise NotFound(message("没有这份档案。"))
    if asked.field and asked.field not in model.dictionary.fields:
        raise NotFound(message("没有这条记录。"))
    return header, model, model.dictionary.fields[asked.field] if asked.field else None


def _header(session: Session, actor: Actor, number: str) -> Header | None:
    """The file with that number, if its unit lies below the auditor's."""
    statement = select(Teacher.id, Teacher.unit_path).where(Teacher.teacher_no == number)
    found = session.execute(unscoped(statement, REASON)).first()
    if found is None or not reaches(actor, Family.AUDIT, found.unit_path):
        return None
    with acting(session, CONSOLE):
        return headers(session, [found.id])[found.id]


def _somebody(session: Session, actor: Actor, header: Header, asked: Then) -> Actor:
    """The account as it was assigned then, or a role at the file's own school.

    :raises NotFound: no such account below the own unit, or it had no role then.
    """
    if asked.who in set(Role) - SYSTEM_ROLES:
        return _in_role(session, header, Role(asked.who))
    lasted = or_(Assignment.ended_at.is_(None), Assignment.ended_at > asked.at)
    statement = _assignments().where(
        User.username == asked.who, Assignment.granted_at <= asked.at, lasted
    )
    found = session.execute(unscoped(statement.order_by(Assignment.id), REASON)).all()
    mine = [row for row in found if reaches(actor, Family.AUDIT, row.unit_path)]
    if not mine:
        raise NotFound(message("没有这个账号，或者它当时没有任何角色。"))
    return _actor(max(mine, key=lambda row: row.unit_path == header.unit_path))


def _assignments() -> Any:
    columns = (Assignment.role, Unit.id, Unit.unit_path, Unit.level, Unit.function)
    return (
        select(User.id.label("user_id"), *columns)
        .join(Assignment, Assignment.user_id == User.id)
        .join(Unit, Unit.id == Assignment.unit_id)
    )


def _actor(row: Any) -> Actor:
    mask = Department(row.function).mask if row.function else 0
    place = {"unit_id": row.id, "unit_level": row.level, "functions": mask}
    return Actor(Role(row.role), row.unit_path, user_id=row.user_id, **place)


def _in_role(session: Session, header: Header, role: Role) -> Actor:
    """Whoever holds the role where the file is: at its school, or in its supervising bureau."""
    unit = select(Unit.unit_path).where(Unit.id == header.unit_id)
    path = session.scalar(unscoped(unit, REASON)) or header.unit_path
    own = header.id if role is Role.TEACHER else None
    return Actor(role, path, unit_id=header.unit_id, unit_level=Level.SCHOOL, teacher_id=own)
