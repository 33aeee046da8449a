"""报送 and 撤回: asked once before, by the engine's own verbs."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from tms.admin_views.attempts import attempt
from tms.admin_views.labels import label_of
from tms.admin_views.lookups import parse_id
from tms.db import db
from tms.dictionary import Finding
from tms.gate import allow
from tms.i18n import gettext as _
from tms.i18n import say
from tms.models import Teacher
from tms.self_service.check import first_error, told
from tms.self_service.own import OwnFile, own_file
from tms.self_service.place import OWN, blueprint
from tms.self_service.untouched import untouched
from tms.workflow.offered import Act, perform
from tms.workflow.outcome import Outcome

#: Said by who sends in again what a return named and he did not touch.
AS_IS = "as_is"


@blueprint.route("/submit/", methods=["GET", "POST"])
@allow(blueprint, OWN)
def submit() -> Any:
    """What is sent in and what should be looked at again; then it is done."""
    own = own_file()
    same_file(own)
    if Act.SUBMIT not in own.acts:
        flash(_("现在没有可以报送的内容。"), "warning")
        return redirect(url_for("mine.index"))
    if AS_IS not in request.args and untouched(own):
        return redirect(url_for("mine.mend", as_is=1))
    if own.errors:
        flash(_("还有%(n)s处要填或要改，先改这一处。", n=len(own.errors)), "warning")
        return redirect(first_error(own))
    if request.method == "POST" and request.form.get("seen") == seen(own.warnings):
        return send(own)
    page: dict[str, Any] = {"own": own, "title": _("确认报送"), "seen": seen(own.warnings)}
    page["contents"] = list(contents(own))
    page["warnings"] = list(told(own, own.warnings))
    return render_template("self_service/submit.html", **page)


def contents(own: OwnFile) -> Iterator[tuple[Any, str]]:
    """What is sent in: by table how many records, or 无."""
    told_of = {table.key: table for table, _row in own.waiting}
    counts = Counter(table.key for table, row in own.waiting if not table.says_none(row))
    for key, table in told_of.items():
        yield label_of(table), _("%(n)s条", n=counts[key]) if counts[key] else _("无")


@blueprint.post("/confirm/")
@allow(blueprint, OWN)
def confirm() -> Any:
    """核对无变化: of a file in force (R68)."""
    own = own_file()
    same_file(own)
    outcome = _perform(own, Act.CONFIRM)
    if outcome is not None and outcome.taken:
        flash(_("已报送：核对无变化。"), "success")
    return redirect(url_for("mine.index"))


@blueprint.post("/withdraw/")
@allow(blueprint, OWN)
def withdraw() -> Any:
    """Back, before anybody opened it."""
    own = own_file()
    same_file(own)
    outcome = _perform(own, Act.WITHDRAW)
    if outcome is not None and outcome.taken:
        flash(_("已撤回，可以继续修改。"), "success")
    return redirect(url_for("mine.index"))


def same_file(own: OwnFile) -> None:
    """What is done is done to the file that the page showed, whoever logged in since."""
    if request.method == "POST" and parse_id(request.form.get("file", "")) != own.header.id:
        abort(404)


def send(own: OwnFile) -> Any:
    """Into review."""
    outcome = _perform(own, Act.SUBMIT)
    if outcome is not None and outcome.taken:
        flash(_("已报送。审核进展显示在这里。"), "success")
    return redirect(url_for("mine.index"))


def _perform(own: OwnFile, act: Act) -> Outcome | None:
    """The engine's verb over one's own file; what it leaves out it says why."""
    chosen = select(Teacher.id).where(Teacher.id == own.header.id)
    outcome, _status = attempt(lambda: perform(db.session(), own.actor, act, chosen))
    for left in outcome.left_out if outcome is not None else ():
        flash(say(left.reason), "danger")
    return outcome


def seen(warnings: Iterable[Finding]) -> str:
    """Which warnings were shown: who confirms has seen these and no others."""
    told_ = sorted(f"{w.table} {w.record} {w.field} {w.rule}" for w in warnings)
    return hashlib.sha256("\n".join(told_).encode()).hexdigest()[:16]
