"""One row of a file's table on a screen: what may be written, how its fields stand, saving.

The panel (`record_forms`) and the teacher's own pages (`tms.self_service`) add addresses and looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, abort, flash, jsonify, request
from sqlalchemy import select

from tms.access import Actor, policy
from tms.admin_views import papers
from tms.admin_views.clashes import clash, gone
from tms.admin_views.form_states import FormStates, Words
from tms.admin_views.forms import RecordForm, entered, make_form, refuse_blank
from tms.admin_views.labels import in_sentence, label_of
from tms.admin_views.lookups import parse_id
from tms.admin_views.notes import of_row
from tms.admin_views.opened import opened
from tms.admin_views.values import stored_of, text_of
from tms.admin_views.why import DELETE, FILL, why_url
from tms.db import db, writing
from tms.dictionary import Filler, Table, defaults, form_state
from tms.dictionary.live import NEW, sections_asked
from tms.dictionary.scope import today
from tms.errors import Conflict, message
from tms.i18n import gettext as _
from tms.i18n import say
from tms.models import SectionRecord, Teacher, Unit
from tms.records import RowChange, completeness, save
from tms.records.editable import Writable, for_new_row, for_row
from tms.records.read import Header, headers, rows_where
from tms.records.values import from_row


@dataclass(frozen=True)
class Editing:
    """One row on somebody's screen: of which file, what is stored, what may be written now."""

    header: Header
    writable: Writable
    #: All columns; empty for a new row.
    row: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """Of the row, as `form_state` wants it."""
        return int(self.row.get("id", NEW))


class RowForms:
    """The forms of one table, whoever opens them and wherever they are drawn."""

    model: type[SectionRecord]
    table: Table
    actor: Actor
    render: Any
    attempt: Any
    form_template: str
    difference_template: str

    # -- addresses ---------------------------------------------------------------------------------

    def new_url(self, header: Header) -> str:
        """The form of a new row of a file."""
        raise NotImplementedError

    def edit_url(self, row_id: int) -> str:
        """The form of a row."""
        raise NotImplementedError

    def judge_url(self, editing: Editing) -> str:
        """Where a form asks how its fields stand."""
        raise NotImplementedError

    def back_url(self, header: Header) -> str:
        """Where one came from."""
        raise NotImplementedError

    def saved(self, row_id: int) -> Any:
        """What follows a save."""
        raise NotImplementedError

    def place(self, row_id: Any) -> str:  # noqa: ARG002
        """Under which name the browser keeps the form of a row; "" where it keeps none."""
        return ""

    # -- which row ---------------------------------------------------------------------------------

    def _header(self, text: str | None) -> Header:
        """The file in reach, or 404."""
        teacher_id = parse_id(text)
        found = headers(db.session(), [teacher_id] if teacher_id is not None else [])
        return found[teacher_id] if teacher_id in found else abort(404)

    def _find(self, text: str) -> Editing | None:
        found = rows_where(db.session(), self.model, self.model.id == parse_id(text))
        if not found:
            return None
        header = self._header(found[0]["teacher_id"])
        writable = for_row(db.session(), self.actor, self.model, found[0], header)
        return Editing(header, writable, found[0])

    def _get(self, text: str) -> Editing:
        """As `_find`, or 404."""
        return self._find(text) or abort(404)

    def _new(self, header: Header) -> Editing:
        return Editing(header, for_new_row(db.session(), self.actor, self.model, header))

    def _only(self, header: Header) -> Editing | None:
        """The record that a table of one record holds of a file."""
        of_file = select(self.model.id).where(self.model.teacher_id == header.id)
        found = db.session.scalar(of_file) if self.table.cardinality == "one" else None
        return self._find(str(found)) if found is not None else None

    # -- making and changing -----------------------------------------------------------------------

    def _making(self, header: Header) -> Any:
        """A new row of the file: its form, or what follows its being sent."""
        made = self._only(header) if request.method == "POST" else None
        if made is not None:  # another made the one record while this one was typed
            return clash(self, made)
        editing = self._new(header)
        form = self._form(editing, self._defaults(header))
        return self._answer(editing, form, lambda: self._add(header, form))

    def _add(self, header: Header, form: RecordForm) -> int:
        sent, fresh = form.all_sent(self.table), RowForms._defaults(self, header)
        refuse_blank(self.table, header.category, sent, fresh)
        return self._save(RowChange(header.id, sent))

    def _changing_row(self, text: str) -> Any:
        """What another has done to the row meanwhile is shown before anything is written."""
        editing = self._find(text)
        if editing is None:
            return gone(self, text) or abort(404)
        clashing = clash(self, editing)
        if clashing is not None:
            return clashing
        values = from_row(self.model, editing.row) | {"row_version": editing.row["content_version"]}
        form = self._form(editing, values)
        return self._answer(editing, form, lambda: self._change(editing, form))

    def _defaults(self, header: Header) -> dict[str, Any]:
        school = db.session.scalar(select(Unit.name).where(Unit.id == header.unit_id)) or ""
        return defaults(self.table, header.category, school, today())

    def _change(self, editing: Editing, form: RecordForm) -> int:
        writable = editing.writable
        if not writable.fields:
            raise Conflict(writable.reason or message("没有可修改的内容。"))
        version = parse_id(form.row_version.data) or 0
        sent = form.all_sent(self.table)
        return self._save(RowChange(editing.header.id, sent, editing.id, version))

    def _form(self, editing: Editing, values: Mapping[str, Any], prefix: str = "") -> RecordForm:
        header, fields = editing.header, editing.writable.fields
        values = {**values, "file_id": header.id}
        at = header.unit_path, prefix
        return make_form(self.table, header.category, fields, values, *at)

    def _answer(self, editing: Editing, form: RecordForm, act: Any) -> Any:
        status = 200
        if form.is_submitted():
            saved, status = self.attempt(act, form) if form.validate() else (None, 422)
            if saved is not None:
                return self.saved(saved)
        page = self._page(editing, form, is_failed=status != 200)
        return self.render(self.form_template, **page), status

    def _save(self, change: RowChange) -> int:
        result = save(db.session(), self.actor, {self.table.key: [change]})
        return result.row_ids[0]

    def _delete(self, teacher_id: int, row_id: int, version: int) -> int:
        """Take a row away as it was seen; the version that a form sent along counts."""
        seen = parse_id(request.form.get("row_version", "")) or version
        change = RowChange(teacher_id, {}, row_id, seen, delete=True)
        return save(db.session(), self.actor, {self.table.key: [change]}).deleted

    def _tell_saved(self, editing: Editing) -> int:
        """A draft may be incomplete: say what is missing; returns how much that is."""
        missing = self._states(editing, None).count
        if missing:
            flash(_("已保存为草稿，还有%(n)d项需要补全或核对。", n=missing), "warning")
        else:
            flash(_("已保存。"), "success")
        return missing

    def _judged_row(self) -> Response:
        """How the fields stand with the values as they are typed; nothing is written.

        Being a POST for its values' sake, it began as a writer: it goes on as a reader.
        """
        db.session.rollback()
        with writing(False):
            args = request.args
            if "id" in args:
                editing = self._get(args["id"])
            else:
                editing = self._new(self._header(args.get("teacher_id")))
            form = self._form(editing, from_row(self.model, editing.row) if editing.row else {})
            return jsonify(self._states(editing, form).plain())

    # -- what stands on them -----------------------------------------------------------------------

    def _states(self, editing: Editing, form: RecordForm | None) -> FormStates:
        """How the fields stand; with no form, of the row as it is stored."""
        header = editing.header
        tables = sections_asked(self.table, header.category)
        found = completeness.files(db.session(), [header.id], tables, requests=self._requests())
        _, file = next(found)
        stored = dict(file.rows.get(self.table.key, ())).get(editing.id, {})
        values = {**stored, **(entered(form, is_new=not editing.row) if form is not None else {})}
        states, row = form_state(self.table, values, file, editing.id)
        words = Words(self.actor, self.table, header.category, values)
        return words.form(form, states, row) if form is not None else words.stored(states, row)

    def _requests(self) -> Any:
        """The change requests with which the file is looked at; None is none."""
        return None

    def _notes(self, editing: Editing) -> list[Any]:
        """Why the row came back, if it did."""
        if not editing.row:
            return []
        return of_row(self.actor, editing.header.id, self.table.key, editing.row["id"])

    def _page(self, editing: Editing, form: RecordForm, *, is_failed: bool) -> dict[str, Any]:
        """The form, whose row it is, what others fill, and how the fields stand."""
        states = self._states(editing, form)
        judged = bool(editing.row) or is_failed
        return self._around(editing) | {
            "form": form,
            "states": states if judged else states.without_findings(),
            "judged": judged,
            "is_failed": is_failed,
            "others": list(self._others(editing)),
            "notes": self._notes(editing),
            "locked": say(editing.writable.reason) if editing.writable.reason else "",
            "why_locked": self._why_not(editing, FILL),
            "may_delete": bool(editing.row) and editing.writable.may_delete,
            "why_not_delete": self._why_not(editing, DELETE),
            "judge_url": self.judge_url(editing),
            **self._papers(editing),
            "save_label": _("保存%(table)s", table=in_sentence(self.table)),
            "in_place": self._in_place(editing),
        }

    def _in_place(self, editing: Editing) -> bool:
        """Whether somebody else fills what is the teacher's to fill."""
        header = editing.header
        filler = policy.table_filler(self.actor, self.table, header.category, header.unit_path)
        return filler == Filler.TEACHER and self.actor.teacher_id != header.id

    def _papers(self, editing: Editing) -> dict[str, Any]:
        """What goes with the row besides its fields; a row has papers once it is saved."""
        if not editing.row:
            return {}
        header, place = editing.header, (self.table.key, editing.id)
        rows = {self.table.key: [editing.row]}
        may_add = bool(editing.writable.fields)
        return {
            "papers": papers.of_row(self.actor, header.id, place, may_add=may_add),
            "photo": papers.photo_box(self.actor, header, rows),
        }

    def _around(self, editing: Editing) -> dict[str, Any]:
        header = editing.header
        opened([header.id])
        return {
            "table": self.table,
            "header": header,
            "person": db.session.scalar(select(Teacher.name).where(Teacher.id == header.id)),
            "school": db.session.scalar(select(Unit.name).where(Unit.id == header.unit_id)),
            "row": editing.row,
            "back": self.back_url(header),
        }

    def _others(self, editing: Editing) -> Any:
        """(label, text, why not) of what the form does not hold."""
        mine, category = {each.key for each in editing.writable.fields}, editing.header.category
        for each in policy.visible_fields(self.actor, self.table) if editing.row else ():
            if each.applies(category) and each.key not in mine:
                text = text_of(self.actor, self.table, each, stored_of(editing.row, each), category)
                yield label_of(each), text, self._why_not(editing, FILL, field=each.key)

    def _why_not(self, editing: Editing, asked: str, **about: Any) -> str:
        """Where it is said why something of a row cannot be done; a new row has no questions."""
        if not editing.row:
            return ""
        return why_url(editing.header.id, asked, table=self.table.key, row=editing.id, **about)
