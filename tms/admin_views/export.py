"""Exports from a list: one click for CSV and XLSX, a page for everything else.

A file is written first and recorded then, in a short transaction of its own; only then is it given
out. So nothing is streamed past the request, and no lock is held while a file is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from flask import abort, current_app, redirect, request, send_file, url_for
from flask_admin import expose
from sqlalchemy import Select, select

from tms.access import Actor, Permission
from tms.admin_views.asked import Asked
from tms.admin_views.attempts import attempt
from tms.admin_views.export_page import ExportPage, is_on_page, wanted_from
from tms.admin_views.jobs import to_job
from tms.among import among
from tms.db import db, writing
from tms.exchange.export import Exported, export_to, record
from tms.exchange.export_jobs import ask_for, spool
from tms.exchange.wanted import FILES, MEDIA_TYPES, Wanted
from tms.i18n import gettext as _
from tms.i18n import lang
from tms.records.audit import new_act_id
from tms.records.saved_exports import save_export

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
        wanted = Wanted(self.endpoint, fmt=export_type, lang=lang())
        return self._give_export(wanted, self._export_ids())

    @expose("/export/")
    def export_page(self) -> Any:
        """What to export, and how it is to look."""
        return self._export_form()

    @expose("/export/run/", methods=("POST",))
    def export_run(self) -> Any:
        """Export at once, as a job, or keep what was chosen under a name."""
        db.session.rollback()
        with writing(False):
            found, status = attempt(self._chosen_export)
            db.session.rollback()
        if found is None:
            return self._export_form(), status
        wanted, ids = found
        if "save" in request.form:
            return self._save_export(wanted)
        most = FILES_AT_ONCE if wanted.content == FILES else AT_ONCE
        if len(ids) > most:
            return self._ask_export(wanted, ids)
        rows = select(self.model.id).where(among(self.model.id, ids))
        given, status = self._try_export(wanted, rows)
        return given if given is not None else (self._export_form(), status)

    # -- which rows --------------------------------------------------------------------------------

    def _export_ids(self) -> Select[Any]:
        return select(self.model.id).where(*self.conditions(self.asked))

    def _chosen_export(self) -> tuple[Wanted, Sequence[int]]:
        """What is wanted, and the rows of it in the order of the list's own index."""
        wanted = wanted_from(request.form, self.endpoint, lang())
        if is_on_page(request.form):
            asked = self.asked
            return wanted, [row.id for row in self.fetch(asked, asked.size)]
        order = (self.model.unit_path, self.model.id)
        return wanted, db.session.scalars(self._export_ids().order_by(*order)).all()

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
        job, status = attempt(lambda: ask_for(db.session(), self.actor, folder, wanted, ids))
        return to_job(job) if job is not None else (self._export_form(), status)

    def _try_export(self, wanted: Wanted, rows: Select[Any]) -> tuple[Any, int]:
        with writing(False):
            return attempt(lambda: self._give_export(wanted, rows))

    def _give_export(self, wanted: Wanted, rows: Select[Any]) -> Any:
        """The file as an answer, once its event is committed."""
        act_id = new_act_id()
        with spool(data_dir()) as folder:
            path = folder / "file"
            with path.open("wb") as out:
                exported = self._write_export(wanted, rows, out, folder, act_id)
            file = path.open("rb")  # stays readable when the folder is gone
        self._record_export(exported)
        name, kind = wanted.file_name(act_id), MEDIA_TYPES[wanted.fmt]
        response = send_file(file, mimetype=kind, as_attachment=True, download_name=name)
        response.headers["Cache-Control"] = "no-store"  # send_file would say no-cache
        return response

    def _write_export(
        self, wanted: Wanted, rows: Select[Any], out: BinaryIO, folder: Path, act_id: str
    ) -> Exported:
        content = wanted.contents(db.session(), self.actor, rows)
        return export_to(self.actor, content, out, wanted.fmt, folder, act_id)

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
