"""The unit's list of forgotten passwords: collected, passed on, reset, handed back (R25)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, request
from flask_admin.actions import action
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from tms.access import Permission
from tms.admin_views import filters
from tms.admin_views.base import ScopedView
from tms.admin_views.columns import Column, Filter, State
from tms.admin_views.jobs import ask_for
from tms.admin_views.labels import moment
from tms.admin_views.lookups import begins, parse_id
from tms.admin_views.page import Page
from tms.db import db
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import AskState, Level, PasswordAsk
from tms.records.password_asks import VERBS, collect, reset, resets, turn

STATES = {
    AskState.COLLECTED: ("draft", _l("已收集")),
    AskState.SUBMITTED: ("review", _l("已报送")),
    AskState.RESET: ("force", _l("已重置")),
    AskState.HANDED_OVER: ("force", _l("已交本人")),
    AskState.REFUSED: ("back", _l("未受理")),
}
SUBMIT, RESET, HAND, REFUSE = "submit", "reset", "hand", "refuse"
#: Where each act begins, in the order of the way.
BEGINS = {
    SUBMIT: VERBS[SUBMIT][0],
    REFUSE: VERBS[REFUSE][0],
    RESET: AskState.SUBMITTED,
    HAND: VERBS[HAND][0],
}


class CollectForm(FlaskForm):
    """Who forgot the password, by personal number."""

    numbers = TextAreaField(
        _l("个人标识码"),
        [InputRequired()],
        description=_l("每行一个；请先核对是本人申请。"),
        render_kw={"rows": 8},
    )


def _state(row: Any, page: Page) -> State:
    return State(*STATES[AskState(row.state)])


def _number(row: Any, page: Page) -> str:
    return str(getattr(page.teachers.get(row.teacher_id), "teacher_no", ""))


def _unit(row: Any, page: Page) -> str:
    """The part of the university where there is one: its officer does not see the whole."""
    file = page.teachers.get(row.teacher_id)
    return page.unit(getattr(file, "secondary_unit_id", None) or getattr(file, "unit_id", None))


def _source(row: Any, page: Page) -> Any:
    return _("本人在线申请") if row.asked_by is None else _("单位登记")


class PasswordAskView(ScopedView):
    """Requests in reach; each role sees all states, and does what is its own."""

    reads = writes = Permission.PASSWORD_ASK
    can_edit = False
    creates = _l("登记忘记口令")
    search_hint = _l("姓名开头")
    list_template = "admin/password_asks.html"
    columns = (
        Column("name", _l("姓名"), lambda r, p: r.name, place="who"),
        Column("number", _l("个人标识码"), _number, place="lo id"),
        Column("unit", _l("单位"), _unit, place="c-unit"),
        Column("state", _l("状态"), _state, place="c-state"),
        Column("source", _l("来源"), _source),
        Column("asked", _l("申请时间"), lambda r, p: moment(r.asked_at), PasswordAsk.asked_at),
        Column("submitted", _l("报送时间"), lambda r, p: moment(r.submitted_at)),
        Column("reset", _l("重置时间"), lambda r, p: moment(r.reset_at)),
        Column("handed", _l("办结时间"), lambda r, p: moment(r.handed_at)),
    )
    filters = (
        Filter(
            "state",
            _l("状态"),
            lambda value: PasswordAsk.state == value,
            lambda: [(str(state), label) for state, (_tone, label) in STATES.items()],
        ),
        filters.unit(PasswordAsk),
    )
    GATES = {**ScopedView.GATES, "action_view": "can_create"}

    def found_by(self, term: str) -> Any:
        return begins(PasswordAsk.name, term)

    def is_action_allowed(self, name: str) -> bool:
        """Whoever collects does not reset."""
        if name == RESET:
            return resets(self.actor) and self.actor.unit_level == Level.SCHOOL
        return name in (SUBMIT, HAND, REFUSE) and self.may_write()

    def get_actions_list(self) -> tuple[list[tuple[str, str]], dict[str, str]]:
        """In the order of the way, as far as some of the list stands where the act begins."""
        offered, confirmations = super().get_actions_list()
        there = select(PasswordAsk.state).where(*self.conditions(self.asked)).distinct()
        states, labels = set(db.session.scalars(there)), dict(offered)
        verbs = [name for name in BEGINS if name in labels and BEGINS[name] in states]
        return [(name, labels[name]) for name in verbs], confirmations

    def create_form(self, obj: Any = None) -> Any:
        return CollectForm()

    def create_model(self, form: Any) -> Any:
        return collect(db.session(), self.actor, form.numbers.data.split()), "collected"

    def saved(self, result: Any) -> Any:
        if result[0]:
            flash(_("已登记%(n)d人。", n=result[0]), "success")
        else:
            flash(_("没有新登记的人：他们已在名单上，或没有可用的账号。"), "warning")
        return redirect(self.get_url(".index_view"))

    @action(SUBMIT, _l("汇总报送"))
    def action_submit(self, ids: list[str]) -> Any:
        """The unit's list goes to whoever resets."""
        return self._turn(SUBMIT, ids)

    @action(RESET, _l("重置并打印账号条"))
    def action_reset(self, ids: list[str]) -> Any:
        """New codes, on slips."""
        back = self.get_url(".index_view", **self.asked.matching)
        return ask_for(
            self.render, back, partial(reset, db.session(), self.actor, self._picked(ids))
        )

    @action(HAND, _l("已交本人"))
    def action_hand(self, ids: list[str]) -> Any:
        """The slips have reached their people."""
        return self._turn(HAND, ids)

    @action(REFUSE, _l("不受理"))
    def action_refuse(self, ids: list[str]) -> Any:
        """It was not the person who asked."""
        return self._turn(REFUSE, ids)

    def _turn(self, verb: str, ids: list[str]) -> Any:
        chosen = self._picked(ids)
        act: Callable[[], int] = partial(turn, db.session(), self.actor, verb, chosen)
        done, status = self.attempt(act)
        back = self.get_url(".index_view", **self.asked.matching)
        if done is None:
            return self.render("admin/refused.html", heading=self.name, back=back), status
        flash(_("已办理%(n)d人。", n=done), "success")
        return redirect(back)

    def _picked(self, ids: list[str]) -> Any:
        if request.form.get("pick") == "all":
            return self.chosen_ids()
        return [row_id for row_id in map(parse_id, ids) if row_id is not None]
