"""Templates to be filled in: which tables, for which schools, empty or with what is there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from io import BytesIO
from typing import Any

from flask import abort, current_app, request, send_file, url_for
from flask_admin import expose
from sqlalchemy import select

from tms.access import Actor, Permission
from tms.access.policy import may_fill_table
from tms.admin_views.attempts import attempt
from tms.admin_views.downloads import handed_out
from tms.admin_views.jobs import ask_for
from tms.admin_views.labels import label_of
from tms.auth import get_actor
from tms.db import db
from tms.dictionary import Category, code_table
from tms.exchange.import_ends import XLSX
from tms.exchange.template import write_template
from tms.exchange.template_jobs import ask_filled
from tms.gate import where
from tms.i18n import gettext as _
from tms.i18n import lang
from tms.models import SECTIONS, TABLES, Unit
from tms.records.spool import spool

FILLS_BY_SPREADSHEET = where(
    "fills by spreadsheet",
    lambda actor: actor.can(Permission.IMPORT) and actor.can(Permission.RECORD_WRITE),
)


class TemplateMixin:
    """Part of the import centre."""

    render: Any

    @expose("/template/", methods=("GET", "POST"))
    def template(self) -> Any:
        """Choose; empty ones are handed out at once, filled ones are a job's."""
        found = categories()
        asked = request.values.get("category", "")
        category = Category(asked if asked in found else found[0]) if found else None
        if category is None:
            return self._page(found, None), 200
        if request.method != "POST":
            return self._page(found, category), 200
        chosen = [key for key in request.form.getlist("table") if key in TABLES]
        if "filled" in request.form:
            ask = partial(ask_filled, db.session(), get_actor(), chosen, category, lang())
            return ask_for(self.render, url_for(".template"), ask)
        content, status = attempt(lambda: _empty(get_actor(), chosen, category))
        if content is None:
            return self._page(found, category), status
        name = f"{_('导入模板')}-{code_table('school_category').label(category, lang())}.xlsx"
        response = send_file(content, mimetype=XLSX, as_attachment=True, download_name=name)
        response.headers["Cache-Control"] = "no-store"
        return response

    @expose("/template/<int:id>/")
    def template_file(self, id: int) -> Any:
        """A filled one that a job has made."""
        return handed_out(id)

    def _page(self, found: Sequence[str], category: Category | None) -> Any:
        labels = {each: code_table("school_category").label(each, lang()) for each in found}
        page = {
            "categories": labels,
            "category": category,
            "sections": list(_sections(get_actor(), category)) if category else [],
            "may_fill": get_actor().can(Permission.RECORD_EXPORT),
            "ticked": request.form.getlist("table"),
            "crumbs": [(_("导入"), url_for(".index")), (_("模板"), "")],
        }
        return self.render("admin/import_template.html", heading=_("导入模板"), **page)


def categories() -> list[str]:
    """Categories of the schools in reach, in the order of the code table."""
    actor = get_actor()
    if actor.unit_category:
        return [actor.unit_category]
    known = select(Unit.school_category).where(Unit.school_category.is_not(None)).distinct()
    there = set(db.session.scalars(known))
    return [entry.code for entry in code_table("school_category").entries if entry.code in there]


def _sections(actor: Actor, category: Category) -> Any:
    """(section, [(key, label)]) of the tables that the role fills in such schools."""
    for section in SECTIONS:
        tables = [
            (table.key, label_of(table))
            for table in section.tables
            if table.applies(category) and may_fill_table(actor, table, [category])
        ]
        if tables:
            yield label_of(section), tables


def _empty(actor: Actor, tables: Sequence[str], category: Category) -> BytesIO:
    content = BytesIO()
    with spool(current_app.config["TMS_DATA_DIR"]) as folder:
        write_template(db.session(), actor, content, tables, category, lang=lang(), folder=folder)
    content.seek(0)
    return content if content.getbuffer().nbytes else abort(500)
