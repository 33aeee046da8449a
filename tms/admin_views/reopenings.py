"""重开: a bureau lets whoever fills some fields propose changes, for a reason, until a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from flask import abort, redirect, request, url_for
from flask_admin import expose
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import DateField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from tms.access import Actor, Permission
from tms.admin_views import filters
from tms.admin_views.belongings import OfFiles
from tms.admin_views.columns import Column, Filter, State, nowhere
from tms.admin_views.grid import Item
from tms.admin_views.labels import label_of, moment
from tms.admin_views.lookups import parse_id
from tms.admin_views.section_columns import owner_columns
from tms.db import db
from tms.dictionary import Category
from tms.dictionary.scope import SHANGHAI, today
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.i18n import listed
from tms.models import SECTIONS, TABLES, Reopening, Teacher
from tms.models.types import now
from tms.records.holds import last_day
from tms.records.read import Header, headers
from tms.records.reopenings import MAX_REASON, NewReopening, close, reopen

#: Days that the form suggests.
USUAL = timedelta(days=14)


def leave_items(actor: Actor, row: Any) -> Iterator[Item]:
    """On a file in force: the way to give leave."""
    if row.in_force_since is not None and actor.can(Permission.REOPEN):
        yield Item(_("重开补正"), url_for("reopening.open", teacher_id=row.id))


class ReopeningForm(FlaskForm):
    """Which fields, why, until when; of which section of which file, the address says."""

    fields = SelectMultipleField(
        _l("信息项（都不选就是整个子集）"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    reason = TextAreaField(
        _l("理由"), [InputRequired(_l("请说明重开的理由。")), Length(max=MAX_REASON)]
    )
    until = DateField(_l("截止日期（含当天）"), [InputRequired()])


def _state(row: Any, _page: Any = None) -> State:
    if row.closed_at is not None:
        return State("draft", _("已结束"))
    return State("draft", _("已到期")) if row.expires_at <= now() else State("review", _("有效"))


def _fields(row: Any, _page: Any = None) -> str:
    declared = TABLES[row.table_name].dictionary.fields
    labels = [str(label_of(declared[key])) for key in row.fields if key in declared]
    return listed(labels) or _("整个子集")


COLUMNS = (
    *owner_columns(Reopening),
    Column(
        "table",
        _l("信息项表"),
        lambda r, p: str(label_of(TABLES[r.table_name].dictionary)),
        Reopening.table_name,
    ),
    Column("fields", _l("信息项"), _fields),
    Column("state", _l("状态"), _state, Reopening.expires_at, place="c-state"),
    Column("reason", _l("理由"), lambda r, p: r.reason),
    Column(
        "until",
        _l("截止（含当天）"),
        lambda r, p: last_day(r.expires_at).isoformat(),
        Reopening.expires_at,
    ),
    Column("since", _l("重开时间"), lambda r, p: moment(r.made_at), default=nowhere),
)


class ReopeningView(OfFiles):
    """What is, or was, open for proposals."""

    reads, writes = Permission.RECORD_READ, Permission.REOPEN
    columns = details = COLUMNS
    filters: tuple[Filter, ...] = (
        filters.unit(Reopening),
        filters.number("teacher_id", _l("档案"), Reopening.teacher_id),
    )
    can_edit = can_create = False
    details_template = "admin/reopened.html"
    form_template = "admin/reopening.html"
    GATES: Mapping[str, Any] = {**OfFiles.GATES, "open": "can_reopen", "close": "can_reopen"}

    def is_accessible(self) -> bool:
        """For those who give leave, and those who use it."""
        return super().is_accessible() and (
            self.can_reopen or self.actor.can(Permission.RECORD_WRITE)
        )

    @property
    def can_reopen(self) -> bool:
        """Whether the role gives leave."""
        return self.actor.can(Permission.REOPEN)

    def about(self, row: Any) -> dict[str, Any]:
        is_open = row.closed_at is None and row.expires_at > now()
        return super().about(row) | {"may_close": is_open and self.can_reopen}

    # -- giving leave ------------------------------------------------------------------------------

    @expose("/open/", methods=("GET", "POST"))
    def open(self) -> Any:
        """First which section, then its fields."""
        header = self._header()
        page = {
            "header": header,
            "person": db.session.scalar(select(Teacher.name).where(Teacher.id == header.id)),
            "back": self.get_url("teacher.details_view", id=header.id),
            "tables": list(_tables(header.category)),
            "table": request.args.get("table", ""),
        }
        if page["table"] not in {key for key, _label in page["tables"]}:
            return self.render(self.form_template, **page, form=None)
        form = ReopeningForm(data={"until": today() + USUAL})
        form.fields.choices = list(_choices(page["table"], header.category))
        status = 200
        if form.is_submitted():
            act = lambda: self._reopen(header, page["table"], form)  # noqa: E731
            said = _("已重开。填报人可以提出变更，审核通过后生效。")
            made, status = self.attempt(act, form, said) if form.validate() else (None, 422)
            if made is not None:
                return redirect(self.get_url(".details_view", id=made))
        return self.render(self.form_template, **page, form=form), status

    def _header(self) -> Header:
        teacher_id = parse_id(request.args.get("teacher_id", ""))
        found = headers(db.session(), [teacher_id] if teacher_id is not None else [])
        return found[teacher_id] if teacher_id in found else abort(404)

    def _reopen(self, header: Header, table: str, form: ReopeningForm) -> int:
        end = datetime.combine(form.until.data + timedelta(days=1), time(), SHANGHAI)
        new = NewReopening(header.id, table, form.reason.data, end, form.fields.data or ())
        return reopen(db.session(), self.actor, new)

    @expose("/close/", methods=("POST",))
    def close(self) -> Any:
        """Ended by hand; what was proposed goes on."""
        row_id = self.get_one(request.form.get("id", "")).id
        self.attempt(partial(close, db.session(), self.actor, row_id), said=_("已结束。"))
        return redirect(self.get_url(".details_view", id=row_id))


def _tables(category: Category) -> Iterator[tuple[str, Any]]:
    for section in SECTIONS:
        for table in section.tables:
            if table.applies(category):
                yield table.key, label_of(table)


def _choices(table: str, category: Category) -> Iterator[tuple[str, Any]]:
    for field in TABLES[table].dictionary.fields_for(category):
        if not field.readonly:
            yield field.key, label_of(field)
