"""/document/: opening papers, bringing and taking out those of a row, the photo.

In the panel and on the teacher's own pages alike; each page leads back where one came from.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Response, abort, current_app, flash, redirect, request, send_file, url_for
from flask_admin import BaseView, expose
from sqlalchemy import select

from tms.access import Actor, Permission
from tms.admin_views.attempts import attempt
from tms.admin_views.labels import label_of
from tms.admin_views.lookups import parse_id
from tms.admin_views.opened import opened
from tms.admin_views.papers import photo_box, strips, taken
from tms.admin_views.session import safe_target
from tms.auth import get_actor
from tms.db import db, writing
from tms.documents import attachments, photos
from tms.documents.bringing import Brought, crop_of, photo_from, take
from tms.documents.clean import MAX_PICTURE, RATIO
from tms.documents.content import JPEG
from tms.documents.papers import READERS, Opened, open_paper, thumbnail
from tms.errors import Invalid, TmsError, message
from tms.gate import needs, where
from tms.i18n import gettext as _
from tms.models import Teacher
from tms.records.editable import for_row
from tms.records.read import headers, rows_of_files

DONE = 200


def opens(actor: Actor) -> bool:
    """Whether the role opens papers at all: readers, whoever fills in, and the person."""
    fills = actor.can(Permission.RECORD_WRITE) or actor.teacher_id is not None
    return fills or bool(READERS & actor.permissions)


OPENS, FILLS = where("opens papers", opens), needs(Permission.RECORD_WRITE)


class DocumentView(BaseView):
    """Reached from rows and from the head of a file."""

    GATES = {
        "index": OPENS,
        "thumb": OPENS,
        "picture": needs(Permission.RECORD_READ),
        "row": FILLS,
        "remove": FILLS,
        "photo": FILLS,
        "remove_photo": FILLS,
    }

    def is_visible(self) -> bool:
        """Never in a menu: papers belong to files."""
        return False

    # -- opening -----------------------------------------------------------------------------------

    @expose("/")
    def index(self) -> Response:
        """A paper; who opened it is noted, in a short transaction of its own."""
        document_id = _id("id")
        db.session.rollback()
        with writing():
            found = open_paper(db.session(), get_actor(), _folder(), document_id)
            db.session.commit()
        return _handed(found, as_attachment=found.media_type != JPEG)

    @expose("/thumb/")
    def thumb(self) -> Response:
        """The small picture of a paper."""
        content = thumbnail(db.session(), get_actor(), _folder(), _id("id"))
        return _handed(Opened("thumb.jpg", JPEG, content))

    @expose("/picture/")
    def picture(self) -> Response:
        """The photo of a file; the page that shows it was noted itself."""
        teacher_id = _id("teacher_id")
        found = photos.open_photo(db.session(), get_actor(), _folder(), teacher_id)
        opened([teacher_id])
        return _handed(found)

    # -- papers of a row ---------------------------------------------------------------------------

    @expose("/row/", methods=("GET", "POST"))
    def row(self) -> Any:
        """The papers of a row, with a form for more."""
        actor, place = get_actor(), (request.args.get("table", ""), _id("id"))
        spot = _found(lambda: attachments.spot_of(db.session(), *place))
        status = 200
        if request.method == "POST":
            brought = [Brought(each) for each in request.files.getlist("papers") if each.filename]
            done, status = attempt(lambda: take(db.session(), actor, _folder(), place, brought))
            if status == DONE:
                flash(taken(done or 0), "success")
                return redirect(_back(spot.header.id))
            spot = _found(lambda: attachments.spot_of(db.session(), *place))
        writable = for_row(db.session(), actor, spot.model, spot.row, spot.header)
        page = _about(spot.header.id) | {
            "table": label_of(spot.model.dictionary),
            "papers": strips(actor, spot.header.id).get(place, []),
            "writable": writable,
            "most": attachments.MAX_OF_ROW,
        }
        return self.render("admin/papers_row.html", **page), status

    @expose("/remove/", methods=("POST",))
    def remove(self) -> Any:
        """Take a paper of a row out."""
        document_id, actor = parse_id(request.form.get("id", "")) or 0, get_actor()
        act = lambda: attachments.detach(db.session(), actor, _folder(), document_id)  # noqa: E731
        spot, status = attempt(act, said=_("已删除。"))
        if spot is None:
            return self.render("admin/refused.html", back=_back()), status
        return redirect(_back(spot.header.id))

    # -- the photo ---------------------------------------------------------------------------------

    @expose("/photo/", methods=("GET", "POST"))
    def photo(self) -> Any:
        """Choose a picture and what of it; the server cuts it out."""
        teacher_id, status = _id("teacher_id"), 200
        page = _about(teacher_id)
        if request.method == "POST":
            asked, status = attempt(lambda: self._take(teacher_id))
            if status == DONE and asked:
                return redirect(url_for("request.details_view", id=asked))
            if status == DONE:
                flash(_("照片已保存。"), "success")
                return redirect(_back(teacher_id))
        rows = rows_of_files(db.session(), [teacher_id], [photos.TABLE])
        header = headers(db.session(), [teacher_id])[teacher_id]
        box = photo_box(get_actor(), header, rows)
        page |= {"box": box, "ratio": RATIO}
        return self.render("admin/papers_photo.html", **page), status

    def _take(self, teacher_id: int) -> int | None:
        upload, actor = request.files.get("photo"), get_actor()
        if upload is None or not upload.filename:
            raise Invalid(message("请先选择照片文件。"))
        crop = crop_of(request.form.get("how", ""), request.form.get("box", ""))
        reason = request.form.get("reason")
        brought = Brought(upload)
        return photo_from(db.session(), actor, _folder(), teacher_id, brought, crop, reason)

    @expose("/photo/remove/", methods=("POST",))
    def remove_photo(self) -> Any:
        """The file has no photo any more."""
        teacher_id, actor = _id("teacher_id"), get_actor()
        act = lambda: photos.remove_photo(db.session(), actor, _folder(), teacher_id)  # noqa: E731
        _none, status = attempt(act, said=_("已删除。"))
        if status != DONE:
            return self.render("admin/refused.html", back=_back()), status
        return redirect(_back(teacher_id))


def _about(teacher_id: int) -> dict[str, Any]:
    """Whose file it is, or 404."""
    columns = (Teacher.id, Teacher.name, Teacher.teacher_no)
    file = db.session.execute(select(*columns).where(Teacher.id == teacher_id)).first()
    if file is None:
        abort(404)
    opened([teacher_id])
    return {"file": file, "back": _back(teacher_id), "max_bytes": MAX_PICTURE}


def _back(teacher_id: int | None = None) -> str:
    """Where one came from, if it is a page of this site; else the file."""
    text = request.values.get("back", "")
    if text or teacher_id is None:
        return safe_target(text)
    return url_for("teacher.details_view", id=teacher_id)


def _found(ask: Callable[[], attachments.Spot]) -> attachments.Spot:
    try:
        return ask()
    except TmsError as error:
        return abort(error.status)


def _handed(found: Opened, *, as_attachment: bool = False) -> Response:
    response = send_file(
        BytesIO(found.content),
        mimetype=found.media_type,
        as_attachment=as_attachment,
        download_name=found.name,
    )
    response.headers["Cache-Control"] = "no-store"  # send_file would say no-cache
    return response


def _folder() -> Any:
    return current_app.config["TMS_DATA_DIR"]


def _id(name: str) -> int:
    return parse_id(request.args.get(name, "")) or 0
