"""回收站: files the school deleted, for thirty days."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_admin import BaseView, expose

from tms.access import Permission
from tms.admin_views.attempts import attempt
from tms.admin_views.labels import day_of
from tms.admin_views.lookups import parse_id
from tms.auth import get_actor
from tms.db import db
from tms.gate import needs
from tms.i18n import gettext as _
from tms.records.binned import SHOWN, entries, number
from tms.records.bins import restore


class BinView(BaseView):
    """The bin of the reader's school."""

    GATES = dict.fromkeys(("index", "restore"), needs(Permission.BIN))

    @expose("/")
    def index(self) -> Any:
        """What lies there, the latest first."""
        session = db.session()
        page = {"entries": entries(session, get_actor()), "total": number(session)}
        page |= {"heading": _("回收站"), "day_of": day_of, "shown": SHOWN}
        return self.render("admin/bin.html", **page)

    @expose("/restore/", methods=("POST",))
    def restore(self) -> Any:
        """Put the ticked files back, all or none."""
        ids = [parse_id(each) or 0 for each in request.form.getlist("rowid")[:SHOWN]]
        if not ids:
            flash(_("请先勾选要恢复的档案。"), "warning")
            return redirect(url_for("bin.index"))
        done, status = attempt(lambda: restore(db.session(), get_actor(), ids))
        back = url_for("bin.index")
        if done is None:
            return self.render("admin/refused.html", heading=_("回收站"), back=back), status
        flash(_("已恢复%(n)s份档案。", n=done), "success")
        return redirect(back)
