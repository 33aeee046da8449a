"""锁定 and 删除 over files, as the verbs are: from ticked rows, all that match, or one row's menu.

Asked once before, with what the act needs; what it leaves out is listed with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import request, url_for
from flask_admin.actions import action
from flask_wtf import FlaskForm
from sqlalchemy import Select, func, select
from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length

from tms.access import Actor, Permission
from tms.admin_views.acts import ActsMixin
from tms.admin_views.bulk_acts import BulkActsMixin
from tms.admin_views.columns import State
from tms.admin_views.grid import Item
from tms.admin_views.page import Page
from tms.db import db
from tms.dictionary.scope import today
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import Teacher
from tms.records.bins import REASON_MAX, bin_files
from tms.records.hold_acts import freeze
from tms.records.one_person import one_person
from tms.workflow import LeftOut, Outcome

FREEZE, BIN = "freeze", "bin"
#: What a form proposes: long enough for a circular to be drawn up.
USUAL = timedelta(days=14)


class FreezeForm(FlaskForm):
    """Until when, and why."""

    until = DateField(_l("锁定到（含当天）"), [InputRequired()], default=lambda: today() + USUAL)
    reason = TextAreaField(
        _l("锁定原因"),
        [InputRequired(), Length(max=REASON_MAX)],
        description=_l("填报人和学校会看到这句话。"),
    )


class BinForm(FlaskForm):
    """Why."""

    reason = TextAreaField(
        _l("删除原因"),
        [InputRequired(), Length(max=REASON_MAX)],
        description=_l("记入日志，在回收站中显示。"),
    )


@dataclass(frozen=True)
class HoldAct:
    """One act: who may, what it asks for, what it tells before, how it is done."""

    name: Any
    permission: Permission
    form: type[FlaskForm]
    tells: tuple[Any, ...]
    do: Callable[[Actor, Select[Any], FlaskForm], Outcome]
    style: str = "btn-primary"


def _freeze(actor: Actor, chosen: Select[Any], form: FlaskForm) -> Outcome:
    given = form.data
    done = freeze(db.session(), actor, chosen, reason=given["reason"], until=given["until"])
    return Outcome(taken=done.files)


def _bin(actor: Actor, chosen: Select[Any], form: FlaskForm) -> Outcome:
    done = bin_files(db.session(), actor, chosen, reason=form.data["reason"])
    left = [LeftOut(each.teacher_no, each.reason) for each in done.left_out]
    return Outcome(taken=done.taken, left_out=left)


ACTS = {
    FREEZE: HoldAct(
        _l("锁定"),
        Permission.FREEZE,
        FreezeForm,
        (
            _l("锁定期间不能填写、导入、报送、撤回、申请变更、删除和调整学校。"),
            _l("已报送的照常审核、退回和上报。"),
            _l("到期自动解除；可以在“锁定”页提前解除，下级不能解除上级的锁定。"),
        ),
        _freeze,
    ),
    BIN: HoldAct(
        _l("删除"),
        Permission.BIN,
        BinForm,
        (
            _l("只能删除从未上报的档案；删除后教师不能登录，各级都看不到。"),
            _l("30天内可以在回收站恢复，之后彻底删除，证件号码可以重新建档。"),
        ),
        _bin,
        "btn-back",
    ),
}


def offered(actor: Actor) -> list[str]:
    """The acts that the role has."""
    return [name for name, act in ACTS.items() if actor.can(act.permission)]


def offered_on(actor: Actor, row: Any, *, stays: bool) -> Iterator[Item]:
    """What may be done to one file, as entries of a menu.

    :param stays: it is neither deleted nor moved any more; a list knows only what is in force.
    """
    for name in offered(actor):
        if not (stays and name == BIN):
            yield Item(ACTS[name].name, act=name)
    if not stays and actor.can(Permission.MOVE):
        yield Item(_("调整学校"), url_for("file_move.index", id=row.id))


def standing_of(row: Any, page: Page) -> Iterator[tuple[State, str]]:
    """What a file's page says besides: that it is frozen, that one person judges alone."""
    if row.id in page.holds:
        yield State("hold", _("已锁定")), _("到%(day)s", day=page.holds[row.id].last_day)
    if one_person(db.session(), [row.unit_id]):
        yield State("warn", _("一人单位")), _("填报和审核由同一人负责")


class HoldActsMixin(BulkActsMixin, ActsMixin):
    """These acts and the bulk edits beside the verbs."""

    @action(FREEZE, ACTS[FREEZE].name)
    def action_freeze(self, ids: list[str]) -> Any:
        """No writing until a date."""
        return self._hold(FREEZE, ids)

    @action(BIN, ACTS[BIN].name)
    def action_bin(self, ids: list[str]) -> Any:
        """Into the school's bin."""
        return self._hold(BIN, ids)

    def act_items(self, row: Any, page: Page) -> Iterator[Item]:
        yield from super().act_items(row, page)
        yield from offered_on(self.actor, row, stays=row.in_force_since is not None)

    def get_actions_list(self) -> tuple[list[tuple[str, str]], dict[str, str]]:
        verbs, confirmations = super().get_actions_list()
        holds = [(name, str(ACTS[name].name)) for name in offered(self.actor)]
        return [*verbs, *holds, *self.bulk_acts], confirmations

    def is_action_allowed(self, name: str) -> bool:
        is_ours = name in offered(self.actor) or self.offers_bulk(name)
        return is_ours or super().is_action_allowed(name)

    def _picked(self, ids: list[str]) -> Any:
        return self._chosen(ids)

    def _hold(self, name: str, ids: list[str]) -> Any:
        act, chosen = ACTS[name], self._chosen(ids)
        is_confirmed = "confirmed" in request.form
        form = act.form() if is_confirmed else act.form(formdata=None)
        outcome, status = None, 200
        if is_confirmed and not form.validate():
            status = 422
        elif is_confirmed:
            outcome, status = self.attempt(lambda: act.do(self.actor, chosen, form), form)
        back = self.get_url(".index_view", **self.asked.matching)
        page = {"act": name, "name": act.name, "back": back}
        if outcome is not None:
            return self._outcome(outcome, page), status
        count = select(func.count()).select_from(Teacher).where(Teacher.id.in_(chosen))
        page |= {"total": db.session.scalar(count) or 0, "form": form, "hold": act, "ids": ids}
        return self.render("admin/hold_confirm.html", **page), status
