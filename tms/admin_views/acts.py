"""提交, 通过, 退回, 上报 over rows that are ticked, or over all that match; asked once before.

The list's form posts the ticked rows to the list's own address, so that "all that match" is the
same search and filters again; a row's menu posts the one row.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import request
from flask_admin.actions import action
from sqlalchemy import Select, func, select
from werkzeug.exceptions import BadRequest

from tms.access import Actor
from tms.admin_views import counts
from tms.admin_views.asked import Asked
from tms.admin_views.grid import Item
from tms.admin_views.jobs import ask_for
from tms.admin_views.labels import label_of
from tms.admin_views.lookups import parse_id
from tms.admin_views.page import Page
from tms.db import db
from tms.i18n import lazy_gettext as _l
from tms.models import TABLES, Teacher
from tms.workflow import Outcome, bulk
from tms.workflow.offered import (
    SENDERS,
    Act,
    acts_on,
    count_last,
    count_on_desk,
    on_my_desk,
    perform,
    verbs_for,
)

#: Files left out are listed up to here; the rest is counted.
LISTED = 50
#: More rows than a page holds cannot have been ticked.
MAX_TICKED = 1000

NAMES = {
    Act.SUBMIT: _l("提交"),
    Act.CONFIRM: _l("核对无变化"),
    Act.PASS: _l("通过"),
    Act.RETURN: _l("退回"),
    Act.REPORT: _l("上报"),
    Act.WITHDRAW: _l("撤回报送"),
}
#: Those that a desk has, and can take back.
DESK_ACTS = (Act.PASS, Act.REPORT, Act.RETURN)


class ActsMixin:
    """The engine's verbs as Flask-Admin actions of a list of files."""

    actor: Actor
    asked: Asked
    render: Any
    get_url: Any
    attempt: Any
    chosen_ids: Any
    conditions: Any

    @action(Act.SUBMIT, NAMES[Act.SUBMIT])
    def action_submit(self, ids: list[str]) -> Any:
        """报送."""
        return self._act(Act.SUBMIT, ids)

    @action(Act.CONFIRM, NAMES[Act.CONFIRM])
    def action_confirm(self, ids: list[str]) -> Any:
        """Nothing of what is in force has changed."""
        return self._act(Act.CONFIRM, ids)

    @action(Act.PASS, NAMES[Act.PASS])
    def action_pass(self, ids: list[str]) -> Any:
        """On to the next desk."""
        return self._act(Act.PASS, ids)

    @action(Act.RETURN, NAMES[Act.RETURN])
    def action_return(self, ids: list[str]) -> Any:
        """Back, with a reason."""
        return self._act(Act.RETURN, ids)

    @action(Act.REPORT, NAMES[Act.REPORT])
    def action_report(self, ids: list[str]) -> Any:
        """To the superior."""
        return self._act(Act.REPORT, ids)

    @action(Act.WITHDRAW, NAMES[Act.WITHDRAW])
    def action_withdraw(self, ids: list[str]) -> Any:
        """Back to whoever sent it in, before anybody opened it."""
        return self._act(Act.WITHDRAW, ids)

    def act_items(self, row: Any, page: Page) -> Iterator[Item]:
        """The verbs that make sense on one file now."""
        for act in acts_on(page.seat, row.record_status, page.tasks.get(row.id)):
            yield Item(NAMES[act], act=act)

    def waiting(self, asked: Asked) -> tuple[int, bool]:
        """How many of the files that match wait for the reader.

        (0, False) where there are some: to count them among thousands would cost as much as all
        else of the page, and the page that asks for a confirmation counts them anyway.
        """
        found = counts.waiting(db.session(), self.actor)
        if not (found[0] and asked.narrowed):
            return found
        limit = 0 if found[0] > counts.SOME else counts.SOME
        conditions = [*self.conditions(asked), on_my_desk(db.session(), self.actor)]
        return counts.bounded(db.session(), Teacher, conditions, limit)

    def get_actions_list(self) -> tuple[list[tuple[str, str]], dict[str, str]]:
        """In the order of the route; Flask-Admin sorts by method name."""
        return [(str(act), str(NAMES[act])) for act in verbs_for(self.actor)], {}

    @property
    def can_act(self) -> bool:
        """Whether the role has any verb."""
        return bool(verbs_for(self.actor))

    @property
    def main_act(self) -> str:
        """The verb that the reader is here for: their own desk's, else submitting."""
        verbs = verbs_for(self.actor)
        return next((act for act in (Act.PASS, Act.REPORT, Act.SUBMIT) if act in verbs), "")

    def is_action_allowed(self, name: str) -> bool:
        """Whether the role has the verb at all."""
        return name in verbs_for(self.actor)

    def _act(self, act: Act, ids: list[str]) -> Any:
        chosen = self._chosen(ids)
        outcome, status = None, 200
        if "confirmed" in request.form:
            note = request.form.get("note", "")
            if is_long(chosen):
                ask = partial(bulk.ask, db.session(), self.actor, act, chosen, note)
                return ask_for(self.render, self.get_url(".index_view", **self.asked.matching), ask)
            outcome, status = self.attempt(
                lambda: perform(db.session(), self.actor, act, chosen, note)
            )
        back = self.get_url(".index_view", **self.asked.matching)
        page = {"act": act, "name": NAMES[act], "back": back}
        if outcome is not None:
            if outcome.taken and act in DESK_ACTS:
                page["verdict_url"] = self.get_url("inbox.mine_view", act=outcome.act_id)
            return self._outcome(outcome, page), status
        page |= self._counts(act, chosen)
        return self.render("admin/confirm.html", **page, ids=ids), status

    def _outcome(self, outcome: Outcome, page: dict[str, Any]) -> Any:
        """What was done and what was not, by name."""
        return self.render("admin/outcome.html", **page, **told(outcome))

    def _chosen(self, ids: list[str]) -> Select[Any]:
        """Ids of the files meant, in reach; the engine freezes them once more."""
        pick = request.form.get("pick")
        if pick == "all":
            return self.chosen_ids()
        if pick == "desk":
            return self.chosen_ids().where(on_my_desk(db.session(), self.actor))
        found = [row_id for row_id in map(parse_id, ids) if row_id is not None]
        if len(found) > MAX_TICKED:
            raise BadRequest
        return select(Teacher.id).where(Teacher.id.in_(found))

    def _counts(self, act: Act, chosen: Select[Any]) -> dict[str, Any]:
        """How many are meant, wait for this verb here, and come into force by it."""
        count = select(func.count()).select_from(Teacher).where(Teacher.id.in_(chosen))
        waiting = None
        if act not in SENDERS:
            waiting = count_on_desk(db.session(), self.actor, act, chosen)
        lasting = count_last(db.session(), self.actor, act, chosen)
        return {"total": db.session.scalar(count) or 0, "waiting": waiting, "lasting": lasting}


def is_long(chosen: Select[Any]) -> bool:
    """Whether so many files are meant that a job does it."""
    counted = select(Teacher.id).where(Teacher.id.in_(chosen)).limit(bulk.AT_ONCE + 1)
    return len(db.session.scalars(counted).all()) > bulk.AT_ONCE


def told(outcome: Outcome) -> dict[str, Any]:
    """What the page of an outcome needs: those left out by name, with their findings."""
    left = outcome.left_out[:LISTED]
    numbers = [each.teacher_no for each in left]
    named = select(Teacher.teacher_no, Teacher.id, Teacher.name)
    named = named.where(Teacher.teacher_no.in_(numbers))
    people = {row.teacher_no: row for row in db.session.execute(named)}
    labels = {key: label_of(model.dictionary) for key, model in TABLES.items()}
    return {"outcome": outcome, "left": left, "people": people, "labels": labels}
