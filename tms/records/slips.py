"""One-time codes for teachers, made when slips are printed (R23, SECURITY.md S15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, Role, unscoped
from tms.access.passwords import hash_password, one_time_code
from tms.among import among
from tms.db import AnySelect
from tms.errors import Conflict, message
from tms.jobs import enqueue
from tms.models import AskState, Assignment, HandoverKind, PasswordAsk, Person, Teacher, Unit, User
from tms.models.types import now
from tms.records import login_sessions
from tms.records.accounts import CODE_LASTS
from tms.records.audit import Event, write_events
from tms.records.granting import is_grantable
from tms.records.handovers import Given, give
from tms.records.read import chunks

PRINT: Final = "slips.print"
TITLE: Final = message("教师账号条")
#: One job prints a large university.
MOST: Final = 20_000
REASON: Final = "accounts that were found by scope and are the actor's to keep"
NOBODY: Final = message("没有需要发放口令的教师账号：已有口令的，请勾选“重新发放”。")
#: Where those who have a password were meant too.
NONE_LEFT: Final = message("没有可以发放口令的教师账号：已停用的和不由您管理的不能发放。")


@dataclass(frozen=True)
class Recipient:
    """A teacher whose account gets a code."""

    user_id: int
    teacher_id: int
    unit_path: str
    unit_id: int
    name: str
    number: str
    unit: str


def ask_slips(
    session: Session, actor: Actor, chosen: AnySelect | Sequence[int], *, renew: bool = False
) -> int:
    """Have slips printed for the teachers' accounts *chosen* (ids of users); the job's id.

    :param renew: also for those who have a password, which ends with that.
    :raises NotAllowed: the role keeps no accounts. :raises Conflict: nobody needs one, or too many.
    """
    actor.require(Permission.ACCOUNT_WRITE)
    found = wanting(session, actor, chosen, renew=renew)
    if not found:
        raise Conflict(NONE_LEFT if renew else NOBODY)
    if len(found) > MOST:
        raise Conflict(message("一次最多打印%(n)d张账号条，请分批办理。", n=MOST))
    return enqueue(session, actor, PRINT, {"users": found, "renew": renew}, TITLE)


def wanting(
    session: Session, actor: Actor, chosen: AnySelect | Sequence[int], *, renew: bool
) -> list[int]:
    """Those of the accounts *chosen* that are teachers', in use, the actor's to keep, and want one.

    A teacher's account is kept by the school's own system administrator alone.
    """
    statement = (
        select(User.id, Assignment.unit_path)
        .join(Assignment, Assignment.user_id == User.id)
        .where(
            User.teacher_id.is_not(None),
            User.is_disabled.is_(False),
            Assignment.role == Role.TEACHER,
            Assignment.ended_at.is_(None),
        )
        .order_by(User.unit_path, User.id)
    )
    if not renew:
        statement = statement.where(User.password_hash.is_(None))
    if isinstance(chosen, Sequence):
        rows = [r for part in chunks(chosen) for r in session.execute(_of(statement, part))]
    else:
        rows = list(session.execute(statement.where(User.id.in_(chosen))))
    return [row.id for row in rows if is_grantable(actor, Role.TEACHER, row.unit_path)]


def _of(statement: Any, part: list[int]) -> Any:
    return statement.where(among(User.id, part))


def recipients(session: Session, user_ids: Sequence[int]) -> list[Recipient]:
    """Who they are, unit by unit; those no longer in reach are left out."""
    found: list[Recipient] = []
    statement = (
        select(
            User.id,
            User.teacher_id,
            User.unit_path,
            Teacher.unit_id,
            Person.name,
            Teacher.teacher_no,
            Unit.name.label("unit"),
        )
        .join(Teacher, Teacher.id == User.teacher_id)
        .join(Person, Person.id == User.person_id)
        .join(Unit, Unit.unit_path == Teacher.unit_path)
    )
    for part in chunks(user_ids):
        found += [Recipient(*row) for row in session.execute(_of(statement, part))]
    return sorted(found, key=lambda each: (each.unit_path, each.user_id))


def new_codes(people: Sequence[Recipient]) -> dict[int, tuple[str, str]]:
    """{account: (code, hash)}; takes its time, so that nobody's lock is held meanwhile."""
    codes = {each.user_id: one_time_code() for each in people}
    return {user: (code, hash_password(code)) for user, code in codes.items()}


def store_codes(
    session: Session,
    actor: Actor,
    people: Sequence[Recipient],
    codes: Mapping[int, tuple[str, str]],
    act_id: str,
) -> None:
    """Put the hashes in force, with one audit event per account; open requests are answered."""
    until = now() + CODE_LASTS
    table = User.__table__
    statement = (
        update(table)
        .where(table.c.id == bindparam("b_id"))
        .values(
            password_hash=bindparam("b_hash"),
            password_at=None,
            must_change=True,
            code_expires_at=until,
        )
    )
    rows = [{"b_id": user, "b_hash": hashed} for user, (_code, hashed) in codes.items()]
    session.execute(unscoped(statement, REASON), rows)
    for user in codes:
        login_sessions.end_all(session, user)
    _answer(session, actor, list(codes))
    events = [
        Event(each.unit_path, each.teacher_id, detail={"user": each.user_id}) for each in people
    ]
    write_events(session, actor, "account.reset", events, act_id)


def _answer(session: Session, actor: Actor, users: Sequence[int]) -> None:
    """Requests that were passed on have their codes."""
    table = PasswordAsk.__table__
    waits = table.c.state == str(AskState.SUBMITTED)
    answered = update(table).where(table.c.user_id == bindparam("b_id"), waits)
    answered = answered.values(state=str(AskState.RESET), reset_by=actor.user_id, reset_at=now())
    session.execute(unscoped(answered, REASON), [{"b_id": user} for user in users])


def hand_out(session: Session, actor: Actor, people: Sequence[Recipient]) -> None:
    """The piles of slips on the hand-over list, one line a unit."""
    units: dict[tuple[int, str, str], int] = {}
    for each in people:
        place = (each.unit_id, each.unit_path, each.unit)
        units[place] = units.get(place, 0) + 1
    for (unit_id, path, name), count in units.items():
        given = Given(HandoverKind.SLIPS, Role.TEACHER, unit_id, path, name, count=count)
        give(session, actor, given)


def fetched(session: Session, actor: Actor, job_id: int, count: int) -> None:
    """Codes that were made have left the system now."""
    detail = {"job": job_id, "count": count}
    write_events(
        session, actor, "account.slips", [Event(actor.unit_path, detail=detail, files=count)]
    )
