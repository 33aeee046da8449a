"""通知公告: published for all below a unit, seen by whom it is for, with how many read it (R48)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, Role, unscoped
from tms.access.roles import SYSTEM_ROLES
from tms.dictionary.scope import today
from tms.errors import Invalid, NotFound, message
from tms.models import Assignment, Audience, Notice, NoticeRead, Unit, User
from tms.models.types import now
from tms.models.unit import AFTER
from tms.records.audit import Event, write_events

FIELDS: Final = ("title", "text", "audience", "starts_on", "ends_on")
_PEOPLE: Final = frozenset(Role) - SYSTEM_ROLES
#: The roles of each audience.
ROLES_OF: Final[Mapping[Audience, frozenset[Role]]] = {
    Audience.EVERYBODY: _PEOPLE,
    Audience.TEACHERS: frozenset({Role.TEACHER}),
    Audience.STAFF: _PEOPLE - {Role.TEACHER},
    Audience.INFO_ADMINS: frozenset({Role.INFO_ADMIN}),
    Audience.HEADS: frozenset({Role.SCHOOL_HEAD}),
    Audience.SECRETARIES: frozenset({Role.UNIT_SECRETARY}),
}
REASON: Final = "a number of accounts below the notice's own unit, nobody by name"
#: Notices on a first page; the others are in the list.
SHOWN: Final = 5


@dataclass(frozen=True)
class Told:
    """A notice as its reader meets it."""

    id: int
    title: str
    unit_id: int
    starts_on: date
    is_read: bool


# -- reading ---------------------------------------------------------------------------------------


def seen_by(actor: Actor) -> Any:
    """Condition on `Notice`, besides the reach: what a reader's list holds."""
    out = and_(*_out(actor))
    return or_(out, Notice.unit_id == actor.unit_id) if actor.can(Permission.NOTICE) else out


def _out(actor: Actor) -> tuple[Any, ...]:
    """It is for such a reader, has begun and was not withdrawn."""
    audiences = [str(kind) for kind, roles in ROLES_OF.items() if actor.role in roles]
    begun = Notice.starts_on <= today()
    return (Notice.audience.in_(audiences), Notice.withdrawn_at.is_(None), begun)


def current(session: Session, actor: Actor, limit: int = SHOWN) -> list[Told]:
    """What is out today for the reader, what he has not read first, then the newest."""
    is_read = exists().where(
        NoticeRead.notice_id == Notice.id,
        NoticeRead.user_id == actor.user_id,
        NoticeRead.edition == Notice.edition,
    )
    columns = (Notice.id, Notice.title, Notice.unit_id, Notice.starts_on, is_read)
    statement = (
        select(*columns)
        .where(*_out(actor), or_(Notice.ends_on.is_(None), Notice.ends_on >= today()))
        .order_by(is_read, Notice.starts_on.desc(), Notice.id.desc())
        .limit(limit)
    )
    return [Told(*row) for row in session.execute(statement)]


def note_read(session: Session, actor: Actor, notice: Notice) -> None:
    """The reader has opened it."""
    mine = (NoticeRead.notice_id == notice.id, NoticeRead.user_id == actor.user_id)
    row = session.scalar(select(NoticeRead).where(*mine))
    row = row or NoticeRead(notice_id=notice.id, user_id=actor.user_id)
    row.edition, row.read_at = notice.edition, now()
    session.add(row)
    session.flush()


def reached(session: Session, notice: Notice) -> tuple[int, int]:
    """(how many whom it is for have read it, how many there are): accounts that can log in."""
    roles = ROLES_OF[Audience(notice.audience)]
    low = notice.unit_path
    theirs = (
        select(Assignment.user_id)
        .join(User, User.id == Assignment.user_id)
        .where(
            Assignment.is_active,
            Assignment.role.in_(roles),
            Assignment.unit_path >= low,
            Assignment.unit_path < low + AFTER,
            ~User.is_disabled,
        )
        .distinct()
    )
    reads = select(func.count()).select_from(NoticeRead)
    reads = reads.where(
        NoticeRead.notice_id == notice.id,
        NoticeRead.edition == notice.edition,
        NoticeRead.user_id.in_(theirs),
    )
    everybody = select(func.count()).select_from(theirs.subquery())
    counted = [session.scalar(unscoped(each, REASON)) or 0 for each in (reads, everybody)]
    return counted[0], counted[1]


def publishers(session: Session, unit_ids: Collection[int]) -> dict[int, str]:
    """Names of the units that say something: superiors are out of reach, their names are not."""
    statement = select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids))
    found = session.execute(unscoped(statement, "who speaks to those below is no secret to them"))
    return {row[0]: row[1] for row in found}


# -- writing ---------------------------------------------------------------------------------------


def publish(
    session: Session, actor: Actor, values: Mapping[str, Any], notice: Notice | None = None
) -> int:
    """Make a notice of the actor's own unit, or change *notice*; returns its id.

    :param values: by `FIELDS`. :raises NotFound: another unit's. :raises Invalid: what is missing.
    """
    actor.require(Permission.NOTICE)
    _own_only(actor, notice)
    _check(values)
    before = {name: getattr(notice, name) for name in FIELDS} if notice is not None else {}
    row = notice or Notice(unit_id=actor.unit_id, unit_path=actor.unit_path, edition=1)
    for name in FIELDS:
        setattr(row, name, values[name])
    if before and (before["title"], before["text"]) != (row.title, row.text):
        row.edition += 1
    row.written_by = actor.user_id
    session.add(row)
    session.flush()
    changed = {name: old for name, old in before.items() if old != getattr(row, name)}
    said = {name: getattr(row, name) for name in changed} if notice is not None else dict(values)
    _tell(session, actor, "notice.save", row, changed, said)
    return row.id


def withdraw(session: Session, actor: Actor, notice: Notice) -> bool:
    """Nobody else sees it any more; its own unit keeps it.

    :raises NotFound: another unit's.
    """
    actor.require(Permission.NOTICE)
    _own_only(actor, notice)
    if notice.withdrawn_at is None:
        notice.withdrawn_at = now()
        session.flush()
        _tell(session, actor, "notice.withdraw", notice, {}, {})
    return True


def _own_only(actor: Actor, notice: Notice | None) -> None:
    if notice is not None and notice.unit_id != actor.unit_id:
        raise NotFound(message("没有这条通知，或不是本单位发布的。"))


def _check(values: Mapping[str, Any]) -> None:
    if not (values["title"] or "").strip() or not (values["text"] or "").strip():
        raise Invalid(message("请填写标题和内容。"))
    if values["audience"] not in set(Audience) or values["starts_on"] is None:
        raise Invalid(message("请选择发给谁、从哪天起。"))
    if values["ends_on"] is not None and values["ends_on"] < values["starts_on"]:
        raise Invalid(message("截止日期不能早于开始日期。"))


def _tell(
    session: Session,
    actor: Actor,
    act: str,
    notice: Notice,
    changed: Mapping[str, Any],
    said: Mapping[str, Any],
) -> None:
    former = {"notice": {str(notice.id): dict(changed)}} if changed else {}
    detail = {"notice": notice.id, "title": notice.title}
    detail |= {"said": {name: new for name, new in said.items() if new is not None}}
    event = Event(notice.unit_path, former=former, detail=detail, files=0)
    write_events(session, actor, act, [event])
