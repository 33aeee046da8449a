"""Accounts: who may log in, as what and where; one-time passwords are shown once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from flask import flash, g, redirect, request
from flask_admin import expose
from flask_admin.actions import action
from flask_wtf import FlaskForm
from sqlalchemy import or_, select
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from tms.access import Permission, Role
from tms.admin_views import filters
from tms.admin_views.base import ScopedView
from tms.admin_views.columns import Column, Filter, State
from tms.admin_views.fields import LookupField
from tms.admin_views.jobs import ask_for
from tms.admin_views.labels import coded, moment
from tms.admin_views.lookups import begins, parse_id, unit_id_of
from tms.admin_views.page import Page
from tms.auth import current_actor
from tms.db import db
from tms.dictionary.scope import today
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import Assignment, Level, Person, User
from tms.records import second_factor
from tms.records.accounts import (
    USERNAME_MAX,
    NewUser,
    create_user,
    keeps,
    reset_password,
    set_disabled,
    set_expiry,
)
from tms.records.assignments import add_assignment, assignments_of, end_assignment
from tms.records.granting import grantable, is_grantable
from tms.records.slips import ask_slips

SLIPS = "slips"
#: What keeping accounts opens besides forms.
ACTS = ("reset", "disable", "assign", "release", "expire", "unbind", "action_view")


def _roles() -> list[tuple[str, str]]:
    actor = current_actor()
    return _named(grantable(actor) if actor else ())


def _named(roles: Iterable[Role]) -> list[tuple[str, str]]:
    return [(role, coded("account_role", role)) for role in roles]


class AccountForm(FlaskForm):
    """A new account of a named person."""

    username = StringField(_l("用户名"), [InputRequired(), Length(max=USERNAME_MAX)])
    name = StringField(_l("责任人姓名"), [InputRequired(), Length(max=50)])
    role = SelectField(_l("角色"), choices=_roles)
    unit = LookupField(_l("单位"), [InputRequired()], lookup="/lookup/unit")


class AssignmentForm(FlaskForm):
    """What else an account may act as."""

    role = SelectField(_l("角色"), choices=_roles)
    unit = LookupField(_l("单位"), [InputRequired()], lookup="/lookup/unit")


class ExpiryForm(FlaskForm):
    """Until when an account is good."""

    until = DateField(_l("有效期至（当日有效，空为长期）"), [Optional()])


def _assigned(row: Any, page: Page, key: str) -> Any:
    return getattr(page.assignments.get(row.id), key, None)


def _self(row: Any) -> tuple[str, int]:
    return ".details_view", row.id


def _user(row: Any, page: Page) -> str:
    """Teachers have no user name: nothing here tells their number."""
    name = page.persons.get(row.person_id, "")
    return row.username or _("%(name)s（用证件号码登录）", name=name)


def _state(row: Any, page: Page) -> Any:
    if row.is_disabled:
        return State("back", _("已停用"))
    if row.expires_on is not None and row.expires_on < today():
        return State("back", _("已过期"))
    return State("force", _("只读") if row.is_read_only else _("已启用"))


def _role_is(value: str) -> Any:
    users = select(Assignment.user_id).where(Assignment.role == value, Assignment.is_active)
    return User.id.in_(users)


class AccountView(ScopedView):
    """Accounts in reach."""

    reads, writes = Permission.ACCOUNT_READ, Permission.ACCOUNT_WRITE
    can_edit = False
    search_hint = _l("用户名或姓名开头")
    creates = _l("新建账号")
    details_template = "admin/account.html"
    list_template = "admin/accounts.html"
    columns = (
        Column("username", _l("用户名"), _user, User.username, link=_self, place="who"),
        Column("person", _l("责任人"), lambda r, p: p.persons.get(r.person_id, "")),
        Column("role", _l("角色"), lambda r, p: coded("account_role", _assigned(r, p, "role"))),
        Column("unit", _l("单位"), lambda r, p: p.unit(_assigned(r, p, "unit_id")), place="c-unit"),
        Column("state", _l("状态"), _state, User.is_disabled, place="c-state"),
        Column("seen", _l("最近登录"), lambda r, p: moment(r.last_login_at), User.last_login_at),
    )
    details = (*columns, Column("made", _l("建立时间"), lambda r, p: moment(r.created_at)))
    filters = (
        Filter("role", _l("角色"), _role_is, filters.options_of("account_role")),
        filters.yes_no("disabled", _l("已停用"), User.is_disabled),
        filters.unit(User),
    )

    GATES = {
        **ScopedView.GATES,
        **dict.fromkeys(ACTS, "can_create"),
    }

    def found_by(self, term: str) -> Any:
        named = select(Person.id).where(begins(Person.name, term))
        return or_(begins(User.username, term), User.person_id.in_(named))

    def create_form(self, obj: Any = None) -> Any:
        form = AccountForm()
        if self.actor.unit_level != Level.SCHOOL:
            form.role.description = _("直接下级单位只能授予“系统管理员”，其他角色限于本单位。")
        return form

    def create_model(self, form: Any) -> Any:
        unit_id = unit_id_of(form.unit.data)
        new = NewUser(form.username.data.strip(), Role(form.role.data), unit_id, form.name.data)
        return create_user(db.session(), self.actor, new)

    def saved(self, result: Any) -> Any:
        """The code goes into this one answer: no address, cookie or log holds it."""
        user_id, code = result
        return self._show_code(user_id, code)

    def _show_code(self, user_id: int, code: str) -> Any:
        row = self.get_one(user_id)
        return self.render("admin/code.html", row=row, code=code, **self.about(row))

    def about(self, row: Any) -> dict[str, Any]:
        """Moreover what the account may act as, and what of that is the reader's to change."""
        held = assignments_of(db.session(), row.id)
        form = AssignmentForm()
        form.role.choices = _named(grantable(self.actor, {Role(each.role) for each in held}))
        is_mine_to_change = self.can_create and row.id != self.actor.user_id
        return (
            super().about(row)
            | {
                "heading": _user(row, g.page),
                "held": held,
                "ends": self._ends(held) if is_mine_to_change else (),
                "assigns": is_mine_to_change and row.teacher_id is None and form.role.choices,
                "form": form,
                "expiry": ExpiryForm(until=row.expires_on),
            }
            | self._kept(row)
        )

    def _kept(self, row: Any) -> dict[str, Any]:
        """Whether the reader resets and disables the account; where not, who does."""
        is_kept = keeps(db.session(), self.actor, row.id)
        is_own = row.id == self.actor.user_id
        whose = _("这是您自己的账号：口令和动态口令在右上角“我的登录”中修改。") if is_own else ""
        other = _("该账号有不由您授予的任职，口令和停用由授予该任职的系统管理员办理。")
        note = "" if is_kept or not self.can_create else whose or other
        return {"keeps": self.can_create and is_kept, "not_kept": note}

    def _ends(self, held: Sequence[Any]) -> set[int]:
        """Which of several assignments the reader may end; the last one is never ended."""
        mine = (e for e in held if is_grantable(self.actor, Role(e.role), e.unit_path))
        return {each.id for each in mine} if len(held) > 1 else set()

    def is_action_allowed(self, name: str) -> bool:
        """Slips are the school's own system administrator's."""
        return name == SLIPS and self.can_create and self.actor.unit_level == Level.SCHOOL

    @action(SLIPS, _l("打印账号条"))
    def action_slips(self, ids: list[str]) -> Any:
        """One-time codes for the teachers among what is ticked, or all that match."""
        chosen: Any = self.chosen_ids()
        if request.form.get("pick") != "all":
            chosen = [row_id for row_id in map(parse_id, ids) if row_id is not None]
        renew = "renew" in request.form
        ask = partial(ask_slips, db.session(), self.actor, chosen, renew=renew)
        return ask_for(self.render, self.get_url(".index_view", **self.asked.matching), ask)

    @expose("/expire/", methods=("POST",))
    def expire(self) -> Any:
        """The last day of an account, or none."""
        row, form = self.get_one(request.form.get("id", "")), ExpiryForm()
        user_id = row.id

        def act() -> bool:
            set_expiry(db.session(), self.actor, user_id, form.until.data)
            return True

        _done, status = self.attempt(act, said=_("已保存。")) if form.validate() else (None, 422)
        if status != 200:
            return self._again(user_id, {"expiry": form}), status
        return redirect(self.get_url(".details_view", id=user_id))

    def _again(self, user_id: int, forms: dict[str, Any]) -> Any:
        """The account's page with a form that was refused."""
        row = self.get_one(user_id)
        return self.render(self.details_template, row=row, **self.about(row) | forms)

    @expose("/assign/", methods=("POST",))
    def assign(self) -> Any:
        """A further role at a unit."""
        row, form = self.get_one(request.form.get("id", "")), AssignmentForm()
        user_id = row.id

        def act() -> int:
            role, unit_id = Role(form.role.data), unit_id_of(form.unit.data)
            return add_assignment(db.session(), self.actor, user_id, role, unit_id)

        _done, status = (
            self.attempt(act, form, said=_("已保存。")) if form.validate() else (None, 422)
        )
        if status == 200:
            return redirect(self.get_url(".details_view", id=user_id))
        return self._again(user_id, {"form": form}), status

    @expose("/release/", methods=("POST",))
    def release(self) -> Any:
        """End one of several assignments."""
        row = self.get_one(request.form.get("id", ""))
        user_id, ended = row.id, parse_id(request.form.get("assignment", "")) or 0
        self.attempt(lambda: end_assignment(db.session(), self.actor, ended), said=_("已保存。"))
        return redirect(self.get_url(".details_view", id=user_id))

    @expose("/reset/", methods=("POST",))
    def reset(self) -> Any:
        """A new one-time password."""
        row = self.get_one(request.form.get("id", ""))
        user_id = row.id
        code, status = self.attempt(lambda: reset_password(db.session(), self.actor, user_id))
        if code is None:
            return self.render("admin/refused.html", back=self.get_url(".index_view")), status
        return self._show_code(user_id, code)

    @expose("/unbind/", methods=("POST",))
    def unbind(self) -> Any:
        """Take off an authenticator that its holder lost; he sets up another."""
        user_id = self.get_one(request.form.get("id", "")).id

        def act() -> bool:
            second_factor.release(db.session(), self.actor, user_id)
            return True

        done, status = self.attempt(act, said=_("已解除动态口令，本人下次登录时重新绑定。"))
        if done is None:
            return self.render("admin/refused.html", back=self.get_url(".index_view")), status
        return redirect(self.get_url(".details_view", id=user_id))

    @expose("/disable/", methods=("POST",))
    def disable(self) -> Any:
        """Disable, or enable again."""
        row = self.get_one(request.form.get("id", ""))
        user_id, disabled = row.id, request.form.get("disabled") == "1"

        def act() -> bool:
            set_disabled(db.session(), self.actor, user_id, disabled)
            return True

        done, status = self.attempt(act)
        if done is None:
            return self.render("admin/refused.html", back=self.get_url(".index_view")), status
        flash(_("已保存。"), "success")
        return redirect(self.get_url(".details_view", id=user_id))
