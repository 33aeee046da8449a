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
from tms.admin_views import filters
from tms.admin_views.base import ScopedView
from tms.admin_views.columns import Column, Filter, State, nowhere
from tms.admin_views.export import ExportMixin
from tms.admin_views.forms import make_form
from tms.admin_views.grid import Item
from tms.admin_views.labels import ROW_STATES, ROW_TONES, default_of, label_of, shown
from tms.admin_views.lookups import begins, parse_id
from tms.admin_views.page import Page
from tms.auth import current_actor
from tms.crypto import mask_number
from tms.db import db
from tms.dictionary import ALWAYS, Category, Field, Finding, Kind, Table
from tms.dictionary.scope import today
from tms.errors import Conflict, message
from tms.exchange.project import TELEPHONES
from tms.i18n import say
from tms.models import RowState, SectionRecord, Teacher, Unit
from tms.records import RowChange, completeness, save
from tms.records.checks import is_locked
from tms.records.editable import Writable, for_new_row, for_row
from tms.records.read import Header, headers, rows_where
from tms.records.values import from_row

#: Of the declared fields this many stand in the list unasked; the details show all.
LISTED = 6


class SectionView(ExportMixin, ScopedView):
    """The rows of one table, of all files in reach."""

    reads, writes = Permission.RECORD_READ, Permission.RECORD_WRITE
    form_template = "admin/record.html"
    details_template = "admin/record_details.html"
    search_hint = _l("姓名开头或完整的个人标识码")

    def __init__(self, model: type[SectionRecord]) -> None:
        self.table = model.dictionary
        own = [_column(model, field) for field in self.table.fields.values()]
        owner = tuple(_owner(model))
        # the owner's name is there
        self.columns = (*owner, *(each for each in own if each.key != "name"), _state(model))
        self.details = (*owner, *own)
        self.filters = tuple(_filters(model))
        name = label_of(self.table)
        super().__init__(model, db, name=name, endpoint=self.table.key)

    def may_write(self) -> bool:
        """Whether the role fills anything in this table, in schools of any category."""
        return policy.may_fill_table(self.actor, self.table, Category)

    can_create = can_edit = can_delete = property(may_write)

    def offers_edit(self, row: Any) -> bool:
        """A locked row has no form, only its details."""
        return super().offers_edit(row) and not is_locked(row.state)

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
            (label_of(field), shown(field, _stored(row, field), header.category))
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


def _stored(row: dict[str, Any], field: Field) -> Any:
    """What may be shown of a stored value: of an encrypted one its mask."""
    return row.get(f"{field.key}_mask" if field.encrypted else field.key)


def _owner(model: type[SectionRecord]) -> Iterator[Column]:
    def of(row: Any, page: Page) -> Any:
        return page.teachers.get(row.teacher_id)

    def link(row: Any) -> tuple[str, int]:
        return "teacher.details_view", row.teacher_id

    yield Column(
        "teacher",
        _l("姓名"),
        lambda r, p: getattr(of(r, p), "name", None) or "—",
        link=link,
        place="who",
    )
    yield Column(
        "teacher_no",
        _l("个人标识码"),
        lambda r, p: getattr(of(r, p), "teacher_no", ""),
        place="lo id",
        default=nowhere,
    )
    yield Column(
        "unit", _l("单位"), lambda r, p: p.unit(getattr(of(r, p), "unit_id", None)), place="c-unit"
    )


def _state(model: type[SectionRecord]) -> Column:
    """Where the row stands."""

    def show(row: Any, _page: Page) -> State:
        return State(ROW_TONES[RowState(row.state)], ROW_STATES[row.state])

    return Column("state", _l("状态"), show, sort=model.state, place="c-state")


def usual(table: Table, category: Category | None) -> frozenset[str]:
    """Keys of the fields a list shows unasked: what tells records apart, then what is required."""
    fields = table.fields.values() if category is None else table.fields_for(category)
    categories = table.applies_to if category is None else (category,)

    def weight(field: Field) -> int:
        if field.key in (*table.natural_key, *table.order_by):
            return 0
        return 1 if any(field.required.get(c) == ALWAYS for c in categories) else 2

    listed = [f for f in fields if f.key != "name" and f.kind is not Kind.PHOTO]
    return frozenset(field.key for field in sorted(listed, key=weight)[:LISTED])


def _column(model: type[SectionRecord], field: Field) -> Column:
    """The mask of an encrypted field, which cannot be sorted by; else the value with its label."""
    key = f"{field.key}_mask" if field.encrypted else field.key

    def fills() -> bool:
        """Who fills the table in sees telephones whole (DESIGN.md 4.5)."""
        actor = current_actor()
        return actor is not None and policy.may_fill_table(actor, model.dictionary, Category)

    def show(row: Any, page: Page) -> str:
        owner = page.teachers.get(row.teacher_id)
        category = Category(owner.school_category) if owner else Category.PRIMARY_SECONDARY
        text = shown(field, getattr(row, key), category)
        return mask_number(text) if field.key in TELEPHONES and text and not fills() else text

    sort = None if field.encrypted or field.multiple else getattr(model, key)
    return Column(
        field.key,
        label_of(field),
        show,
        sort,
        field,
        default=lambda category: field.key in usual(model.dictionary, category),
        is_number=field.kind in (Kind.INTEGER, Kind.DECIMAL),
    )


def _filters(model: type[SectionRecord]) -> Iterator[Filter]:
    yield filters.state(model)
    yield filters.unit(model)
    yield filters.category(model)
    yield filters.number("teacher_id", _l("档案"), model.teacher_id)
    yield from filters.of_fields(model, model.dictionary.fields.values())
