"""Arranging a grid for oneself: which columns, which views to keep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request
from flask_admin import expose

from tms.access import Actor
from tms.admin_views.asked import Asked, clean
from tms.admin_views.lookups import parse_id
from tms.db import db
from tms.i18n import gettext as _
from tms.records import preferences


class ArrangeMixin:
    """The posts of a grid's own menus; each leads back to the list it came from."""

    actor: Actor
    asked: Asked
    endpoint: str
    get_url: Any
    attempt: Any
    offered_columns: Any

    @expose("/columns/", methods=("POST",))
    def columns_view(self) -> Any:
        """Show these columns from now on, or what is usual."""
        wanted = set() if "reset" in request.form else set(request.form.getlist("column"))
        keys = [column.key for column in self.offered_columns if column.key in wanted]
        self._arrange(
            lambda: preferences.choose_columns(db.session(), self.actor, self.endpoint, keys)
        )
        return redirect(self.get_url(".index_view", **self.asked.args()))

    @expose("/keep/", methods=("POST",))
    def keep_view(self) -> Any:
        """Keep what the address asks for under a name."""
        name, args = clean(request.form.get("name", "")), self.asked.matching
        self._arrange(
            lambda: preferences.save_view(db.session(), self.actor, self.endpoint, name, args)
        )
        return redirect(self.get_url(".index_view", **args))

    @expose("/forget/", methods=("POST",))
    def forget_view(self) -> Any:
        """Forget a kept view."""
        view_id = parse_id(request.form.get("id", "")) or 0
        self._arrange(lambda: preferences.delete_view(db.session(), self.actor, view_id))
        return redirect(self.get_url(".index_view"))

    def _arrange(self, act: Callable[[], None]) -> None:
        def done() -> bool:
            act()
            return True

        self.attempt(done, said=_("已记住。"))
