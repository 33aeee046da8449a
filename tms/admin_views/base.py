"""The base of every table's view: one gate, lists within reach, and errors said once.

Rows are confined by the session (`tms.access.scope`); nothing here repeats that rule. What is written
goes through `tms.records`, never through a flush of the model, and is committed here only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from flask import abort, current_app, flash, g, redirect, request
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.model.base import ViewArgs
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import Select, false, func, select
from sqlalchemy.exc import IntegrityError

from tms.access import Actor, Permission
from tms.admin_views.columns import Column, Filter, Page
from tms.admin_views.lookups import parse_id
from tms.auth import current_actor, require_login
from tms.db import db
from tms.errors import Invalid, TmsError
from tms.i18n import lang, say

T = TypeVar("T")
MAX_PAGE = 200_000
MAX_TERM = 60


class ScopedView(ModelView):
    """A table's list, details and forms for whoever may read it."""

    reads: Permission
    writes: Permission
    columns: tuple[Column, ...] = ()
    details: tuple[Column, ...] = ()
    filters: tuple[Filter, ...] = ()

    can_view_details = True
    can_export = False
    can_set_page_size = True
    page_size, page_size_options = 50, (20, 50, 100)
    form_base_class = FlaskForm
    list_template = "admin/list.html"
    form_template = "admin/form.html"
    details_template = "admin/details.html"
    #: What the search box takes; None hides it.
    search_hint: Any = None

    # -- the gate ----------------------------------------------------------------------------------

    #: Endpoints that need more than reading, and the property that says so.
    GATES = {
        "create_view": "can_create",
        "edit_view": "can_edit",
        "delete_view": "can_delete",
        "export": "can_export",
    }

    @property
    def actor(self) -> Actor:
        """Who asks; the gate has let nobody else in."""
        actor = current_actor()
        if actor is None:
            abort(403)
        return actor

    def is_accessible(self) -> bool:
        """Also decides whether the menu shows the view."""
        actor = current_actor()
        return actor is not None and actor.can(self.reads)

    def may_write(self) -> bool:
        """Whether the role writes here at all; which row, the door asks."""
        return self.actor.can(self.writes)

    can_create = property(may_write)
    can_edit = property(may_write)
    can_delete = property(lambda self: False)

    def _handle_view(self, name: str, **kwargs: Any) -> Any:
        answer = require_login()
        if answer is None and not (
            self.is_accessible() and getattr(self, self.GATES.get(name, "can_view_details"))
        ):
            abort(403)
        return answer

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Without Flask-Admin's second try, which hides the first error."""
        return fn(self, *args, **kwargs)

    # -- lists -------------------------------------------------------------------------------------

    def _refresh_cache(self) -> None:
        """Flask-Admin works columns, filters and forms out at start; ours depend on the reader."""
        self._delete_form_class = self.get_delete_form()
        self._action_form_class = self.get_action_form()
        self._form_ajax_refs: dict[str, Any] = {}
        self._filters = self._filter_groups = None
        self.column_labels, self.column_editable_list = {}, {}

    def scaffold_auto_joins(self) -> list[Any]:
        """None: `Page` fetches what rows mention."""
        return []

    @property
    def _search_supported(self) -> bool:
        return self.search_hint is not None

    def search_placeholder(self) -> Any:
        return self.search_hint

    @property
    def shown_columns(self) -> list[Column]:
        """The columns the reader may see."""
        return [column for column in self.columns if column.visible(self.actor)]

    @property
    def offered_filters(self) -> list[Filter]:
        """The filters the reader may use."""
        return [each for each in self.filters if each.visible(self.actor)]

    @property
    def _list_columns(self) -> list[tuple[str, Any]]:
        return [(column.key, column.label) for column in self.shown_columns]

    @property
    def _sortable_columns(self) -> dict[str, Any]:
        return {c.key: c.sort for c in self.shown_columns if c.sort is not None}

    def _get_list_filter_args(self) -> list[tuple[str, str]]:
        given = ((each.key, request.args.get(each.key, "")) for each in self.offered_filters)
        return [(key, clean(value)) for key, value in given if clean(value)]

    def _get_filters(self, filters: Sequence[tuple[str, str]] | None) -> dict[str, str]:
        return dict(filters or ())

    def _get_list_extra_args(self) -> ViewArgs:
        """What the address asks for; what makes no sense is dropped, never an error."""
        number = request.args.get
        return ViewArgs(
            page=min(max(number("page", 0, type=int), 0), MAX_PAGE),
            page_size=number("page_size", 0, type=int),
            sort=number("sort", None, type=int),
            sort_desc=number("desc", None, type=int),
            search=clean(request.args.get("search", "")) or None,
            filters=self._get_list_filter_args(),
            extra_args={},
        )

    def conditions(self, search: str | None, filters: Sequence[tuple[str, str]]) -> Iterator[Any]:
        """What a list is narrowed by; a value that makes no sense finds nothing."""
        if search and self._search_supported:
            yield self.found_by(search)
        offered = {each.key: each for each in self.offered_filters}
        for key, value in filters or ():
            condition = offered[key].condition(value)
            yield false() if condition is None else condition

    def found_by(self, term: str) -> Any:
        """Condition of the search box."""
        raise NotImplementedError

    def chosen_ids(self) -> Select[Any]:
        """Ids of all rows that match the address's search and filters: "all N that match"."""
        asked = self._get_list_extra_args()
        return select(self.model.id).where(*self.conditions(asked.search, asked.filters))

    def get_list(
        self,
        page: int | None,
        sort_column: str | None,
        sort_desc: bool,
        search: str | None,
        filters: Sequence[tuple[str, str]] | None,
        execute: bool = True,
        page_size: int | None = None,
    ) -> tuple[int, Sequence[Any]]:
        """One page of rows in reach, in an order that does not change between pages."""
        size = page_size or self.page_size
        chosen = list(self.conditions(search, filters or ()))
        count = select(func.count()).select_from(self.model).where(*chosen)
        rows = select(self.model).where(*chosen).order_by(*self._order(sort_column, sort_desc))
        found = db.session.scalars(rows.limit(size).offset((page or 0) * size)).all()
        g.page = Page(found)
        return db.session.scalar(count) or 0, found

    def _order(self, sort_column: str | None, desc: bool) -> Iterator[Any]:
        column = self._sortable_columns.get(sort_column or "")
        if column is not None:
            yield column.desc() if desc else column
        yield self.model.id

    def get_list_value(self, row: Any, key: str) -> Any:
        """The text of one cell."""
        return self.column(key).show(row, g.page)

    def column(self, key: str) -> Column:
        """The column called *key*."""
        return next(column for column in (*self.columns, *self.details) if column.key == key)

    def link_of(self, row: Any, key: str) -> str | None:
        """Where one cell leads."""
        link = self.column(key).link
        return self.get_url(link(row)[0], id=link(row)[1]) if link else None

    # -- one row -----------------------------------------------------------------------------------

    def get_one(self, id: Any) -> Any:
        """The row in reach, or 404: what does not exist and what is somebody else's look alike."""
        row_id = parse_id(id)
        found = db.session.scalar(select(self.model).where(self.model.id == row_id))
        if row_id is None or found is None:
            abort(404)
        g.page = Page([found])
        return found

    @expose("/details/")
    def details_view(self) -> Any:
        row = self.get_one(request.args.get("id", ""))
        return self.render(self.details_template, row=row, **self.about(row))

    def about(self, row: Any) -> dict[str, Any]:
        """What the details page shows: (label, text) pairs and whatever its template needs."""
        return {"lines": list(self.lines(row, self.details or self.columns))}

    def lines(self, row: Any, columns: Sequence[Column]) -> Iterator[tuple[Any, Any]]:
        """(label, text) of each column the reader may see."""
        for column in columns:
            if column.visible(self.actor):
                yield column.label, column.show(row, g.page)

    # -- writing -----------------------------------------------------------------------------------

    def attempt(self, act: Callable[[], T], form: Any = None) -> tuple[T | None, int]:
        """Do and commit; a refusal is rolled back and said, at its fields where it names some."""
        try:
            result = act()
            db.session.commit()
        except TmsError as error:
            db.session.rollback()
            tell(error, form)
            return None, error.status
        except IntegrityError as error:
            db.session.rollback()
            current_app.logger.warning("integrity: %s", type(error.orig).__name__)
            flash(_("内容与已有数据冲突，没有保存。请刷新后再试。"), "danger")
            return None, 409
        return result, 200

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        form = self.create_form()
        return self._form_page(form, lambda: self.create_model(form), {"title": _("新建")})

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
        """Refused plainly, where Flask-Admin would redirect as if nothing had been asked."""
        name = request.form.get("action", "")
        if name not in self._actions_data or not self.is_action_allowed(name):
            abort(403)
        return self.handle_action()


def clean(text: str) -> str:
    """What was typed into a search box, fit for a database."""
    return text.replace("\0", "").strip()[:MAX_TERM]


def tell(error: TmsError, form: Any = None) -> None:
    """Say a refusal: the sentence on top, its findings at their fields."""
    flash(say(error.text), "danger")
    for finding in error.findings if isinstance(error, Invalid) else ():
        field = form[finding.field] if form is not None and finding.field in form else None
        if field is None:
            flash(finding.message(lang()), "danger")
        else:
            field.errors = [*field.errors, finding.message(lang())]
