"""教师个人信息表: printed to be signed, one's own or of a file in reach (R44)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, current_app, redirect, request, url_for
from flask_admin import BaseView, expose
from sqlalchemy import select

from tms.access import Permission
from tms.admin_views.attempts import attempt
from tms.admin_views.downloads import handed_over, taken_once
from tms.admin_views.form_checks import FormCheckMixin, ScanForm, may_sign, told
from tms.admin_views.form_words import Printed
from tms.admin_views.opened import opened
from tms.auth import get_actor
from tms.db import db, writing
from tms.documents.form_print import Order, name_of, print_one
from tms.documents.forms import grouped
from tms.gate import needs, where
from tms.i18n import gettext as _
from tms.i18n import lang, say
from tms.models import PrintedForm, Teacher
from tms.records.business import BUSINESS
from tms.records.form_asks import PRINT
from tms.records.form_changes import check
from tms.records.kept import Kept
from tms.records.printed_forms import enter, may_print, papers_for, papers_of
from tms.records.signed_forms import last_signed

PDF = "application/pdf"
PRINTS = where("prints forms", may_print)


class PersonFormView(FormCheckMixin, BaseView):
    """A file's form: what was printed, and a fresh one."""

    GATES = {
        "index": where("own file", lambda actor: actor.teacher_id is not None),
        "file_view": PRINTS,
        "print": PRINTS,
        "batch_file": needs(Permission.RECORD_EXPORT),
        **FormCheckMixin.GATES,
    }

    def is_visible(self) -> bool:
        """Never in Flask-Admin's own menu."""
        return False

    @expose("/")
    def index(self) -> Any:
        """One's own."""
        return redirect(url_for(".file_view", id=get_actor().teacher_id))

    @expose("/<int:id>/")
    def file_view(self, id: int) -> Any:
        """Whether it can be signed, and the papers there are."""
        file = _file(id)
        opened([id])
        (now,), actor = papers_for(db.session(), [id]), get_actor()
        papers = papers_of(db.session(), id)
        signed = last_signed(db.session(), id)
        page = {
            "heading": _("个人信息表：%(name)s", name=file.name or file.teacher_no),
            "crumbs": _crumbs(file),
            "file": file,
            "errors": now.errors,
            "papers": [Printed(paper, now.digest) for paper in papers if not paper.business],
            "sheets": [Printed(paper, "") for paper in papers if paper.business],
            "business": {key: say(each.name) for key, each in BUSINESS.items()},
            "in_force": file.in_force_since is not None,
            "signed": told(actor, check(db.session(), actor, signed)) if signed else None,
            "scan": _scan_form(papers, now.digest) if may_sign(actor) else None,
        }
        return self.render("admin/person_form.html", **page)

    @expose("/<int:id>/print/", methods=("POST",))
    def print(self, id: int) -> Any:
        """The form, or the sheet for a business, as PDF; it is written down before it goes out."""
        _file(id)
        business = request.form.get("business", "")
        folder = current_app.config["TMS_DATA_DIR"]
        order = Order(get_actor(), lang(), say, request.url_root, business, folder)
        db.session.rollback()
        with writing(False):  # nobody waits while type is set
            made, status = attempt(lambda: print_one(db.session(), order, id))
            db.session.rollback()
        if made is None:
            back = url_for(".file_view", id=id)
            return self.render("admin/refused.html", heading=_("个人信息表"), back=back), status
        paper, content = made
        with writing():
            enter(db.session(), order.actor, [paper])
            db.session.commit()
        return given(content, name_of(paper, say))

    @expose("/batch/<int:id>/file/", methods=("POST",))
    def batch_file(self, id: int) -> Any:
        """What job *id* printed: whoever asks first has it, and it is gone."""
        found, status = attempt(lambda: taken_once(id, PRINT))
        if found is None:
            back = url_for("teacher.index_view")
            return self.render("admin/refused.html", heading=_("个人信息表"), back=back), status
        return handed_over(found)


def _scan_form(papers: Sequence[PrintedForm], digest: str) -> ScanForm | None:
    """Named after the latest paper that can be signed; none where there is none."""
    usable = [each for each in papers if not (each.errors or each.business)]
    same = [each for each in usable if each.digest == digest]
    if not usable:
        return None
    return ScanForm(formdata=None, code=grouped((same or usable)[0].code))


def given(content: bytes, name: str) -> Response:
    """A PDF as an answer that nobody keeps a copy of."""
    return handed_over(Kept(name, PDF, len(content), iter([content])))


def _file(teacher_id: int) -> Any:
    """The header of a file in reach, or 404."""
    columns = (Teacher.id, Teacher.name, Teacher.teacher_no, Teacher.in_force_since)
    found = db.session.execute(select(*columns).where(Teacher.id == teacher_id)).first()
    return found or abort(404)


def _crumbs(file: Any) -> list[tuple[Any, str]]:
    person = (file.name or file.teacher_no, url_for("teacher.details_view", id=file.id))
    places = [] if get_actor().teacher_id else [(_("教师"), url_for("teacher.index_view"))]
    return [*places, person, (_("个人信息表"), "")]
