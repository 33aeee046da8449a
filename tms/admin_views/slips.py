"""Slips with one-time codes: asked for from the list of accounts, fetched once (R23)."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask_admin import BaseView, expose

from tms.access import Permission
from tms.admin_views.attempts import attempt
from tms.admin_views.downloads import handed_over, result_of, taken_once
from tms.auth import get_actor
from tms.db import db
from tms.gate import needs
from tms.i18n import gettext as _
from tms.records import kept
from tms.records.slips import PRINT, fetched


class SlipsView(BaseView):
    """Reached from the job that printed them."""

    GATES = dict.fromkeys(("index", "file"), needs(Permission.ACCOUNT_WRITE))

    def is_visible(self) -> bool:
        """Never in a menu: it begins at the list of accounts."""
        return False

    @expose("/")
    def index(self) -> Any:
        """Where it begins: the teachers among the accounts."""
        return redirect(url_for("account.index_view", role="teacher"))

    @expose("/<int:id>/file/", methods=("POST",))
    def file(self, id: int) -> Any:
        """The PDF that job *id* made: whoever asks first has it, and it is gone."""
        found, status = attempt(lambda: _take(id))
        if found is None:
            back = url_for("account.index_view")
            return self.render("admin/refused.html", heading=_("教师账号条"), back=back), status
        return handed_over(found)


def _take(job_id: int) -> kept.Kept:
    number = int(result_of(job_id, PRINT)["count"])
    found = taken_once(job_id, PRINT)
    fetched(db.session(), get_actor(), job_id, number)
    return found
