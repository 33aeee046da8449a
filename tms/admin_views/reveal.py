"""查看完整号码: one person's number, once, by POST with a purpose (SECURITY.md S9)."""

from __future__ import annotations

import secrets
from typing import Any, Final

from flask import abort, flash, redirect, request, session, url_for
from flask_admin import BaseView, expose
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from tms.access import Permission
from tms.admin_views.attempts import attempt
from tms.admin_views.lookups import parse_id
from tms.auth import get_actor
from tms.db import db
from tms.gate import needs
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import Teacher
from tms.records.reveal import LONGEST, SHORTEST, reveal

#: Key of the visitor's cookie: pages on which a number was shown, the last few.
SHOWN: Final = "shown_once"
KEPT: Final = 5
MAX_ONCE: Final = 16


class RevealForm(FlaskForm):
    """What for."""

    purpose = StringField(
        _l("查看用途"),
        [InputRequired(), Length(SHORTEST, LONGEST, _l("请写明查看用途，%(min)d至%(max)d字。"))],
        description=_l("记入审计日志，例如“办理社保登记”。"),
    )
    #: Which page it was typed on: the same one sent again shows nothing again.
    once = HiddenField()


class RevealView(BaseView):
    """Reached from a file's page."""

    GATES = {"index": needs(Permission.UNMASK)}

    def is_visible(self) -> bool:
        """Never in a menu: it begins at a file."""
        return False

    @expose("/", methods=("GET", "POST"))
    def index(self) -> Any:
        """Ask what for; the number stands in the answer to that only."""
        file = _file(request.args.get("id", ""))
        form, shown, status = RevealForm(), None, 200
        if form.is_submitted() and _is_sent_again(form.once.data or ""):
            flash(_("号码已经显示过。要再看一次，请重新填写用途。"), "warning")
            return redirect(url_for(".index", id=file.id))
        if form.is_submitted():
            purpose = form.purpose.data or ""
            shown, status = (
                attempt(lambda: reveal(db.session(), get_actor(), file.id, purpose), form)
                if form.validate()
                else (None, 422)
            )
        if shown is not None:
            _remember(form.once.data or "")
        form.once.data = secrets.token_urlsafe(6)
        return self.render("admin/reveal.html", **_page(file, form, shown)), status


def _is_sent_again(once: str) -> bool:
    return bool(once) and once in session.get(SHOWN, ())


def _remember(once: str) -> None:
    session[SHOWN] = [*session.get(SHOWN, ()), once[:MAX_ONCE]][-KEPT:]


def _page(file: Any, form: FlaskForm, number: str | None) -> dict[str, Any]:
    person, back = file.name or file.teacher_no, url_for("teacher.details_view", id=file.id)
    return {
        "heading": _("查看完整号码：%(name)s", name=person),
        "crumbs": [(_("教师"), url_for("teacher.index_view")), (person, back)],
        "file": file,
        "form": form,
        "number": number,
        "back": back,
    }


def _file(text: str) -> Any:
    """Header of the file in reach, or 404."""
    columns = (Teacher.id, Teacher.name, Teacher.teacher_no, Teacher.id_number_mask)
    found = select(*columns).where(Teacher.id == parse_id(text))
    return db.session.execute(found).first() or abort(404)
