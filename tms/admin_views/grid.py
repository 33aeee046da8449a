"""A page of a list, ready to be drawn: the template only writes it down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tms.admin_views import counts
from tms.admin_views.asked import SIZES, Asked
from tms.admin_views.columns import Column, Filter, State
from tms.admin_views.unclear import unclear
from tms.db import db
from tms.records import preferences

if TYPE_CHECKING:
    from tms.admin_views.lists import ListView

#: Page numbers on either side of the present one.
AROUND = 2


@dataclass(frozen=True)
class Item:
    """An entry of a row's menu: an address to open, or something to do (see `acts.html`)."""

    label: Any
    url: str = ""
    act: str = ""


@dataclass(frozen=True)
class Cell:
    """What one cell says, where it leads, how it looks."""

    text: Any
    place: str
    link: str = ""
    tone: str = ""
    held: Any = ""


@dataclass(frozen=True)
class Row:
    """One row as drawn."""

    id: int
    title: str
    cells: list[Cell]
    items: list[Item]


class Grid:
    """One page of a list for one reader."""

    def __init__(
        self,
        view: ListView,
        asked: Asked,
        rows: Sequence[Any],
        count: tuple[int, bool],
        is_last: bool,
    ) -> None:
        self.view, self.asked, self.is_last = view, asked, is_last
        self.number, self.is_exact = count
        self.columns = view.shown_columns(asked)
        self._found = rows
        self._page = view.page_of(rows)

    def __len__(self) -> int:
        return len(self._found)

    @property
    def count(self) -> str:
        """1,234 or 10,000+."""
        return counts.shown(self.number, self.is_exact) or "0"

    @cached_property
    def rows(self) -> list[Row]:
        """The rows with their cells and menus."""
        links = {column.key: _addresses(self.view, column) for column in self.columns}
        return [
            Row(
                self.view.key_of(row),
                self.view.title_of(row),
                [self._cell(column, row, links[column.key]) for column in self.columns],
                list(self.view.items(row, self._page)),
            )
            for row in self._found
        ]

    def _cell(self, column: Column, row: Any, address: Any) -> Cell:
        value = column.show(row, self._page)
        state = value if isinstance(value, State) else State("", value)
        place = f"{column.place} num" if column.is_number else column.place
        link = address(row) if address else ""
        return Cell(state.text, place, link, state.tone, state.held)

    # -- around the rows ---------------------------------------------------------------------------

    def url(self, **changes: Any) -> str:
        """Address of the same list with *changes* to what is asked."""
        return str(self.view.get_url(".index_view", **self.asked.args(**changes)))

    def sort_url(self, column: Column) -> str:
        """Ascending, then descending, then as usual."""
        if self.asked.sort != column.key:
            return self.url(sort=column.key, desc=False, page=0)
        if not self.asked.desc:
            return self.url(desc=True, page=0)
        return self.url(sort="", desc=False, page=0)

    def exact_url(self) -> str:
        """The same page, with the exact number."""
        return str(self.view.get_url(".index_view", **self.asked.args(), exact=1))

    def all_args(self) -> dict[str, Any]:
        """What an act over "all that match" sends along."""
        return self.asked.matching

    def chips(self) -> Iterator[tuple[Any, str, str]]:
        """(label, value, address without it) of each filter that is on."""
        for each in self.view.offered_filters:
            value = self.asked.filters.get(each.key)
            if value and not each.silent:
                away = self.view.get_url(".index_view", **self.asked.without(each.key))
                yield each.label, each.words(value), away

    def unclear(self) -> list[str]:
        """Why nothing can be found: values that make no sense, a beginning after its end."""
        return unclear(self.view.offered_filters, self.asked)

    @property
    def filters(self) -> list[Filter]:
        """Those to type or choose."""
        return [each for each in self.view.offered_filters if not each.hidden]

    @property
    def carried(self) -> dict[str, str]:
        """Filters that links set and nobody types."""
        hidden = {each.key for each in self.view.offered_filters if each.hidden}
        return {key: value for key, value in self.asked.filters.items() if key in hidden}

    @property
    def chosen_keys(self) -> set[str]:
        """Keys of the columns shown."""
        return {column.key for column in self.columns}

    def tabs(self) -> Iterator[dict[str, Any]]:
        """Views that everybody has who may ask so, then the reader's own."""
        view = self.view
        offered = {each.key for each in view.offered_filters}
        for name, args in view.ready_views:
            if offered.issuperset(args):
                yield self._tab(name, args)
        for saved in preferences.views_of(db.session(), view.actor, view.endpoint):
            yield self._tab(saved.name, dict(saved.args)) | {"id": saved.id}

    def _tab(self, name: Any, args: dict[str, str]) -> dict[str, Any]:
        is_on = {k: v for k, v in self.asked.matching.items()} == args
        return {"name": name, "url": self.view.get_url(".index_view", **args), "on": is_on}

    # -- pages -------------------------------------------------------------------------------------

    @property
    def first(self) -> int:
        """Number of the first row shown, from 1."""
        return self.asked.page * self.asked.size + 1

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.asked.page * self.asked.size + len(self)

    @property
    def sizes(self) -> list[tuple[int, str]]:
        """Rows a page, and the address that asks for as many."""
        return [(size, self.url(size=size, page=0)) for size in SIZES]

    def pages(self) -> list[tuple[int, str]]:
        """Page numbers around this one, from 1, with their addresses."""
        known = -(-self.number // self.asked.size)
        end = known if self.is_exact else max(known, self.asked.page + (not self.is_last) + 1)
        here = self.asked.page
        numbers = range(max(here - AROUND, 0), min(here + AROUND, end - 1) + 1)
        return [(number + 1, self.url(page=number)) for number in numbers]

    @property
    def previous_url(self) -> str:
        """Address of the page before; nothing on the first."""
        return self.url(page=self.asked.page - 1) if self.asked.page else ""

    @property
    def next_url(self) -> str:
        """Address of the page after; nothing on the last."""
        return "" if self.is_last else self.url(page=self.asked.page + 1)


def _addresses(view: ListView, column: Column) -> Any:
    """From a row to where the cell leads: the address is built once and filled in per row."""
    if column.link is None:
        return None
    known: dict[str, str] = {}

    def address(row: Any) -> str:
        assert column.link is not None  # noqa: S101  asked above
        endpoint, row_id = column.link(row)
        if endpoint not in known:
            args = view.link_args() | {"id": 0}
            known[endpoint] = str(view.get_url(endpoint, **args)).removesuffix("0")
        return f"{known[endpoint]}{row_id}"

    return address
