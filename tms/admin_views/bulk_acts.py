"""批量修改 and 批量新增 beside a grid's rows: over those that are ticked, or all that match.

What is meant is written down at once; everything after that is about what was written down.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for
from flask_admin.actions import action
from sqlalchemy import Select, select
from werkzeug.exceptions import BadRequest

from tms.access import Actor, Permission
from tms.admin_views.attempts import attempt
from tms.admin_views.lookups import parse_id
from tms.db import db
from tms.dictionary import Category
from tms.i18n import lazy_gettext as _l
from tms.models import BulkKind, SectionRecord
from tms.records.bulk_acts import choose
from tms.records.bulk_spec import BASIC, offered_fields

EDIT, ADD = "bulk_edit", "bulk_add"
NAMES = {EDIT: _l("批量修改"), ADD: _l("批量新增")}
KINDS = {EDIT: BulkKind.EDIT, ADD: BulkKind.ADD}
#: More rows than a page holds cannot have been ticked.
MAX_TICKED = 1000


class BulkActsMixin:
    """The two acts as Flask-Admin actions of a list whose rows are a table's, or files."""

    actor: Actor
    asked: Any
    model: Any
    render: Any
    get_url: Any
    chosen_ids: Callable[[], Select[Any]]

    @action(EDIT, NAMES[EDIT])
    def action_bulk_edit(self, ids: list[str]) -> Any:
        """Rows that are there."""
        return self._bulk(EDIT, ids)

    @action(ADD, NAMES[ADD])
    def action_bulk_add(self, ids: list[str]) -> Any:
        """One new row for everyone."""
        return self._bulk(ADD, ids)

    @property
    def bulk_acts(self) -> list[tuple[str, str]]:
        """(name, label) of those that the role has here."""
        return [(name, str(NAMES[name])) for name in NAMES if self.offers_bulk(name)]

    def offers_bulk(self, name: str) -> bool:
        """Whether the role does it, and fills anything here, in schools of whatever category.

        A school's list of a table that it does not collect has no rows to pick.
        """
        if name not in NAMES or not self.actor.can(Permission.BULK):
            return False
        if not self._is_section:
            return True
        table = self.model.dictionary
        is_made_with_file = name == ADD and table.key == BASIC
        return bool(offered_fields(self.actor, table, list(Category))) and not is_made_with_file

    @property
    def _is_section(self) -> bool:
        return issubclass(self.model, SectionRecord)

    def _bulk(self, name: str, ids: list[str]) -> Any:
        chosen = self._meant(KINDS[name], ids)
        table = self.model.__tablename__ if self._is_section else ""
        bulk_id, status = attempt(
            lambda: choose(db.session(), self.actor, KINDS[name], chosen, table)
        )
        if bulk_id is None:
            back = self.get_url(".index_view", **self.asked.matching)
            return self.render("admin/refused.html", heading=NAMES[name], back=back), status
        return redirect(url_for("bulk.form_view", id=bulk_id))

    def _meant(self, kind: BulkKind, ids: list[str]) -> Select[Any]:
        """(target, file) of what was picked; scope confines it when it is written down."""
        model: Any = self.model
        owner = model.teacher_id if self._is_section else model.id
        target = model.id if kind == BulkKind.EDIT else owner
        rows = select(target, owner.label("owner")).distinct()
        return rows.where(model.id.in_(self._picked(ids)))

    def _picked(self, ids: list[str]) -> Any:
        """Ids of the list's rows that are meant."""
        if request.form.get("pick") == "all":
            return self.chosen_ids()
        found = [row_id for row_id in map(parse_id, ids) if row_id is not None]
        if len(found) > MAX_TICKED:
            raise BadRequest
        return found
