"""What every response and every error has in common: headers, CSRF, error pages."""

from __future__ import annotations

import re
import secrets
from typing import Any

from flask import Flask, Response, current_app, flash, g, redirect, render_template, request
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from tms.access import acting
from tms.auth import current_actor
from tms.clean_request import CleanRequest
from tms.db import db, set_writing, writing
from tms.errors import ScopeError, TmsError
from tms.i18n import gettext as _
from tms.i18n import say
from tms.records.audit import new_act_id
from tms.records.denials import note

csrf = CSRFProtect()
#: Typed into a search box it would stand in addresses, histories and every link (S10).
ID_NUMBER = re.compile(r"(?<!\w)\d{17}[\dXx](?!\w)")
#: A year.
HSTS_SECONDS = 365 * 24 * 3600
BUSY, RETRY_AFTER = 503, "5"
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask) -> None:
    """Register CSRF, headers and error handlers."""
    app.request_class = CleanRequest
    csrf.init_app(app)
    app.before_request(_begin)
    app.teardown_request(_end)
    app.after_request(_headers)
    app.after_request(_note_denied)
    app.register_error_handler(TmsError, _refused)
    app.register_error_handler(ScopeError, _out_of_scope)
    app.register_error_handler(OperationalError, _not_reached)
    app.register_error_handler(HTTPException, _http)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """This response's nonce for its own scripts and styles."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _begin() -> Any:
    set_writing(request.method not in READING)
    if any(ID_NUMBER.search(value) for value in request.args.values()):
        flash(_("网址中不能含身份证件号码，请按姓名或个人标识码查询。"), "warning")
        return redirect(request.path)
    return None


def _end(_error: BaseException | None) -> None:
    set_writing(True)  # what comes after on this thread is no reading request


def _headers(response: Response) -> Response:
    """Nothing of this system is cached, framed or sniffed (S9, S21, S22)."""
    nonce = csp_nonce()
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if current_app.config["TMS_HSTS"]:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={HSTS_SECONDS}")
    if request.endpoint and not request.endpoint.endswith("static"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _note_denied(response: Response) -> Response:
    """In a short writing transaction of its own, after whatever was begun is over (S12)."""
    actor = current_actor()
    is_refused = response.status_code == 403 and not g.get("is_asked")
    if is_refused and actor is not None and request.endpoint is not None:
        db.session.rollback()
        with writing(), acting(db.session(), actor):
            note(db.session(), actor, request.endpoint, request.method, new_act_id())
            db.session.commit()
    return response


def _page(status: int, text: str) -> tuple[str, int]:
    db.session.rollback()
    return render_template("error.html", status=status, text=text), status


def _refused(error: TmsError) -> Any:
    page = _page(error.status, say(error.text))
    return (*page, {"Retry-After": RETRY_AFTER}) if error.status == BUSY else page


def _not_reached(error: OperationalError) -> Any:
    """The database is taken by somebody else for longer than we wait, or away: come again."""
    current_app.logger.error("database: %s at %s", type(error.orig).__name__, request.endpoint)
    return (*_page(BUSY, say_status(BUSY)), {"Retry-After": RETRY_AFTER})


def _out_of_scope(error: ScopeError) -> tuple[str, int]:
    current_app.logger.warning("scope: %s at %s", error, request.endpoint)
    return _page(403, say_status(403))


def _http(error: HTTPException) -> Any:
    if error.response is not None or (error.code or 500) < 400:
        return error
    if isinstance(error, SecurityError):
        return error  # not one of our host names: no page can be drawn that leads anywhere
    met = getattr(error, "original_exception", None)
    if isinstance(met, OperationalError):  # after the page was made, when its trace is written
        return _not_reached(met)
    return _page(error.code or 500, say_status(error.code or 500))


def say_status(status: int) -> str:
    """One sentence per kind of error, that says what to do next."""
    sentences = {
        400: _("请求有误，可能是页面放得太久。请返回刷新后再试，已保存的内容没有丢失。"),
        403: _("您的角色不能进行此操作。如确需办理，请联系本单位的系统管理员。"),
        404: _("没有这个页面或记录，也可能不在您的管理范围内。"),
        405: _("您不能进行此操作。"),
        409: _("内容刚被他人修改，请刷新后再试。"),
        413: _("文件太大。"),
        503: _("系统正忙，您的操作没有保存。请稍等几秒再试；一直不行请联系技术支持。"),
    }
    return sentences.get(status, _("系统出错了，您的操作没有保存。请稍后再试。"))
