"""A unit's own page: where it stands, what it was called, what may be done to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for

from tms.access import Actor
from tms.admin_views.check_figures import panel
from tms.admin_views.grid import Item
from tms.admin_views.page import Page
from tms.admin_views.route_pages import held_by
from tms.db import db
from tms.dictionary import HE
from tms.i18n import lazy_gettext as _l
from tms.models import Unit, UnitKind
from tms.records import one_person
from tms.records.heads import headless_among, headless_below
from tms.records.hold_acts import offers_unit
from tms.records.holds import frozen_at
from tms.records.unit_plan import UnitAct, offered
from tms.records.unit_tree import Below, chain, names_of, what_lies_below

#: The acts as menus and buttons name them.
ACT_NAMES = {
    UnitAct.RENAME: _l("更名"),
    UnitAct.MOVE: _l("划转"),
    UnitAct.MERGE: _l("合并"),
    UnitAct.CLOSE: _l("撤销"),
    UnitAct.REOPEN: _l("恢复"),
}


def act_links(actor: Actor, unit: Unit) -> list[tuple[Any, str]]:
    """(label, address) of the acts that the reader may do to *unit*."""
    return [
        (ACT_NAMES[act], url_for("unit_act.index", act=str(act), id=unit.id))
        for act in offered(actor, unit)
    ]


def way_to(unit: Unit) -> list[tuple[str, str]]:
    """(name, address) of the units in reach above *unit*, from the top down."""
    above = chain(db.session(), unit)[:-1]
    return [(each.name, url_for("unit.details_view", id=each.id)) for each in above]


def more_links(actor: Actor, unit: Unit) -> list[tuple[Any, str]]:
    """(label, address) of what may be done to a unit without changing it."""
    found = []
    if offers_unit(actor, unit):
        found.append((_l("锁定"), url_for("freeze.unit", id=unit.id)))
    if one_person.offers(actor, unit) and unit.one_person_since is None:
        found.append((_l("声明一人单位"), url_for("one_person.index", id=unit.id)))
    return found


class UnitPagesMixin:
    """What a unit's page shows beside its columns."""

    details_template = "admin/unit.html"
    actor: Actor

    def offers_edit(self, row: Any) -> bool:
        """Not one's own unit, nor a closed one: the same that may be renamed."""
        return UnitAct.RENAME in offered(self.actor, row)

    def items(self, row: Any, page: Page) -> Iterator[Item]:
        """In the list too: the page, the tree, the acts."""
        yield from super().items(row, page)  # type: ignore[misc]
        yield Item(
            _l("在单位树中查看"), url_for("unit_tree.index", at=row.id, _anchor=f"u{row.id}")
        )
        for label, address in (*act_links(self.actor, row), *more_links(self.actor, row)):
            yield Item(label, address)

    def about(self, row: Any) -> dict[str, Any]:
        """The way down to it, its names with their dates, what lies below, its acts; who judges."""
        session = db.session()
        shown: dict[str, Any] = super().about(row)  # type: ignore[misc]
        return shown | {
            "heading": row.name,
            "crumbs": [*way_to(row), (row.name, "")],
            "names": names_of(session, row.id),
            "below": what_lies_below(session, [row]).get(row.id, Below()),
            "check": panel(self.actor, row.unit_path, row.code),
            "held": held_by(session, row) if is_university(row) else (),
            "acts": [*act_links(self.actor, row), *more_links(self.actor, row)],
            "hold": frozen_at(session, [row.unit_path]).get(row.unit_path),
            "lacks_head": bool(headless_among(session, [row.id])),
            "headless": len(headless_below(session, row.unit_path)),
            "may_revoke": one_person.offers(self.actor, row),
        }


def is_university(unit: Unit) -> bool:
    """Whether departments review what its people fill in."""
    return unit.kind == UnitKind.SCHOOL and unit.school_category == HE
