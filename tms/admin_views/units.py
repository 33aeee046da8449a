"""Units: the tree below the reader's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from sqlalchemy import or_
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from tms.access import Actor, Permission
from tms.admin_views import filters
from tms.admin_views.base import ScopedView
from tms.admin_views.columns import Column, Filter, State
from tms.admin_views.fields import LookupField, choices_of
from tms.admin_views.labels import UNIT_KINDS, coded
from tms.admin_views.lookups import begins, unit_id_of
from tms.admin_views.page import Page
from tms.admin_views.unit_pages import UnitPagesMixin
from tms.db import db
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import Unit, UnitKind
from tms.records.heads import headless_below
from tms.records.units import CHANGEABLE, NewUnit, change_unit, create_unit


def _select(label: Any, table: str) -> Any:
    """One code or none; a unit without one has nothing there, a form an empty text."""
    return SelectField(label, choices=lambda: choices_of(table), filters=[lambda v: v or ""])


class UnitForm(FlaskForm):
    """What may be changed on a unit."""

    name = StringField(_l("名称"), [InputRequired(), Length(max=100)])
    school_category = _select(_l("学校类别"), "school_category")
    run_type = _select(_l("办学类型"), "school_run_type")
    sponsor_type = _select(_l("举办者类型"), "sponsor_type")
    region = LookupField(_l("所在地行政区划"), lookup="/lookup/code/admin_division")
    contact_email = StringField(_l("联系邮箱"), [Length(max=60)])


class NewUnitForm(UnitForm):
    """Moreover what identifies and places it, once and for all."""

    code = StringField(_l("单位代码"), [InputRequired(), Length(max=24)])
    supervisor = LookupField(_l("上级单位"), [InputRequired()], lookup="/lookup/unit")
    level = _select(_l("层级"), "unit_level")
    kind = SelectField(_l("机构类型"), choices=lambda: list(UNIT_KINDS.items()))
    function = _select(_l("职能（职能部门填写）"), "functional_department")
    opened_on = DateField(_l("设立日期"), [Optional()])


def _self(row: Any) -> tuple[str, int]:
    return ".details_view", row.id


def _head(row: Any, page: Page) -> Any:
    """Of schools: whether somebody can act as head; one-person schools say that they are."""
    if row.kind != UnitKind.SCHOOL:
        return ""
    if row.id in page.headless:
        return State("warn", _("空缺"))
    return _("一人单位") if row.one_person_since else _("已指定")


def _head_filter(actor: Actor) -> Filter:
    """Schools without a head; accounts lie outside most readers' reach, so the ids are asked."""

    def condition(value: str) -> Any:
        if value != "vacant":
            return None
        return Unit.id.in_(headless_below(db.session(), actor.unit_path))

    return Filter("head", _l("学校负责人"), condition, lambda: [("vacant", _l("空缺"))])


def _category(row: Any, _page: Page) -> str:
    return coded("school_category", row.school_category)


class UnitView(UnitPagesMixin, ScopedView):
    """Units in reach; one's own is kept by the unit above."""

    reads, writes = Permission.UNIT_READ, Permission.UNIT_WRITE
    search_hint = _l("代码或名称开头")
    creates = _l("新建单位")
    columns = (
        Column("code", _l("单位代码"), lambda r, p: r.code, Unit.code, place="lo id"),
        Column("name", _l("名称"), lambda r, p: r.name, Unit.name, link=_self, place="who"),
        Column(
            "level",
            _l("层级"),
            lambda r, p: coded("unit_level", r.level),
            Unit.level,
            place="c-state",
        ),
        Column("kind", _l("机构类型"), lambda r, p: UNIT_KINDS[r.kind], Unit.kind),
        Column("category", _l("学校类别"), _category),
        Column("supervisor", _l("上级单位"), lambda r, p: p.unit(r.supervisor_id), place="c-unit"),
        Column("head", _l("学校负责人"), _head),
    )
    details = (
        *columns,
        Column("function", _l("职能"), lambda r, p: coded("functional_department", r.function)),
        Column("run_type", _l("办学类型"), lambda r, p: coded("school_run_type", r.run_type)),
        Column("sponsor", _l("举办者类型"), lambda r, p: coded("sponsor_type", r.sponsor_type)),
        Column("region", _l("所在地行政区划"), lambda r, p: coded("admin_division", r.region)),
        Column("email", _l("联系邮箱"), lambda r, p: r.contact_email or ""),
        Column("opened", _l("设立日期"), lambda r, p: r.opened_on or ""),
        Column("closed", _l("撤销日期"), lambda r, p: r.closed_on or ""),
    )
    filters = (
        filters.coded("level", _l("层级"), Unit.level, "unit_level"),
        filters.chosen("kind", _l("机构类型"), Unit.kind, lambda: list(UNIT_KINDS.items())),
        filters.coded("category", _l("学校类别"), Unit.school_category, "school_category"),
        filters.unit(Unit),
    )

    def all_filters(self) -> Sequence[Filter]:
        return [*self.filters, _head_filter(self.actor)]

    def found_by(self, term: str) -> Any:
        return or_(begins(Unit.code, term), begins(Unit.name, term))

    def create_form(self, obj: Any = None) -> Any:
        return NewUnitForm()

    def edit_form(self, obj: Any = None) -> Any:
        return UnitForm(obj=obj)

    def create_model(self, form: Any) -> Any:
        plain: Any = {k: form[k].data or None for k in (*CHANGEABLE, "function", "opened_on")}
        new = NewUnit(
            **plain | {"code": form.code.data.strip(), "name": form.name.data.strip()},
            level=int(form.level.data or 0),
            kind=form.kind.data,
            supervisor_id=unit_id_of(form.supervisor.data),
        )
        return create_unit(db.session(), self.actor, new).id

    def update_model(self, form: Any, model: Any) -> Any:
        values = {key: form[key].data or None for key in CHANGEABLE}
        change_unit(db.session(), self.actor, model.id, values)
        return model.id
