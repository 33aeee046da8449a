"""Lists: columns, filters and search as the reader may use them, one page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from flask import abort, g
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_wtf import FlaskForm
from sqlalchemy import Select, false, nulls_first, nulls_last, select

from tms.access import Actor
from tms.admin_views import counts
from tms.admin_views.asked import Asked, asked
from tms.admin_views.columns import Column, Filter
from tms.admin_views.grid import Grid, Item
from tms.admin_views.opened import printed
from tms.admin_views.page import Page
from tms.auth import current_actor
from tms.db import db
from tms.dictionary import Category
from tms.i18n import gettext as _
from tms.records import preferences

#: Beyond this many rows an offset is walked over ids only, by the index that orders them.
DEEP = 1000
#: A printed list ends here, and says so.
PRINTED = 1000


T = TypeVar("T")


def once(name: str, work: Callable[[], T]) -> T:
    """What *work* gives, worked out once in a request."""
    known: dict[str, Any] = g.setdefault("worked_out", {})
    if name not in known:
        known[name] = work()
    found: T = known[name]
    return found


class ListView(ModelView):
    """A list asked anew for each reader: roles see different columns."""

    columns: tuple[Column, ...] = ()
    details: tuple[Column, ...] = ()
    filters: tuple[Filter, ...] = ()
    form_base_class = FlaskForm
    list_template = "admin/list.html"
    #: What the search box takes; None hides it.
    search_hint: Any = None
    #: Whether a reader keeps searches as views of his own.
    keeps_views = True
    #: (name, arguments) of views that everybody has.
    ready_views: tuple[tuple[Any, dict[str, str]], ...] = ()

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

    # -- what the reader may see and ask -----------------------------------------------------------

    @property
    def offered_columns(self) -> list[Column]:
        """The columns the reader may choose from; worked out once a request."""
        return once(
            f"{self.endpoint}:columns", lambda: [c for c in self.columns if c.visible(self.actor)]
        )

    @property
    def offered_filters(self) -> list[Filter]:
        """The filters the reader may use; worked out once a request."""
        return once(
            f"{self.endpoint}:filters",
            lambda: [each for each in self.all_filters() if each.visible(self.actor)],
        )

    def all_filters(self) -> Sequence[Filter]:
        """The filters there are, those included that depend on who asks."""
        return self.filters

    @property
    def asked(self) -> Asked:
        """What this request's address asks of the list."""
        sortable = [column.key for column in self.offered_columns if column.sort is not None]
        return once("asked", lambda: asked(self.offered_filters, sortable))

    def category_of(self, asked: Asked) -> Category | None:
        """The school category that the list is about; None where it may be several."""
        text = asked.filters.get("category") or self.actor.unit_category
        return Category(text) if text in set(Category) else None

    def shown_columns(self, asked: Asked) -> list[Column]:
        """What the reader chose, else what makes sense for the category; a choice holds a grid."""
        chosen = preferences.columns_of(db.session(), self.actor, self.endpoint)
        category = self.category_of(asked)
        return [
            column
            for column in self.offered_columns
            if (column.key in chosen if chosen is not None else column.default(category))
        ]

    # -- which rows --------------------------------------------------------------------------------

    def conditions(self, asked: Asked) -> Iterator[Any]:
        """What a list is narrowed by; a value that makes no sense finds nothing."""
        if asked.search and self.search_hint is not None:
            yield self.found_by(asked.search)
        offered = {each.key: each for each in self.offered_filters}
        for key, value in asked.filters.items():
            condition = offered[key].condition(value)
            yield false() if condition is None else condition

    def found_by(self, term: str) -> Any:
        """Condition of the search box."""
        raise NotImplementedError

    def chosen_ids(self) -> Select[Any]:
        """Ids of all rows that match the address's search and filters: "all N that match"."""
        return select(self.model.id).where(*self.conditions(self.asked))

    def fetch(self, asked: Asked, limit: int) -> Sequence[Any]:
        """*limit* rows in reach, in an order that does not change between pages.

        Far down a list, and among names, the ids are found first, by the index that orders them,
        then their rows.
        """
        start = asked.page * asked.size
        conditions = list(self.conditions(asked))
        order = list(self._order(asked))
        rows = select(self.model)
        if start > DEEP or asked.search:
            far = select(self.model.id).where(*conditions).order_by(*order)
            ids = db.session.scalars(far.offset(start).limit(limit)).all()
            found = db.session.scalars(rows.where(self.model.id.in_(ids)))
            place = {row_id: index for index, row_id in enumerate(ids)}
            return sorted(found, key=lambda row: place[row.id])
        rows = rows.where(*conditions).order_by(*order)
        return db.session.scalars(rows.offset(start).limit(limit)).all()

    def _order(self, asked: Asked) -> Iterator[Any]:
        """As asked, then along the tree of units: every scoped table has that index.

        Downwards is upwards read backwards, empty values included: one index serves both.
        """
        column = next((c.sort for c in self.offered_columns if c.key == asked.sort), None)
        if column is None:
            yield from (self.model.unit_path, self.model.id)
        elif asked.desc:
            yield nulls_first(column.desc())
            yield from (self.model.unit_path.desc(), self.model.id.desc())
        else:
            yield nulls_last(column)
            yield from (self.model.unit_path, self.model.id)

    # -- pages -------------------------------------------------------------------------------------

    @expose("/")
    def index_view(self) -> Any:
        """One page of the list."""
        asked = self.asked
        found = self.fetch(asked, asked.size + 1)
        rows, is_last = found[: asked.size], len(found) <= asked.size
        grid = Grid(self, asked, rows, self._count(asked, found), is_last)
        actions = self.get_actions_list()[0]
        ticks = _("选择") if actions else ""
        page = {"grid": grid, "asked": asked, "actions": actions, "ticks": ticks}
        crumbs = [*self.above(), (self.name, "")] if self.above() else ()
        return self.render(self.list_template, heading=self.name, crumbs=crumbs, **page)

    def _count(self, asked: Asked, found: Sequence[Any]) -> tuple[int, bool]:
        """How many match, and whether that is exact; a page that shows all needs no counting."""
        if asked.page == 0 and len(found) <= asked.size:
            return len(found), True
        conditions = list(self.conditions(asked))
        if asked.exact:
            return counts.exact(db.session(), self.model, conditions), True
        return counts.bounded(db.session(), self.model, conditions)

    @expose("/print/")
    def print_view(self) -> Any:
        """The list on paper: all that match, up to what a pile of paper is good for."""
        asked = self.asked
        found = self.fetch(asked, PRINTED + 1)
        rows = found[:PRINTED]
        printed(self.endpoint, self.people_of(rows))
        grid = Grid(self, asked, rows, (len(rows), len(found) <= PRINTED), is_last=True)
        return self.render("admin/print.html", grid=grid, heading=self.name)

    def above(self) -> list[tuple[Any, str]]:
        """(name, address) of the pages that lead here, besides the navigation."""
        return []

    def page_of(self, rows: Sequence[Any]) -> Page:
        """What else the rows of one page need."""
        return Page(rows, self.actor)

    def items(self, row: Any, page: Page) -> Iterable[Item]:
        """The entries of a row's menu, by its state and the reader's role."""
        yield Item(self.opens, self.get_url(".details_view", id=row.id))

    #: The first entry of every row's menu.
    opens: Any = ""

    def people_of(self, rows: Sequence[Any]) -> Iterable[int]:
        """Teachers whose files *rows* show; of most lists none."""
        return ()

    def key_of(self, row: Any) -> int:
        """The id that a tick or a row's menu sends."""
        found: int = row.id
        return found

    def link_args(self) -> dict[str, Any]:
        """What links of cells carry besides the id."""
        return {}

    def title_of(self, row: Any) -> str:
        """What a row is called, for who hears the page."""
        return str(row)
