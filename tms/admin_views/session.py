"""Logging in and out, and the language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField

from tms.admin_views.attempts import attempt
from tms.admin_views.lookups import parse_id
from tms.auth import (
    Stage,
    cas,
    current_actor,
    installation,
    log_in,
    log_out,
    second,
    switch_assignment,
)
from tms.gate import LOGGED_IN, NOBODY, OPEN, allow, shown_again, step_up_page
from tms.i18n import LOCALES
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l

blueprint = Blueprint("session", __name__)
MAX_TYPED = 200


class LoginForm(FlaskForm):
    """Staff have a user name, teachers their document's number."""

    username = StringField(_l("用户名或身份证件号码"), render_kw={"autocomplete": "username"})
    password = PasswordField(_l("口令"), render_kw={"autocomplete": "current-password"})


@blueprint.route("/login", methods=("GET", "POST"))
@allow(blueprint, OPEN)
def login() -> Any:
    """One sentence for every failure: it does not say what was wrong (SECURITY.md S16)."""
    target = safe_target(request.args.get("next", ""))
    if request.method == "GET" and current_actor() is not None:
        return redirect(target)
    form = LoginForm()
    page = {"form": form, "installation": installation(), "has_cas": cas.is_offered()}
    if not form.is_submitted():
        return render_template("login.html", **page)
    name, password = (str(f.data or "")[:MAX_TYPED] for f in (form.username, form.password))
    if log_in(name, password) is not None:
        return redirect(target)
    flash(_("用户名或口令不正确。"), "danger")
    return render_template("login.html", **page), 401


@blueprint.route("/login/code", methods=("GET", "POST"), endpoint="second")
@allow(blueprint, NOBODY.at(Stage.SECOND), "second")
def second_step() -> Any:
    """The authenticator's code, or one that stands for it."""
    status = 200
    if request.method == "POST":
        code = request.form.get("code", "")[:MAX_TYPED]
        done, status = attempt(lambda: second.finish_login(code))
        if done is not None:
            return redirect(url_for("admin.index"))
    return render_template("login_code.html"), status


@blueprint.get("/login/cas")
@allow(blueprint, OPEN)
def cas_login() -> Any:
    """Off to the single sign-on."""
    if not cas.is_offered():
        abort(404)
    return redirect(cas.set_out(safe_target(request.args.get("next", ""))))


@blueprint.get("/login/cas/back")
@allow(blueprint, OPEN)
def cas_back() -> Any:
    """Back from it, with a ticket."""
    if not cas.is_offered():
        abort(404)
    actor, target = cas.come_back(request.args.get("ticket", "")[:MAX_TYPED])
    if actor is not None:
        return redirect(safe_target(target))
    flash(_("单点登录没有成功，或您在本系统还没有账号。"), "danger")
    return redirect(url_for("session.login"))


@blueprint.route("/step-up", methods=("GET", "POST"))
@allow(blueprint, LOGGED_IN)
def step_up() -> Any:
    """Show a factor once more, then go on reading what wanted it."""
    target = safe_target(request.args.get("next", ""))
    if not second.must_step_up() or (request.method == "POST" and shown_again()):
        return redirect(target)
    return step_up_page()


@blueprint.post("/logout")
@allow(blueprint, OPEN)
def logout() -> Any:
    """End the session on the server."""
    log_out()
    return redirect(url_for("session.login"))


@blueprint.post("/assignment")
@allow(blueprint, LOGGED_IN)
def assignment() -> Any:
    """Act under another of one's assignments."""
    switch_assignment(parse_id(request.form.get("id", "")) or 0)
    return redirect(url_for("admin.index"))


@blueprint.post("/locale")
@allow(blueprint, OPEN)
def locale() -> Any:
    """Keep the chosen language in the session."""
    chosen = request.form.get("locale")
    if chosen in LOCALES:
        session["locale"] = chosen
    return redirect(safe_target(request.form.get("next", "")))


def safe_target(text: str) -> str:
    """*text* if it is a path of this site, else the first page (SECURITY.md S27)."""
    parts = urlsplit(text.replace("\\", "/"))
    plain = text.isprintable() and text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if plain and not parts.netloc and not parts.scheme else url_for("admin.index")
