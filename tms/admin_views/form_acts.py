"""打印个人信息表 over files: from ticked rows or all that match, as a job."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from flask import request
from flask_admin.actions import action
from sqlalchemy import func, select

from tms.access import Permission
from tms.admin_views.form_items import form_items
from tms.admin_views.grid import Item
from tms.admin_views.hold_acts import HoldActsMixin
from tms.admin_views.jobs import ask_for
from tms.admin_views.page import Page
from tms.db import db
from tms.i18n import lang
from tms.i18n import lazy_gettext as _l
from tms.models import Teacher
from tms.records.form_asks import ask_forms

FORMS: Final = "forms"
NAME: Final = _l("打印信息表")


class FormActsMixin(HoldActsMixin):
    """Forms of many files beside the verbs and the holds."""

    @action(FORMS, NAME)
    def action_forms(self, ids: list[str]) -> Any:
        """Asked once before; then it is a job."""
        chosen = self._chosen(ids)
        back = self.get_url(".index_view", **self.asked.matching)
        if "confirmed" in request.form:
            ask = partial(ask_forms, db.session(), self.actor, chosen, request.url_root, lang())
            return ask_for(self.render, back, ask)
        count = select(func.count()).select_from(Teacher).where(Teacher.id.in_(chosen))
        page = {"act": FORMS, "name": NAME, "back": back, "ids": ids}
        total = db.session.scalar(count) or 0
        return self.render("admin/forms_confirm.html", **page, total=total)

    @property
    def prints_forms(self) -> bool:
        """Whether the role puts others' files on paper."""
        return self.actor.reads_whole_files and self.actor.can(Permission.RECORD_EXPORT)

    @property
    def can_act(self) -> bool:
        return super().can_act or self.prints_forms

    def act_items(self, row: Any, page: Page) -> Iterator[Item]:
        yield from super().act_items(row, page)
        yield from form_items(self.actor, row)

    def get_actions_list(self) -> tuple[list[tuple[str, str]], dict[str, str]]:
        found, confirmations = super().get_actions_list()
        return [*found, *([(FORMS, str(NAME))] if self.prints_forms else [])], confirmations

    def is_action_allowed(self, name: str) -> bool:
        return self.prints_forms if name == FORMS else super().is_action_allowed(name)
