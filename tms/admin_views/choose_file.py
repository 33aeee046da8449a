"""A grid's "new" asks for the teacher first: a row belongs to a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import redirect, request
from sqlalchemy import select

from tms.access import Permission
from tms.admin_views.labels import coded
from tms.admin_views.lookups import MAX_TERM, whose
from tms.db import db
from tms.dictionary import Category
from tms.models import Teacher, Unit

#: More are not listed: who has more namesakes types more.
LIMIT = 20
#: The first row of a file is made with the file.
BASIC = "basic_information"


@dataclass(frozen=True)
class Candidate:
    """A file, and what can be done in the table there."""

    id: int
    name: str
    teacher_no: str
    school: str
    status: str
    #: Schools of this category collect the table.
    applies: bool
    #: The one record the table holds of it.
    existing: int | None


def choose_file(view: Any) -> Any:
    """The page that asks; a whole personal number leads on at once."""
    if view.table.key == BASIC:
        return _from_scratch(view)
    term = request.args.get("q", "").strip()[:MAX_TERM]
    rows = _rows(term) if term else []
    if len(rows) == 1 and rows[0].teacher_no == term and _applies(view, rows[0]):
        return redirect(view.get_url(".create_view", teacher_id=rows[0].id))
    found = list(_candidates(view, rows[:LIMIT]))
    page = {"term": term, "found": found, "more": len(rows) > LIMIT, "limit": LIMIT}
    return view.render("admin/choose_file.html", **page)


def _from_scratch(view: Any) -> Any:
    """Basic information is not added to a file; a file is made with it."""
    may_make = view.actor.can(Permission.FILE_CREATE)
    return redirect(view.get_url("teacher.create_view" if may_make else "teacher.index_view"))


def _rows(term: str) -> list[Any]:
    """Files in reach whose number it is, or whose name begins so."""
    statement = (
        select(
            Teacher.id,
            Teacher.name,
            Teacher.teacher_no,
            Teacher.unit_id,
            Teacher.record_status,
            Teacher.school_category,
        )
        .where(whose(term))
        .order_by(Teacher.name, Teacher.id)
        .limit(LIMIT + 1)
    )
    return list(db.session.execute(statement))


def _applies(view: Any, row: Any) -> bool:
    return bool(view.table.applies(Category(row.school_category)))


def _candidates(view: Any, rows: list[Any]) -> Iterator[Candidate]:
    schools = _names({row.unit_id for row in rows})
    existing = _existing(view, [row.id for row in rows])
    for row in rows:
        yield Candidate(
            row.id,
            row.name or "",
            row.teacher_no,
            schools.get(row.unit_id, ""),
            coded("record_status", row.record_status),
            _applies(view, row),
            existing.get(row.id),
        )


def _names(units: set[int]) -> dict[int, str]:
    statement = select(Unit.id, Unit.name).where(Unit.id.in_(units))
    return {row[0]: row[1] for row in db.session.execute(statement)}


def _existing(view: Any, teachers: list[int]) -> dict[int, int]:
    """By file its record, where the table holds only one."""
    if view.table.cardinality != "one":
        return {}
    statement = select(view.model.teacher_id, view.model.id)
    statement = statement.where(view.model.teacher_id.in_(teachers))
    return {row[0]: row[1] for row in db.session.execute(statement)}
