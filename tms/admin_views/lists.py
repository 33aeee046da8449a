"""Lists: columns, filters and search as the reader may use them, one page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import abort, g, request
from flask_admin.contrib.sqla import ModelView
from flask_admin.model.base import ViewArgs
from flask_wtf import FlaskForm
from sqlalchemy import Select, false, func, select

from tms.access import Actor
from tms.admin_views.columns import Column, Filter, Page
from tms.auth import current_actor
from tms.db import db

MAX_PAGE = 200_000
MAX_TERM = 60


class ListView(ModelView):
    """Flask-Admin's list, asked anew for each reader: roles see different columns."""

    columns: tuple[Column, ...] = ()
    details: tuple[Column, ...] = ()
    filters: tuple[Filter, ...] = ()
    can_set_page_size = True
    page_size, page_size_options = 50, (20, 50, 100)
    form_base_class = FlaskForm
    list_template = "admin/list.html"
    #: What the search box takes; None hides it.
    search_hint: Any = None

    @property
    def actor(self) -> Actor:
        """Who asks; the gate has let nobody else in."""
        actor = current_actor()
        if actor is None:
            abort(403)
        return actor

    def _refresh_cache(self) -> None:
        """Flask-Admin works columns, filters and forms out at start; ours depend on the reader."""
        self._delete_form_class = self.get_delete_form()
        self._action_form_class = self.get_action_form()
        self._form_ajax_refs: dict[str, Any] = {}
        self._filters = self._filter_groups = None
        self.column_labels: dict[str, str] = {}
        self.column_editable_list: dict[str, str] = {}

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


def clean(text: str) -> str:
    """What was typed into a search box, fit for a database."""
    return text.replace("\0", "").strip()[:MAX_TERM]
