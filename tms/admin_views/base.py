"""The base of every table's view: one gate, lists within reach, and errors said once.

Rows are confined by the session (`tms.access.scope`); nothing here repeats that rule. What is
written goes through `tms.records`, never through a flush of the model, and is committed here only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from flask import abort, flash, g, redirect, request
from flask_admin import expose
from sqlalchemy import select

from tms.access import Permission
from tms.admin_views.arrange import ArrangeMixin
from tms.admin_views.attempts import attempt
from tms.admin_views.columns import Column, State
from tms.admin_views.lists import ListView
from tms.admin_views.lookups import parse_id
from tms.admin_views.opened import opened
from tms.admin_views.page import Page
from tms.auth import current_actor
from tms.db import db
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l

T = TypeVar("T")


class ScopedView(ArrangeMixin, ListView):
    """A table's list, details and forms for whoever may read it."""

    reads: Permission
    writes: Permission

    opens = _l("打开")
    #: What the button says that makes a new one.
    creates: Any = _l("新建")
    #: What an empty list says besides.
    none_hint: Any = ""
    #: What the address of the form carries.
    create_args: Any = MappingProxyType({})
    can_view_details = True
    can_export = property(lambda self: False)
    form_template = "admin/form.html"
    details_template = "admin/details.html"

    # -- the gate ----------------------------------------------------------------------------------

    #: Endpoints that are open to readers, and the property that says to which of them. What
    #: Flask-Admin offers beyond these (inline edits, its own lookups) stays shut.
    GATES: Mapping[str, str] = {
        "index_view": "can_view_details",
        "print_view": "can_view_details",
        "columns_view": "can_view_details",
        "keep_view": "can_view_details",
        "forget_view": "can_view_details",
        "details_view": "can_view_details",
        "create_view": "can_create",
        "edit_view": "can_edit",
        "delete_view": "can_delete",
        "export": "can_export",
    }

    def is_accessible(self) -> bool:
        """Also decides whether the menu shows the view."""
        actor = current_actor()
        return actor is not None and actor.can(self.reads)

    def may_write(self) -> bool:
        """Whether the role writes here at all; which row, the door asks."""
        return self.actor.can(self.writes)

    def offers_edit(self, row: Any) -> bool:
        """Whether a list or a details page leads to the form of *row*."""
        return bool(self.can_edit)

    can_create = property(may_write)
    can_edit = property(may_write)
    can_delete = property(lambda self: False)

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Without Flask-Admin's second try, which hides the first error."""
        return fn(self, *args, **kwargs)

    # -- one row -----------------------------------------------------------------------------------

    def get_one(self, id: Any) -> Any:
        """The row in reach, or 404: what does not exist and what is somebody else's look alike."""
        row_id = parse_id(id)
        found = db.session.scalar(select(self.model).where(self.model.id == row_id))
        if row_id is None or found is None:
            abort(404)
        g.page = Page([found], self.actor)
        return found

    @expose("/details/")
    def details_view(self) -> Any:
        row = self.get_one(request.args.get("id", ""))
        opened(self.people_of([row]))
        return self.render(self.details_template, row=row, **self.about(row))

    def about(self, row: Any) -> dict[str, Any]:
        """What the details page shows: (label, text) pairs and whatever its template needs."""
        return {"lines": list(self.lines(row, self.details or self.columns))}

    def lines(self, row: Any, columns: Sequence[Column]) -> Iterator[tuple[Any, Any]]:
        """(label, text) of each column the reader may see."""
        for column in columns:
            if column.visible(self.actor):
                shown = column.show(row, g.page)
                yield column.label, shown.text if isinstance(shown, State) else shown

    # -- writing -----------------------------------------------------------------------------------

    def attempt(
        self, act: Callable[[], T], form: Any = None, said: str = ""
    ) -> tuple[T | None, int]:
        """As `attempts.attempt`."""
        return attempt(act, form, said)

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        form = self.create_form()
        return self._form_page(form, lambda: self.create_model(form), {"title": self.creates})

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        row = self.get_one(request.args.get("id", ""))
        form = self.edit_form(row)
        title = {"title": _("修改"), "row": row}
        return self._form_page(form, lambda: self.update_model(form, row), title)

    def _form_page(self, form: Any, act: Callable[[], Any], extra: dict[str, Any]) -> Any:
        status = 200
        if form.is_submitted():
            saved, status = self.attempt(act, form) if form.validate() else (None, 422)
            if saved is not None:
                return self.saved(saved)
        page = {"form": form, "back": self.get_url(".index_view")} | extra
        return self.render(self.form_template, **page), status

    def saved(self, result: Any) -> Any:
        """What follows a save."""
        flash(_("已保存。"), "success")
        return redirect(self.get_url(".index_view"))

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> Any:
        row = self.get_one(request.form.get("id", ""))
        done, status = self.attempt(lambda: self.delete_model(row))
        if done is None:
            return self.render("admin/refused.html", back=self.get_url(".index_view")), status
        flash(_("已删除。"), "success")
        return redirect(self.get_url(".index_view"))

    def is_action_allowed(self, name: str) -> bool:
        """Flask-Admin's own bulk delete commits row by row past the door: never."""
        return name != "delete"

    @expose("/action/", methods=("POST",))
    def action_view(self) -> Any:
        """An act over ticked rows, or over the one row whose menu says `do` ("submit:12").

        Refused plainly, where Flask-Admin would redirect as if nothing had been asked.
        """
        name, _sep, row_id = request.form.get("do", "").partition(":")
        name = name or request.form.get("action", "")
        ids = [row_id] if row_id else request.form.getlist("rowid")
        if name not in self._actions_data or not self.is_action_allowed(name):
            abort(403)
        return self._actions_data[name][0](ids)
