"""Reading the audit trail: what an auditor is told of an event, and what he is not.

Auditors are blind to files (SECURITY.md S6): they see which tables and rows an act touched and in
which version, never what stood there; accounts by their login name, never a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tms.access import Actor, unscoped
from tms.models import AuditEvent, AuditSeal, User
from tms.records.audit import Event, write_events

TAKEN: Final = "audit.export"
REASON: Final = "auditors name accounts by their login, and reach no persons"
#: What of an event's particulars says nothing about a person; the rest stays closed.
OPEN_DETAILS: Final = frozenset(
    {
        *("address", "assignment", "at_once", "columns", "endpoint", "events", "file", "files"),
        *("entry", "format", "found", "into", "job", "method", "mode", "more", "people", "purpose"),
        *("request", "role", "rows", "sealed", "status", "submission", "table", "tables"),
        *("undoes", "unit", "until", "user", "version", "why"),
    }
)
#: Row, line and other control characters as they are written in programs: a line of a log or of a
#: spreadsheet cannot be forged by them.
CONTROLS: Final = {
    **{code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))},
    **{0x2028: "\\u2028", 0x2029: "\\u2029"},
    **{ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"},
}


def escaped(text: Any) -> str:
    """*text* on one line."""
    return str(text).translate(CONTROLS)


def names_of(session: Session, user_ids: Iterable[int | None]) -> dict[int, str]:
    """Login names of staff accounts; teachers have none."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    statement = select(User.id, User.username).where(User.id.in_(wanted), User.username.isnot(None))
    return {row.id: row.username for row in session.execute(unscoped(statement, REASON))}


def user_called(session: Session, text: str) -> int | None:
    """The account with this login name, else with this number."""
    named = select(User.id).where(User.username == text)
    found: int | None = session.scalar(unscoped(named, REASON))
    if found is None and text.isascii() and text.isdigit() and len(text) < 16:
        numbered = select(User.id).where(User.id == int(text))
        found = session.scalar(unscoped(numbered, REASON))
    return found


def concerning(user_id: int) -> Any:
    """Condition: the account did it, or it was done to the account.

    Who is refused at the login did nothing as an account: his is named in the particulars only.
    """
    return or_(AuditEvent.user_id == user_id, AuditEvent.detail["user"].as_integer() == user_id)


def particulars(event: Any) -> dict[str, str]:
    """The open ones of *event*'s particulars, as text on one line."""
    detail = event.detail if isinstance(event.detail, Mapping) else {}
    return {key: escaped(value) for key, value in detail.items() if key in OPEN_DETAILS}


def touched(event: Any) -> list[tuple[str, int, int]]:
    """(table, row, version) of what *event* wrote."""
    rows = event.rows if isinstance(event.rows, Mapping) else {}
    return [
        (escaped(table), int(row), int(version))
        for table, versions in rows.items()
        for row, version in versions.items()
    ]


def seal_over(session: Session, event_id: int) -> Any:
    """Number and instant of the seal over an event; None where it is not sealed yet."""
    columns = (AuditSeal.id, AuditSeal.at)
    over = (AuditSeal.lo <= event_id, AuditSeal.hi >= event_id)
    return session.execute(select(*columns).where(*over).limit(1)).first()


def note_taken(session: Session, actor: Actor, rows: int, asked: Mapping[str, str]) -> None:
    """Whoever takes the trail out leaves a trace in it."""
    detail = {"rows": rows, "asked": dict(asked)}
    write_events(session, actor, TAKEN, [Event(actor.unit_path, detail=detail, files=0)])
