"""申请变更, 申请删除, 更正意愿: the forms about a row in force, old values beside the new ones.

They are the forms of `record_forms` over what may be asked for instead of what may be written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from flask import Response, abort, flash, jsonify, redirect, request
from flask_admin import expose

from tms.access import Permission, policy
from tms.admin_views import asking as asks
from tms.admin_views.asking import ApplicationForm, Asking, ReasonForm, WishForm
from tms.admin_views.forms import RecordForm
from tms.admin_views.lookups import parse_id
from tms.admin_views.record_forms import RecordFormView
from tms.admin_views.request_words import RequestPage, told
from tms.admin_views.row_forms import Editing
from tms.admin_views.values import stored_of, text_of
from tms.db import db, writing
from tms.i18n import gettext as _
from tms.i18n import lang, say
from tms.models import ChangeRequest, RequestStatus
from tms.records import changeable
from tms.records.checks import is_locked
from tms.records.patches import typed
from tms.records.read import rows_where
from tms.records.request_checks import STATUS_FIELD, requests_where
from tms.records.values import from_row

#: The one row that a file always has.
BASIC = "basic_information"


class ChangeFormView(RecordFormView):
    """The forms about rows in force, of one table."""

    change_template = "admin/change.html"
    removal_template = "admin/removal.html"
    GATES: Mapping[str, str] = {
        **RecordFormView.GATES,
        "change_view": "can_change",
        "change_judge": "can_change",
        "remove_view": "can_remove",
        "wish_view": "can_wish",
        "wish_judge": "can_wish",
    }

    @property
    def can_change(self) -> bool:
        """Whether the role applies or, under a reopening, proposes."""
        return self.may_write()

    @property
    def can_remove(self) -> bool:
        """Whether the role applies for deletions."""
        return self.actor.can(Permission.CHANGE) and self.may_write()

    @property
    def can_wish(self) -> bool:
        """Whether the role tells the school what it wishes."""
        return self.actor.can(Permission.WISH)

    @expose("/change/", methods=("GET", "POST"))
    def change_view(self) -> Any:
        """变更申请: new, a draft again, or from a wish."""
        return self._ask_page(self._changing())

    @expose("/wish/", methods=("GET", "POST"))
    def wish_view(self) -> Any:
        """更正意愿 of the teacher."""
        return self._ask_page(self._wishing())

    @expose("/change/judge/", methods=("POST",))
    def change_judge(self) -> Response:
        """How the fields stand with the values as they are typed; nothing is written."""
        return self._judged(self._changing)

    @expose("/wish/judge/", methods=("POST",))
    def wish_judge(self) -> Response:
        """As `change_judge`."""
        return self._judged(self._wishing)

    @expose("/remove/", methods=("GET", "POST"))
    def remove_view(self) -> Any:
        """申请删除 of a row in force."""
        asking = self._removing()
        why, status = self._reason_form(asking), 200
        if why.is_submitted():
            act = lambda: asks.save(self.actor, asking, {}, why)  # noqa: E731
            saved, status = self.attempt(act, why) if why.validate() else (None, 422)
            if saved is not None:
                return self._saved(asking, saved)
        page = self._around(asking.editing) | self._about(asking, why)
        page["facts"] = list(self._facts(asking.editing))
        return self.render(self.removal_template, **page), status

    # -- what is meant -----------------------------------------------------------------------------

    def _changing(self) -> Asking:
        found = self._started()
        editing_id = found.id if found is not None else None

        def writable(row: Any, header: Any) -> Any:
            return changeable.for_change(
                db.session(), self.actor, self.model, row, header, editing=editing_id
            )

        editing = self._of_row(writable)
        title, save = _("申请变更"), asks.apply_for
        if found is not None:
            is_draft = found.status == RequestStatus.DRAFT
            save = asks.change_draft if is_draft else asks.answer
            title = _("修改变更申请") if is_draft else _("按更正意愿申请变更")
        start = request.args.to_dict()
        judge = self.get_url(".change_judge", **start)
        return Asking(editing, self.table.key, title, self._reasons(), judge, save, found)

    def _removing(self) -> Asking:
        asking = self._changing()
        return Asking(
            asking.editing, self.table.key, _("申请删除"), ApplicationForm, "", asks.remove
        )

    def _wishing(self) -> Asking:
        def writable(row: Any, header: Any) -> Any:
            return changeable.for_wish(db.session(), self.actor, self.model, row, header)

        editing = self._of_row(writable)
        judge = self.get_url(".wish_judge", id=editing.id)
        return Asking(editing, self.table.key, _("提出更正意愿"), WishForm, judge, asks.make_wish)

    def _reasons(self) -> type[ReasonForm]:
        """Who applies says why; who proposes was asked to."""
        return ApplicationForm if self.actor.can(Permission.CHANGE) else ReasonForm

    def _of_row(self, writable: Callable[[Any, Any], Any]) -> Editing:
        row_id = parse_id(request.args.get("id", ""))
        found = rows_where(db.session(), self.model, self.model.id == row_id)
        if not found:
            abort(404)
        header = self._header(found[0]["teacher_id"])
        return Editing(header, writable(found[0], header), found[0])

    def _started(self) -> Any:
        """The draft or the wish that the address names, of this very row; or 404."""
        if "request" not in request.args:
            return None
        wanted = ChangeRequest.id == parse_id(request.args["request"])
        about = ChangeRequest.row_id == parse_id(request.args.get("id", ""))
        of_table = ChangeRequest.table_name == self.table.key
        open_ = ChangeRequest.status.in_((RequestStatus.DRAFT, RequestStatus.WISH))
        found = requests_where(db.session(), wanted, about, of_table, open_)
        return found[0] if found else abort(404)

    # -- the page ----------------------------------------------------------------------------------

    def _ask_page(self, asking: Asking) -> Any:
        if request.method == "POST":
            asking = replace(asking, editing=self._kept(asking.editing))
        form, why, status = self._ask_form(asking), self._reason_form(asking), 200
        if form.is_submitted():
            is_valid = form.validate() & why.validate()
            sent = form.all_sent(self.table)
            act = lambda: asks.save(self.actor, asking, sent, why)  # noqa: E731
            saved, status = self.attempt(act, form) if is_valid else (None, 422)
            if saved is not None:
                return self._saved(asking, saved)
            # what is in force now stands beside what was typed
            form.row_version.data = asking.editing.row["content_version"]
        page = self._page(asking.editing, form, is_failed=status != 200)
        return self.render(self.change_template, **page | self._about(asking, why)), status

    def _kept(self, editing: Editing) -> Editing:
        """What was typed while the form was closed to it stays on the page, beside the reason."""
        if editing.writable.fields:
            return editing
        at = editing.header.category, editing.header.unit_path
        fields = policy.fillable_fields(self.actor, self.table, *at)
        sent = tuple(field for field in fields if field.key in request.form)
        return replace(editing, writable=replace(editing.writable, fields=sent))

    def _ask_form(self, asking: Asking) -> RecordForm:
        """The row's form, with what the request would make of it."""
        row = dict(asking.editing.row)
        if asking.request is not None:
            row |= typed(self.model, asking.request.patch)
        values = from_row(self.model, row) | {"row_version": row["content_version"]}
        return self._form(asking.editing, values)

    def _reason_form(self, asking: Asking) -> ReasonForm:
        found, start = asking.request, {}
        if found is not None:
            start = {"reason": found.reason, "effective_on": found.effective_on}
            start["request_version"] = found.version
        return asking.reason_form(prefix=asks.PREFIX, data=start)

    def _requests(self) -> Any:
        """The fields stand as they would with the request that the address names."""
        if "request" not in request.args:
            return None
        return ChangeRequest.id == parse_id(request.args["request"])

    def _about(self, asking: Asking, why: ReasonForm) -> dict[str, Any]:
        """What the pages show besides the row's form."""
        fields, found = asking.editing.writable.fields, asking.request
        page = RequestPage([found] if found is not None else [], self.actor)
        reason = asking.editing.writable.reason
        return {
            "title": asking.title,
            "why": why,
            "judge_url": asking.judge_url,
            "was": {each.key: self._text(asking.editing, each) for each in fields},
            "key_items": {each.key for each in fields if each.needs_proof},
            "asks_day": any(each.key == STATUS_FIELD for each in fields),
            "before": told(self.actor, page, found) if found is not None else None,
            "lost_file": asks.lost_file(),
            "locked": say(reason) if reason else "",
            "may_remove": asking.editing.writable.may_delete,
            "save_label": asking.reason_form.save_label,
            "may_delete": False,
        }

    def _text(self, editing: Editing, each: Any) -> str:
        value, category = stored_of(editing.row, each), editing.header.category
        return text_of(self.actor, self.table, each, value, category)

    def _facts(self, editing: Editing) -> Iterator[tuple[str, str]]:
        """(label, text) of what the row holds."""
        for each in changeable.wishable(self.actor, self.model, editing.header):
            text = self._text(editing, each)
            if text:
                yield each.label(lang()), text

    def _judged(self, asked: Callable[[], Asking]) -> Response:
        """Being a POST for its values' sake, it began as a writer: it goes on as a reader."""
        db.session.rollback()
        with writing(False):
            asking = asked()
            return jsonify(self._states(asking.editing, self._ask_form(asking)).plain())

    def _saved(self, asking: Asking, request_id: int) -> Any:
        flash(asking.reason_form.saved, "success")
        return redirect(self.get_url("request.details_view", id=request_id))

    # -- what a page about one row offers ----------------------------------------------------------

    def offers_change(self, row: Any) -> bool:
        """Whether 申请变更 makes sense for *row*; whether he may, its form says."""
        return is_locked(row.state) and self.can_change

    def offers_wish(self, row: Any) -> bool:
        """Whether 更正意愿 makes sense for *row*."""
        return is_locked(row.state) and self.can_wish

    def offers_removal(self, row: Any) -> bool:
        """Whether 申请删除 makes sense for *row*."""
        return is_locked(row.state) and self.can_remove and self.table.key != BASIC
