"""One teacher on one page: who it is, where the file stands, all tables, what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from flask import request
from flask_admin import expose
from sqlalchemy import select

from tms.access import Actor, Permission, policy
from tms.admin_views import notes
from tms.admin_views.acts import NAMES
from tms.admin_views.columns import State
from tms.admin_views.file_history import moments
from tms.admin_views.file_panels import Panels
from tms.admin_views.form_items import form_items
from tms.admin_views.form_words import signed_state
from tms.admin_views.hold_acts import offered_on, standing_of
from tms.admin_views.labels import TONES, brief, coded, day_of
from tms.admin_views.nav import may_open
from tms.admin_views.opened import opened
from tms.admin_views.page import Page
from tms.admin_views.papers import photo_box
from tms.admin_views.reopenings import leave_items
from tms.admin_views.request_panels import panels_of
from tms.admin_views.teacher_columns import BASIC, COPIES
from tms.admin_views.whose_desk import holdings
from tms.admin_views.why import READ, why_url
from tms.db import db
from tms.dictionary import Finding
from tms.dictionary.scope import today
from tms.i18n import gettext as _
from tms.i18n import say
from tms.models import RecordStatus, RowState, Teacher
from tms.models.types import now
from tms.records import completeness
from tms.records.bins import is_for_good
from tms.records.fingerprint import digest_of
from tms.records.history import history
from tms.records.read import Header, headers, rows_of_files
from tms.records.signed_forms import last_signed
from tms.workflow.offered import Act, Situation, acts_on, weighed
from tms.workflow.requests import has_drafts
from tms.workflow.submit import answered, proposer

#: Acts shown beside the file; a page of its own has more.
RECENT = 12
ALL = 500


class FilePageMixin:
    """The details page of a file."""

    actor: Actor
    render: Any
    get_url: Any
    get_one: Any

    @property
    def can_read_records(self) -> bool:
        """Whether the role reads what files hold."""
        return self.actor.can(Permission.RECORD_READ)

    def about(self, row: Any) -> dict[str, Any]:
        """Everything the page draws."""
        page = Page([row], self.actor)
        header = headers(db.session(), [row.id])[row.id]
        rows = rows_of_files(db.session(), [row.id]) if self.can_read_records else {}
        found = findings_of(self.actor, header, rows)
        panels = list(Panels(self.actor, header, rows, found)) if self.can_read_records else []
        return {
            "heading": row.name or row.teacher_no,
            "crumbs": self._crumbs(row, page),
            "summary": summary_of(self.actor, row, page),
            "states": [*states_of(row, page), *standing_of(row, page), *self._signed(row, rows)],
            "desks": list(holdings(row, page)),
            "hold": page.holds.get(row.id),
            "more": [*self._more(row, header)],
            "photo": photo_box(self.actor, header, rows),
            "mask": row.id_number_mask if self.can_read_records else None,
            "panels": [panel for panel in panels if panel.count or panel.findings],
            "empty": [panel for panel in panels if not (panel.count or panel.findings)],
            "rail": True,
            "reach_url": self.get_url("reach.index") if may_open("reach.index") else "",
            "totals": Counter(finding.severity for finding in found),
            "whole": self.actor.reads_whole_files,
            "notes": list(notes.told(self.actor, notes.open_notes(row.id))),
            "why_acts": why_url(row.id),
            "why_read": "" if self.can_read_records else why_url(row.id, READ, table=BASIC.key),
            "acts": _acts(self.actor, row, page, found, rows),
            "requests": panels_of(self.actor, row.id),
            "judging": "",
            "moments": self._moments(header, RECENT) if self.can_read_records else [],
        }

    def _more(self, row: Any, header: Header) -> Iterator[Any]:
        """What may be done to the file besides sending it on."""
        yield from offered_on(self.actor, row, stays=is_for_good(db.session(), header))
        yield from leave_items(self.actor, row)
        yield from form_items(self.actor, row)

    def _signed(self, row: Any, rows: dict[str, Any]) -> Iterator[tuple[State, str]]:
        """Of a form that was signed, whether it still says what the file does."""
        signed = last_signed(db.session(), row.id) if self.actor.reads_whole_files else None
        if signed is not None:
            state = signed_state(is_same=signed.digest == digest_of(rows))
            yield state, _("个人信息表，%(day)s", day=day_of(signed.signed_at))

    def _crumbs(self, row: Any, page: Page) -> list[tuple[Any, str]]:
        unit = page.unit(row.unit_id)
        places = [(_("教师"), self.get_url(".index_view"))] if self.actor.teacher_id is None else []
        if unit and places:
            places.append((unit, self.get_url(".index_view", unit=unit)))
        return [*places, (row.name or row.teacher_no, "")]

    def _moments(self, header: Header, limit: int) -> list[Any]:
        entries = history(db.session(), self.actor, header.id, limit)
        return list(moments(self.actor, entries, header.category))[:limit]

    @expose("/history/")
    def history_view(self) -> Any:
        """All that happened to the file, with values before and after."""
        row = self.get_one(request.args.get("id", ""))
        opened([row.id])
        header = headers(db.session(), [row.id])[row.id]
        title = _("%(name)s：经过", name=row.name or row.teacher_no)
        crumbs = [
            *self._crumbs(row, Page([row], self.actor))[:-1],
            (row.name or row.teacher_no, self.get_url(".details_view", id=row.id)),
            (_("经过"), ""),
        ]
        page = {"heading": title, "crumbs": crumbs, "row": row}
        return self.render("admin/history.html", moments=self._moments(header, ALL), **page)


def findings_of(actor: Actor, header: Header, rows: dict[str, Any]) -> list[Finding]:
    """Only who reads whole files knows what is missing."""
    if not actor.reads_whole_files:
        return []
    return completeness.file_findings(db.session(), header, completeness.of_rows(header, rows))


def summary_of(actor: Actor, row: Any, page: Page) -> list[str]:
    """The person in a line, as far as the reader may see it."""

    def seen(key: str) -> bool:
        return actor.can(Permission.RECORD_READ) and policy.may_see(actor, BASIC.fields[key])

    def copy(key: str) -> str:
        return coded(COPIES[key], getattr(row, key)) if seen(key) else ""

    age = today().year - row.birth_year if row.birth_year and seen("birth_date") else None
    return [
        text
        for text in (
            copy("gender"),
            _("%(n)s岁", n=age) if age else "",
            page.unit(row.unit_id),
            page.unit(row.secondary_unit_id),
            copy("current_post_category"),
            copy("current_professional_title"),
            copy("personnel_status"),
            coded("collection_person_kind", row.person_kind),
        )
        if text
    ]


def confirmed(row: Any) -> str:
    """When the file was last confirmed unchanged, and how long ago that is (R64)."""
    days = (now() - row.confirmed_at).days
    return str(_("最近核对%(day)s（%(n)s天前）", day=day_of(row.confirmed_at), n=days))


def states_of(row: Any, page: Page) -> Any:
    """生效 and 在办: a state and what is to be said beside it."""
    if row.in_force_since:
        yield State("force", _("生效")), _("自%(day)s", day=day_of(row.in_force_since))
    else:
        yield State("draft", _("尚未生效")), ""
    if row.confirmed_at:
        yield State("force", _("核对无变化")), confirmed(row)
    if row.record_status == RecordStatus.APPROVED:
        return
    yield (
        State(TONES[RecordStatus(row.record_status)], brief("record_status", row.record_status)),
        "",
    )


def _acts(
    actor: Actor,
    row: Any,
    page: Page,
    found: list[Finding],
    rows: dict[str, Any],
) -> list[tuple[Act, Any, str]]:
    """(verb, its name, why it cannot be done now) of what the reader may do to this file."""
    drafts = any(r["state"] == RowState.DRAFT for table in rows.values() for r in table)
    drafts = drafts or bool(has_drafts(db.session(), [row.id], made_by=proposer(actor)))
    drafts = drafts or _answers(actor, row)
    acts = acts_on(page.seat, row.record_status, page.tasks.get(row.id), has_drafts=drafts)
    task, hold = page.tasks.get(row.id), page.holds.get(row.id)
    told = weighed(db.session(), actor, acts, row.id, Situation(task, found, hold))
    return [(act, NAMES[act], say(reason) if reason else "") for act, reason in told]


def _answers(actor: Actor, row: Any) -> bool:
    """Whether a return is answered by sending in again, though nothing is to be written for it."""
    if row.record_status != RecordStatus.RETURNED:
        return False
    mine = select(Teacher.id).where(Teacher.id == row.id, answered(actor))
    return db.session.scalar(mine) is not None
