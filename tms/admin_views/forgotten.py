"""Forgotten password: a public form that answers alike whatever was typed (R25, S16)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_wtf import FlaskForm
from wtforms import StringField

from tms.access import LOGIN, acting
from tms.auth import installation
from tms.db import db
from tms.gate import OPEN, allow
from tms.i18n import lazy_gettext as _l
from tms.records.password_asks import ask_oneself, may_ask

blueprint = Blueprint("forgotten", __name__)
MAX_TYPED = 100


class ForgottenForm(FlaskForm):
    """What the account was made from."""

    number = StringField(_l("身份证件号码"), render_kw={"autocomplete": "off"})
    name = StringField(_l("姓名"), render_kw={"autocomplete": "name"})


@blueprint.route("/forgotten", methods=("GET", "POST"))
@allow(blueprint, OPEN)
def ask() -> Any:
    """One sentence for everybody; beyond the limit, another for everybody."""
    form = ForgottenForm()
    page = {"form": form, "installation": installation(), "is_done": False, "is_late": False}
    if not form.is_submitted():
        return render_template("forgotten.html", **page)
    session = db.session()
    number, name = (str(f.data or "")[:MAX_TYPED] for f in (form.number, form.name))
    with acting(session, LOGIN):
        may = may_ask(session, request.remote_addr or "", number)
        session.commit()
        if may:
            ask_oneself(session, number, name)
            session.commit()
    page |= {"is_done": may, "is_late": not may}
    return render_template("forgotten.html", **page), 200 if may else 429
