"""The way to the lists of single tables: all sections of the file on one page."""

from __future__ import annotations

from typing import Any

from flask_admin import BaseView, expose

from tms.access import Permission
from tms.admin_views.labels import label_of
from tms.auth import current_actor
from tms.gate import needs
from tms.models import SECTIONS


class SectionsView(BaseView):
    """Which sections there are, each leading to the rows of all files in reach."""

    GATES = {"index": needs(Permission.RECORD_READ)}

    def is_accessible(self) -> bool:
        actor = current_actor()
        return actor is not None and actor.can(Permission.RECORD_READ)

    @expose("/")
    def index(self) -> Any:
        """Sections in their order, with their tables."""
        sections = [
            (section.no, label_of(section), [(t.key, label_of(t)) for t in section.tables])
            for section in SECTIONS
        ]
        return self.render("admin/sections.html", sections=sections, heading=self.name)
