"""Reading files as plain rows, within the scope of the session's actor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.among import among
from tms.dictionary import HE, Category
from tms.models import TABLES, ReviewNote, SectionRecord, Submission, Teacher
from tms.records.routing import Routings, routings_in_use

T = TypeVar("T")
CHUNK = 1000


@dataclass(frozen=True)
class Header:
    """What a write needs to know of a file."""

    id: int
    teacher_no: str
    unit_id: int
    unit_path: str
    category: Category
    person_kind: str
    record_status: str
    in_force: bool
    #: Of a university's file: the university's own routing, where it has one.
    routing: Routings = field(default_factory=dict, compare=False)


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """*items* in lists of at most *size*: databases bound the number of parameters."""
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part


def headers(
    session: Session, teacher_ids: Iterable[int], *, reason: str | None = None
) -> dict[int, Header]:
    """Headers of those of *teacher_ids* that lie in the actor's reach.

    :param reason: why the reach is not asked (see `rows_where`).
    """
    columns = (
        Teacher.id,
        Teacher.teacher_no,
        Teacher.unit_id,
        Teacher.unit_path,
        Teacher.school_category,
        Teacher.person_kind,
        Teacher.record_status,
        Teacher.in_force_since,
    )
    found: list[Any] = []
    for part in chunks(sorted(set(teacher_ids))):
        statement = select(*columns).where(among(Teacher.id, part))
        found += session.execute(unscoped(statement, reason) if reason else statement)
    universities = {row.unit_id for row in found if row.school_category == HE}
    own = routings_in_use(session, universities)
    return {row.id: _header(row, own.get(row.unit_id, {})) for row in found}


def _header(row: Any, routing: Routings) -> Header:
    return Header(
        row.id,
        row.teacher_no,
        row.unit_id,
        row.unit_path,
        Category(row.school_category),
        row.person_kind,
        row.record_status,
        row.in_force_since is not None,
        routing,
    )


def rows_where(
    session: Session,
    model: type[SectionRecord],
    *conditions: Any,
    reason: str | None = None,
) -> list[dict[str, Any]]:
    """All columns of the rows of *model* that meet *conditions*, in order of id.

    :param reason: set by the door where a role that may make files but not read them compares.
    """
    statement = _rows(model.__tablename__).where(*conditions)
    if reason:
        statement = unscoped(statement, reason)
    return [dict(row) for row in session.execute(statement).mappings()]


@cache
def _rows(table: str) -> Any:
    """As `_contents`, with all columns there are."""
    model = TABLES[table]
    columns = model.__table__.columns
    return select(*(getattr(model, column.key) for column in columns)).order_by(model.id)


def contents_of_files(
    session: Session,
    model: type[SectionRecord],
    teacher_ids: Sequence[int],
    *,
    reason: str | None = None,
) -> Iterator[tuple[int, int, str, Sequence[Any]]]:
    """File, id, state and the columns of all fields of the rows of *model*, in order of id."""
    for part in chunks(teacher_ids):
        statement = _contents(model.__tablename__).where(among(model.teacher_id, part))
        if reason:
            statement = unscoped(statement, reason)
        for row in session.execute(statement):
            teacher_id, row_id, state, *values = row
            yield teacher_id, row_id, state, values


@cache
def _contents(table: str) -> Any:
    """Made once: with a column for each field, making it takes longer than the database does."""
    model = TABLES[table]
    names = ("teacher_id", "id", "state", *model.dictionary.fields)
    return select(*(getattr(model, name) for name in names)).order_by(model.id)


def rows_by_id(
    session: Session, model: type[SectionRecord], ids: Iterable[int]
) -> dict[int, dict[str, Any]]:
    """All columns of those of the rows that lie in the actor's reach."""
    return {
        row["id"]: row
        for part in chunks(ids)
        for row in rows_where(session, model, among(model.id, part))
    }


def rows_of_files(
    session: Session,
    teacher_ids: Sequence[int],
    tables: Iterable[str] | None = None,
    *,
    reason: str | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """{table: rows} of the given files."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name in tables or TABLES:
        model = TABLES[name]
        found[name] = [
            row
            for part in chunks(teacher_ids)
            for row in rows_where(session, model, among(model.teacher_id, part), reason=reason)
        ]
    return found


@dataclass(frozen=True)
class UnderWay:
    """A file's open submission, as far as a write has to know."""

    id: int
    step: str
    status: str
    submitted_by: int | None
    #: Open notes of returns: (table, row, field), each less exact where it is None.
    notes: tuple[tuple[str | None, int | None, str | None], ...] = ()


def open_submissions(session: Session, teacher_ids: Iterable[int]) -> Mapping[int, UnderWay]:
    """By file its open submission."""
    found: dict[int, UnderWay] = {}
    for part in chunks(sorted(set(teacher_ids))):
        statement = select(
            Submission.teacher_id,
            Submission.id,
            Submission.step,
            Submission.status,
            Submission.submitted_by,
        ).where(among(Submission.teacher_id, part), Submission.is_open)
        rows = session.execute(statement).all()
        notes = _open_notes(session, [row.id for row in rows])
        found |= {row.teacher_id: UnderWay(*row[1:], tuple(notes[row.id])) for row in rows}
    return found


def _open_notes(session: Session, submissions: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    if submissions:
        columns = (ReviewNote.table_name, ReviewNote.row_id, ReviewNote.field)
        open_ = (ReviewNote.submission_id.in_(submissions), ReviewNote.resolved_at.is_(None))
        for row in session.execute(select(ReviewNote.submission_id, *columns).where(*open_)):
            found[row.submission_id].append(tuple(row[1:]))
    return found
