"""The security desk as a list and a tree of who answers for what (R92, R94–R97)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import abort, request
from flask_admin import expose
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional

from tms.access import Permission
from tms.admin_views import filters
from tms.admin_views.asked import Asked
from tms.admin_views.base import ScopedView
from tms.admin_views.columns import Column, State, nowhere
from tms.admin_views.fields import LookupField
from tms.admin_views.lookups import begins, parse_id, unit_id_of
from tms.admin_views.page import Page
from tms.db import db
from tms.dictionary.scope import today
from tms.i18n import clauses
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import EntryKind, EntryState, SecurityEntry, Unit
from tms.models.unit import SEGMENT
from tms.records import preferences
from tms.records.security_desk import FIELDS, duties, fields_of, remove_entry, save_entry

KINDS = {
    EntryKind.FILING: _l("定级备案"),
    EntryKind.DUTY: _l("安全责任"),
    EntryKind.RULES: _l("制度文件"),
    EntryKind.ACKNOWLEDGED: _l("制度确认"),
    EntryKind.TRAINING: _l("教育培训"),
    EntryKind.RISK: _l("风险清单"),
    EntryKind.PLAN: _l("应急预案"),
    EntryKind.DRILL: _l("应急演练"),
}
STATES = {
    EntryState.OPEN: ("draft", _l("未开始")),
    EntryState.DOING: ("review", _l("进行中")),
    EntryState.DONE: ("force", _l("已完成")),
}


class EntryForm(FlaskForm):
    """One line of the desk."""

    kind = HiddenField(validators=[AnyOf([str(kind) for kind in KINDS])])
    unit = LookupField(_l("单位"), [InputRequired()], lookup="/lookup/unit")
    title = StringField(_l("名称"), [InputRequired(), Length(max=100)])
    grade = IntegerField(_l("保护等级"), [Optional(), NumberRange(1, 5)])
    number = StringField(_l("备案号或文号"), [Length(max=40)])
    day = DateField(_l("日期"), [Optional()])
    due = DateField(_l("复核或完成期限"), [Optional()])
    person = StringField(_l("责任人"), [Length(max=50)])
    state = SelectField(
        _l("状态"), choices=lambda: [(str(k), label) for k, (_tone, label) in STATES.items()]
    )
    text = TextAreaField(_l("内容"), [Length(max=4000)], render_kw={"rows": 6})

    def keep_to(self, kind: str) -> EntryForm:
        """Without what entries of *kind* do not say."""
        for name in set(FIELDS) - set(fields_of(kind)):
            del self[name]
        return self


def _state(row: Any, page: Page) -> Any:
    has_state = "state" in fields_of(row.kind)
    is_done = has_state and row.state == EntryState.DONE
    if row.due is not None and row.due < today() and not is_done:
        return State("error", _("已逾期"))
    return State(*STATES[EntryState(row.state)]) if has_state else ""


def _is_said(column: Column, kind: str) -> bool:
    used = fields_of(kind)
    shown = {*used, "state"} if "due" in used else used  # what is due may be overdue
    return column.key not in FIELDS or column.key in shown


def _typed(form: Any) -> dict[str, Any]:
    return {name: form[name].data for name in FIELDS if name in form}


def _self(row: Any) -> tuple[str, int]:
    return ".details_view", row.id


class SecurityView(ScopedView):
    """Entries of one's unit and below."""

    reads, writes = Permission.SECURITY_READ, Permission.SECURITY_WRITE
    creates = _l("新增条目")
    search_hint = _l("名称或责任人开头")
    details_template = "admin/security_entry.html"
    list_template = "admin/security.html"
    ready_views = tuple((label, {"kind": str(kind)}) for kind, label in KINDS.items())
    columns = (
        Column("kind", _l("类别"), lambda r, p: KINDS[EntryKind(r.kind)], SecurityEntry.kind),
        Column(
            "title", _l("名称"), lambda r, p: r.title, SecurityEntry.title, link=_self, place="who"
        ),
        Column("unit", _l("单位"), lambda r, p: p.unit(r.unit_id), place="c-unit"),
        Column("grade", _l("保护等级"), lambda r, p: r.grade or "", default=nowhere),
        Column("number", _l("备案号或文号"), lambda r, p: r.number or "", default=nowhere),
        Column("day", _l("日期"), lambda r, p: r.day or "", SecurityEntry.day),
        Column("due", _l("复核或完成期限"), lambda r, p: r.due or "", SecurityEntry.due),
        Column("person", _l("责任人"), lambda r, p: r.person or "", SecurityEntry.person),
        Column("state", _l("状态"), _state, SecurityEntry.state, place="c-state"),
    )
    details = (*columns, Column("text", _l("内容"), lambda r, p: r.text))
    filters = (
        filters.chosen(
            "kind",
            _l("类别"),
            SecurityEntry.kind,
            lambda: [(str(kind), label) for kind, label in KINDS.items()],
        ),
        filters.chosen(
            "state",
            _l("状态"),
            SecurityEntry.state,
            lambda: [(str(state), label) for state, (_tone, label) in STATES.items()],
        ),
        filters.unit(SecurityEntry),
    )
    can_delete = property(lambda self: self.may_write())
    GATES = {**ScopedView.GATES, "tree": "can_view_details"}

    def found_by(self, term: str) -> Any:
        return begins(SecurityEntry.title, term) | begins(SecurityEntry.person, term)

    @property
    def create_args(self) -> dict[str, str]:
        """A new entry is of the kind that is listed."""
        kind = self.asked.filters.get("kind", "")
        return {"kind": kind} if kind in set(EntryKind) else {}

    def shown_columns(self, asked: Asked) -> list[Column]:
        """Of one kind what its entries say, unless the reader chose."""
        kind = asked.filters.get("kind", "")
        chosen = preferences.columns_of(db.session(), self.actor, self.endpoint)
        if kind not in set(EntryKind) or chosen is not None:
            return super().shown_columns(asked)
        return [
            each for each in self.offered_columns if _is_said(each, kind) and each.key != "kind"
        ]

    def lines(self, row: Any, columns: Sequence[Column]) -> Iterator[tuple[Any, Any]]:
        """What entries of the kind say; an older entry may say more."""
        said = (
            each for each in columns if _is_said(each, row.kind) or bool(getattr(row, each.key, ""))
        )
        return super().lines(row, list(said))

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """Asks of what kind first: each has fields of its own."""
        kind = request.values.get("kind", "")
        if kind in set(EntryKind):
            form = self.create_form()
            title = {"title": _("新增：%(kind)s", kind=KINDS[EntryKind(kind)])}
            return self._form_page(form, lambda: self.create_model(form), title)
        page = {"kinds": list(KINDS.items()), "back": self.get_url(".index_view")}
        return self.render("admin/security_kinds.html", heading=self.creates, **page)

    def create_form(self, obj: Any = None) -> Any:
        kind = request.values.get("kind", "")
        return EntryForm(data={"kind": kind, "unit": self._own()}).keep_to(kind)

    def edit_form(self, obj: Any = None) -> Any:
        unit = db.session.scalar(select(Unit.code).where(Unit.id == obj.unit_id))
        values = {name: getattr(obj, name) for name in FIELDS} | {"unit": unit}
        return EntryForm(data=values).keep_to(obj.kind)

    def _own(self) -> str:
        code = select(Unit.code).where(Unit.id == self.actor.unit_id)
        return db.session.scalar(code) or ""

    def create_model(self, form: Any) -> Any:
        values = {"state": str(EntryState.OPEN)} | _typed(form)
        return save_entry(db.session(), self.actor, unit_id_of(form.unit.data), values)

    def update_model(self, form: Any, model: Any) -> Any:
        values = {name: getattr(model, name) for name in FIELDS} | _typed(form)
        values["kind"] = model.kind
        return save_entry(db.session(), self.actor, unit_id_of(form.unit.data), values, model)

    def delete_model(self, model: Any) -> Any:
        return remove_entry(db.session(), self.actor, model)

    @expose("/tree/")
    def tree(self) -> Any:
        """Who answers for security, unit by unit, and where nobody does."""
        asked = parse_id(request.args.get("unit", "")) or self.actor.unit_id
        unit = db.session.scalar(select(Unit).where(Unit.id == asked)) or abort(404)
        lines = duties(db.session(), unit.unit_path)
        is_top = unit.unit_path == self.actor.unit_path or len(unit.unit_path) <= SEGMENT
        above = None if is_top else unit.supervisor_id
        page = {"unit": unit, "lines": lines, "above": above, "kind": str(EntryKind.DUTY)}
        page["clauses"] = clauses
        return self.render("admin/security_tree.html", heading=_("安全责任分解"), **page)
