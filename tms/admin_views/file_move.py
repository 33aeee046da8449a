"""调整学校: a bureau puts a file that was never reported into another of its schools."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_admin import BaseView, expose
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from tms.access import Permission
from tms.admin_views.attempts import attempt
from tms.admin_views.fields import LookupField
from tms.admin_views.lookups import parse_id, unit_id_of
from tms.auth import get_actor
from tms.db import db
from tms.gate import needs
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.i18n import say
from tms.models import Teacher, Unit
from tms.records.file_moves import REASON_MAX, Moved, move_file, why_not
from tms.records.read import headers


class MoveForm(FlaskForm):
    """Where to, and why."""

    school = LookupField(
        _l("调整到学校"),
        [InputRequired()],
        lookup="/lookup/unit",
        description=_l("同一类别的学校，代码或名称开头"),
    )
    reason = TextAreaField(
        _l("调整原因"),
        [InputRequired(), Length(max=REASON_MAX)],
        description=_l("记入这份档案的经过。"),
    )


class FileMoveView(BaseView):
    """Reached from a file's page."""

    GATES = {"index": needs(Permission.MOVE)}

    def is_visible(self) -> bool:
        """Never in a menu: it begins at a file."""
        return False

    @expose("/", methods=("GET", "POST"))
    def index(self) -> Any:
        """Ask, then move."""
        file = _file(request.args.get("id", ""))
        form, status = MoveForm(), 200
        if form.is_submitted():
            moved, status = (
                attempt(lambda: _move(file.id, form), form) if form.validate() else (None, 422)
            )
            if moved is not None:
                flash(_("已从%(former)s调整到%(school)s。", **vars(moved)), "success")
                return redirect(url_for("teacher.details_view", id=file.id))
        return self.render("admin/file_move.html", **_page(file, form)), status


def _move(teacher_id: int, form: MoveForm) -> Moved:
    school = unit_id_of(form.school.data or "")
    reason = form.reason.data or ""
    return move_file(db.session(), get_actor(), teacher_id, school, reason=reason)


def _file(text: str) -> Any:
    """Header of the file in reach with the name of its school, or 404."""
    columns = (Teacher.id, Teacher.name, Teacher.teacher_no, Unit.name.label("school"))
    found = select(*columns).join(Unit, Unit.id == Teacher.unit_id)
    return db.session.execute(found.where(Teacher.id == parse_id(text))).first() or abort(404)


def _page(file: Any, form: FlaskForm) -> dict[str, Any]:
    obstacle = why_not(db.session(), headers(db.session(), [file.id])[file.id])
    person, back = file.name or file.teacher_no, url_for("teacher.details_view", id=file.id)
    return {
        "heading": _("调整学校：%(name)s", name=person),
        "crumbs": [(_("教师"), url_for("teacher.index_view")), (person, back), (_("调整学校"), "")],
        "file": file,
        "form": form,
        "obstacle": say(obstacle) if obstacle else "",
        "back": back,
    }
