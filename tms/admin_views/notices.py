"""通知公告: for everybody a list of what is said to them; for who publishes, of what was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from flask import abort, g, redirect, request
from flask_admin import expose
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tms.access import Permission
from tms.admin_views import filters
from tms.admin_views.asked import Asked
from tms.admin_views.base import ScopedView
from tms.admin_views.columns import Column, State
from tms.admin_views.lookups import begins
from tms.admin_views.page import Page
from tms.auth import current_actor, get_actor
from tms.db import db, writing
from tms.dictionary.scope import today
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import Audience, Notice
from tms.records.notices import (
    FIELDS,
    current,
    note_read,
    publish,
    publishers,
    reached,
    seen_by,
    withdraw,
)

AUDIENCES = {
    Audience.EVERYBODY: _l("全体人员"),
    Audience.TEACHERS: _l("教师"),
    Audience.STAFF: _l("管理人员"),
    Audience.INFO_ADMINS: _l("信息管理员"),
    Audience.HEADS: _l("学校负责人"),
    Audience.SECRETARIES: _l("二级单位专人"),
}


class NoticePage(Page):
    """Units above are named, too: what they say is said to those below."""

    @cached_property
    def units(self) -> dict[int, str]:
        return publishers(db.session(), {row.unit_id for row in self.rows})


class NoticeForm(FlaskForm):
    """One notice of one's own unit."""

    title = StringField(_l("标题"), [InputRequired(), Length(max=100)])
    text = TextAreaField(_l("内容"), [InputRequired(), Length(max=4000)], render_kw={"rows": 8})
    audience = SelectField(
        _l("发给"),
        choices=lambda: [(str(kind), label) for kind, label in AUDIENCES.items()],
        description=_l("本单位和所有下级单位的这些人会在首页看到。"),
    )
    starts_on = DateField(_l("从哪天起"), [InputRequired()])
    ends_on = DateField(_l("到哪天止"), [Optional()], description=_l("不填则一直显示，直到撤回。"))


def _state(row: Any, page: Page) -> State:
    if row.withdrawn_at is not None:
        return State("back", _("已撤回"))
    if row.starts_on > today():
        return State("draft", _("未开始"))
    is_over = row.ends_on is not None and row.ends_on < today()
    return State("draft", _("已结束")) if is_over else State("force", _("发布中"))


def _self(row: Any) -> tuple[str, int]:
    return ".details_view", row.id


def _term(row: Any, page: Page) -> str:
    until = row.ends_on or _("撤回为止")
    return f"{row.starts_on} – {until}"


class NoticeView(ScopedView):
    """Notices of one's unit and of those above."""

    reads = writes = Permission.NOTICE
    creates = _l("发布通知")
    search_hint = _l("标题开头")
    details_template = "admin/notice.html"
    keeps_views = False
    columns = (
        Column("title", _l("标题"), lambda r, p: r.title, Notice.title, link=_self, place="who"),
        Column("unit", _l("发布单位"), lambda r, p: p.unit(r.unit_id), place="c-unit"),
        Column("term", _l("显示时间"), _term, Notice.starts_on),
        Column(
            "audience",
            _l("发给"),
            lambda r, p: AUDIENCES[Audience(r.audience)],
            Notice.audience,
        ),
        Column("state", _l("状态"), _state, place="c-state"),
    )
    details = columns[1:]
    filters = (
        filters.chosen(
            "audience",
            _l("发给"),
            Notice.audience,
            lambda: [(str(kind), label) for kind, label in AUDIENCES.items()],
        ),
    )
    GATES = {**ScopedView.GATES, "withdraw_view": "can_edit"}

    def is_accessible(self) -> bool:
        """Everybody is told something."""
        return current_actor() is not None

    def found_by(self, term: str) -> Any:
        return begins(Notice.title, term)

    def conditions(self, asked: Asked) -> Iterator[Any]:
        yield seen_by(self.actor)
        yield from super().conditions(asked)

    def _order(self, asked: Asked) -> Iterator[Any]:
        """The newest first, unless asked otherwise."""
        if asked.sort:
            yield from super()._order(asked)
        else:
            yield from (Notice.starts_on.desc(), Notice.id.desc())

    def get_one(self, id: Any) -> Any:
        """One that the reader's list holds, or 404."""
        found = super().get_one(id)
        listed = select(Notice.id).where(Notice.id == found.id, seen_by(self.actor))
        if db.session.scalar(listed) is None:
            abort(404)
        g.page = self.page_of([found])
        return found

    def page_of(self, rows: Sequence[Any]) -> Page:
        return NoticePage(rows, self.actor)

    def is_own(self, row: Any) -> bool:
        """Whether the reader publishes for the unit that said it."""
        return self.may_write() and row.unit_id == self.actor.unit_id

    def offers_edit(self, row: Any) -> bool:
        return self.is_own(row) and row.withdrawn_at is None

    @expose("/details/")
    def details_view(self) -> Any:
        """Whoever opens it has read it."""
        self._note_read(request.args.get("id", ""))
        return super().details_view()

    def _note_read(self, text: str) -> None:
        """In a short writing transaction of its own, before the page is read (DESIGN.md 4.6)."""
        db.session.rollback()
        with writing():
            note_read(db.session(), self.actor, self.get_one(text))
            db.session.commit()

    def about(self, row: Any) -> dict[str, Any]:
        """Who published it sees how many have read it."""
        counted = reached(db.session(), row) if self.is_own(row) else None
        return {"heading": row.title, "reached": counted, **super().about(row)}

    def create_form(self, obj: Any = None) -> Any:
        return NoticeForm(data={"starts_on": today(), "audience": str(Audience.EVERYBODY)})

    def edit_form(self, obj: Any = None) -> Any:
        if not self.offers_edit(obj):
            abort(404)
        return NoticeForm(data={name: getattr(obj, name) for name in FIELDS})

    def create_model(self, form: Any) -> Any:
        return publish(db.session(), self.actor, _typed(form))

    def update_model(self, form: Any, model: Any) -> Any:
        return publish(db.session(), self.actor, _typed(form), model)

    @expose("/withdraw/", methods=("POST",))
    def withdraw_view(self) -> Any:
        """Out of everybody's sight."""
        row = self.get_one(request.form.get("id", ""))
        act = lambda: withdraw(db.session(), self.actor, row)  # noqa: E731
        done, status = self.attempt(act, said=_("通知已撤回。"))
        if done is None:
            return self.render("admin/refused.html", back=self.get_url(".index_view")), status
        return redirect(self.get_url(".index_view"))


def _typed(form: Any) -> dict[str, Any]:
    return {name: form[name].data for name in FIELDS}


def notices_now() -> list[dict[str, Any]]:
    """What first pages say: notices out today for who is logged in."""
    found = current(db.session(), get_actor())
    names = publishers(db.session(), {each.unit_id for each in found})
    return [{"told": each, "unit": names.get(each.unit_id, "")} for each in found]
