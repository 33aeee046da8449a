"""Teachers' files: who they are, where they stand, and the verbs that move them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from flask import abort, flash, redirect
from flask_admin import expose
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import DateField, SelectField
from wtforms.validators import InputRequired, Optional

from tms.access import Permission
from tms.access.policy import ACCOUNT_ITEMS
from tms.admin_views.base import ScopedView
from tms.admin_views.columns import Filter
from tms.admin_views.export import GATES as EXPORT_GATES
from tms.admin_views.export import ExportMixin
from tms.admin_views.fields import LookupField, choices_of
from tms.admin_views.file_page import FilePageMixin
from tms.admin_views.form_acts import FormActsMixin
from tms.admin_views.forms import account_items
from tms.admin_views.grid import Item
from tms.admin_views.lookups import unit_id_of, whose
from tms.admin_views.page import Page
from tms.admin_views.teacher_columns import BASIC, COLUMNS, FILTERS, desk_filter
from tms.admin_views.why import why_url
from tms.db import db
from tms.i18n import gettext as _
from tms.i18n import lang
from tms.i18n import lazy_gettext as _l
from tms.models import Unit, UnitKind
from tms.records import NewFile, create_files


class NewFileForm(FlaskForm):
    """Where the file belongs; the account items are added from the dictionary."""

    school = LookupField(_l("所在学校"), [InputRequired()], lookup="/lookup/unit")
    secondary_unit = LookupField(_l("二级单位"), lookup="/lookup/unit")
    person_kind = SelectField(_l("人员类别"), choices=lambda: choices_of("collection_person_kind"))
    contract_start = DateField(_l("合同起始日期"), [Optional()])
    contract_end = DateField(_l("合同终止日期"), [Optional()])


@cache
def new_file_form(language: str) -> type[NewFileForm]:
    """The form with the items a file is made from (R22), labelled in *language*."""
    return type("NewFileForm_" + language, (NewFileForm,), account_items(BASIC, ACCOUNT_ITEMS))


class TeacherView(FilePageMixin, FormActsMixin, ExportMixin, ScopedView):
    """The headers of files; they change through their rows only."""

    reads, writes = Permission.FILE_READ, Permission.FILE_CREATE
    columns = details = COLUMNS
    filters = FILTERS
    can_edit = False
    creates = _l("新建教师档案")
    search_hint = _l("姓名开头或完整的个人标识码")
    list_template = "admin/teachers.html"
    details_template = "admin/file.html"
    ready_views = (
        (_l("未报送"), {"status": "draft"}),
        (_l("审核中"), {"status": "submitted"}),
        (_l("退回未改"), {"status": "returned"}),
        (_l("已生效"), {"status": "approved"}),
        (_l("有错误"), {"check": "errors"}),
        (_l("可以报送"), {"check": "ready"}),
    )

    def all_filters(self) -> Sequence[Filter]:
        return [desk_filter(self.actor), *self.filters]

    def items(self, row: Any, page: Page) -> Iterator[Item]:
        yield Item(_("打开档案"), self.get_url(".details_view", id=row.id))
        yield from self.act_items(row, page)
        yield Item(_("为什么不能…？"), why_url(row.id))

    def people_of(self, rows: Sequence[Any]) -> Iterable[int]:
        return [row.id for row in rows]

    def title_of(self, row: Any) -> str:
        return row.name or row.teacher_no

    GATES = {
        **ScopedView.GATES,
        **EXPORT_GATES,
        "action_view": "can_act",
        "mine": "can_view_details",
        "history_view": "can_read_records",
    }

    def found_by(self, term: str) -> Any:
        return whose(term)

    @expose("/mine/")
    def mine(self) -> Any:
        """One's own file."""
        if self.actor.teacher_id is None:
            abort(404)
        return redirect(self.get_url(".details_view", id=self.actor.teacher_id))

    # -- making a file -----------------------------------------------------------------------------

    def create_form(self, obj: Any = None) -> Any:
        """At a school its own name stands there already."""
        own = select(Unit.code, Unit.name).where(
            Unit.id == self.actor.unit_id, Unit.kind == UnitKind.SCHOOL
        )
        school = db.session.execute(own).first()
        start = {"school": f"{school.code}-{school.name}"} if school else {}
        return new_file_form(lang())(data=start | {"id_type": "1", "person_kind": "established"})

    def create_model(self, form: Any) -> Any:
        inner = form.secondary_unit.data
        new = NewFile(
            unit_id=unit_id_of(form.school.data),
            values={key: form[key].data for key in ACCOUNT_ITEMS},
            secondary_unit_id=unit_id_of(inner) if inner else None,
            person_kind=form.person_kind.data,
            contract_start=form.contract_start.data,
            contract_end=form.contract_end.data,
        )
        return create_files(db.session(), self.actor, [new])[0]

    def saved(self, result: Any) -> Any:
        flash(_("档案已建立。"), "success")
        return redirect(self.get_url(".details_view", id=result))
