"""Units: the tree below the reader's own."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import or_
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tms.access import Permission
from tms.admin_views import filters
from tms.admin_views.base import ScopedView
from tms.admin_views.columns import Column
from tms.admin_views.fields import LookupField, choices_of
from tms.admin_views.labels import UNIT_KINDS, coded
from tms.admin_views.lookups import begins, find_unit
from tms.db import db
from tms.errors import NotFound, message
from tms.models import Unit
from tms.records.units import CHANGEABLE, NewUnit, change_unit, create_unit


def _select(label: Any, table: str) -> Any:
    return SelectField(label, choices=lambda: choices_of(table))


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
    level = SelectField(_l("层级"), choices=lambda: choices_of("unit_level"))
    kind = SelectField(_l("机构类型"), choices=lambda: list(UNIT_KINDS.items()))
    function = _select(_l("职能（职能部门填写）"), "functional_department")
    opened_on = DateField(_l("设立日期"), [Optional()])
