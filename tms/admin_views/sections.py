"""One view for each of the file's tables, made from its declaration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tms.access import Permission
from tms.admin_views.bulk_acts import BulkActsMixin
from tms.admin_views.change_forms import ChangeFormView
from tms.admin_views.export import GATES as EXPORT_GATES
from tms.admin_views.export import ExportMixin
from tms.admin_views.grid import Item
from tms.admin_views.labels import label_of
from tms.admin_views.page import Page
from tms.admin_views.section_columns import (
    field_column,
    owner_columns,
    section_filters,
    state_column,
)
from tms.db import db
from tms.i18n import gettext as _
from tms.models import SectionRecord


class SectionView(BulkActsMixin, ExportMixin, ChangeFormView):
    """The rows of one table, of all files in reach."""

    reads, writes = Permission.RECORD_READ, Permission.RECORD_WRITE
    list_template = "admin/section_list.html"
    details_template = "admin/record_details.html"
    GATES = {**ChangeFormView.GATES, **EXPORT_GATES, "action_view": "can_act"}

    def __init__(self, model: type[SectionRecord]) -> None:
        self.table = model.dictionary
        own = [field_column(model, field) for field in self.table.fields.values()]
        owner = tuple(owner_columns(model))
        # the owner's name is there
        self.columns = (*owner, *(each for each in own if each.key != "name"), state_column(model))
        self.details = (*owner, *own)
        self.filters = tuple(section_filters(model))
        name = label_of(self.table)
        super().__init__(model, db, name=name, endpoint=self.table.key)

    def above(self) -> list[tuple[Any, str]]:
        return [(_("按信息项查询"), self.get_url("sections.index"))]

    @property
    def can_act(self) -> bool:
        """Whether there is anything to do to many rows."""
        return bool(self.bulk_acts)

    def get_actions_list(self) -> tuple[list[tuple[str, str]], dict[str, str]]:
        """What is done to many rows at once."""
        return self.bulk_acts, {}

    def is_action_allowed(self, name: str) -> bool:
        return self.offers_bulk(name)

    def items(self, row: Any, page: Page) -> Iterator[Item]:
        yield Item(_("打开"), self.get_url(".details_view", id=row.id))
        if self.offers_edit(row):
            yield Item(_("修改"), self.get_url(".edit_view", id=row.id))
        else:
            yield Item(_("为什么不能改？"), self.why_not(row))
        if self.offers_change(row):
            yield Item(_("申请变更"), self.get_url(".change_view", id=row.id))
        yield self.file_item(row)
