"""Handing out kept files: by id, to their owner, decrypted while they go out."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, abort, current_app

from tms.db import db
from tms.errors import TmsError
from tms.jobs import queue
from tms.records import kept


def handed_out(file_id: int | None) -> Response:
    """One's own kept file as a download.

    :raises NotFound: it is somebody else's, expired or gone.
    """
    return handed_over(kept.open_kept(db.session(), current_app.config["TMS_DATA_DIR"], file_id))


def taken_once(job_id: int, kind: str) -> kept.Kept:
    """What one's own job *job_id* of *kind* made, to be had once; the caller commits.

    :raises NotFound: it was handed out already, or is gone. There is no such job: 404.
    """
    result = result_of(job_id, kind)
    return kept.take_once(db.session(), current_app.config["TMS_DATA_DIR"], int(result["file"]))


def result_of(job_id: int, kind: str) -> Any:
    """What one's own job of *kind* says it did, or 404."""
    try:
        job = queue.find(db.session(), job_id)
    except TmsError:
        return abort(404)
    return job.result if job.kind == kind and job.result else abort(404)


def handed_over(found: kept.Kept) -> Response:
    """A file as a download that nobody keeps a copy of."""
    response = Response(found.content, mimetype=found.media_type)
    response.headers["Content-Length"] = str(found.size)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    response.headers["Cache-Control"] = "no-store"
    return response
