"""The way to a file's form, from its own page and from its line in the list."""

from __future__ import annotations

from typing import Any

from flask import url_for

from tms.access import Actor
from tms.admin_views.grid import Item
from tms.i18n import gettext as _
from tms.records.printed_forms import may_print


def form_items(actor: Actor, row: Any) -> list[Item]:
    """One entry, for whoever prints forms."""
    if not may_print(actor):
        return []
    return [Item(_("个人信息表"), url_for("form.file_view", id=row.id))]
