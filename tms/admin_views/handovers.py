"""Hand-over lists of accounts: giver, receiver, time, receipt; printed or as a file (R19)."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Response, redirect, request
from flask_admin import expose
from sqlalchemy import select

from tms.access import Permission
from tms.admin_views import filters
from tms.admin_views.base import ScopedView
from tms.admin_views.columns import Column, Filter, State
from tms.admin_views.grid import Item
from tms.admin_views.labels import coded, moment
from tms.admin_views.lookups import begins
from tms.admin_views.page import Page
from tms.db import db
from tms.exchange.guard import guard_cell
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import AccountHandover, HandoverKind
from tms.records.handovers import receive

KINDS = {
    HandoverKind.ACCOUNT: _l("新账号"),
    HandoverKind.RESET: _l("重置口令"),
    HandoverKind.SLIPS: _l("教师账号条"),
}
#: A list ends here: a year of a province.
LISTED = 20_000


def _state(row: Any, page: Page) -> State:
    return State("draft", _("未签收")) if row.received_at is None else State("force", _("已签收"))


def _self(row: Any) -> tuple[str, int]:
    return ".details_view", row.id


class HandoverView(ScopedView):
    """What was handed over in reach."""

    reads, writes = Permission.ACCOUNT_READ, Permission.ACCOUNT_WRITE
    can_create = can_edit = False
    search_hint = _l("经手人或接收人姓名开头")
    details_template = "admin/handover.html"
    list_template = "admin/handovers.html"
    columns = (
        Column("unit", _l("接收单位"), lambda r, p: p.unit(r.unit_id), place="c-unit"),
        Column("receiver", _l("接收人"), lambda r, p: r.receiver, link=_self, place="who"),
        Column("kind", _l("事项"), lambda r, p: KINDS[HandoverKind(r.kind)]),
        Column("role", _l("角色"), lambda r, p: coded("account_role", r.role)),
        Column("count", _l("账号数"), lambda r, p: r.count, is_number=True),
        Column("giver", _l("交出人"), lambda r, p: r.giver),
        Column("giver_unit", _l("交出单位"), lambda r, p: r.giver_unit),
        Column("given", _l("交接时间"), lambda r, p: moment(r.given_at), AccountHandover.given_at),
        Column("state", _l("签收"), _state, place="c-state"),
        Column("received", _l("签收时间"), lambda r, p: moment(r.received_at)),
    )
    filters = (
        filters.yes_no("received", _l("已签收"), AccountHandover.received_at.is_not(None)),
        Filter(
            "kind",
            _l("事项"),
            lambda value: AccountHandover.kind == value,
            lambda: [(str(kind), label) for kind, label in KINDS.items()],
        ),
        filters.unit(AccountHandover),
    )
    GATES = {**ScopedView.GATES, "receive": "may_receive", "file": "can_view_details"}
    may_receive = property(lambda self: self.may_write())

    def found_by(self, term: str) -> Any:
        return begins(AccountHandover.receiver, term) | begins(AccountHandover.giver, term)

    def items(self, row: Any, page: Page) -> Any:
        yield Item(self.opens, self.get_url(".details_view", id=row.id))

    @expose("/receive/", methods=("POST",))
    def receive(self) -> Any:
        """The receiver has signed."""
        row = self.get_one(request.form.get("id", ""))
        row_id = row.id
        self.attempt(lambda: receive(db.session(), self.actor, row_id), said=_("已登记签收。"))
        return redirect(self.get_url(".details_view", id=row_id))

    @expose("/file/")
    def file(self) -> Any:
        """All that match, as CSV."""
        conditions = list(self.conditions(self.asked))
        statement = select(AccountHandover).where(*conditions).order_by(AccountHandover.id)
        rows = db.session.scalars(statement.limit(LISTED)).all()
        page = Page(rows, self.actor)
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(str(column.label) for column in self.columns)
        for row in rows:
            shown = (column.show(row, page) for column in self.columns)
            texts = (each.text if isinstance(each, State) else each for each in shown)
            writer.writerow(guard_cell(str(text or "")) for text in texts)
        answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
        answer.headers["Content-Disposition"] = "attachment; filename=handovers.csv"
        answer.headers["Cache-Control"] = "no-store"
        return answer
