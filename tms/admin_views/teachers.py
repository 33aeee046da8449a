"""Teachers' files: who they are, where they stand, and the verbs that move them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from flask import flash, g, redirect
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import func, or_, select
from wtforms import DateField, SelectField
from wtforms.validators import InputRequired, Optional

from tms.access import Permission, policy
from tms.access.policy import ACCOUNT_ITEMS
from tms.admin_views import filters
from tms.admin_views.acts import ActsMixin
from tms.admin_views.base import ScopedView
from tms.admin_views.columns import Column, Filter, Page
from tms.admin_views.export import ExportMixin
from tms.admin_views.fields import LookupField, choices_of
from tms.admin_views.forms import account_items
from tms.admin_views.labels import coded, label_of, moment
from tms.admin_views.lookups import begins, unit_id_of
from tms.db import db
from tms.dictionary import Category, Finding
from tms.i18n import lang, say
from tms.models import SECTIONS, TABLES, ReviewNote, Teacher, Unit, UnitKind
from tms.records import NewFile, completeness, create_files
from tms.workflow.offered import on_my_desk, whereabouts

BASIC = TABLES["basic_information"].dictionary
#: Findings are listed up to here; the rest is counted.
LISTED = 50


def _file(row: Any) -> tuple[str, int]:
    return "teacher.details_view", row.id


def _copy(key: str, table: str) -> Column:
    """A derived item of basic_information, as the header copies it."""
    field = BASIC.fields[key]
    return Column(key, label_of(field), lambda r, p: coded(table, getattr(r, key)), field=field)


def _stands(row: Any, page: Page) -> str:
    """在办: the label, and on whose desk it is; one query for the page."""
    if "whereabouts" not in g:
        g.whereabouts = whereabouts(db.session(), [r.id for r in page.rows])
    place = g.whereabouts.get(row.id)
    label = coded("record_status", row.record_status)
    return f"{label} · {say(place)}" if place else label


def _number_status(row: Any, _page: Page) -> str:
    return coded("teacher_no_status", row.teacher_no_status)


COLUMNS = (
    Column("name", _l("姓名"), lambda r, p: r.name or "—", Teacher.name, link=_file),
    Column("teacher_no", _l("个人标识码"), lambda r, p: r.teacher_no, Teacher.teacher_no),
    Column("unit", _l("学校"), lambda r, p: p.unit(r.unit_id)),
    Column("secondary_unit", _l("二级单位"), lambda r, p: p.unit(r.secondary_unit_id)),
    Column(
        "id_number",
        label_of(BASIC.fields["id_number"]),
        lambda r, p: r.id_number_mask or "",
        field=BASIC.fields["id_number"],
    ),
    Column("in_force", _l("生效"), lambda r, p: moment(r.in_force_since), Teacher.in_force_since),
    Column("record_status", _l("在办"), _stands, Teacher.record_status),
    _copy("current_post_category", "post_category"),
    _copy("current_professional_title", "professional_title"),
)
MORE = (
    Column("category", _l("学校类别"), lambda r, p: coded("school_category", r.school_category)),
    Column("kind", _l("人员类别"), lambda r, p: coded("collection_person_kind", r.person_kind)),
    Column("number", _l("标识码状态"), _number_status),
)


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


class TeacherView(ActsMixin, ExportMixin, ScopedView):
    """The headers of files; they change through their rows only."""

    reads, writes = Permission.FILE_READ, Permission.FILE_CREATE
    columns, details = COLUMNS, COLUMNS + MORE
    can_edit = False
    search_hint = _l("姓名开头或完整的个人标识码")
    list_template = "admin/teachers.html"
    details_template = "admin/file.html"
    filters = (
        filters.coded("status", _l("在办"), Teacher.record_status, "record_status"),
        filters.unit(Teacher),
        filters.coded("category", _l("学校类别"), Teacher.school_category, "school_category"),
        filters.coded("kind", _l("人员类别"), Teacher.person_kind, "collection_person_kind"),
    )

    @property
    def offered_filters(self) -> list[Filter]:
        mine = filters.desk(on_my_desk(self.actor))
        return [mine, *super().offered_filters]

    def found_by(self, term: str) -> Any:
        return or_(Teacher.teacher_no == term, begins(Teacher.name, term))

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

    # -- the file ----------------------------------------------------------------------------------

    def about(self, row: Any) -> dict[str, Any]:
        """Header, tables with their counts, what is missing, and why it came back."""
        found = self._findings(row)
        return super().about(row) | {
            "tables": list(self._tables(row, Counter(f.table for f in found))),
            "whole": self.actor.reads_whole_files,
            "findings": found[:LISTED],
            "more": max(len(found) - LISTED, 0),
            "labels": {key: label_of(model.dictionary) for key, model in TABLES.items()},
            "notes": self._notes(row),
        }

    def _findings(self, row: Any) -> list[Finding]:
        ids = [row.id] if self.actor.reads_whole_files else []
        return [f for _header, found in completeness.findings(db.session(), ids) for f in found]

    def _notes(self, row: Any) -> list[Any]:
        statement = select(ReviewNote.reason, ReviewNote.written_at)
        open_ = (ReviewNote.teacher_id == row.id, ReviewNote.resolved_at.is_(None))
        return list(db.session.execute(statement.where(*open_).order_by(ReviewNote.id)))

    def _tables(self, row: Any, missing: Counter[str]) -> Iterator[dict[str, Any]]:
        """The tables that the school collects, as far as the role reads them."""
        category = Category(row.school_category)
        for section in SECTIONS if self.actor.can(Permission.RECORD_READ) else ():
            for table in section.tables:
                if not table.applies(category):
                    continue
                model = TABLES[table.key]
                count = select(func.count()).select_from(model).where(model.teacher_id == row.id)
                rows = db.session.scalar(count) or 0
                yield {
                    "no": section.no,
                    "key": table.key,
                    "label": label_of(table),
                    "rows": rows,
                    "missing": missing[table.key],
                    "may_add": policy.may_fill_table(self.actor, table, [category])
                    and (table.cardinality == "many" or not rows),
                }
