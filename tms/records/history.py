"""What happened to a file, read back from its audit events: who changed which value, and to what.

Events keep former values only. What a value became is the next former value or, at the end of the
line, what the row holds now; so events are read from the newest backwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, unscoped
from tms.access.policy import may_see
from tms.errors import NotFound, message
from tms.models import TABLES, AuditEvent, Person, Unit, User
from tms.records.audit import plain
from tms.records.read import headers, rows_of_files
from tms.records.readings import READ

#: Most roles reach files but not the audit trail, where others' acts lie beside their own.
OF_FILE = "the history of one file that was found by scope"
NAMES = "who acted on a file in reach may sit at a bureau above it"

#: (table, row id)
Place = tuple[str, int]


@dataclass(frozen=True)
class Change:
    """One value, before and after, as columns hold it (dates and decimals as text, see `plain`).

    Of an encrypted field the masks; telephones are masked by whoever shows them, as in lists.
    """

    field: str
    former: Any
    after: Any


@dataclass(frozen=True)
class Entry:
    """What one act did to one row; without `table`, to the file as a whole (a verdict)."""

    event: int
    at: datetime
    act: str
    act_id: str
    #: Name of the person; "" for the system itself.
    user: str
    role: str
    #: Name of the unit acted for.
    unit: str
    submission_id: int | None
    detail: Any
    table: str | None = None
    row_id: int | None = None
    #: Content version after the act: 1 is a new row, 0 a deleted one.
    version: int | None = None
    #: Empty for a new row.
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Since:
    """What became of a row since a version: newest first."""

    entries: tuple[Entry, ...]

    @property
    def is_deleted(self) -> bool:
        """Whether the row is gone."""
        return bool(self.entries) and self.entries[0].version == 0

    def base(self) -> dict[str, Any]:
        """{field: value at that version} of the fields that changed since."""
        return {c.field: c.former for entry in self.entries for c in entry.changes}

    def last(self, field: str) -> Entry | None:
        """The act that gave *field* its present value."""
        return next((e for e in self.entries for c in e.changes if c.field == field), None)


def history(session: Session, actor: Actor, teacher_id: int, limit: int = 50) -> list[Entry]:
    """The latest *limit* acts on a file, newest first, as far as the role sees rows and fields.

    :raises NotFound: the file is out of the actor's reach. :raises NotAllowed: he reads no records.
    """
    return list(_entries(session, actor, teacher_id, limit))


def changes_since(
    session: Session, actor: Actor, teacher_id: int, place: Place, version: int
) -> Since:
    """What was done to the row at *place*, of a file in reach, after its *version*.

    :raises NotFound: the file is out of the actor's reach. :raises NotAllowed: he reads no records.
    """
    found = []
    for entry in _entries(session, actor, teacher_id, None):
        if (entry.table, entry.row_id) != place:
            continue
        if entry.version is not None and 0 < entry.version <= version:
            break
        found.append(entry)
    return Since(tuple(found))


def changes_since_all(
    session: Session, actor: Actor, teacher_id: int, versions: Mapping[Place, int]
) -> dict[Place, Since]:
    """What was done to each of these rows, of a file in reach, after the version named.

    :raises NotFound: the file is out of the actor's reach. :raises NotAllowed: he reads no records.
    """
    found: dict[Place, list[Entry]] = {place: [] for place in versions}
    over: set[Place] = set()
    for entry in _entries(session, actor, teacher_id, None):
        place = (entry.table or "", entry.row_id or 0)
        if place not in versions or place in over:
            continue
        if entry.version is not None and 0 < entry.version <= versions[place]:
            over.add(place)
        else:
            found[place].append(entry)
    return {place: Since(tuple(entries)) for place, entries in found.items()}


def _entries(session: Session, actor: Actor, teacher_id: int, limit: int | None) -> Iterator[Entry]:
    actor.require(Permission.RECORD_READ)
    if teacher_id not in headers(session, [teacher_id]):
        raise NotFound(message("没有这份档案。"))
    events = _events(session, teacher_id, limit)
    names = names_in(session, events)
    past = _Past(actor, _present(session, teacher_id, events))
    for event in events:
        rows = list(past.rows(event))
        if event.rows and not rows:
            continue  # nothing that this role reads
        about = _about(event, names)
        for table, row_id, version, changes in rows:
            yield replace(about, table=table, row_id=row_id, version=version, changes=changes)
        if not event.rows:
            yield about


def _events(session: Session, teacher_id: int, limit: int | None) -> Sequence[Any]:
    columns = ("id", "at", "act", "act_id", "user_id", "role", "unit_id", "submission_id")
    wanted = (*columns, "detail", "rows", "former")
    statement = select(*(getattr(AuditEvent, name) for name in wanted))
    # who only read it is told to the teacher (`records.own_trace`)
    statement = statement.where(AuditEvent.teacher_id == teacher_id, AuditEvent.act != READ)
    statement = statement.order_by(AuditEvent.id.desc()).limit(limit)
    return session.execute(unscoped(statement, OF_FILE)).all()


def names_in(session: Session, events: Iterable[Any]) -> tuple[dict[int, str], dict[int, str]]:
    """Names of the persons and units that *events* mention, by id of user and unit."""
    users = {event.user_id for event in events} - {None}
    units = {event.unit_id for event in events} - {None}
    who = select(User.id, Person.name).join(Person, Person.id == User.person_id)
    where = select(Unit.id, Unit.name).where(Unit.id.in_(units))
    return (
        {row[0]: row[1] for row in session.execute(unscoped(who.where(User.id.in_(users)), NAMES))},
        {row[0]: row[1] for row in session.execute(unscoped(where, NAMES))},
    )


def _about(event: Any, names: tuple[dict[int, str], dict[int, str]]) -> Entry:
    users, units = names
    return Entry(
        event=event.id,
        at=event.at,
        act=event.act,
        act_id=event.act_id,
        user=users.get(event.user_id, ""),
        role=event.role or "",
        unit=units.get(event.unit_id, ""),
        submission_id=event.submission_id,
        detail=event.detail,
    )


def _present(
    session: Session, teacher_id: int, events: Iterable[Any]
) -> dict[Place, dict[str, Any]]:
    """Columns of the rows in reach of the tables that *events* mention, as events hold values."""
    tables = {name for event in events for name in event.rows or () if name in TABLES}
    found = rows_of_files(session, [teacher_id], sorted(tables)) if tables else {}
    return {(name, row["id"]): plain(row) for name, rows in found.items() for row in rows}


class _Past:
    """Walks back from what rows hold now."""

    def __init__(self, actor: Actor, present: dict[Place, dict[str, Any]]) -> None:
        self.actor = actor
        self.known = present

    def rows(self, event: Any) -> Iterator[tuple[str, int, int, tuple[Change, ...]]]:
        """Table, id, version and changes of each row of *event* that the role reads."""
        for table, versions in (event.rows or {}).items():
            former = (event.former or {}).get(table, {})
            for text, version in versions.items():
                if self._is_readable((table, int(text))):
                    changes = tuple(self._changes((table, int(text)), former.get(text, {})))
                    yield table, int(text), version, changes

    def _is_readable(self, place: Place) -> bool:
        """A row that is gone bears no function any more: only readers of whole files see it."""
        return place[0] in TABLES and (place in self.known or self.actor.reads_whole_files)

    def _changes(self, place: Place, former: Mapping[str, Any]) -> Iterator[Change]:
        known = self.known.setdefault(place, {})
        for key, field in TABLES[place[0]].dictionary.fields.items():
            column = f"{key}_mask" if field.encrypted else key
            if column in former:
                after, known[column] = known.get(column), former[column]
                # two numbers may have one mask, but only a changed one is in the event
                differ = field.encrypted or after != former[column]
                if differ and may_see(self.actor, field):
                    yield Change(key, former[column], after)
