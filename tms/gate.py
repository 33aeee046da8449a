"""The one gate: a rule per endpoint, asked before every request; an endpoint without one is shut.

Rules are declared beside the views. They say who may knock at all; which rows and fields, the scope
and the policy say; `tests/authz.csv` is signed by hand and compared with all three.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.sansio.app import App

from tms.access import Actor, Permission
from tms.auth import Stage, current_actor, second, stage
from tms.auth.delicate import FORMS, is_delicate
from tms.auth.sessions import Over
from tms.errors import TmsError
from tms.i18n import lazy_gettext as _l
from tms.i18n import say

Function = TypeVar("Function", bound=Callable[..., Any])
EXTENSION = "tms_rules"


@dataclass(frozen=True)
class Rule:
    """Who may call an endpoint; None is a visitor who is not logged in."""

    name: str
    allows: Callable[[Actor | None], bool]
    #: Moreover whoever stands at one of these stages of logging in.
    stages: frozenset[Stage] = frozenset()

    def at(self, *stages: Stage) -> Rule:
        """The same, also open to whoever stands at one of *stages*."""
        return replace(self, stages=frozenset(stages))


OPEN = Rule("open", lambda actor: True)
LOGGED_IN = Rule("logged in", lambda actor: actor is not None)
#: For pages of a stage only.
NOBODY = Rule("nobody", lambda actor: False)


def needs(permission: Permission) -> Rule:
    """Whoever holds *permission*."""
    return where(permission, lambda actor: actor.can(permission))


def where(name: str, test: Callable[[Actor], bool]) -> Rule:
    """Whoever is logged in and passes *test*."""
    return Rule(name, lambda actor: actor is not None and test(actor))


def init_app(app: Flask) -> None:
    """Ask before every request; comes after `auth.init_app`, which says who it is."""
    declare(app, "static", OPEN)
    app.before_request(_ask)


def rules(app: App) -> dict[str, Rule]:
    """Endpoint → rule."""
    found: dict[str, Rule] = app.extensions.setdefault(EXTENSION, {})
    return found


def declare(app: App, endpoint: str, rule: Rule) -> None:
    """Open *endpoint* to whom *rule* allows."""
    rules(app)[endpoint] = rule


def allow(blueprint: Blueprint, rule: Rule, endpoint: str = "") -> Callable[[Function], Function]:
    """Decorates a function of *blueprint* with its rule; stands below its route.

    :param endpoint: where it is not called as the function is.
    """

    def enter(function: Function) -> Function:
        name = f"{blueprint.name}.{endpoint or function.__name__}"
        blueprint.record(lambda state: declare(state.app, name, rule))
        return function

    return enter


def _ask() -> Any:
    """None lets in; an address that is not there stays 404, a wrong method 405."""
    if request.endpoint is None:
        return None
    rule, actor = rules(current_app).get(request.endpoint), current_actor()
    if rule is not None and rule.allows(actor):
        return None if actor is None else _ask_again()
    if rule is not None and stage() in rule.stages:
        return None
    if stage() is not Stage.FULL:
        return _to_stage(stage())
    if actor is None:
        if over := g.get("over"):
            flash(str(OVER[over]), "warning")
        return redirect(url_for("session.login", next=request.full_path.rstrip("?")))
    return abort(403)


#: Said to whoever was logged in.
OVER = {
    Over.ENDED: _l("这个登录已经结束：在别处退出了，或口令、任职、账号有变动。请重新登录。"),
    Over.EXPIRED: _l("太久没有操作，或登录已满8小时，已自动退出。请重新登录。"),
}


#: Where whoever stands at a stage goes on.
PAGES = {
    Stage.SECOND: "session.second",
    Stage.CHANGE: "me.password",
    Stage.RULES: "me.rules",
    Stage.ENROL: "me.factor",
}


def _to_stage(at: Stage) -> Any:
    """Reading leads to the page of the stage; everything else is refused (S15)."""
    return redirect(url_for(PAGES[at])) if request.method in ("GET", "HEAD") else abort(403)


# -- stepping up -----------------------------------------------------------------------------------

#: The field of the page that asks; what was posted comes along in hidden ones.
CODE = "step_up_code"
#: The button that calls it off, and the page one came from.
CANCEL, BACK = "step_up_cancel", "step_up_back"
MAX_TYPED = 200


def _ask_again() -> Any:
    """Before something delicate a factor is shown once more; what was posted is not lost."""
    if request.method == "POST" and CANCEL in request.form:
        return _call_off()
    if not is_delicate(request) or not second.must_step_up():
        return None
    if request.method != "POST":
        return redirect(url_for("session.step_up", next=request.full_path.rstrip("?")))
    return None if shown_again() else step_up_page()


def _call_off() -> Any:
    """Nothing is done: the form with what was typed, or the page one came from."""
    if request.endpoint in FORMS:
        g.is_called_off = True  # which `attempt` asks before it does anything
        return None
    return redirect(_local(request.form.get(BACK, "")))


def _local(address: str) -> str:
    """*address* as a path of this site; of others and of nothing the first page (S27)."""
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    is_here = parts.netloc == request.host and path.startswith("/") and path[1:2] not in ("/", "\\")
    return path if is_here else url_for("admin.index")


def shown_again() -> bool:
    """Whether the request brings the factor that is asked for."""
    if CODE not in request.form:
        return False
    try:
        second.step_up(request.form[CODE][:MAX_TYPED])
    except TmsError as error:
        flash(say(error.text), "danger")
        return False
    return True


def step_up_page() -> Any:
    """Asks for it, and posts to the same address what was posted here."""
    own = ("csrf_token", CODE, BACK)
    kept = [(k, v) for k, v in request.form.items(multi=True) if k not in own]
    page = {"kept": kept, "field": CODE, "by_code": second.steps_up_by_code()}
    back = request.form.get(BACK) or request.referrer or ""
    page |= {"cancel": CANCEL, "back_field": BACK, "back": back[:MAX_TYPED]}
    g.is_asked = True  # which is no refusal
    return render_template("step_up.html", may=second.may_step_up(), **page), 403
