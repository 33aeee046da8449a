"""Forgotten passwords: collected by the unit, passed on in one list, reset by the school (R25).

Who collects does not reset, and who resets hands slips back to who collected. A teacher asks by a
public form that answers alike whether or not there is such a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tms.access import LOGIN, Actor, Permission, Role, unscoped
from tms.among import among
from tms.crypto import keyring
from tms.db import BLIND, AnySelect, is_sqlite
from tms.dictionary import code_table
from tms.errors import Conflict, Invalid, message
from tms.models import OPEN_ASKS, AskState, PasswordAsk, Person, PublicAsks, Teacher, User
from tms.models.types import now
from tms.records.audit import Event, write_events
from tms.records.put_rows import put
from tms.records.read import chunks
from tms.records.slips import ask_slips

REASON: Final = "the login of a teacher whose file was found by scope"
EVERYBODY: Final = "*"
#: All addresses together may ask so many times what one may.
ADDRESSES: Final = 10
MOST: Final = 500
#: {verb: (from, to, who and when)}
VERBS: Final = {
    "submit": (AskState.COLLECTED, AskState.SUBMITTED, "submitted"),
    "hand": (AskState.RESET, AskState.HANDED_OVER, "handed"),
    "refuse": (AskState.COLLECTED, AskState.REFUSED, "handed"),
}
STANDS_ELSEWHERE: Final = {
    "submit": message("所选的申请都已报送或办结，没有可以报送的。"),
    "hand": message("所选的申请还没有重置，或已经办结；重置后才能登记已交本人。"),
    "refuse": message("所选的申请已经报送或办结，不能再不受理。"),
}
Chosen = AnySelect | Sequence[int]


# -- the public form -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Limits:
    """Requests by the public form in an hour; set where the application starts."""

    #: For one person, whether or not there is such a person.
    person: int = 5
    #: Of one address: a campus goes out under one.
    address: int = 300


_limits = Limits()


def install(found: Limits) -> None:
    """Hold the public form of this process to *found*."""
    global _limits
    _limits = found


def may_ask(session: Session, address: str, number: str) -> bool:
    """Count one more request from *address* for the person with *number*; whether it may go on.

    The number is counted as it was typed, so that nobody learns whose it is. The caller commits.
    """
    hour = now().replace(minute=0, second=0)
    session.execute(PublicAsks.__table__.delete().where(PublicAsks.hour < hour - timedelta(days=1)))
    place, most = keyring().blind_index("address", address), _limits.address
    sources = {place: most, EVERYBODY: most * ADDRESSES}
    if not all([_count(session, source, hour) <= limit for source, limit in sources.items()]):
        return False  # what is shut must not fill the table with numbers
    person = keyring().blind_index("asks", number)
    return not number.strip() or _count(session, person, hour) <= _limits.person


def _count(session: Session, source: str, hour: datetime) -> int:
    """One more, in one statement: two at the same moment are two."""
    insert: Any = (sqlite if is_sqlite(session) else postgresql).insert
    more = insert(PublicAsks).values(source=source, hour=hour, count=1)
    more = more.on_conflict_do_update(
        index_elements=["source", "hour"], set_={"count": PublicAsks.count + 1}
    )
    return int(session.execute(more.returning(PublicAsks.count)).scalar_one())


def ask_oneself(session: Session, number: str, name: str) -> None:
    """Put the teacher with this document and name on the list of the unit; says nothing of it.

    The session acts for `LOGIN`.
    """
    kinds = [entry.code for entry in code_table("id_type").entries]
    indexes = [keyring().blind_index(kind, number.strip()) for kind in kinds]
    statement = (
        select(User.id, User.teacher_id, User.unit_path, Person.name)
        .join(Person, Person.id == User.person_id)
        .where(
            User.login_index.in_(indexes),
            User.is_disabled.is_(False),
            Person.name == name.strip(),
        )
    )
    _collect(session, LOGIN, list(session.execute(statement)))


# -- the list of the unit --------------------------------------------------------------------------


def collect(session: Session, actor: Actor, numbers: Sequence[str]) -> int:
    """Put teachers in reach, by their personal numbers, on the list; returns how many are new.

    :raises NotAllowed: the role collects nothing. :raises Invalid: none or too many numbers, or one
        that is not in reach.
    """
    actor.require(Permission.PASSWORD_ASK)
    wanted = sorted({number.strip() for number in numbers if number.strip()})
    if not wanted or len(wanted) > MOST:
        raise Invalid(message("请填写1至%(n)d个个人标识码，每行一个。", n=MOST))
    statement = select(Teacher.id, Teacher.teacher_no).where(Teacher.teacher_no.in_(wanted))
    found = {row.teacher_no: row.id for row in session.execute(statement)}
    missing = [number for number in wanted if number not in found]
    if missing:
        raise Invalid(message("在您的管理范围内没有个人标识码“%(number)s”。", number=missing[0]))
    logins = (
        select(User.id, User.teacher_id, User.unit_path, Person.name)
        .join(Person, Person.id == User.person_id)
        .where(among(User.teacher_id, sorted(found.values())), User.is_disabled.is_(False))
    )
    return _collect(session, actor, list(session.execute(unscoped(logins, REASON))))


def _collect(session: Session, actor: Actor, people: Sequence[Any]) -> int:
    """Whoever is on a list already stays there once."""
    ids = [row.id for row in people]
    known = select(PasswordAsk.user_id).where(
        PasswordAsk.user_id.in_(ids), PasswordAsk.state.in_(OPEN_ASKS)
    )
    there = set(session.scalars(known))
    at = now()
    rows = [
        {
            "unit_path": row.unit_path,
            "teacher_id": row.teacher_id,
            "user_id": row.id,
            "name": row.name,
            "state": str(AskState.COLLECTED),
            "asked_by": actor.user_id,
            "asked_at": at,
        }
        for row in people
        if row.id not in there
    ]
    put(session, PasswordAsk, rows)
    events = [Event(row["unit_path"], row["teacher_id"]) for row in rows]
    write_events(session, actor, "password.ask", events)
    return len(rows)


def turn(session: Session, actor: Actor, verb: str, chosen: Chosen) -> int:
    """Do a verb of `VERBS` to those of *chosen* (ids of requests) that stand where it begins.

    :raises NotAllowed: the role collects nothing. :raises Conflict: none of them stands there.
    """
    actor.require(Permission.PASSWORD_ASK)
    before, after, who = VERBS[verb]
    rows = _standing(session, chosen, before)
    values = {"state": str(after), f"{who}_by": actor.user_id, f"{who}_at": now()}
    done = 0
    for part in chunks([row.id for row in rows]):
        change = update(PasswordAsk).where(
            PasswordAsk.id.in_(part), PasswordAsk.state == str(before)
        )
        found: Any = session.execute(change.values(**values), execution_options=BLIND)
        done += int(found.rowcount)
    if not done:
        raise Conflict(STANDS_ELSEWHERE[verb])
    events = [Event(row.unit_path, row.teacher_id) for row in rows]
    write_events(session, actor, f"password.{verb}", events)
    return done


def reset(session: Session, actor: Actor, chosen: Chosen) -> int:
    """New codes for those of *chosen* that were passed on; the job that prints the slips.

    :raises NotAllowed: the role keeps no accounts. :raises Conflict: none of them is to be reset.
    """
    actor.require(Permission.ACCOUNT_WRITE)
    rows = _standing(session, chosen, AskState.SUBMITTED)
    if not rows:
        raise Conflict(message("所选的申请没有在等待重置的：先汇总报送，再重置。"))
    return ask_slips(session, actor, [row.user_id for row in rows], renew=True)


def _standing(session: Session, chosen: Chosen, state: AskState) -> list[Any]:
    columns = (PasswordAsk.id, PasswordAsk.user_id, PasswordAsk.unit_path, PasswordAsk.teacher_id)
    statement = select(*columns).where(PasswordAsk.state == str(state)).order_by(PasswordAsk.id)
    if isinstance(chosen, Sequence):
        parts = chunks(chosen)
        return [r for p in parts for r in session.execute(statement.where(PasswordAsk.id.in_(p)))]
    return list(session.execute(statement.where(PasswordAsk.id.in_(chosen))))


def resets(actor: Actor) -> bool:
    """Whether the actor's are the accounts of a school."""
    return actor.can(Permission.ACCOUNT_WRITE) and Role.TEACHER in actor.spec.grants
