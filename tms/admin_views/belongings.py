"""Lists of what belongs to files: rows, requests, leaves, and the tasks on desks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from flask import g
from sqlalchemy import select

from tms.access import Family
from tms.admin_views.base import ScopedView
from tms.admin_views.columns import Column
from tms.admin_views.grid import Item
from tms.admin_views.lookups import whose
from tms.admin_views.page import Page
from tms.auth import current_actor
from tms.db import db
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import Teacher
from tms.workflow import waiting
from tms.workflow.inbox import steps_of
from tms.workflow.routes import Step


class OfFiles(ScopedView):
    """A table whose rows have a `teacher_id`; they are found by their owner."""

    search_hint = _l("姓名开头或完整的个人标识码")

    def found_by(self, term: str) -> Any:
        return self.model.teacher_id.in_(select(Teacher.id).where(whose(term)))

    def people_of(self, rows: Sequence[Any]) -> Iterable[int]:
        return [row.teacher_id for row in rows]

    def title_of(self, row: Any) -> str:
        return f"{self.name} {row.id}"

    def items(self, row: Any, page: Page) -> Iterator[Item]:
        yield Item(_("打开"), self.get_url(".details_view", id=row.id))
        yield self.file_item(row)

    def file_item(self, row: Any) -> Item:
        """The way to the file."""
        return Item(_("打开档案"), self.get_url("teacher.details_view", id=row.teacher_id))


class TasksPage(Page):
    """What a page of tasks needs besides: their steps, and whose desks these are."""

    @cached_property
    def steps(self) -> dict[int, Step]:
        """The step of each task."""
        return steps_of(db.session(), self.rows)

    @cached_property
    def desks(self) -> dict[int, str]:
        """Names of the units that hold them."""
        return waiting.unit_names(db.session(), self._ids("desk_unit_id"))


class TasksView(OfFiles):
    """A table of tasks, each named after the file's owner."""

    page_class = TasksPage
    keeps_views = False

    def page_of(self, rows: Sequence[Any]) -> Page:
        g.page = self.page_class(rows, self.actor)
        return g.page

    def title_of(self, row: Any) -> str:
        return named(row, g.page)

    def items(self, row: Any, page: Page) -> Iterator[Item]:
        yield self.file_item(row)


class OthersTasksView(TasksView):
    """For those who reach others' open work, to look at only."""

    GATES = {"index_view": "sees_work", "print_view": "sees_work"}

    @property
    def sees_work(self) -> bool:
        """Whether the role reaches others' open work."""
        actor = current_actor()
        if actor is None or actor.teacher_id is not None:
            return False
        return actor.reach(Family.WORK) is not None


def named(row: Any, page: Page) -> str:
    """The name of a row's owner; of a file without one its number."""
    owner = page.teachers[row.teacher_id]
    return str(owner.name or owner.teacher_no)


def name_column(endpoint: str) -> Column:
    """The owner's name, with the way to *endpoint*."""
    return Column("name", _l("姓名"), named, link=lambda r: (endpoint, r.teacher_id), place="who")
