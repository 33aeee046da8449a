"""Handing out kept files: by id, to their owner, decrypted while they go out."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, current_app

from tms.db import db
from tms.records import kept


def handed_out(file_id: int | None) -> Response:
    """One's own kept file as a download.

    :raises NotFound: it is somebody else's, expired or gone.
    """
    found = kept.open_kept(db.session(), current_app.config["TMS_DATA_DIR"], file_id)
    response = Response(found.content, mimetype=found.media_type)
    response.headers["Content-Length"] = str(found.size)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    response.headers["Cache-Control"] = "no-store"
    return response
