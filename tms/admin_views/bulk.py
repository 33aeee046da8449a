"""批量修改, 批量新增: say what is to become of the chosen rows, look at it all, do it, undo it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flask import abort, redirect, request, url_for
from flask_admin import BaseView, expose
from sqlalchemy import or_, select

from tms.access import Actor, Permission
from tms.admin_views.attempts import attempt
from tms.admin_views.bulk_forms import BulkForm
from tms.admin_views.bulk_results import result_rows
from tms.admin_views.bulk_shown import (
    PREVIEW,
    RESULT,
    SIZE,
    UNDONE,
    Figures,
    Tab,
    preview_rows,
    reasons,
)
from tms.admin_views.jobs import Shown, ask_for
from tms.admin_views.labels import label_of
from tms.auth import get_actor
from tms.db import db
from tms.errors import TmsError
from tms.gate import needs
from tms.i18n import gettext as _
from tms.i18n import say
from tms.models import TABLES, BulkAct, BulkItem, BulkKind, Fate, Job
from tms.records import bulk_jobs
from tms.records.bulk_acts import count, get_act, key_of, of_table, spell_out
from tms.records.bulk_edits import AT_ONCE
from tms.records.bulk_spec import Spec, offered_tables
from tms.records.request_checks import MAX_REASON
from tms.records.undo_act import HOURS, own_act

LISTED = 50


class BulkView(BaseView):
    """One's own bulk edits, each from its form to its undo."""

    GATES = dict.fromkeys(
        (
            "index",
            "form_view",
            "table_view",
            "preview_view",
            "requests_view",
            "apply_view",
            "result_view",
            "undo_view",
        ),
        needs(Permission.BULK),
    )

    @expose("/")
    def index(self) -> Any:
        """The latest first."""
        found = db.session.scalars(select(BulkAct).order_by(BulkAct.id.desc()).limit(LISTED)).all()
        rows = [
            (act, title_of(act), count(db.session(), act.id), where_it_is(act)) for act in found
        ]
        return self.render("admin/bulk_list.html", heading=_("批量操作"), rows=rows)

    # -- saying what -------------------------------------------------------------------------------

    @expose("/<int:id>/", methods=("GET", "POST"))
    def form_view(self, id: int) -> Any:
        """What is to be done: to which table where files were chosen, then field by field."""
        actor, act = get_actor(), _own(id)
        if act.applied_at is not None:
            return redirect(url_for("bulk.result_view", id=id))
        if not act.table_name:
            tables = offered_tables(actor, BulkKind(act.kind))
            return self._page("admin/bulk_table.html", act, tables=tables)
        form = BulkForm(actor, act)
        if request.method == "GET":
            return self._page("admin/bulk_form.html", act, form=form)
        return self._spell(
            act, form.spec, lambda: self._page("admin/bulk_form.html", act, form=form)
        )

    @expose("/<int:id>/table/", methods=("POST",))
    def table_view(self, id: int) -> Any:
        """The rows that the chosen files have in one table."""
        actor, act, table = get_actor(), _own(id), request.form.get("table", "")
        made, status = attempt(lambda: of_table(db.session(), actor, act, table))
        if made is None:
            return self._refused(url_for("bulk.form_view", id=id)), status
        return redirect(url_for("bulk.form_view", id=made))

    def _spell(self, act: BulkAct, spec: Spec, again: Callable[[], Any]) -> Any:
        """Keep what is to be done, and preview it: few rows at once, many by a job."""
        actor, bulk_id = get_actor(), act.id

        def keep() -> tuple[int | None]:
            spell_out(db.session(), actor, act, spec)
            return (bulk_jobs.start_preview(db.session(), actor, act),)

        done, status = attempt(keep)
        if done is None:
            return again(), status
        if done[0] is not None:
            return redirect(url_for("job.details_view", id=done[0]))
        return redirect(url_for("bulk.preview_view", id=bulk_id))

    # -- looking at it -----------------------------------------------------------------------------

    @expose("/<int:id>/preview/")
    def preview_view(self, id: int) -> Any:
        """Every row that would change, what it brings, what cannot be touched and why."""
        actor, act = get_actor(), _own(id)
        if act.applied_at is not None:
            return redirect(url_for("bulk.result_view", id=id))
        if act.previewed_at is None:
            return redirect(_before_preview(act))
        listing = _Listing(act, PREVIEW)
        rows = preview_rows(actor, act, listing.tab, listing.why, listing.page)
        page = {"listing": listing, "rows": rows, "spec": Spec.of(act.spec)}
        page |= {"in_force": _in_force(act), "job": _job(act.apply_job), "max_reason": MAX_REASON}
        return self._page("admin/bulk_preview.html", act, **page)

    @expose("/<int:id>/requests/", methods=("POST",))
    def requests_view(self, id: int) -> Any:
        """Rows in force: apply for their change, or leave them alone again."""
        act = _own(id)
        if not act.spec:
            abort(404)
        wanted = "as_requests" in request.form
        reason = request.form.get("reason", "").strip() if wanted else ""
        spec = replace(Spec.of(act.spec), as_requests=wanted, reason=reason)
        back = url_for("bulk.preview_view", id=id)
        return self._spell(act, spec, lambda: self._refused(back))

    # -- doing and undoing it ----------------------------------------------------------------------

    @expose("/<int:id>/apply/", methods=("POST",))
    def apply_view(self, id: int) -> Any:
        """As previewed, by a job."""
        actor, act = get_actor(), _own(id)
        back = url_for("bulk.preview_view", id=id)
        return ask_for(self.render, back, lambda: bulk_jobs.start(db.session(), actor, act))

    @expose("/<int:id>/result/")
    def result_view(self, id: int) -> Any:
        """What was written, what was not, and until when it can be taken back."""
        act = _own(id)
        if act.applied_at is None:
            return redirect(url_for("bulk.preview_view", id=id))
        listing = _Listing(act, UNDONE if act.undone_at else RESULT)
        rows = result_rows(get_actor(), act, listing.tab, listing.why, listing.page)
        jobs = {"job": _job(act.apply_job), "undo_job": _job(act.undo_job)}
        undo = _undo(get_actor(), act, jobs["job"])
        return self._page(
            "admin/bulk_result.html", act, listing=listing, rows=rows, undo=undo, **jobs
        )

    @expose("/<int:id>/undo/", methods=("POST",))
    def undo_view(self, id: int) -> Any:
        """What nobody touched since, by a job."""
        actor, act = get_actor(), _own(id)
        back = url_for("bulk.result_view", id=id)
        return ask_for(self.render, back, lambda: bulk_jobs.start_undo(db.session(), actor, act))

    def _refused(self, back: str) -> Any:
        return self.render("admin/refused.html", heading=_("批量操作"), back=back)

    def _page(self, template: str, act: BulkAct, **more: Any) -> Any:
        title = title_of(act)
        crumbs = [(_("批量操作"), url_for("bulk.index")), (title, "")]
        about = {"act": act, "title": title, "crumbs": crumbs, "figures": Figures.of(act)}
        size = count(db.session(), act.id)
        return self.render(template, **about, size=size, **more)


class _Listing:
    """What of an act's items the address asks to see; what makes no sense is dropped."""

    def __init__(self, act: BulkAct, tabs: Sequence[Tab]) -> None:
        self.sizes = {tab.key: count(db.session(), act.id, tab.condition) for tab in tabs}
        self.tabs = [tab for tab in tabs if self.sizes[tab.key] or tab is tabs[0]]
        usual = next((tab for tab in self.tabs if self.sizes[tab.key]), self.tabs[0])
        self.tab = next((tab for tab in self.tabs if tab.key == request.args.get("tab")), usual)
        self.reasons = reasons(act, self.tab)
        asked = request.args.get("why", "")
        self.why = asked if asked in {key for key, *_rest in self.reasons} else ""
        known = {key: number for key, _text, number in self.reasons}
        self.size = known[self.why] if self.why else self.sizes[self.tab.key]
        self.pages = max(-(-self.size // SIZE), 1)
        number = request.args.get("page", "")
        self.page = min(int(number) if number.isascii() and number.isdigit() else 0, self.pages - 1)

    @property
    def first(self) -> int:
        """Number of the first row shown, from 1."""
        return self.page * SIZE + 1


def title_of(act: BulkAct) -> str:
    """What it does, in words."""
    kinds = {BulkKind.EDIT: _("批量修改"), BulkKind.ADD: _("批量新增")}
    kind = str(kinds[BulkKind(act.kind)])
    if not act.table_name:
        return kind
    return str(
        _("%(kind)s：%(table)s", kind=kind, table=label_of(TABLES[act.table_name].dictionary))
    )


def where_it_is(act: BulkAct) -> tuple[str, Any, str]:
    """(tone, word, address) of how far an act has come."""
    if act.undone_at is not None:
        return "back", _("已撤销"), url_for("bulk.result_view", id=act.id)
    if act.applied_at is not None:
        return "force", _("已执行"), url_for("bulk.result_view", id=act.id)
    if act.previewed_at is not None:
        return "review", _("已预览"), url_for("bulk.preview_view", id=act.id)
    return "draft", _("未完成"), url_for("bulk.form_view", id=act.id)


def _own(bulk_id: int) -> BulkAct:
    try:
        return get_act(db.session(), get_actor(), bulk_id)
    except TmsError:
        return abort(404)


def _before_preview(act: BulkAct) -> str:
    if act.preview_job is not None:
        return url_for("job.details_view", id=act.preview_job)
    return url_for("bulk.form_view", id=act.id)


def _in_force(act: BulkAct) -> int:
    """Rows in force whose change is applied for, or could be."""
    wanted = (BulkItem.fate == Fate.REQUEST, BulkItem.reason == key_of(AT_ONCE))
    return count(db.session(), act.id, or_(*wanted))


def _job(job_id: int | None) -> Shown | None:
    found = db.session.scalar(select(Job).where(Job.id == job_id)) if job_id else None
    return Shown(found) if found else None


def _undo(actor: Actor, act: BulkAct, job: Shown | None) -> dict[str, Any]:
    """Until when it can be taken back, or why not."""
    if act.undo_job is not None or (job is not None and job.is_pending):
        return {}
    try:
        known = own_act(db.session(), actor, act.act_id or "", HOURS)
    except TmsError as refused:
        return {"closed": say(refused.text)}
    return {"until": known.until}
