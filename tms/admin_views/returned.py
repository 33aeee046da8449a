"""退回跟踪: what was returned in reach: since when, by whom, why, who mends it, sent in again?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from sqlalchemy import exists, select, true

from tms.access import Permission
from tms.admin_views import filters
from tms.admin_views.asked import Asked
from tms.admin_views.belongings import OthersTasksView, TasksPage, name_column
from tms.admin_views.columns import Column, Filter, State
from tms.admin_views.inbox_columns import SCHOOL
from tms.admin_views.inbox_filters import step
from tms.admin_views.labels import day_of
from tms.admin_views.notes import menders, named
from tms.db import db
from tms.errors import term
from tms.i18n import clauses, listed, say
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import ReviewNote, ReviewTask, Verdict
from tms.models.types import now

#: Reasons told of one return.
TOLD = 3


def _waits() -> Any:
    """Condition: something of the return is still to be mended."""
    return exists().where(
        ReviewNote.act == ReviewTask.act,
        ReviewNote.teacher_id == ReviewTask.teacher_id,
        ReviewNote.resolved_at.is_(None),
    )


class ReturnedPage(TasksPage):
    """What a page of returns needs besides: their notes."""

    @cached_property
    def notes(self) -> dict[tuple[str, int], list[Any]]:
        """By act and file the notes of the return."""
        found: dict[tuple[str, int], list[Any]] = defaultdict(list)
        acts = {row.act for row in self.rows}
        wanted = select(ReviewNote).where(
            ReviewNote.act.in_(acts), ReviewNote.teacher_id.in_(self._ids("teacher_id"))
        )
        for note in db.session.scalars(wanted.order_by(ReviewNote.id)):
            found[str(note.act), note.teacher_id].append(note)
        return found


def _of(row: Any, page: ReturnedPage) -> list[Any]:
    return page.notes.get((row.act, row.teacher_id), [])


def _by(row: Any, page: ReturnedPage) -> str:
    """The step; of a desk elsewhere also whose."""
    step = say(term(page.steps[row.id]))
    is_own = row.desk_unit_id == page.teachers[row.teacher_id].unit_id
    return step if is_own else f"{page.desks[row.desk_unit_id]} · {step}"


def _why(row: Any, page: ReturnedPage) -> str:
    """The reasons, each with what it is about."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for note in _of(row, page):
        reasons[note.reason].append(named(page.actor, note))
    told = [_told(reason, places).rstrip("。.") for reason, places in list(reasons.items())[:TOLD]]
    more = len(reasons) - len(told)
    return clauses([*told, *([_("另有%(n)s项", n=more)] if more else [])])


def _told(reason: str, places: Iterable[str]) -> str:
    named = listed(filter(None, dict.fromkeys(places)))
    return str(_("%(table)s：%(text)s", table=named, text=reason)) if named else reason


def _who(row: Any, page: ReturnedPage) -> str:
    return menders({note.filler for note in _of(row, page)})


def _mended(row: Any, page: ReturnedPage) -> Any:
    resolved = [note.resolved_at for note in _of(row, page)]
    if resolved and None not in resolved:
        return State("review", _("%(day)s已重新报送", day=day_of(max(resolved))))
    return State("back", _("等了%(n)s天", n=(now() - row.decided_at).days))


COLUMNS = (
    name_column("teacher.details_view"),
    SCHOOL,
    Column("since", _l("退回日期"), lambda r, p: day_of(r.decided_at), place="lo nowrap"),
    Column("by", _l("由谁退回"), _by, place="lo"),
    Column("why", _l("原因"), _why, place="c-what"),
    Column("who", _l("由谁改"), _who, place="lo nowrap"),
    Column("mended", _l("修改情况"), _mended, place="c-late"),
)


def _mended_filter() -> Filter:
    def condition(value: str) -> Any:
        return ~_waits() if value == "1" else true() if value == "all" else None

    return Filter("mended", _l("修改情况"), condition, hidden=True, silent=True)


class ReturnedView(OthersTasksView):
    """Returns in reach; unless asked otherwise those that wait to be mended, oldest first."""

    reads = Permission.FILE_READ
    columns = COLUMNS
    filters = (filters.unit(ReviewTask), step(), _mended_filter())
    page_class = ReturnedPage
    list_template = "admin/returned.html"

    def conditions(self, asked: Asked) -> Iterator[Any]:
        yield ReviewTask.verdict == Verdict.RETURNED
        yield from super().conditions(asked)
        if "mended" not in asked.filters:
            yield _waits()

    def _order(self, asked: Asked) -> Iterator[Any]:
        """By the index of returns."""
        yield from (ReviewTask.decided_at, ReviewTask.unit_path, ReviewTask.id)
