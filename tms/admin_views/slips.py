"""Slips with one-time codes: asked for from the list of accounts, fetched once (R23)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, abort, current_app, redirect, url_for
from flask_admin import BaseView, expose

from tms.access import Permission
from tms.admin_views.attempts import attempt
from tms.auth import get_actor
from tms.db import db
from tms.errors import TmsError
from tms.gate import needs
from tms.i18n import gettext as _
from tms.jobs import queue
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
        response = Response(found.content, mimetype=found.media_type)
        response.headers["Content-Length"] = str(found.size)
        name = f"attachment; filename*=UTF-8''{quote(found.name)}"
        response.headers["Content-Disposition"] = name
        response.headers["Cache-Control"] = "no-store"
        return response


def _take(job_id: int) -> kept.Kept:
    try:
        job = queue.find(db.session(), job_id)
    except TmsError:
        return abort(404)
    if job.kind != PRINT or not job.result:
        return abort(404)
    number = int(job.result["count"])
    data_dir = current_app.config["TMS_DATA_DIR"]
    found = kept.take_once(db.session(), data_dir, int(job.result["file"]))
    fetched(db.session(), get_actor(), job_id, number)
    return found
