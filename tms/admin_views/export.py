"""Exports from a list: one click for CSV and XLSX, a page for everything else.

A file is written first and recorded then, in a short transaction of its own; only then is it given
out. So nothing is streamed past the request, and no lock is held while a file is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from flask import abort, current_app, redirect, request, send_file, url_for
from flask_admin import expose
from sqlalchemy import Select, func, select

from tms.access import Actor, Permission
from tms.admin_views.asked import Asked
from tms.admin_views.attempts import attempt
from tms.admin_views.export_page import ExportPage, is_on_page, wanted_from
from tms.admin_views.jobs import to_job
from tms.among import among
from tms.db import db, writing
from tms.exchange.export import Exported, export_to, record
from tms.exchange.export_asking import amount_of, ask_for, ask_second
from tms.exchange.wanted import FILES, MEDIA_TYPES, Wanted
from tms.i18n import gettext as _
from tms.i18n import lang
from tms.records.audit import new_act_id
from tms.records.export_limits import Amount, Denied, is_alone, note_denied
from tms.records.saved_exports import save_export
from tms.records.spool import spool

T = TypeVar("T")
#: Beside those of the list.
GATES: Final = dict.fromkeys(("export_page", "export_run"), "can_export")
#: So many rows are exported at once, of whole files so many teachers; more are a job.
AT_ONCE: Final = 5000
FILES_AT_ONCE: Final = 300


class ExportMixin:
    """What roles that export take out of the list."""

    actor: Actor
    asked: Asked
    endpoint: str
    name: Any
    model: Any
    conditions: Any
    fetch: Any
    render: Any
    get_url: Any
    export_types = ("csv", "xlsx")

    @property
    def can_export(self) -> bool:
        """Whether the role exports."""
        return self.actor.can(Permission.RECORD_EXPORT)

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Any:
        """At once: all rows that match the list's filters, every column that the role may see."""
        if export_type not in self.export_types:
            abort(404)
        wanted, ids = Wanted(self.endpoint, fmt=export_type, lang=lang()), self._export_ids()
        given, status = self._tried(lambda: self._give_all(wanted, ids))
        return given if given is not None else (self._export_form(), status)

    @expose("/export/")
    def export_page(self) -> Any:
        """What to export, and how it is to look."""
        return self._export_form()

    @expose("/export/run/", methods=("POST",))
    def export_run(self) -> Any:
        """Export at once, as a job, or keep what was chosen under a name."""
        db.session.rollback()
        with writing(False):
            found, status = self._tried(self._chosen_export)
            db.session.rollback()
        if found is None:
            return self._export_form(), status
        wanted, ids, amount, needs_second = found
        if "save" in request.form:
            return self._save_export(wanted)
        if needs_second:
            return self._ask_second(wanted, ids)
        if len(ids) > (FILES_AT_ONCE if wanted.content == FILES else AT_ONCE):
            return self._ask_export(wanted, ids)
        rows = select(self.model.id).where(among(self.model.id, ids))
        with writing(False):
            given, status = self._tried(lambda: self._give_export(wanted, rows, amount))
        return given if given is not None else (self._export_form(), status)

    # -- which rows --------------------------------------------------------------------------------

    def _export_ids(self) -> Select[Any]:
        return select(self.model.id).where(*self.conditions(self.asked))

    def _chosen_export(self) -> tuple[Wanted, Sequence[int], Amount, bool]:
        """What is wanted, its rows, how much that is, and whether a second person must agree."""
        wanted = wanted_from(request.form, self.endpoint, lang())
        if "save" in request.form:
            return wanted, (), Amount(0), False
        ids = self._chosen_ids()
        amount = amount_of(db.session(), self.actor, wanted, ids)
        return wanted, ids, amount, not is_alone(db.session(), self.actor, amount)

    def _chosen_ids(self) -> Sequence[int]:
        """In the order of the list's own index."""
        if is_on_page(request.form):
            return [row.id for row in self.fetch(self.asked, self.asked.size)]
        order = (self.model.unit_path, self.model.id)
        return db.session.scalars(self._export_ids().order_by(*order)).all()

    # -- what becomes of it ------------------------------------------------------------------------

    def _export_form(self) -> Any:
        page = ExportPage(self, self.actor, self.asked, lang())
        crumbs = [(self.name, self.get_url(".index_view", **self.asked.args())), (_("导出"), "")]
        told = {"page": page, "asked_args": self.asked.args(), "crumbs": crumbs}
        return self.render("admin/export.html", heading=_("导出"), **told)

    def _save_export(self, wanted: Wanted) -> Any:
        def keep() -> bool:
            options = wanted.as_saved() | {"args": self.asked.matching}
            name = request.form.get("name", "")
            save_export(db.session(), self.actor, self.endpoint, name, options)
            return True

        done, status = attempt(keep, said=_("已存为常用导出。"))
        return redirect(url_for("exports.index")) if done else (self._export_form(), status)

    def _ask_export(self, wanted: Wanted, ids: Sequence[int]) -> Any:
        folder = data_dir()
        job, status = self._tried(lambda: ask_for(db.session(), self.actor, folder, wanted, ids))
        return to_job(job) if job is not None else (self._export_form(), status)

    def _ask_second(self, wanted: Wanted, ids: Sequence[int]) -> Any:
        """Its own page says who may agree and what comes then."""
        folder = data_dir()
        made, status = self._tried(
            lambda: ask_second(db.session(), self.actor, folder, wanted, ids)
        )
        if made is None:
            return self._export_form(), status
        return redirect(url_for("export_request.details_view", id=made))

    def _tried(self, act: Callable[[], T]) -> tuple[T | None, int]:
        """As `attempt`; what is more than one may take out leaves an event."""

        def run() -> T:
            try:
                return act()
            except Denied as denied:
                db.session.rollback()
                with writing():
                    note_denied(db.session(), self.actor, denied)
                    db.session.commit()
                raise

        return attempt(run)

    def _give_all(self, wanted: Wanted, ids: Select[Any]) -> Any:
        """What one click takes: masked, so nobody else is asked."""
        rows = db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0
        is_alone(db.session(), self.actor, Amount(rows))
        return self._give_export(wanted, ids, Amount(rows))

    def _give_export(self, wanted: Wanted, rows: Select[Any], amount: Amount) -> Any:
        """The file as an answer, once its event is committed."""
        act_id = new_act_id()
        with spool(data_dir()) as folder:
            path = folder / "file"
            with path.open("wb") as out:
                exported = self._write_export(wanted, rows, out, folder, act_id, amount)
            file = path.open("rb")  # stays readable when the folder is gone
        self._record_export(exported)
        name, kind = wanted.file_name(act_id), MEDIA_TYPES[wanted.fmt]
        response = send_file(file, mimetype=kind, as_attachment=True, download_name=name)
        response.headers["Cache-Control"] = "no-store"  # send_file would say no-cache
        return response

    def _write_export(
        self,
        wanted: Wanted,
        rows: Select[Any],
        out: BinaryIO,
        folder: Path,
        act_id: str,
        amount: Amount,
    ) -> Exported:
        content = wanted.contents(db.session(), self.actor, rows)
        return export_to(self.actor, content, out, wanted.fmt, folder, act_id, amount)

    def _record_export(self, exported: Exported) -> None:
        """An export leaves its audit event: even a GET ends in a writing transaction."""
        db.session.rollback()
        with writing():
            record(db.session(), self.actor, exported)
            db.session.commit()


def data_dir() -> Path:
    """Where files are kept."""
    found: Path = current_app.config["TMS_DATA_DIR"]
    return found
