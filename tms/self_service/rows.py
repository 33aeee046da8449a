"""The forms of one's own rows: the panel's, at other addresses and in another look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from tms.access import policy
from tms.admin_views.attempts import attempt
from tms.admin_views.row_forms import Editing, RowForms
from tms.auth import get_actor
from tms.dictionary import Field, Kind, Table
from tms.gate import allow
from tms.i18n import gettext as _
from tms.models import TABLES
from tms.records import RowChange
from tms.records.read import Header
from tms.records.values import from_row
from tms.self_service.cards import none_of
from tms.self_service.check import section_url
from tms.self_service.keeping import Keep, note_saved, plain_names
from tms.self_service.own import own_file
from tms.self_service.place import OWN, blueprint

#: Not taken over when a record is copied: when it was, and what only one record can have.
OWN_TO_A_ROW = frozenset({Kind.DATE, Kind.MONTH, Kind.YEAR, Kind.ID_NUMBER, Kind.PHOTO})


class OwnRows(RowForms):
    """The rows of one table in the reader's file."""

    form_template = "self_service/record.html"
    difference_template = "self_service/difference.html"
    attempt = staticmethod(attempt)
    render = staticmethod(render_template)

    def __init__(self, key: str) -> None:
        self.actor = get_actor()
        self.own = own_file()
        self.header = self.own.header
        self.model = TABLES.get(key) or abort(404)
        self.table: Table = self.model.dictionary
        if not self.table.applies(self.header.category):
            abort(404)

    def _header(self, text: str | None) -> Header:
        """One's own, whatever is asked: scope finds no other."""
        return self.header

    def new_url(self, header: Header) -> str:
        return url_for("mine.create", table=self.table.key)

    def edit_url(self, row_id: int) -> str:
        return url_for("mine.edit", table=self.table.key, id=row_id)

    def judge_url(self, editing: Editing) -> str:
        row_id = editing.id if editing.row else None
        return url_for("mine.judge", table=self.table.key, id=row_id)

    def back_url(self, header: Header) -> str:
        return section_url(self.table.key)

    def _defaults(self, header: Header) -> dict[str, Any]:
        """Of a copy what the other record holds, without its times."""
        return super()._defaults(header) | self._copied()

    def _copied(self) -> dict[str, Any]:
        if "like" not in request.args:
            return {}
        row = self._get(request.args["like"]).row
        at = self.header.category, self.header.unit_path
        fields = policy.fillable_fields(self.actor, self.table, *at)
        keys = {each.key for each in fields if _is_copied(each)}
        return {key: v for key, v in from_row(self.model, row).items() if key in keys}

    def saved(self, row_id: int) -> Any:
        """On to the section, unless something is missing that can be filled in here."""
        note_saved(self.place(request.args.get("id")))
        missing = self._tell_saved(self._get(str(row_id)))
        if "another" in request.form:
            return redirect(self.new_url(self.header))
        return redirect(self.edit_url(row_id) if missing else section_url(self.table.key, row_id))

    def _page(self, editing: Editing, form: Any, *, is_failed: bool) -> dict[str, Any]:
        page = super()._page(editing, form, is_failed=is_failed)
        row_id = editing.id if editing.row else None
        remove = url_for("mine.remove", table=self.table.key, id=row_id) if row_id else ""
        keep = Keep(self.place(row_id), plain_names(form.declared.values()), is_failed)
        remove = remove if page["may_delete"] else ""
        return page | {
            "own": self.own,
            "remove_url": remove,
            "keep": keep,
            "says_none": self._none(page),
        }

    def _none(self, page: Mapping[str, Any]) -> str:
        """Where 无 is said, of a table that has no record yet."""
        may = not page["row"] and self.own.may_add(self.table) and none_of(self.table, self.own)
        return url_for("mine.none", table=self.table.key) if may and not self._rows() else ""

    def _rows(self) -> Any:
        return self.own.rows.get(self.table.key)

    def place(self, row_id: Any) -> str:
        return f"{self.table.key}.{row_id or 'new'}"

    # -- without a form ----------------------------------------------------------------------------

    def say_none(self) -> int:
        """无: the record that says there is nothing to report."""
        values: Mapping[str, Any] = none_of(self.table, self.own)
        if not values or self._rows():
            abort(404)
        return self._save(RowChange(self.header.id, dict(values)))

    def remove(self, row_id: str) -> int:
        """Delete a record, as its form showed it."""
        row = self._get(row_id).row
        return self._delete(self.header.id, row["id"], row["content_version"])


def _is_copied(field: Field) -> bool:
    return field.kind not in OWN_TO_A_ROW and not field.encrypted


# -- the pages -------------------------------------------------------------------------------------


@blueprint.route("/<table>/new/", methods=["GET", "POST"])
@allow(blueprint, OWN)
def create(table: str) -> Any:
    """A new row; with `like` it begins as another one is."""
    rows = OwnRows(table)
    return rows._making(rows.header)


@blueprint.route("/<table>/edit/", methods=["GET", "POST"])
@allow(blueprint, OWN)
def edit(table: str) -> Any:
    """A row of one's own; another's is not found."""
    return OwnRows(table)._changing_row(request.args.get("id", ""))


@blueprint.post("/<table>/judge/")
@allow(blueprint, OWN)
def judge(table: str) -> Any:
    """How the fields stand with the values as they are typed."""
    return OwnRows(table)._judged_row()


@blueprint.post("/<table>/none/")
@allow(blueprint, OWN)
def none(table: str) -> Any:
    """无 with one tap."""
    rows = OwnRows(table)
    return _done(rows, rows.say_none, _("已确认：无。"))


@blueprint.post("/<table>/remove/")
@allow(blueprint, OWN)
def remove(table: str) -> Any:
    """Take a draft away."""
    rows = OwnRows(table)
    return _done(rows, lambda: rows.remove(request.args.get("id", "")), _("已删除。"))


def _done(rows: OwnRows, act: Callable[[], int], said: str) -> Any:
    """Back to the section, where it is seen; a refusal is said there."""
    done, _status = attempt(act)
    if done is not None:
        flash(said, "success")
    return redirect(section_url(rows.table.key))
