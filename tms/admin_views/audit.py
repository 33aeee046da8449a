"""审计日志: who did what, when, from where, and whether the trail is sealed. For auditors."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final

from flask import Response, g
from flask_admin import expose

from tms.access import Permission
from tms.admin_views import filters
from tms.admin_views.asked import Asked
from tms.admin_views.audit_told import named, role_of, told, who
from tms.admin_views.audit_words import ACTS, SYSTEMS, act_word
from tms.admin_views.base import ScopedView
from tms.admin_views.columns import Column, Filter
from tms.admin_views.labels import moment
from tms.admin_views.page import Page
from tms.db import db
from tms.exchange.guard import guard_cell
from tms.i18n import clauses
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import AuditEvent
from tms.records.audit_trail import (
    concerning,
    escaped,
    names_of,
    note_taken,
    seal_over,
    touched,
    user_called,
)
from tms.records.seal_check import last_seal

#: Events that one file takes; more are asked for by day.
MOST: Final = 50_000


class AuditPage(Page):
    """Login names besides."""

    @cached_property
    def logins(self) -> dict[int, str]:
        """By account, of staff."""
        return names_of(db.session(), self._ids("user_id") | named(self.rows, "user"))

    def named_units(self) -> set[int]:
        """Also those of the particulars."""
        return named(self.rows, "unit")


def _what(row: Any, page: Any) -> str:
    return str(act_word(escaped(row.act)))


def _file(row: Any, page: Any) -> str:
    return str(row.teacher_id or "")


def _told(row: Any, page: Any) -> str:
    return clauses(told(row, page))


def _by(text: str) -> Any:
    found = user_called(db.session(), text.strip())
    return None if found is None else concerning(found)


def _role_options() -> list[tuple[str, Any]]:
    return [*filters.options_of("account_role")(), *SYSTEMS.items()]


def _act_options() -> list[tuple[str, Any]]:
    return list(ACTS.items())


def _self(row: Any) -> tuple[str, int]:
    return ".details_view", row.id


class AuditView(ScopedView):
    """Events in reach, the newest first."""

    reads = writes = Permission.AUDIT_READ
    can_create = property(lambda self: False)
    can_edit = property(lambda self: False)
    list_template, details_template = "admin/audit.html", "admin/audit_event.html"
    columns = (
        Column("at", _l("时间"), lambda r, p: moment(r.at), link=_self, place="who"),
        Column("act", _l("做了什么"), _what, place="c-state"),
        Column("who", _l("谁"), who, place="c-unit"),
        Column("role", _l("角色"), role_of),
        Column("unit", _l("所在单位"), lambda r, p: p.unit(r.unit_id), place="lo c-unit"),
        Column("file", _l("档案编号"), _file),
        Column("told", _l("说明"), _told),
    )
    details = (*columns, Column("act_id", _l("请求编号"), lambda r, p: escaped(r.act_id)))
    filters = (
        filters.chosen("act", _l("做了什么"), AuditEvent.act, _act_options),
        Filter(
            "by",
            _l("账号（办理的或涉及的）"),
            _by,
            placeholder=_l("登录名或账号编号"),
            unknown=_l("没有这个登录名或账号编号。"),
        ),
        filters.chosen("role", _l("角色"), AuditEvent.role, _role_options),
        filters.unit(AuditEvent),
        filters.day("at", _l("时间起"), AuditEvent.at, "from"),
        filters.day("at", _l("时间止"), AuditEvent.at, "to"),
        Filter("file", _l("档案编号"), filters.number("file", "", AuditEvent.teacher_id).condition),
        Filter("same", _l("同一次操作"), lambda text: AuditEvent.act_id == text, hidden=True),
    )
    GATES = {**ScopedView.GATES, "take": "can_view_details"}

    def _order(self, asked: Asked) -> Iterator[Any]:
        yield AuditEvent.id.desc()

    def page_of(self, rows: Sequence[Any]) -> Page:
        return AuditPage(rows, self.actor)

    def get_one(self, id: Any) -> Any:
        row = super().get_one(id)
        g.page = AuditPage([row], self.actor)
        return row

    def seals(self) -> Any:
        """How far the trail is sealed."""
        return last_seal(db.session())

    def about(self, row: Any) -> dict[str, Any]:
        """Moreover the seal over the event, what was written, and the events that go with it."""
        ways = [(_("同一次操作"), {"same": row.act_id})]
        if row.user_id is not None:
            ways.append((_("同一账号"), {"by": g.page.logins.get(row.user_id, row.user_id)}))
        if row.teacher_id is not None:
            ways.append((_("同一档案"), {"file": row.teacher_id}))
        seal = seal_over(db.session(), row.id)
        page = {"sealed_by": seal, "ways": ways, "touched": touched(row), "moment": moment}
        return super().about(row) | {"heading": _("审计事件 %(id)s", id=row.id)} | page

    @expose("/take/", methods=("POST",))
    def take(self) -> Any:
        """What matches, as a spreadsheet; taking it out is an event itself."""
        asked = self.asked
        rows = self.fetch(asked, MOST)
        content = _table(rows, list(self.details), self.page_of(rows))
        note_taken(db.session(), self.actor, len(rows), asked.filters)
        db.session.commit()
        answer = Response(content, mimetype="text/csv")
        answer.headers["Content-Disposition"] = "attachment; filename=audit.csv"
        return answer


def _table(rows: Sequence[Any], columns: Sequence[Column], page: Page) -> bytes:
    """CSV with the event's number first; every cell on one line and inert."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["id", *(str(column.label) for column in columns)])
    for row in rows:
        writer.writerow([row.id, *(guard_cell(str(c.show(row, page))) for c in columns)])
    return text.getvalue().encode("utf-8-sig")
