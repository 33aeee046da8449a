"""提交, 通过, 退回, 上报 over rows that are ticked, or over all that match; asked once before.

Without a script: the list's form posts the ticked rows to the list's own address, so that "all that
match" is the same search and filters again.
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_admin.actions import action
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from werkzeug.exceptions import BadRequest

from tms.access import Actor
from tms.admin_views.lookups import parse_id
from tms.db import db
from tms.models import Teacher
from tms.workflow.offered import Act, count_on_desk, perform, verbs_for

#: Files left out are listed up to here; the rest is counted.
LISTED = 50
#: More rows than a page holds cannot have been ticked.
MAX_TICKED = 1000

NAMES = {
    Act.SUBMIT: _l("提交"),
    Act.PASS: _l("通过"),
    Act.RETURN: _l("退回"),
    Act.REPORT: _l("上报"),
}


class ActsMixin:
    """The engine's verbs as Flask-Admin actions of a list of files."""

    actor: Actor
    render: Any
    get_url: Any
    attempt: Any
    chosen_ids: Any

    @action(Act.SUBMIT, NAMES[Act.SUBMIT])
    def action_submit(self, ids: list[str]) -> Any:
        """报送."""
        return self._act(Act.SUBMIT, ids)

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

    def get_actions_list(self) -> tuple[list[tuple[str, str]], dict[str, str]]:
        """In the order of the route; Flask-Admin sorts by method name."""
        return [(str(act), str(NAMES[act])) for act in verbs_for(self.actor)], {}

    def is_action_allowed(self, name: str) -> bool:
        """Whether the role has the verb at all."""
        return name in verbs_for(self.actor)

    def _act(self, act: Act, ids: list[str]) -> Any:
        chosen = self._chosen(ids)
        outcome, status = None, 200
        if "confirmed" in request.form:
            note = request.form.get("note", "").replace("\0", "")
            outcome, status = self.attempt(
                lambda: perform(db.session(), self.actor, act, chosen, note)
            )
        page = {"act": act, "name": NAMES[act], "back": self.get_url(".index_view")}
        if outcome is not None:
            left = outcome.left_out
            return self.render("admin/outcome.html", **page, outcome=outcome, left=left[:LISTED])
        counts = self._counts(act, chosen)
        return self.render("admin/confirm.html", **page, ids=ids, **counts), status

    def _chosen(self, ids: list[str]) -> Select[Any]:
        """Ids of the files meant, in reach; the engine freezes them once more."""
        if request.form.get("select_all"):
            return self.chosen_ids()
        found = [row_id for row_id in map(parse_id, ids) if row_id is not None]
        if len(found) > MAX_TICKED:
            raise BadRequest
        return select(Teacher.id).where(Teacher.id.in_(found))

    def _counts(self, act: Act, chosen: Select[Any]) -> dict[str, Any]:
        """How many are meant, and how many of them wait for this verb here."""
        count = select(func.count()).select_from(Teacher).where(Teacher.id.in_(chosen))
        waiting = None
        if act is not Act.SUBMIT:
            waiting = count_on_desk(db.session(), self.actor, act, chosen)
        return {"total": db.session.scalar(count) or 0, "waiting": waiting}
