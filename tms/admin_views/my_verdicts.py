"""我的裁定: verdicts of the last day, and taking them back."""

from __future__ import annotations

from typing import Any

from flask import abort, request
from flask_admin import expose
from sqlalchemy import select

from tms.access import Actor
from tms.admin_views.acts import NAMES, told
from tms.admin_views.jobs import to_job
from tms.admin_views.lookups import parse_id
from tms.db import db
from tms.i18n import gettext as _
from tms.models import Teacher, Unit, Verdict
from tms.workflow import bulk, undo
from tms.workflow.my_verdicts import Given, files_of, given
from tms.workflow.offered import Act

#: An act's id is 32 hexadecimal digits.
MAX_ACT = 32


class MyVerdictsMixin:
    """Part of the inbox: what was decided is still one's own for a while."""

    actor: Actor
    render: Any
    get_url: Any
    attempt: Any

    @expose("/mine/")
    def mine_view(self) -> Any:
        """One's acts of the last day; or the files of one of them."""
        act_id = request.args.get("act", "")[:MAX_ACT]
        crumbs = [(_("待我审核"), self.get_url(".index_view")), (_("我的裁定"), "")]
        page: dict[str, Any] = {"heading": _("我的裁定"), "crumbs": crumbs, "named": _named}
        found = given(db.session(), self.actor)
        if not act_id:
            return self.render("admin/my_verdicts.html", given=found, **page)
        page["crumbs"][1:] = [(_("我的裁定"), self.get_url(".mine_view")), (_("一次裁定"), "")]
        acts = [each for each in found if each.act_id == act_id]
        files = files_of(db.session(), self.actor, act_id)
        if not files:
            abort(404)
        units = {each.unit_id for each in files}
        names = dict(db.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(units))).all())
        page |= {"acts": acts, "files": files, "units": names, "act_id": act_id}
        return self.render("admin/my_verdict.html", **page)

    @expose("/undo/", methods=("POST",))
    def undo_view(self) -> Any:
        """Take back an act, or what it decided about the ticked files."""
        act_id = request.form.get("act", "")[:MAX_ACT]
        ids = [found for text in request.form.getlist("rowid") if (found := parse_id(text))]
        some = request.form.get("pick") == "ticked"
        chosen = select(Teacher.id).where(Teacher.id.in_(ids)) if some else None
        job, status = self.attempt(lambda: bulk.ask_undo(db.session(), self.actor, act_id, chosen))
        if job is not None:
            return to_job(job)
        outcome = None
        if status == 200:
            outcome, status = self.attempt(lambda: undo(db.session(), self.actor, act_id, chosen))
        back = self.get_url(".mine_view")
        if outcome is None:
            return self.render("admin/refused.html", back=back), status
        page = {"name": _("撤销裁定"), "back": back, "back_name": _("返回我的裁定")}
        return self.render("admin/outcome.html", **page, **told(outcome)), status


def _named(act: Given) -> Any:
    """What was done, in a word."""
    return NAMES[Act.RETURN if act.verdict == Verdict.RETURNED else Act(act.verb)]
