"""导入: choose a file, see what would become of each row, write it, get it back with reasons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Response, abort, current_app, redirect, request, url_for
from flask_admin import BaseView, expose

from tms.access import Permission
from tms.admin_views import import_mending
from tms.admin_views.attempts import attempt
from tms.admin_views.downloads import handed_out
from tms.admin_views.import_forms import UploadForm
from tms.admin_views.import_preview import PREVIEW, Preview
from tms.admin_views.import_templates import FILLS_BY_SPREADSHEET, TemplateMixin
from tms.admin_views.jobs import Shown
from tms.auth import get_actor
from tms.db import db, writing
from tms.documents.papers import safe_name
from tms.errors import TmsError
from tms.exchange import batches, mending
from tms.gate import needs
from tms.i18n import gettext as _
from tms.i18n import lang
from tms.i18n import lazy_gettext as _l
from tms.models import ImportBatch

#: What was pasted has no name of its own.
PASTED: Final = _l("粘贴的内容")


class ImportView(TemplateMixin, BaseView):
    """One's own imports; the pipeline is the command line's."""

    GATES = dict.fromkeys(
        ("index", "batch_view", "load", "mend", "unmend", "undo", "report", "file"),
        needs(Permission.IMPORT),
    ) | dict.fromkeys(("template", "template_file"), FILLS_BY_SPREADSHEET)

    @expose("/", methods=("GET", "POST"))
    def index(self) -> Any:
        """The form, and one's imports of late."""
        form, status = UploadForm(), 200
        if form.is_submitted():
            batch, status = self._begin(form) if form.validate() else (None, 422)
            if batch is not None:
                return redirect(url_for(".batch_view", id=batch))
        found = batches.latest(db.session())
        page = {"form": form, "batches": [self._line(batch) for batch in found]}
        return self.render("admin/import.html", heading=_("导入"), **page), status

    def _begin(self, form: UploadForm) -> tuple[int | None, int]:
        name, content = form.content()
        data_dir = current_app.config["TMS_DATA_DIR"]
        return attempt(
            lambda: batches.begin(
                db.session(),
                get_actor(),
                data_dir,
                safe_name(name or f"{PASTED}.tsv"),
                content,
                form.chosen(),
            ),
            form,
        )

    @staticmethod
    def _line(batch: ImportBatch) -> dict[str, Any]:
        """An import in the list: its last job says where it stands."""
        jobs = batches.jobs_of(db.session(), batch)
        last = jobs.get("undo") or jobs.get("load") or jobs.get("check")
        counts = (batch.loaded or batch.checked or {}).get("counts", {})
        return {"batch": batch, "job": Shown(last) if last else None, "counts": counts}

    @expose("/<int:id>/")
    def batch_view(self, id: int) -> Any:
        """How far it is; what would become of each row; what became of it."""
        batch = _own(id)
        page = Preview(db.session(), batch, request.args)
        crumbs = [(_("导入"), url_for(".index")), (batch.file_name, "")]
        more = {"mends": batch.options.get("mended", ()), "max_value": mending.MAX_VALUE}
        if page.step == PREVIEW and page.tab == "see":
            more["offers"] = list(import_mending.offers(db.session(), batch, page.reason))
        return self.render("admin/import_batch.html", page=page, batch=batch, crumbs=crumbs, **more)

    @expose("/<int:id>/load/", methods=("POST",))
    def load(self, id: int) -> Any:
        """Write what the check found good."""
        return self._do(id, lambda: batches.ask_load(db.session(), get_actor(), id))

    @expose("/<int:id>/mend/", methods=("POST",))
    def mend(self, id: int) -> Any:
        """Let one value stand wherever another stands wrong; checked again.

        The places are looked for before the writing begins: there may be many rows.
        """
        _own(id)
        db.session.rollback()
        given = import_mending.asked()
        with writing(False):
            found, status = attempt(lambda: batches.answer(db.session(), id, **given))
        if found is None:
            return self._refused(id), status
        return self._do(id, lambda: batches.mend(db.session(), get_actor(), id, found))

    @expose("/<int:id>/unmend/", methods=("POST",))
    def unmend(self, id: int) -> Any:
        """Take such an answer back; checked again."""
        place = request.form.get("place", type=int, default=-1)
        return self._do(id, lambda: batches.unmend(db.session(), get_actor(), id, place))

    @expose("/<int:id>/undo/", methods=("POST",))
    def undo(self, id: int) -> Any:
        """Take it back, as far as nobody touched it since."""
        return self._do(id, lambda: batches.ask_undo(db.session(), get_actor(), id))

    @expose("/<int:id>/report/", methods=("POST",))
    def report(self, id: int) -> Any:
        """Have the workbook made that says at every row what became of it."""
        return self._do(id, lambda: batches.ask_report(db.session(), get_actor(), id, lang()))

    @expose("/<int:id>/file/")
    def file(self, id: int) -> Response:
        """That workbook."""
        batch = _own(id)
        return handed_out(batch.report_id)

    def _do(self, id: int, ask: Callable[[], object]) -> Any:
        _own(id)
        _done, status = attempt(ask)
        if status != 200:
            return self._refused(id), status
        return redirect(url_for(".batch_view", id=id))

    def _refused(self, id: int) -> Any:
        back = url_for(".batch_view", id=id)
        return self.render("admin/refused.html", heading=_("导入"), back=back)


def _own(batch_id: int) -> ImportBatch:
    try:
        return batches.find(db.session(), batch_id)
    except TmsError:
        return abort(404)
