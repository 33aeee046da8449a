"""导出：one's own exports of the last day, and those one runs again and again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from flask import abort, redirect, url_for
from flask_admin import BaseView, expose
from sqlalchemy import select

from tms.access import Actor, Permission
from tms.admin_views.attempts import attempt
from tms.admin_views.downloads import handed_out
from tms.admin_views.export import data_dir
from tms.admin_views.export_page import CONTENT_NAMES, FORMATS
from tms.admin_views.export_requests import Shown as Asked
from tms.admin_views.jobs import Shown
from tms.admin_views.labels import label_of
from tms.auth import get_actor
from tms.db import db
from tms.errors import TmsError
from tms.exchange.export_jobs import KIND
from tms.exchange.wanted import TEACHER
from tms.gate import needs
from tms.i18n import gettext as _
from tms.jobs import queue
from tms.models import TABLES, ExportRequest, ExportState, Job, KeptFile, SavedExport
from tms.models.types import now
from tms.records import kept
from tms.records.saved_exports import forget_export, saved_of

LISTED: Final = 50
UNITS: Final = ("B", "KB", "MB", "GB")


@dataclass(frozen=True)
class Line:
    """One export of the list."""

    shown: Shown
    file: KeptFile | None

    @property
    def size(self) -> str:
        """As one says it: 1.2 MB."""
        size, unit = float(self.file.size if self.file else 0), 0
        while size >= 1000 and unit < len(UNITS) - 1:
            size, unit = size / 1024, unit + 1
        return f"{size:.1f} {UNITS[unit]}" if unit else f"{size:.0f} {UNITS[0]}"


@dataclass(frozen=True)
class Saved:
    """A saved export, ready to be run again."""

    row: SavedExport

    @property
    def grid(self) -> Any:
        """What the list is called."""
        is_files = self.row.grid == TEACHER
        return _("教师") if is_files else label_of(TABLES[self.row.grid].dictionary)

    @property
    def about(self) -> list[Any]:
        """Content and format in words."""
        options = self.row.options
        return [CONTENT_NAMES[options["content"]], FORMATS[options["fmt"]]]

    @property
    def url(self) -> str:
        """Where it is run, with its filters."""
        return url_for(f"{self.row.grid}.export_run", **self.row.options["args"])

    @property
    def page(self) -> str:
        """Where it can be looked at and changed."""
        args = self.row.options["args"] | {"content": self.row.options["content"]}
        return url_for(f"{self.row.grid}.export_page", **args)

    @property
    def values(self) -> list[tuple[str, str]]:
        """The form as it was sent."""
        options = self.row.options
        found = [(key, options[key]) for key in ("content", "fmt", "codes", "spread")]
        found += [("column", key) for key in options["columns"]]
        found += [("order", ",".join(options["columns"]))]
        return [*found, *([("for_editing", "1")] if options["for_editing"] else [])]


class ExportsView(BaseView):
    """One's own exports."""

    GATES = dict.fromkeys(("index", "file", "discard", "forget"), needs(Permission.RECORD_EXPORT))

    @expose("/")
    def index(self) -> Any:
        """The latest first, then what is run again and again."""
        jobs = select(Job).where(Job.kind == KIND).order_by(Job.id.desc()).limit(LISTED)
        lines = list(_lines([Shown(job) for job in db.session.scalars(jobs)]))
        known = {TEACHER, *TABLES}
        saved = [Saved(row) for row in saved_of(db.session()) if row.grid in known]
        page = {"lines": lines, "saved": saved, "asked": asked_by(get_actor())}
        return self.render("admin/exports.html", heading=_("导出"), **page)

    @expose("/<int:id>/file/")
    def file(self, id: int) -> Any:
        """The file of the export that job *id* wrote."""
        return handed_out(_file_of(id))

    @expose("/<int:id>/discard/", methods=("POST",))
    def discard(self, id: int) -> Any:
        """Delete the file before its time."""
        file = _file_of(id)
        done = _done(lambda: kept.discard(db.session(), data_dir(), file or 0), _("文件已删除。"))
        return done or redirect(url_for(".index"))

    @expose("/saved/<int:id>/forget/", methods=("POST",))
    def forget(self, id: int) -> Any:
        """Forget a saved export."""
        done = _done(lambda: forget_export(db.session(), id), _("已删除这个常用导出。"))
        return done or redirect(url_for(".index"))


def asked_by(actor: Actor) -> list[Asked]:
    """What the actor asked a second person for this week and has not had made."""
    mine = (ExportRequest.user_id == actor.user_id, ExportRequest.state != ExportState.STARTED)
    lately = ExportRequest.expires_at > now()
    wanted = (
        select(ExportRequest).where(*mine, lately).order_by(ExportRequest.id.desc()).limit(LISTED)
    )
    return [Asked(row, actor) for row in db.session.scalars(wanted)]


def _done(act: Any, said: str) -> Any:
    """None when it is done; what is not one's own is not there."""

    def run() -> bool:
        act()
        return True

    _found, status = attempt(run, said=said)
    return abort(404) if status == 404 else None


def _file_of(job_id: int) -> int | None:
    """Id of the file that one's own export *job_id* left."""
    try:
        job = queue.find(db.session(), job_id)
    except TmsError:
        return abort(404)
    found = (job.result or {}).get("file") if job.kind == KIND else None
    return int(found) if found else None


def _lines(shown: list[Shown]) -> Iterable[Line]:
    ids = [each.job.result["file"] for each in shown if each.job.result]
    mine = select(KeptFile).where(KeptFile.id.in_(ids), KeptFile.expires_at > now())
    files = {file.id: file for file in db.session.scalars(mine)}
    for each in shown:
        yield Line(each, files.get((each.job.result or {}).get("file", 0)))
