"""一人单位: declared and revoked on a page that says what it means."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_admin import BaseView, expose
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import BooleanField
from wtforms.validators import InputRequired

from tms.access import Permission
from tms.admin_views.attempts import attempt
from tms.admin_views.lookups import parse_id
from tms.admin_views.unit_pages import way_to
from tms.auth import get_actor
from tms.db import db
from tms.gate import needs
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import Unit
from tms.records.one_person import declare, revoke

TELLS = (
    _l("平时填报和审核须由两个人完成：填写或报送的人不能通过。"),
    _l("声明后，本单位的人可以通过自己填写或报送的档案。"),
    _l("单位、每份档案和上级审核页面都标明“一人单位”；上级仍由他人审核。"),
    _l("人员到位后请撤销声明，已作出的审核结论不变。"),
)


class OnePersonForm(FlaskForm):
    """A sentence that is confirmed, not only clicked past."""

    sure = BooleanField(
        _l("本单位确实只有一人负责填报和审核，由本单位对数据负责。"), [InputRequired()]
    )


class OnePersonView(BaseView):
    """Reached from a unit's page."""

    GATES = dict.fromkeys(("index", "revoke"), needs(Permission.UNIT_WRITE))

    def is_visible(self) -> bool:
        """Never in a menu: it begins at a unit."""
        return False

    @expose("/", methods=("GET", "POST"))
    def index(self) -> Any:
        """Ask, then declare."""
        unit = _unit(request.args.get("id", ""))
        form, status = OnePersonForm(), 200
        if form.is_submitted():
            done, status = (
                attempt(lambda: declare(db.session(), get_actor(), unit.id), form)
                if form.validate()
                else (None, 422)
            )
            if done is not None:
                flash(_("已声明为一人单位。"), "success")
                return redirect(url_for("unit.details_view", id=unit.id))
        return self.render("admin/unit_hold.html", **_page(unit, form)), status

    @expose("/revoke/", methods=("POST",))
    def revoke(self) -> Any:
        """Somebody else passes again."""
        unit = _unit(request.form.get("id", ""))
        back = url_for("unit.details_view", id=unit.id)
        done, status = attempt(lambda: revoke(db.session(), get_actor(), unit.id))
        if done is None:
            return self.render("admin/refused.html", heading=unit.name, back=back), status
        flash(_("已撤销一人单位声明。"), "success")
        return redirect(back)


def _unit(text: str) -> Unit:
    """The unit in reach, or 404."""
    found = db.session.scalar(select(Unit).where(Unit.id == parse_id(text)))
    return found or abort(404)


def _page(unit: Unit, form: FlaskForm) -> dict[str, Any]:
    back = url_for("unit.details_view", id=unit.id)
    name = _("声明一人单位")
    return {
        "heading": _("%(act)s：%(unit)s", act=name, unit=unit.name),
        "crumbs": [*way_to(unit), (unit.name, back), (name, "")],
        "unit": unit,
        "form": form,
        "tells": TELLS,
        "back": back,
        "does": name,
    }
