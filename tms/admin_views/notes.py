"""What a return says: where in the file, why, and the way there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import select

from tms.access import Actor, policy
from tms.admin_views.labels import label_of
from tms.admin_views.suggested import Suggested, suggested
from tms.db import db
from tms.dictionary import Filler
from tms.i18n import gettext as _
from tms.models import TABLES, ReviewNote
from tms.models.work import REQUESTS


@dataclass(frozen=True)
class Told:
    """One reason."""

    #: Section and field; "" where the whole file is meant.
    place: str
    reason: str
    #: Where it is mended or looked at; "" for the whole file.
    url: str
    #: Whether it is about something within a row.
    field: str | None
    #: What the reviewer would have there instead (`parts.suggestion`).
    suggestion: Suggested | None = None


def open_notes(teacher_id: int) -> list[Any]:
    """Notes that wait to be mended, in the order they were written."""
    open_ = (ReviewNote.teacher_id == teacher_id, ReviewNote.resolved_at.is_(None))
    return list(db.session.scalars(select(ReviewNote).where(*open_).order_by(ReviewNote.id)))


def of_acts(acts: Collection[str], submissions: Collection[int | None]) -> list[Any]:
    """Notes of these acts about these submissions, mended or not."""
    if not acts:
        return []
    mine = (ReviewNote.act.in_(acts), ReviewNote.submission_id.in_(submissions))
    return list(db.session.scalars(select(ReviewNote).where(*mine).order_by(ReviewNote.id)))


def told(actor: Actor, notes: Iterable[Any]) -> Iterator[Told]:
    """The notes as the reader may see them."""
    for note in notes:
        about = named(actor, note), note.reason, _way(note), note.field
        yield Told(*about, suggested(actor, note))


def of_row(actor: Actor, teacher_id: int, table: str, row_id: int) -> list[Told]:
    """What is said of one row: of it, of its fields, of its table or of the whole file."""
    found = open_notes(teacher_id)
    mine = [n for n in found if n.table_name in (None, table) and n.row_id in (None, row_id)]
    return list(told(actor, mine))


def named(actor: Actor, note: Any) -> str:
    """Section and field that a note is about, as far as the reader may see; "" for the file."""
    if note.table_name not in TABLES:
        return str(_("变更申请")) if note.table_name else ""
    table = TABLES[note.table_name].dictionary
    field = table.fields.get(note.field or "")
    if field is not None and policy.may_see(actor, field):
        return f"{label_of(table)} · {label_of(field)}"
    return str(label_of(table))


def menders(fillers: Collection[str]) -> str:
    """Who mends what notes for these fillers name."""
    if set(fillers) == {Filler.TEACHER.value}:
        return str(_("本人"))
    if set(fillers) == {Filler.BUREAU.value}:
        return str(_("主管部门信息管理员"))
    return str(_("学校信息管理员") if set(fillers) == {Filler.SCHOOL.value} else _("本人和学校"))


def _way(note: Any) -> str:
    if note.table_name == REQUESTS and note.row_id is not None:
        return url_for("request.details_view", id=note.row_id)
    if note.table_name not in TABLES:
        return ""
    if note.row_id is None:
        return f"#{note.table_name}"
    return url_for(f"{note.table_name}.edit_view", id=note.row_id)
