"""Exports go to a file first, then to the reader: nothing is streamed past the request."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import abort, send_file
from flask_admin import expose

from tms.access import Actor, Permission
from tms.db import db, writing
from tms.dictionary.scope import today
from tms.exchange import export_table
from tms.i18n import lang

FORMATS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportMixin:
    """CSV and XLSX of what the list shows, for roles that export."""

    actor: Actor
    endpoint: str
    name: str
    chosen_ids: Any
    export_types = tuple(FORMATS)

    @property
    def can_export(self) -> bool:
        """Whether the role exports."""
        return self.actor.can(Permission.RECORD_EXPORT)

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Any:
        """The rows that match the list's filters, with the columns that the role may see."""
        if export_type not in FORMATS:
            abort(404)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            path = Path(folder) / f"export.{export_type}"
            self._write(path, export_type)
            file = path.open("rb")  # stays readable when the folder is gone
        name = f"{self.name}-{today():%Y%m%d}.{export_type}"
        kind = FORMATS[export_type]
        response = send_file(file, mimetype=kind, as_attachment=True, download_name=name)
        response.headers["Cache-Control"] = "no-store"  # send_file would say no-cache
        return response

    def _write(self, path: Path, fmt: str) -> None:
        """An export leaves its audit event: this one GET ends in a writing transaction."""
        table, rows = self.endpoint, self.chosen_ids()
        db.session.rollback()
        with writing():
            export_table(db.session(), self.actor, table, path, fmt, lang=lang(), rows=rows)
            db.session.commit()
