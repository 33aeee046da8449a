"""The search box of the top bar: a name's beginning, a personal number, a document's number.

A document's number is posted, never an address; it is found by its blind index, within reach, and
leaves an event (SECURITY.md S9, S10).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import select

from tms.access import Permission
from tms.admin_views.asked import clean
from tms.auth import get_actor
from tms.db import db
from tms.gate import allow, needs
from tms.i18n import gettext as _
from tms.models import Teacher
from tms.records.find import file_by_document, looks_like_document

blueprint = Blueprint("find", __name__, url_prefix="/find")


@blueprint.post("")
@allow(blueprint, needs(Permission.FILE_READ))
def person() -> Any:
    """To the file that is meant, or to the list of those whose name begins so."""
    term = clean(request.form.get("term", ""))
    by_number = db.session.scalar(select(Teacher.id).where(Teacher.teacher_no == term))
    if by_number is not None:
        return redirect(url_for("teacher.details_view", id=by_number))
    if not looks_like_document(term):
        return redirect(url_for("teacher.index_view", search=term or None))
    found = file_by_document(db.session(), get_actor(), term)
    db.session.commit()
    if found is not None:
        return redirect(url_for("teacher.details_view", id=found))
    flash(_("管理范围内没有这个号码的档案。"), "danger")
    return redirect(url_for("teacher.index_view"))
