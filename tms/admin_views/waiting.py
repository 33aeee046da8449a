"""等待最久: open tasks in reach, oldest first, and which units hold them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tms.access import Permission
from tms.admin_views import counts, filters
from tms.admin_views.asked import Asked
from tms.admin_views.belongings import OthersTasksView, TasksPage, name_column
from tms.admin_views.columns import Column
from tms.admin_views.inbox_columns import SCHOOL, WAITED
from tms.admin_views.inbox_filters import COMMON, without
from tms.admin_views.labels import day_of
from tms.db import db
from tms.errors import term
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.i18n import say
from tms.models import ReviewTask
from tms.models.types import now
from tms.workflow import waiting


def _holder(row: Any, page: TasksPage) -> str:
    """A superior or a department by its name, the school's own people by their part."""
    step = page.steps[row.id]
    is_own = row.desk_unit_id == page.teachers[row.teacher_id].unit_id
    return say(step.who) if is_own else page.desks[row.desk_unit_id]


COLUMNS = (
    name_column("teacher.details_view"),
    SCHOOL,
    Column("holder", _l("在谁手上"), _holder, place="c-what"),
    Column("step", _l("等什么"), lambda r, p: say(term(p.steps[r.id])), place="lo nowrap"),
    Column("since", _l("到达"), lambda r, p: day_of(r.opened_at), place="lo nowrap"),
    WAITED,
)
HOLDER = filters.number("desk", _l("在谁手上"), ReviewTask.desk_unit_id)


class WaitingView(OthersTasksView):
    """Every open task in reach; whoever holds it is named by unit and part."""

    reads = Permission.FILE_READ
    columns = COLUMNS
    filters = (HOLDER, *COMMON)
    list_template = "admin/waiting.html"

    def conditions(self, asked: Asked) -> Iterator[Any]:
        yield waiting.is_open()
        yield from super().conditions(asked)

    def _order(self, asked: Asked) -> Iterator[Any]:
        """By the index that holds open tasks only."""
        yield from (ReviewTask.opened_at, ReviewTask.unit_path, ReviewTask.id)

    def holders(self) -> dict[str, Any]:
        """The overview at the left: units, how much lies there, since when."""
        rest = without(self.asked, "desk")
        found = waiting.holders(db.session(), list(super().conditions(rest)))
        chosen = self.asked.filters.get("desk", "")
        args = rest.matching
        return {
            "lines": [
                {
                    "label": each.name,
                    "hint": _overview(each),
                    "count": counts.shown(each.tasks, found.is_exact),
                    "url": self.get_url(".index_view", desk=each.unit_id, **args),
                    "on": str(each.unit_id) == chosen,
                }
                for each in found.units
            ],
            "more": found.count - len(found.units),
            "is_exact": found.is_exact,
            "every_url": self.get_url(".index_view", **args),
        }


def _overview(holder: waiting.Holder) -> str:
    days = (now() - holder.since).days
    if not holder.overdue:
        return str(_("最早等了%(days)s天", days=days))
    return str(_("最早等了%(days)s天，%(n)s份超期", days=days, n=f"{holder.overdue:,}"))
