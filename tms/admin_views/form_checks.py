"""核验: a paper held against the file, and the signed one brought back (R44, R45)."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, request, url_for
from flask_admin import expose
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import InputRequired

from tms.access import Actor, Permission
from tms.admin_views.attempts import attempt
from tms.admin_views.form_words import Printed, lines
from tms.admin_views.opened import opened
from tms.auth import get_actor
from tms.db import db
from tms.documents.clean import MAX_PICTURE, clean
from tms.documents.form_scans import bring
from tms.documents.papers import writable
from tms.gate import where
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import PrintedForm
from tms.records.form_changes import Checked, check
from tms.records.printed_forms import find_paper, may_check
from tms.records.read import headers
from tms.records.user_names import names_of

#: A code has twelve signs and two strokes; whoever sends more has typed something else.
MAX_CODE = 80


def may_sign(actor: Actor) -> bool:
    """Whether the role brings signed forms: their own, or those it prepares."""
    return actor.reads_whole_files and actor.can(Permission.RECORD_WRITE)


class ScanForm(FlaskForm):
    """Which paper, and its scan."""

    code = StringField(_l("校验码"), [InputRequired()], description=_l("印在表上二维码的下面。"))
    scan = FileField(
        _l("签名后的扫描件"),
        [FileRequired(_l("请选择文件。"))],
        description=_l("PDF、JPEG 或 PNG；各页扫描成一个 PDF。"),
    )


class FormCheckMixin:
    """The checking of papers, beside their printing."""

    render: Any
    GATES = {
        "check": where("checks papers", may_check),
        "scan": where("brings signed forms", may_sign),
    }

    @expose("/check/")
    def check(self) -> Any:
        """Which paper it is, and what has changed since."""
        code = request.args.get("code", "").strip()[:MAX_CODE]
        page = {"heading": _("核验个人信息表"), "code": code, "checked": None}
        if not code:
            return self.render("admin/form_check.html", **page)
        found, status = attempt(lambda: _checked(code))
        if found is not None:
            opened([found.paper.teacher_id])
            page |= told(get_actor(), found)
        return self.render("admin/form_check.html", **page), status

    @expose("/<int:id>/scan/", methods=("POST",))
    def scan(self, id: int) -> Any:
        """The signed paper."""
        if id not in headers(db.session(), [id]):
            abort(404)
        form = ScanForm()
        back = redirect(url_for("form.file_view", id=id))
        if not form.validate():
            for error in (text for texts in form.errors.values() for text in texts):
                flash(error, "danger")
            return back
        attempt(lambda: _bring(id, form), said=_("扫描件已保存。"))
        return back


def _checked(code: str) -> Checked:
    actor = get_actor()
    return check(db.session(), actor, find_paper(db.session(), actor, code))


def told(actor: Actor, checked: Checked) -> dict[str, Any]:
    """What a page says of a paper that was held against its file."""
    row: PrintedForm = checked.paper
    names = names_of(db.session(), [row.made_by, row.signed_by])
    return {
        "checked": checked,
        "paper": Printed(row, checked.now.digest),
        "lines": lines(actor, checked),
        "file": checked.now.file,
        "made_by": names.get(row.made_by, ""),
        "signed_by": names.get(row.signed_by, ""),
    }


def _bring(teacher_id: int, form: ScanForm) -> bool:
    actor, upload = get_actor(), form.scan.data
    with upload.stream:  # a large one lies in a file of its own meanwhile
        content = upload.read(MAX_PICTURE + 1)
    writable(db.session(), actor, teacher_id)
    db.session.rollback()  # nothing is written yet, and cleaning takes its time
    made, folder = clean(content), current_app.config["TMS_DATA_DIR"]
    code = form.code.data or ""
    bring(db.session(), actor, folder, teacher_id, code, upload.filename or "scan", made)
    return True
