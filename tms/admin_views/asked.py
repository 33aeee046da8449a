"""What a list's address asks for. What makes no sense is dropped, never an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request

from tms.admin_views.columns import Filter

MAX_PAGE = 200_000
MAX_TERM = 60
SIZES = (20, 50, 100)
DEFAULT_SIZE = 50


@dataclass(frozen=True)
class Asked:
    """A list's address, taken apart: which rows, in which order, which page of them."""

    page: int = 0
    size: int = DEFAULT_SIZE
    sort: str = ""
    desc: bool = False
    search: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    #: Count exactly, however long it takes.
    exact: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether anything limits the list."""
        return bool(self.search or self.filters)

    @property
    def matching(self) -> dict[str, str]:
        """The arguments that say which rows match: a saved view keeps these."""
        return ({"search": self.search} if self.search else {}) | dict(self.filters)

    def args(self, **changes: Any) -> dict[str, Any]:
        """Arguments of the same list's address with *changes*; defaults are left out."""
        other = replace(self, **changes)
        found: dict[str, Any] = other.matching
        for key, value, usual in (
            ("page", other.page, 0),
            ("page_size", other.size, DEFAULT_SIZE),
            ("sort", other.sort, ""),
            ("desc", int(other.desc), 0),
        ):
            if value != usual:
                found[key] = value
        return found

    def without(self, key: str) -> dict[str, Any]:
        """Arguments without one filter (or the search), from the first page."""
        kept = {name: value for name, value in self.filters.items() if name != key}
        return self.args(filters=kept, page=0, search="" if key == "search" else self.search)


def asked(offered: Sequence[Filter], sortable: Sequence[str]) -> Asked:
    """What this request asks of a list with these filters and sortable columns."""
    given = {each.key: clean(request.args.get(each.key, "")) for each in offered}
    size = _number("page_size")
    sort = request.args.get("sort", "")
    return Asked(
        page=min(_number("page"), MAX_PAGE),
        size=size if size in SIZES else DEFAULT_SIZE,
        sort=sort if sort in sortable else "",
        desc=request.args.get("desc") == "1",
        search=clean(request.args.get("search", "")),
        filters={key: value for key, value in given.items() if value},
        exact=request.args.get("exact") == "1",
    )


def _number(key: str) -> int:
    text = request.args.get(key, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def clean(text: str) -> str:
    """What was typed into a search box, fit for a database."""
    return text.strip()[:MAX_TERM]
