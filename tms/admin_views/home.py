"""The first page: who one is here, what waits, how the files in reach stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import redirect, url_for
from flask_admin import AdminIndexView, expose
from sqlalchemy import func, select

from tms.access import Actor
from tms.admin_views import counts
from tms.admin_views.check_figures import panel, shares
from tms.admin_views.labels import TONES, brief, coded
from tms.auth import get_actor
from tms.db import db
from tms.gate import LOGGED_IN
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import RecordStatus, Teacher
from tms.workflow.offered import Act, verbs_for

#: Colours of the bar (css/panels.css) by tone.
FILLS = {"draft": "f-idle", "review": "f-review", "force": "f-force", "back": "f-back"}


class HomeView(AdminIndexView):
    """Counts that lead to the lists they count."""

    GATES = {"index": LOGGED_IN}

    def __init__(self) -> None:
        super().__init__(name=_l("首页"), url="/", template="admin/home.html")

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return fn(self, *args, **kwargs)

    @expose()
    def index(self) -> Any:
        actor = get_actor()
        if actor.teacher_id is not None:
            return redirect(url_for("mine.index"))
        page: dict[str, Any] = {"role": coded("account_role", actor.role), "unit": actor.unit_name}
        files = list(_files())
        total = sum(each["count"] for each in files), True
        page |= {"todo": list(_todo(actor)), "files": files, "total": total}
        return self.render(self._template, **page, check=panel(actor))


def _todo(actor: Actor) -> Iterator[dict[str, Any]]:
    """What waits for this role, each with where it is dealt with."""
    verbs = verbs_for(actor)
    if {Act.PASS, Act.REPORT} & set(verbs):
        waiting = counts.waiting(db.session(), actor)
        yield {
            "icon": "inbox",
            "label": _("待我审核"),
            "hint": _("等您通过、退回或上报"),
            "count": counts.shown(*waiting),
            "url": url_for("inbox.index_view"),
        }
    if Act.SUBMIT not in verbs:
        return
    for status, icon, hint in (
        (RecordStatus.RETURNED, "back", _("按退回原因改好后重新报送")),
        (RecordStatus.DRAFT, "pen", _("填写完整后报送")),
    ):
        of_status = counts.bounded(db.session(), Teacher, [Teacher.record_status == status])
        yield {
            "icon": icon,
            "label": brief("record_status", status),
            "hint": hint,
            "count": counts.shown(*of_status),
            "url": url_for("teacher.index_view", status=str(status)),
        }


def _files() -> Iterator[dict[str, Any]]:
    """How many files stand where, in the order of the way they go, with their part of the bar."""
    statement = select(Teacher.record_status, func.count()).group_by(Teacher.record_status)
    found = {status: count for status, count in db.session.execute(statement)}
    return shares(
        {
            "label": brief("record_status", status),
            "count": found.get(status, 0),
            "fill": FILLS[TONES[status]],
            "url": url_for("teacher.index_view", status=str(status)),
        }
        for status in RecordStatus
    )
