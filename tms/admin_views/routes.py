"""How files are reviewed: the route of a university, its versions, and its editing."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_admin import BaseView, expose
from sqlalchemy import func, select

from tms.access import Permission
from tms.admin_views import route_forms, route_pages
from tms.admin_views.attempts import tell
from tms.admin_views.jobs import to_job
from tms.admin_views.labels import moment
from tms.admin_views.lookups import parse_id
from tms.auth import get_actor
from tms.db import db
from tms.dictionary import HE, Category
from tms.errors import Conflict, TmsError
from tms.gate import LOGGED_IN, needs
from tms.i18n import gettext as _
from tms.models import RouteVersion, Unit, UnitKind
from tms.workflow import route_edit, route_versions
from tms.workflow.route_edit import Draft
from tms.workflow.routes import route_for

#: Universities listed of one reach; the list of units has them all.
LISTED = 200


class RouteView(BaseView):
    """Everybody of a university and above it reads; its information administrator edits."""

    GATES = {"index": LOGGED_IN, "edit": needs(Permission.ROUTE_WRITE)}

    @expose("/")
    def index(self) -> Any:
        """One university's route, one's own first; else what holds for one's school or reach."""
        actor, session = get_actor(), db.session()
        asked = request.args.get("unit")
        unit_id = parse_id(asked) if asked else route_versions.own_university(session, actor)
        if asked and unit_id is None:
            abort(404)
        if unit_id is None:
            return self._default()
        unit = route_versions.university(session, actor, unit_id)
        page = route_pages.university_page(session, unit, _number("version"))
        compared = route_pages.compared(page["versions"], _number("from"), _number("to"))
        return self.render(
            "admin/route.html",
            heading=_("审核路线：%(unit)s", unit=unit.name),
            unit=unit,
            may_edit=route_edit.may_edit(actor, unit),
            compared=compared,
            moment=moment,
            **page,
        )

    def _default(self) -> Any:
        """Whoever belongs to no university: the route of one's school; of a bureau all of them."""
        own = get_actor().unit_category
        category = Category(own) if own in set(Category) else Category.PRIMARY_SECONDARY
        return self.render(
            "admin/route_default.html",
            heading=self.name,
            steps=[route_pages.node(step) for step in route_for(category).steps],
            universities=_universities(),
        )

    @expose("/edit/", methods=("GET", "POST"))
    def edit(self) -> Any:
        """The form; its buttons; the preview; the new version."""
        unit_id = parse_id(request.args.get("unit", "")) or 0
        unit = route_versions.university(db.session(), get_actor(), unit_id)
        route_edit.require_edit(get_actor(), unit)
        if request.method == "GET":
            used = route_versions.in_use(db.session(), unit.id)
            return self._form(unit, route_edit.draft_of(used, used.number))
        draft = route_forms.read(request.form)
        word, _sep, number = request.form.get("do", "").partition(":")
        if word == "preview":
            return self._preview(unit, draft)
        if word == "confirm":
            return self._confirm(unit, draft)
        if word not in route_forms.BUTTONS:
            abort(400)
        place = int(number) if number.isdecimal() and len(number) < 4 else 0
        return self._form(unit, *route_forms.change(draft, word, place, request.form))

    def _form(self, unit: Unit, draft: Draft, focus: str = "", problems: Any = ()) -> Any:
        return self.render(
            "admin/route_edit.html",
            heading=_("修改审核路线：%(unit)s", unit=unit.name),
            unit=unit,
            draft=draft,
            focus=focus,
            problems=problems,
            back=url_for(".index", unit=unit.id),
            **route_pages.form_page(draft),
        )

    def _preview(self, unit: Unit, draft: Draft, status: int = 200) -> Any:
        plan = route_edit.preview(db.session(), get_actor(), unit, draft)
        if plan.problems:
            return self._form(unit, draft, problems=plan.problems), 422
        page = self.render(
            "admin/route_preview.html",
            heading=_("修改审核路线：%(unit)s", unit=unit.name),
            unit=unit,
            plan=plan,
            fields=list(route_forms.fields_of(draft)),
            note=request.form.get("note", ""),
            rows=route_pages.rows_by_table(plan.rows),
            back=url_for(".index", unit=unit.id),
        )
        return page, status

    def _confirm(self, unit: Unit, draft: Draft) -> Any:
        """Put it in use; a refusal shows the preview again with what was typed."""
        session, note = db.session(), request.form.get("note", "")
        try:
            published = route_edit.publish(session, get_actor(), unit, draft, note)
            session.commit()
        except TmsError as error:
            session.rollback()
            tell(error)
            unit = route_versions.university(session, get_actor(), unit.id)
            if isinstance(error, Conflict):
                return redirect(url_for(".index", unit=unit.id))
            return self._preview(unit, draft, error.status)
        flash(_("审核路线第%(n)d版已启用。", n=published.made.version), "success")
        if published.job is not None:
            return to_job(published.job)
        return redirect(url_for(".index", unit=unit.id))


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else None


def _universities() -> list[Any]:
    """(id, name, version in use or None) of the universities in reach."""
    latest = (
        select(func.max(RouteVersion.version))
        .where(RouteVersion.unit_id == Unit.id)
        .correlate(Unit)
        .scalar_subquery()
    )
    statement = (
        select(Unit.id, Unit.name, latest.label("version"))
        .where(Unit.kind == UnitKind.SCHOOL, Unit.school_category == HE, Unit.closed_on.is_(None))
        .order_by(Unit.unit_path)
        .limit(LISTED)
    )
    return list(db.session.execute(statement))
