"""A bureau moves a file that was never reported from one of its schools to another."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, door, unscoped
from tms.db import BLIND
from tms.errors import Conflict, Invalid, Message, NotFound, message
from tms.models import (
    TABLES,
    Assignment,
    RecordStatus,
    ReviewNote,
    RowState,
    Submission,
    Teacher,
    Unit,
    UnitKind,
    User,
)
from tms.models.types import now
from tms.records import file_sweep, holds
from tms.records.audit import Event, write_events
from tms.records.bins import obstacles
from tms.records.read import Header, headers
from tms.records.rerouting import follow

REASON = "the file and both schools were found by scope"
REASON_MAX = 200


@dataclass(frozen=True)
class Moved:
    """From where to where."""

    former: str
    school: str


def may_move(actor: Actor, header: Header) -> bool:
    """Whether the button makes sense; `why_not` says why it cannot be pressed."""
    return actor.can(Permission.MOVE) and not header.in_force


def why_not(session: Session, header: Header) -> Message | None:
    """What keeps the file where it is: it was reported, is under way, or frozen."""
    return obstacles(session, {header.id: header}).get(header.id)


def move_file(
    session: Session, actor: Actor, teacher_id: int, to_unit_id: int, *, reason: str
) -> Moved:
    """Make the file another school's: its rows, drafts and login follow.

    :raises NotFound: the file or the school is out of the actor's reach.
    :raises Invalid: no reason, or a school that does not fit. :raises Conflict: the file was
        reported, is under way or frozen, or the school is frozen.
    """
    actor.require(Permission.MOVE)
    if not reason.strip() or len(reason.strip()) > REASON_MAX:
        raise Invalid(message("调整学校须说明原因，不超过%(n)s个字符。", n=REASON_MAX))
    header = _header(session, teacher_id)
    school = _school(session, header, to_unit_id)
    obstacle = why_not(session, header)
    if obstacle is not None:
        raise Conflict(obstacle)
    holds.refuse(holds.frozen_at(session, [school.unit_path]))
    statement = select(Unit.name).where(Unit.id == header.unit_id)
    moved = Moved(session.scalars(statement).one(), school.name)
    detail = {"note": reason.strip(), "from": moved.former, "to": moved.school}
    with door(session):
        _begin_anew(session, header.id)
        _move(session, header, school)
        follow(session, [header.id], moved=True)
        write_events(session, actor, "move", [Event(header.unit_path, header.id, detail=detail)])
    return moved


def _header(session: Session, teacher_id: int) -> Header:
    """The file in reach, to which nobody writes until the transaction ends."""
    session.execute(select(Teacher.id).where(Teacher.id == teacher_id).with_for_update()).all()
    header = headers(session, [teacher_id]).get(teacher_id)
    if header is None:
        raise NotFound(message("没有这份档案。"))
    return header


def _school(session: Session, header: Header, unit_id: int) -> Unit:
    school: Unit | None = session.scalar(select(Unit).where(Unit.id == unit_id))
    if school is None:
        raise NotFound(message("没有这个单位。"))
    if school.kind != UnitKind.SCHOOL:
        raise Invalid(message("档案只能建在学校下。"))
    if school.closed_on is not None:
        raise Invalid(message("“%(name)s”已撤销。", name=school.name))
    if school.id == header.unit_id:
        raise Invalid(message("档案已在这所学校。"))
    if school.school_category != header.category:
        raise Invalid(
            message(
                "两所学校类别不同，采集的信息项不一样；请在原校删除，在“%(name)s”新建。",
                name=school.name,
            )
        )
    return school


def _begin_anew(session: Session, teacher_id: int) -> None:
    """What came back is a draft like any other: verdicts of the former school count for nothing
    at the new one, nor does the route of a former university.
    """
    at = now()
    open_ = (Submission.teacher_id == teacher_id, Submission.is_open)
    closed = {"is_open": False, "status": RecordStatus.DRAFT, "step": "", "closed_at": at}
    notes = (ReviewNote.teacher_id == teacher_id, ReviewNote.resolved_at.is_(None))
    statements = [
        update(Submission).where(*open_).values(closed),
        update(ReviewNote).where(*notes).values(resolved_at=at),
        update(Teacher).where(Teacher.id == teacher_id).values(record_status=RecordStatus.DRAFT),
    ]
    for model in TABLES.values():
        in_review = (model.teacher_id == teacher_id, model.state == RowState.IN_REVIEW)
        statements.append(update(model).where(*in_review).values(state=RowState.DRAFT))
    for statement in statements:
        session.execute(unscoped(statement, REASON), execution_options=BLIND)


def _move(session: Session, header: Header, school: Unit) -> None:
    file_sweep.place(session, [header.id], school.unit_path)
    values = {"unit_id": school.id, "secondary_unit_id": None}
    own = update(Teacher).where(Teacher.id == header.id).values(**values)
    users = select(User.id).where(User.teacher_id == header.id)
    held = Assignment.user_id.in_(users) & Assignment.ended_at.is_(None)
    login = update(Assignment).where(held).values(unit_id=school.id)
    for statement in (own, login):
        session.execute(unscoped(statement, REASON), execution_options=BLIND)
