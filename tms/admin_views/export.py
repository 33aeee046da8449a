"""Exports go to a file first, then to the reader: nothing is streamed past the request."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import abort, send_file
from flask_admin import expose

from tms.access import Permission
from tms.db import db
from tms.exchange import export_table
from tms.i18n import lang
from tms.models.types import now

FORMATS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportMixin:
    """CSV and XLSX of what the list shows, for roles that export."""

    export_types = tuple(FORMATS)

    @property
    def can_export(self) -> bool:
        """Whether the role exports."""
        return self.actor.can(Permission.RECORD_EXPORT)  # type: ignore[attr-defined]

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Any:
        """The rows that match the list's filters, with the columns that the role may see."""
        if export_type not in FORMATS:
            abort(404)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"export.{export_type}"
            self._write(path, export_type)
            file = path.open("rb")  # still readable once its name is gone
        name = f"{self.name}-{now():%Y%m%d}.{export_type}"  # type: ignore[attr-defined]
        return send_file(
            file, mimetype=FORMATS[export_type], as_attachment=True, download_name=name
        )

    def _write(self, path: Path, fmt: str) -> None:
        asked = self._get_list_extra_args()  # type: ignore[attr-defined]
        where: dict[str, str] = dict(asked.filters)
        table = self.endpoint  # type: ignore[attr-defined]
        export_table(db.session(), self.actor, table, path, fmt=fmt, where=where, lang=lang())  # type: ignore[attr-defined]
