"""The first page: who one is here, what waits, how the files in reach stand."""

from __future__ import annotations

from typing import Any

from flask_admin import AdminIndexView, expose
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from tms.access import Actor
from tms.admin_views.labels import coded
from tms.auth import get_actor
from tms.db import db
from tms.dictionary import code_table
from tms.gate import LOGGED_IN
from tms.models import Teacher, Unit
from tms.workflow.offered import count_on_desk


class HomeView(AdminIndexView):
    """Counts that lead to the lists they count."""

    GATES = {"index": LOGGED_IN}

    def __init__(self) -> None:
        super().__init__(name=_l("首页"), url="/", template="admin/home.html")

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return fn(self, *args, **kwargs)

    @expose()
    def index(self) -> Any:
        return self.render(self._template, **_about(get_actor()))


def _about(actor: Actor) -> dict[str, Any]:
    statement = select(Teacher.record_status, func.count()).group_by(Teacher.record_status)
    counts = {status: count for status, count in db.session.execute(statement)}
    statuses = [entry.code for entry in code_table("record_status").entries]
    return {
        "role": coded("account_role", actor.role),
        "unit": db.session.scalar(select(Unit.name).where(Unit.id == actor.unit_id)) or "",
        "waiting": count_on_desk(db.session(), actor),
        "files": [(s, coded("record_status", s), counts[s]) for s in statuses if s in counts],
        "total": sum(counts.values()),
    }
