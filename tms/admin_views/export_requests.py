"""导出审批: exports of many full numbers, read by a second person before the file is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask import abort, flash, redirect, request, url_for
from flask_admin import BaseView, expose
from sqlalchemy import select

from tms.access import Actor, Permission
from tms.admin_views.attempts import attempt
from tms.admin_views.columns import State
from tms.admin_views.export import data_dir
from tms.admin_views.jobs import to_job
from tms.auth import get_actor
from tms.db import db
from tms.errors import TmsError
from tms.exchange.export_asking import begin_agreed, let_be
from tms.gate import needs
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.i18n import listed, say
from tms.models import ExportRequest, ExportState
from tms.packed import unpack
from tms.records import export_requests

LISTED: Final = 50
STATES: Final = {
    ExportState.WAITING: ("review", _l("等待另一人同意")),
    ExportState.APPROVED: ("force", _l("已同意，可以导出")),
    ExportState.REFUSED: ("back", _l("未同意")),
    ExportState.WITHDRAWN: ("draft", _l("已撤回")),
    ExportState.STARTED: ("force", _l("已导出")),
}
EXPIRED: Final = ("draft", _l("已过期"))


@dataclass(frozen=True)
class Shown:
    """A request as pages show it, and what its reader may do."""

    row: ExportRequest
    actor: Actor

    @property
    def title(self) -> str:
        """What is to be exported."""
        return say(unpack(self.row.title))

    @property
    def by(self) -> str:
        """Who asks."""
        return f"{self.row.by_unit} {self.row.by_name}".strip()

    @property
    def sheets(self) -> list[tuple[str, int, str]]:
        """Name, number and headers of the columns of each sheet."""
        return [(name, len(heads), listed(heads)) for name, heads in self.row.sheets]

    @property
    def state(self) -> State:
        """Where it stands; what nobody answered in time is over."""
        is_over = self.row.state in export_requests.OPEN and not export_requests.is_open(self.row)
        return State(*(EXPIRED if is_over else STATES[ExportState(self.row.state)]))

    @property
    def url(self) -> str:
        """Its page."""
        return url_for("export_request.details_view", id=self.row.id)

    @property
    def may_decide(self) -> bool:
        """Whether the reader agrees or refuses."""
        return export_requests.may_decide(self.actor, self.row)

    @property
    def may_start(self) -> bool:
        """Whether the reader can have the file made."""
        return export_requests.may_start(self.actor, self.row)

    @property
    def may_withdraw(self) -> bool:
        """Whether the reader can let it be."""
        return export_requests.may_withdraw(self.actor, self.row)

    @property
    def waits(self) -> bool:
        """Whether the reader has asked and nobody has answered."""
        return self.may_withdraw and not self.may_start

    @property
    def job_url(self) -> str:
        """The job that makes the file, to whom it belongs."""
        mine = export_requests.is_mine(self.actor, self.row) and self.row.job_id
        return url_for("job.details_view", id=self.row.job_id) if mine else ""


class ExportRequestsView(BaseView):
    """Those in reach: what waits for the reader, and what became of the others."""

    GATES = {
        **dict.fromkeys(
            ("index", "details_view", "approve", "refuse"), needs(Permission.EXPORT_APPROVE)
        ),
        **dict.fromkeys(("start", "withdraw"), needs(Permission.UNMASK)),
    }

    @expose("/")
    def index(self) -> Any:
        """What waits, the oldest first; then the latest."""
        actor = get_actor()
        mine = export_requests.waiting_for(actor)
        newest = select(ExportRequest).order_by(ExportRequest.id.desc()).limit(LISTED)
        oldest = select(ExportRequest).where(*mine).order_by(ExportRequest.id).limit(LISTED)
        waiting = [Shown(row, actor) for row in db.session.scalars(oldest)]
        known = {each.row.id for each in waiting}
        others = [row for row in db.session.scalars(newest) if row.id not in known]
        page = {"waiting": waiting, "others": [Shown(row, actor) for row in others]}
        return self.render("admin/export_requests.html", heading=_("导出审批"), **page)

    @expose("/<int:id>/")
    def details_view(self, id: int) -> Any:
        """What is asked for, by whom and what for; and what the reader may do."""
        return self._page(id)

    @expose("/<int:id>/approve/", methods=("POST",))
    def approve(self, id: int) -> Any:
        """Agree."""
        note = request.form.get("note", "")
        act = lambda: export_requests.approve(db.session(), get_actor(), id, note)  # noqa: E731
        return self._decide(id, act, _("已同意，申请人可以导出。"))

    @expose("/<int:id>/refuse/", methods=("POST",))
    def refuse(self, id: int) -> Any:
        """Do not agree, with a reason."""
        note = request.form.get("note", "")
        act = lambda: export_requests.refuse(db.session(), get_actor(), id, note)  # noqa: E731
        return self._decide(id, act, _("已退回，申请人会看到理由。"))

    @expose("/<int:id>/start/", methods=("POST",))
    def start(self, id: int) -> Any:
        """Have the file made that was agreed to."""
        job, status = attempt(lambda: begin_agreed(db.session(), get_actor(), id))
        return to_job(job) if job is not None else self._refused(id, status)

    @expose("/<int:id>/withdraw/", methods=("POST",))
    def withdraw(self, id: int) -> Any:
        """Let it be."""
        folder = data_dir()
        return self._done(
            id,
            lambda: let_be(db.session(), get_actor(), folder, id),
            _("已撤回。"),
            "exports.index",
        )

    def _decide(self, id: int, act: Callable[[], None], said: str) -> Any:
        return self._done(id, act, said, ".index")

    def _done(self, id: int, act: Callable[[], None], said: str, where: str) -> Any:
        def run() -> bool:
            act()
            return True

        done, status = attempt(run)
        if done is None:
            return self._refused(id, status)
        flash(said, "success")
        return redirect(url_for(where))

    def _refused(self, id: int, status: int) -> Any:
        """What is not there is 404; else the page again, with the reason."""
        return abort(404) if status == 404 else (self._page(id), status)

    def _page(self, id: int) -> Any:
        try:
            shown = Shown(export_requests.find(db.session(), id), get_actor())
        except TmsError:
            abort(404)
        crumbs = [(_("导出审批"), url_for(".index")), (shown.title, "")]
        page = {"shown": shown, "crumbs": crumbs, "note_max": export_requests.MAX_NOTE}
        return self.render("admin/export_request.html", days=export_requests.DAYS, **page)
