"""One view for each of the file's tables, made from its declaration."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from tms.access import Permission, policy
from tms.admin_views.base import ScopedView
from tms.admin_views.export import ExportMixin
from tms.admin_views.forms import make_form
from tms.admin_views.grid import Item
from tms.admin_views.labels import default_of, label_of
from tms.admin_views.lookups import begins, parse_id
from tms.admin_views.page import Page
from tms.admin_views.section_columns import (
    field_column,
    owner_columns,
    section_filters,
    state_column,
)
from tms.admin_views.values import stored_of, text_of
from tms.db import db
from tms.dictionary import Category, Field, Finding
from tms.dictionary.scope import today
from tms.errors import Conflict, message
from tms.i18n import say
from tms.models import SectionRecord, Teacher, Unit
from tms.records import RowChange, completeness, save
from tms.records.checks import is_locked
from tms.records.editable import Writable, for_new_row, for_row
from tms.records.read import Header, headers, rows_where
from tms.records.values import from_row


class SectionView(ExportMixin, ScopedView):
    """The rows of one table, of all files in reach."""

    reads, writes = Permission.RECORD_READ, Permission.RECORD_WRITE
    form_template = "admin/record.html"
    details_template = "admin/record_details.html"
    search_hint = _l("姓名开头或完整的个人标识码")

    def __init__(self, model: type[SectionRecord]) -> None:
        self.table = model.dictionary
        own = [field_column(model, field) for field in self.table.fields.values()]
        owner = tuple(owner_columns(model))
        # the owner's name is there
        self.columns = (*owner, *(each for each in own if each.key != "name"), state_column(model))
        self.details = (*owner, *own)
        self.filters = tuple(section_filters(model))
        name = label_of(self.table)
        super().__init__(model, db, name=name, endpoint=self.table.key)

    def may_write(self) -> bool:
        """Whether the role fills anything in this table, in schools of any category."""
        return policy.may_fill_table(self.actor, self.table, Category)

    can_create = can_edit = can_delete = property(may_write)

    def offers_edit(self, row: Any) -> bool:
        """A locked row has no form, only its details."""
        return super().offers_edit(row) and not is_locked(row.state)

    def above(self) -> list[tuple[Any, str]]:
        return [(_("按信息项查询"), self.get_url("sections.index"))]

    def items(self, row: Any, page: Page) -> Iterator[Item]:
        yield Item(_("打开"), self.get_url(".details_view", id=row.id))
        if self.offers_edit(row):
            yield Item(_("修改"), self.get_url(".edit_view", id=row.id))
        yield Item(_("打开档案"), self.get_url("teacher.details_view", id=row.teacher_id))

    def title_of(self, row: Any) -> str:
        return f"{self.name} {row.id}"

    def found_by(self, term: str) -> Any:
        named = or_(Teacher.teacher_no == term, begins(Teacher.name, term))
        return self.model.teacher_id.in_(select(Teacher.id).where(named))

    # -- forms -------------------------------------------------------------------------------------

    def _header(self, teacher_id: int | None) -> Header:
        """The file in reach, or 404."""
        found = headers(db.session(), [teacher_id] if teacher_id is not None else [])
        return found[teacher_id] if teacher_id in found else abort(404)

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """A row is made from a file; without one, ask which."""
        if "teacher_id" not in request.args:
            return self._choose_file()
        header = self._header(parse_id(request.args["teacher_id"]))
        writable = for_new_row(db.session(), self.actor, self.model, header)
        form = make_form(self.table, header.category, writable.fields, self._defaults(header))
        change = lambda: RowChange(header.id, form.typed())  # noqa: E731
        extra = self._extra(header, {}, writable) | {"title": _("新建")}
        return self._form_page(form, lambda: self._save(change()), extra)

    def _choose_file(self) -> Any:
        number = request.args.get("teacher_no", "").replace("\0", "").strip()
        found = db.session.scalar(select(Teacher.id).where(Teacher.teacher_no == number))
        if found is not None:
            return redirect(self.get_url(".create_view", teacher_id=found))
        if number:
            flash(_("没有个人标识码为“%(number)s”的档案。", number=number), "danger")
        return self.render("admin/choose_file.html", number=number), 404 if number else 200

    def _defaults(self, header: Header) -> dict[str, Any]:
        school = db.session.scalar(select(Unit.name).where(Unit.id == header.unit_id)) or ""
        fields = self.table.fields_for(header.category)
        return {field.key: default_of(field, school, today()) for field in fields}

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        row, header = self._row(request.args.get("id", ""))
        writable = for_row(db.session(), self.actor, self.model, row, header)
        values = from_row(self.model, row) | {"row_version": row["content_version"]}
        form = make_form(self.table, header.category, writable.fields, values)

        def act() -> int:
            if not writable.fields:
                raise Conflict(writable.reason or message("没有可修改的内容。"))
            version = parse_id(form.row_version.data) or 0
            return self._save(RowChange(header.id, form.typed(), row["id"], version))

        extra = self._extra(header, row, writable) | {"title": _("修改")}
        return self._form_page(form, act, extra)

    def _row(self, text: str) -> tuple[dict[str, Any], Header]:
        found = rows_where(db.session(), self.model, self.model.id == parse_id(text))
        if not found:
            abort(404)
        return found[0], self._header(found[0]["teacher_id"])

    def _save(self, change: RowChange) -> int:
        result = save(db.session(), self.actor, {self.table.key: [change]})
        return result.row_ids[0]

    def _extra(self, header: Header, row: dict[str, Any], writable: Writable) -> dict[str, Any]:
        """What stands around the form: whose row it is, what others fill, what is still missing."""
        mine = {field.key for field in writable.fields}
        others = [
            (label_of(field), self._text(field, row, header))
            for field in policy.visible_fields(self.actor, self.table)
            if row and field.applies(header.category) and field.key not in mine
        ]
        return {
            "table": self.table,
            "header": header,
            "person": db.session.scalar(select(Teacher.name).where(Teacher.id == header.id)),
            "row": row,
            "others": others,
            "findings": self._findings(header, row) if row else {},
            "locked": say(writable.reason) if writable.reason else "",
            "may_delete": bool(row) and writable.may_delete,
            "back": self.get_url("teacher.details_view", id=header.id),
        }

    def _text(self, field: Field, row: dict[str, Any], header: Header) -> str:
        return text_of(self.actor, self.table, field, stored_of(row, field), header.category)

    def _findings(self, header: Header, row: dict[str, Any]) -> dict[str | None, list[Finding]]:
        """What the check of the whole file says of this row, by field."""
        found: dict[str | None, list[Finding]] = defaultdict(list)
        for _header, findings in completeness.findings(db.session(), [header.id]):
            for finding in findings:
                if (finding.table, finding.record) == (self.table.key, row["id"]):
                    found[finding.field].append(finding)
        return found

    def saved(self, result: Any) -> Any:
        """A draft may be incomplete: say what is missing, and stay where it can be filled in."""
        row, header = self._row(str(result))
        missing = sum(map(len, self._findings(header, row).values()))
        if missing:
            flash(_("已保存为草稿，还有%(n)d项需要补全或核对。", n=missing), "warning")
        else:
            flash(_("已保存。"), "success")
        if "another" in request.form:
            return redirect(self.get_url(".create_view", teacher_id=header.id))
        return redirect(self.get_url(".edit_view", id=result))

    def delete_model(self, model: Any) -> int:
        version = parse_id(request.form.get("row_version", "")) or model.content_version
        change = RowChange(model.teacher_id, {}, model.id, version, delete=True)
        return save(db.session(), self.actor, {self.table.key: [change]}).deleted
