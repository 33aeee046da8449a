"""One's own account: password, security rules, authenticator, and where one is logged in."""

from __future__ import annotations

from typing import Any

import segno
from flask import current_app, flash, redirect, request, url_for
from flask_admin import BaseView, expose
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, StringField

from tms.access.password_policy import demands
from tms.access.security_rules import RULES
from tms.admin_views.attempts import attempt
from tms.admin_views.labels import coded, moment
from tms.admin_views.lookups import parse_id
from tms.auth import Stage, own, second, stage
from tms.auth.who import get_login
from tms.gate import LOGGED_IN
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l

MAX_TYPED = 200


class PasswordForm(FlaskForm):
    """The current one is not asked for while it is a one-time code that was just typed."""

    current = PasswordField(_l("现在的口令"), render_kw={"autocomplete": "current-password"})
    new = PasswordField(_l("新口令"), render_kw={"autocomplete": "new-password"})
    again = PasswordField(_l("再输入一次新口令"), render_kw={"autocomplete": "new-password"})
    agreed = BooleanField(_l("我已阅读并同意遵守以上守则"))


class FactorForm(FlaskForm):
    """The secret comes back sealed: it is stored when a code has proved it."""

    sealed = HiddenField()
    code = StringField(
        _l("认证器显示的6位代码"),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "10"},
    )
    current = PasswordField(_l("现在的口令"), render_kw={"autocomplete": "current-password"})


def _qr(address: str) -> str:
    """A picture drawn by us, within the page: the address holds the secret and goes nowhere."""
    return str(segno.make(address, error="m").svg_data_uri(border=2, light="white", scale=8))


def _typed(field: Any) -> str:
    return str(field.data or "")[:MAX_TYPED]


class MeView(BaseView):
    """Everybody's own; nobody else's is reached from here."""

    GATES = {
        **dict.fromkeys(("index", "end"), LOGGED_IN),
        "password": LOGGED_IN.at(Stage.CHANGE),
        "rules": LOGGED_IN.at(Stage.RULES),
        "factor": LOGGED_IN.at(Stage.ENROL),
    }

    @expose("/")
    def index(self) -> Any:
        """Where one is logged in."""
        sessions = own.my_sessions()
        page = {"sessions": sessions, "this": get_login().login_id, "half": own.half(sessions)}
        page |= {"moment": moment, "role_name": lambda role: coded("account_role", role)}
        return self.render("admin/me_sessions.html", heading=_("我的登录"), **page)

    @expose("/end/", methods=("POST",))
    def end(self) -> Any:
        """End another session, or all others."""
        chosen = parse_id(request.form.get("id", ""))

        def act() -> bool:
            if chosen is None:
                own.end_others()
            else:
                own.end_session(chosen)
            return True

        done, status = attempt(act, said=_("已退出所选的登录。"))
        if done is None:
            page = {"heading": _("我的登录"), "back": url_for(".index")}
            return self.render("admin/refused.html", **page), status
        return redirect(url_for(".index"))

    @expose("/password/", methods=("GET", "POST"))
    def password(self) -> Any:
        """Choose a password; the first one together with the consent to the rules."""
        form, status = PasswordForm(), 200
        if form.is_submitted():
            current, new, again = map(_typed, (form.current, form.new, form.again))
            given = own.NewPassword(current, new, again, bool(form.agreed.data))
            done, status = attempt(lambda: own.change_password(given))
            if done is not None:
                flash(_("口令已修改，其他地方的登录都已退出。"), "success")
                return redirect(url_for("admin.index"))
        page = {"form": form, "is_first": stage() is Stage.CHANGE, "rules": RULES}
        page |= {"demands": demands(current_app.config["TMS_PASSWORD_PROFILE"])}
        return self.render("admin/me_password.html", heading=_("修改口令"), **page), status

    @expose("/rules/", methods=("GET", "POST"))
    def rules(self) -> Any:
        """Read the rules, and agree to them where that is asked for."""
        if request.method == "POST":
            attempt(own.agree, said=_("已保存。"))
            return redirect(url_for("admin.index"))
        page = {"rules": RULES, "is_asked": stage() is Stage.RULES}
        return self.render("admin/me_rules.html", heading=_("信息安全守则"), **page)

    @expose("/factor/", methods=("GET", "POST"))
    def factor(self) -> Any:
        """Set up an authenticator, the first or another; then the recovery codes, once."""
        form, status, found = FactorForm(), 200, None
        # A password was given just now, or a code was (`auth.delicate`); else it is asked for.
        is_sure = stage() is Stage.ENROL or bool(get_login().totp)
        if form.is_submitted():
            typed = [_typed(field) for field in (form.sealed, form.code, form.current)]
            codes, status = attempt(lambda: second.enrol(*typed, ask_password=not is_sure))
            if codes is not None:
                return self.render("admin/me_codes.html", heading=_("恢复代码"), codes=codes)
            found = second.offered(typed[0])
        secret, sealed, address = found or second.offer()
        page: dict[str, Any] = {
            "form": form,
            "secret": secret,
            "sealed": sealed,
            "qr": _qr(address),
        }
        page |= {"is_due": stage() is Stage.ENROL, "asks_password": not is_sure}
        page |= {"since": moment(second.since()), "left": second.codes_left()}
        return self.render("admin/me_factor.html", heading=_("动态口令"), **page), status
