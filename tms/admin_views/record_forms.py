"""Making and changing one row of a file's table; `tms.admin_views.sections` shows them in a grid.

A row belongs to a file, so its school's category is known before its form is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request
from flask_admin import expose

from tms.access import policy
from tms.admin_views.belongings import OfFiles
from tms.admin_views.choose_file import choose_file
from tms.admin_views.row_forms import Editing, RowForms
from tms.admin_views.why import FILL, why_url
from tms.dictionary import Category
from tms.records.checks import is_locked
from tms.records.read import Header


class RecordFormView(RowForms, OfFiles):
    """The forms of one table in the panel."""

    form_template = "admin/record.html"
    difference_template = "admin/difference.html"
    GATES: Mapping[str, str] = {**OfFiles.GATES, "judge": "can_edit"}

    def may_write(self) -> bool:
        """Whether the role fills anything in this table, in schools of any category."""
        return policy.may_fill_table(self.actor, self.table, Category)

    can_create = can_edit = can_delete = property(may_write)

    def offers_edit(self, row: Any) -> bool:
        """A locked row has no form, only its details."""
        return super().offers_edit(row) and not is_locked(row.state)

    def why_not(self, row: Any) -> str:
        """Where it is said why a row cannot be changed."""
        return why_url(row.teacher_id, FILL, table=self.table.key, row=row.id)

    # -- addresses ---------------------------------------------------------------------------------

    def new_url(self, header: Header) -> str:
        return str(self.get_url(".create_view", teacher_id=header.id))

    def edit_url(self, row_id: int) -> str:
        return str(self.get_url(".edit_view", id=row_id))

    def judge_url(self, editing: Editing) -> str:
        if editing.row:
            return str(self.get_url(".judge", id=editing.id))
        return str(self.get_url(".judge", teacher_id=editing.header.id))

    def back_url(self, header: Header) -> str:
        return str(self.get_url("teacher.details_view", id=header.id))

    # -- the pages ---------------------------------------------------------------------------------

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """A row is made from a file; without one, ask which."""
        if "teacher_id" not in request.args:
            return choose_file(self)
        return self._making(self._header(request.args["teacher_id"]))

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        return self._changing_row(request.args.get("id", ""))

    @expose("/judge/", methods=("POST",))
    def judge(self) -> Response:
        """How the fields stand with the values as they are typed."""
        return self._judged_row()

    def saved(self, result: Any) -> Any:
        """One stays where what is missing can be filled in."""
        editing = self._get(str(result))
        self._tell_saved(editing)
        if "another" in request.form:
            return redirect(self.new_url(editing.header))
        return redirect(self.edit_url(result))

    def delete_model(self, model: Any) -> int:
        return self._delete(model.teacher_id, model.id, model.content_version)
