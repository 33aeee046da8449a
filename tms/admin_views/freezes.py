"""锁定: what stands frozen, until when and by whom; a unit frozen as a whole; released by hand."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_admin import BaseView, expose

from tms.access import Permission
from tms.admin_views.attempts import attempt
from tms.admin_views.hold_acts import ACTS, FREEZE, FreezeForm
from tms.admin_views.labels import moment
from tms.admin_views.lookups import parse_id
from tms.admin_views.unit_pages import way_to
from tms.auth import get_actor
from tms.db import db
from tms.gate import needs
from tms.i18n import gettext as _
from tms.models import Unit
from tms.records.hold_acts import freeze_unit, release, unit_to_freeze
from tms.records.hold_list import SHOWN, standing


class FreezesView(BaseView):
    """The freezes in reach and from above, one line an act."""

    GATES = dict.fromkeys(("index", "release", "unit"), needs(Permission.FREEZE))

    @expose("/")
    def index(self) -> Any:
        """What stands now; what is over is no longer listed."""
        found = standing(db.session(), get_actor())
        page = {"heading": _("锁定"), "freezes": found, "moment": moment, "shown": SHOWN}
        return self.render("admin/freezes.html", **page)

    @expose("/release/", methods=("POST",))
    def release(self) -> Any:
        """End what one act froze."""
        act = request.form.get("act", "")
        done, status = attempt(lambda: release(db.session(), get_actor(), act))
        if done is None:
            back = url_for("freeze.index")
            return self.render("admin/refused.html", heading=_("锁定"), back=back), status
        flash(_("已解除锁定。"), "success")
        return redirect(url_for("freeze.index"))

    @expose("/unit/", methods=("GET", "POST"))
    def unit(self) -> Any:
        """A unit with all below it."""
        unit_id = parse_id(request.args.get("id", "")) or 0
        unit = unit_to_freeze(db.session(), unit_id)
        form, status = FreezeForm(), 200
        if form.is_submitted():
            done, status = (
                attempt(lambda: _freeze(unit_id, form), form) if form.validate() else (None, 422)
            )
            if done is not None:
                flash(_("已锁定%(unit)s。", unit=unit.name), "success")
                return redirect(url_for("unit.details_view", id=unit_id))
        return self.render("admin/unit_hold.html", **_page(unit, form)), status


def _freeze(unit_id: int, form: FreezeForm) -> Any:
    given = {"reason": form.reason.data or "", "until": form.until.data}
    return freeze_unit(db.session(), get_actor(), unit_id, **given)


def _page(unit: Unit, form: FreezeForm) -> dict[str, Any]:
    back = url_for("unit.details_view", id=unit.id)
    return {
        "heading": _("%(act)s：%(unit)s", act=ACTS[FREEZE].name, unit=unit.name),
        "crumbs": [*way_to(unit), (unit.name, back), (ACTS[FREEZE].name, "")],
        "unit": unit,
        "form": form,
        "tells": ACTS[FREEZE].tells,
        "back": back,
    }
