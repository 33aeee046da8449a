"""The tree of units: opened level by level, each unit with what lies below it and its acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import abort, request, url_for
from flask_admin import BaseView, expose

from tms.access import Actor, Permission
from tms.admin_views.labels import UNIT_KINDS, coded
from tms.admin_views.lookups import parse_id
from tms.admin_views.unit_pages import act_links
from tms.auth import get_actor
from tms.db import db
from tms.gate import needs
from tms.models import Unit, UnitKind
from tms.records.unit_tree import (
    PAGE,
    Below,
    chain,
    children,
    top_unit,
    units_of,
    what_lies_below,
)

#: More open at once is no overview; what was opened first closes.
MAX_OPEN = 40
MAX_PAGE = 20_000


@dataclass(frozen=True)
class Asked:
    """What the address says: where the tree begins, which page of that level, what is open."""

    top: int | None
    page: int
    opened: tuple[int, ...]

    def url(self, **change: Any) -> str:
        """The address with *change* (top, page, open)."""
        args = {"top": self.top, "page": self.page or None, "open": self.opened} | change
        return url_for("unit_tree.index", **args)

    def toggled(self, unit_id: int) -> str:
        """The address with a unit opened, or closed if it is open; stays where it is."""
        rest = tuple(each for each in self.opened if each != unit_id)
        opened = rest if unit_id in self.opened else (*self.opened, unit_id)
        return self.url(open=opened[-MAX_OPEN:], _anchor=f"u{unit_id}")


@dataclass(frozen=True)
class Line:
    """One unit of the tree as it is drawn, or the way to those that are not."""

    unit: Unit
    depth: int
    below: Below
    #: Address that opens or closes it; none where nothing lies below.
    toggle: str | None
    is_open: bool
    acts: list[tuple[Any, str]] = field(default_factory=list)
    #: How many more lie on the same level, and where.
    more: int = 0
    more_url: str = ""

    @property
    def kind(self) -> Any:
        """A school's category says more than that it is one."""
        return (
            coded("school_category", self.unit.school_category)
            or UNIT_KINDS[UnitKind(self.unit.kind)]
        )


class UnitTreeView(BaseView):
    """The units in reach as a tree; without scripts, by links."""

    GATES = {"index": needs(Permission.UNIT_READ)}

    @expose("/")
    def index(self) -> Any:
        """The tree from the reader's own unit, or from the one asked for."""
        asked = _asked()
        first = top_unit(db.session())
        found = units_of(db.session(), [asked.top]) if asked.top else [first] if first else []
        if not found:
            abort(404)
        tree = _Tree(get_actor(), asked, found[0])
        return self.render(
            "admin/unit_tree.html",
            heading=self.name,
            lines=list(tree.lines()),
            crumbs=_crumbs(found[0]),
            pager=tree.pager(),
        )


def _asked() -> Asked:
    """What makes no sense in the address is dropped; `at` opens the way to one unit."""
    ids = [found for text in request.args.getlist("open") if (found := parse_id(text))]
    at = parse_id(request.args.get("at", ""))
    for unit in units_of(db.session(), [at]) if at else ():
        ids += [above.id for above in chain(db.session(), unit)[:-1]]
    page = min(max(request.args.get("page", 0, type=int), 0), MAX_PAGE)
    opened = tuple(dict.fromkeys(ids))[-MAX_OPEN:]
    return Asked(parse_id(request.args.get("top", "")), page, opened)


def _crumbs(unit: Unit) -> list[tuple[str, str]]:
    """The way to a tree that does not begin at the top."""
    above = chain(db.session(), unit)
    links = [(each.name, url_for("unit_tree.index", top=each.id)) for each in above[:-1]]
    return [*links, (unit.name, "")] if links else []


class _Tree:
    """What one page shows, fetched in four statements however much is open."""

    def __init__(self, actor: Actor, asked: Asked, top: Unit) -> None:
        self.actor, self.asked, self.top = actor, asked, top
        session = db.session()
        self.first = asked.page * PAGE
        inner = [unit_id for unit_id in asked.opened if unit_id != top.id]
        self.children = children(session, inner) | children(session, [top.id], self.first)
        shown = [top, *(unit for level in self.children.values() for unit in level)]
        self.below = what_lies_below(session, shown)

    def lines(self) -> Iterator[Line]:
        """The top and what is open below it, in order."""
        yield self._line(self.top, 0, toggle=False)
        yield from self._level(self.top, 1)

    def _level(self, above: Unit, depth: int) -> Iterator[Line]:
        level = self.children.get(above.id, [])
        for unit in level:
            yield self._line(unit, depth)
            if unit.id in self.asked.opened:
                yield from self._level(unit, depth + 1)
        more = self.below[above.id].children - len(level)
        if more > 0 and above is not self.top:
            url = self.asked.url(top=above.id, page=1, open=())
            yield Line(above, depth, Below(), None, False, more=more, more_url=url)

    def _line(self, unit: Unit, depth: int, toggle: bool = True) -> Line:
        below = self.below[unit.id]
        url = self.asked.toggled(unit.id) if toggle and below.children else None
        is_open = unit.id in self.asked.opened
        return Line(unit, depth, below, url, is_open, act_links(self.actor, unit))

    def pager(self) -> dict[str, Any]:
        """Which of the top's children are shown, and the pages before and after."""
        total = self.below[self.top.id].children
        last = min(self.first + PAGE, total)
        page = self.asked.page
        return {
            "total": total,
            "first": self.first + 1,
            "last": last,
            "previous": self.asked.url(page=page - 1) if page else "",
            "next": self.asked.url(page=page + 1) if last < total else "",
        }
