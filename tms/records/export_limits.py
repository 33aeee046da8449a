"""How much one may take out: rows an export, rows a day, people's full numbers a day (S11).

Why these limits and not others: docs/exports.md. What was taken is counted in the transaction that
records the export, before anybody is given the file, so that two at once cannot pass together.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.db import BLIND
from tms.dictionary.scope import today
from tms.errors import Conflict, Message, message
from tms.jobs import Mark, Run, Work
from tms.models import ExportTally
from tms.records.audit import Event, write_events

DENIED: Final = "export.denied"


@dataclass(frozen=True)
class Limits:
    """What one account may take out; set where the application starts."""

    #: Rows of one export.
    rows: int = 1_000_000
    rows_a_day: int = 2_000_000
    #: People whose full numbers one takes on a day without a second person.
    alone: int = 1_000


@dataclass(frozen=True)
class Amount:
    """What an export takes out."""

    rows: int
    #: People whose numbers are shown in full.
    people: int = 0
    #: The request that a second person agreed to.
    request: int | None = None


class Denied(Conflict):
    """More than one may take out; to be written down with `note_denied`."""

    def __init__(self, text: Message, why: str, amount: Amount) -> None:
        super().__init__(text)
        self.why, self.amount = why, amount


_limits = Limits()


def install(found: Limits) -> None:
    """Hold all exports of this process to *found*."""
    global _limits
    _limits = found


def limits() -> Limits:
    """What holds now."""
    return _limits


def used(session: Session, actor: Actor) -> Amount:
    """What the actor's account took out today."""
    mine = select(ExportTally.rows, ExportTally.people).where(*_today(actor))
    found = session.execute(mine).one_or_none()
    return Amount(found.rows, found.people) if found else Amount(0)


def is_alone(session: Session, actor: Actor, amount: Amount) -> bool:
    """Whether *amount* needs no second person.

    :raises Denied: it is too much, whoever agrees.
    """
    if actor.user_id is None:
        return True
    before = used(session, actor)
    _within(before, amount)
    return not amount.people or before.people + amount.people <= _limits.alone


def charge(session: Session, actor: Actor, amount: Amount) -> None:
    """Count *amount* as taken; the server's own console is not counted.

    :raises Denied: it is too much.
    """
    if actor.user_id is None:
        return
    alone = amount.people if amount.request is None else 0
    _add(session, actor, amount.rows, alone)
    now = used(session, actor)
    _within(Amount(now.rows - amount.rows), amount)
    if alone and now.people > _limits.alone:
        text = message(
            "今天导出完整号码超过%(most)d人，须由另一人同意：请在列表上重新提出导出。",
            most=_limits.alone,
        )
        raise Denied(text, "alone", amount)


def refuse_rows(rows: int) -> None:
    """:raises Denied: *rows* are more than one export may have."""
    if rows > _limits.rows:
        text = message(
            "一次最多导出%(most)d条，这里有%(n)d条。请用筛选条件缩小范围，分几次导出。",
            most=_limits.rows,
            n=rows,
        )
        raise Denied(text, "rows", Amount(rows))


def _within(before: Amount, amount: Amount) -> None:
    refuse_rows(amount.rows)
    if before.rows + amount.rows > _limits.rows_a_day:
        text = message(
            "每个账号一天最多导出%(most)d条，今天已导出%(used)d条，加上这次的%(n)d条就超过了。"
            "请缩小范围，或明天再导出。",
            most=_limits.rows_a_day,
            used=before.rows,
            n=amount.rows,
        )
        raise Denied(text, "day", amount)


def _today(actor: Actor) -> tuple[Any, ...]:
    return ExportTally.user_id == actor.user_id, ExportTally.day == today()


def _add(session: Session, actor: Actor, rows: int, people: int) -> None:
    """Whoever adds first today makes the line; others wait for it."""
    if _raise(session, actor, rows, people):
        return
    try:
        with session.begin_nested():
            line = ExportTally(user_id=actor.user_id, day=today(), rows=rows, people=people)
            session.add(line)
    except IntegrityError:
        _raise(session, actor, rows, people)


def _raise(session: Session, actor: Actor, rows: int, people: int) -> bool:
    more = {"rows": ExportTally.rows + rows, "people": ExportTally.people + people}
    statement = update(ExportTally).where(*_today(actor)).values(**more)
    done: Any = session.execute(statement, execution_options=BLIND)
    return bool(done.rowcount)


def note_denied(session: Session, actor: Actor, denied: Denied) -> None:
    """Leave an event of what was refused; the caller has rolled back, and commits."""
    amount = denied.amount
    detail = {"why": denied.why, "rows": amount.rows, "people": amount.people}
    write_events(session, actor, DENIED, [Event(actor.unit_path, detail=detail, files=0)])


def noted(run: Run) -> Run:
    """*run*, which leaves an event behind where it takes out too much."""

    def whole(work: Work) -> Generator[Mark, None, Mapping[str, Any]]:
        try:
            return (yield from run(work))
        except Denied as denied:
            work.session.rollback()
            note_denied(work.session, work.actor, denied)
            yield Mark(work.done)
            raise

    return whole
