"""The page that shows a difference instead of losing an update, answered with 409.

It stands where a save meets a row that moved, was locked or was deleted since it was opened, or
where the one record of a table was made meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from sqlalchemy import select

from tms.access import policy
from tms.admin_views.difference import Difference
from tms.admin_views.forms import TAKE, THEIRS, RecordForm, make_form
from tms.admin_views.labels import moment
from tms.admin_views.lookups import parse_id
from tms.admin_views.opened import opened
from tms.db import db
from tms.errors import message
from tms.i18n import say
from tms.models import Teacher
from tms.records.history import Since, changes_since
from tms.records.read import Header, headers
from tms.records.values import from_row

CLOSED = message("记录正在审核，退回后才能修改。")


def clash(view: Any, editing: Any) -> Any:
    """The page for a row that moved or was closed; None where the save may go on."""
    if request.method != "POST":
        return None
    row, header = editing.row, editing.header
    form = _whole_form(view, header, from_row(view.model, row))
    version = parse_id(form.row_version.data) or 0
    is_moved = version != row["content_version"]
    place = (view.table.key, row["id"])
    since = changes_since(db.session(), view.actor, header.id, place, version) if is_moved else None
    now = from_row(view.model, row)
    found = Difference(form, header.category, now, version, since or Since(()))
    open_ = {each.key for each in editing.writable.fields}
    closed = {key: each for key, each in form.declared.items() if key not in open_}
    is_closed = found.typed_into(closed)
    if not is_moved and not is_closed:
        return None
    reason = say(editing.writable.reason or CLOSED) if is_closed else ""
    return _page(view, header, found, row=row, locked=reason)


def gone(view: Any, text: str) -> Any:
    """The page for a row that was deleted while it was open; None where there never was one."""
    row_id, file_id = parse_id(text), parse_id(request.form.get("file_id"))
    found = headers(db.session(), [file_id]) if file_id is not None else {}
    if request.method != "POST" or row_id is None or file_id not in found:
        return None
    header = found[file_id]
    form = _whole_form(view, header, {})
    version = parse_id(form.row_version.data) or 0
    place = (view.table.key, row_id)
    since = changes_since(db.session(), view.actor, header.id, place, version)
    if not since.is_deleted:
        return None
    return _page(view, header, Difference(form, header.category, {}, since=since))


def _whole_form(view: Any, header: Header, values: Mapping[str, Any]) -> RecordForm:
    """What was typed, also into fields that are closed by now."""
    fields = policy.fillable_fields(view.actor, view.table, header.category, header.unit_path)
    return make_form(view.table, header.category, fields, values, header.unit_path)


def _page(
    view: Any,
    header: Header,
    found: Difference,
    *,
    row: Mapping[str, Any] | None = None,
    locked: str = "",
) -> Any:
    opened([header.id])
    page = {
        "lines": found.lines,
        "last": found.since.entries[0] if found.since.entries else None,
        "row": row,
        "locked": locked,
        "header": header,
        "person": db.session.scalar(select(Teacher.name).where(Teacher.id == header.id)),
        "table": view.table,
        "moment": moment,
        "take": TAKE,
        "theirs": THEIRS,
        "back": view.back_url(header),
        "action": view.edit_url(row["id"]) if row else view.new_url(header),
        "kept": view.place(row["id"]) if row else "",
    }
    return view.render(view.difference_template, **page), 409
