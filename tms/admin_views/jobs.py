"""作业: what takes longer than a request, while it runs and what came of it; one's own only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

from flask import abort, redirect, url_for
from flask_admin import BaseView, expose
from sqlalchemy import select

from tms.admin_views.attempts import attempt
from tms.auth import get_actor
from tms.db import db
from tms.errors import TmsError
from tms.exchange.export_jobs import KIND as EXPORT
from tms.exchange.export_jobs import PACKED
from tms.gate import where
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.i18n import say
from tms.jobs import lanes, queue
from tms.jobs.sweeper import is_anybody_there
from tms.models import PENDING, Job, JobState
from tms.models.types import now
from tms.packed import unpack
from tms.records.kept import is_kept

LISTED: Final = 100
#: A rate is told after so many seconds: before, it says nothing.
SETTLED: Final = 2

STATES: Final = {
    JobState.QUEUED: ("draft", _l("等待办理")),
    JobState.RUNNING: ("review", _l("办理中")),
    JobState.DONE: ("force", _l("已完成")),
    JobState.FAILED: ("error", _l("未完成")),
    JobState.CANCELLED: ("back", _l("已停止")),
}


@dataclass(frozen=True)
class Shown:
    """A job as pages show it."""

    job: Job

    @property
    def title(self) -> str:
        """What it does."""
        return say(unpack(self.job.title))

    @property
    def tone(self) -> str:
        """How its state looks."""
        return STATES[JobState(self.job.state)][0]

    @property
    def state(self) -> Any:
        """Its state in a word."""
        return STATES[JobState(self.job.state)][1]

    @property
    def error(self) -> str:
        """Why it failed."""
        return say(unpack(self.job.error)) if self.job.error else ""

    @property
    def is_pending(self) -> bool:
        """Whether something is still to come."""
        return self.job.state in PENDING

    @property
    def is_anybody_there(self) -> bool:
        """Whether a worker does it, or will."""
        return not self.is_pending or is_anybody_there(db.session())

    @property
    def may_retry(self) -> bool:
        """Whether it stopped where it could go on."""
        return self.job.state in (JobState.FAILED, JobState.CANCELLED)

    @property
    def share(self) -> float | None:
        """How much is done, in percent; None where nobody knows how much there is."""
        job = self.job
        return min(100 * job.done / job.total, 100.0) if job.total else None

    @property
    def left(self) -> int:
        """How much a job that stopped has not come to."""
        job = self.job
        return max((job.total or 0) - job.done, 0) if self.may_retry else 0

    @property
    def has_file(self) -> bool:
        """Whether what it made can still be fetched."""
        return is_kept(db.session(), (self.job.result or {}).get("file"))

    @property
    def packed(self) -> int | None:
        """Of an export whose rows are all written, how much of the file is put together."""
        is_running = self.job.state == JobState.RUNNING and self.job.kind == EXPORT
        return (self.job.checkpoint or {}).get(PACKED) if is_running else None

    @cached_property
    def rate(self) -> float:
        """How much is done in a second of this attempt; 0 where that is not known yet."""
        job = self.job
        if job.state != JobState.RUNNING or job.started_at is None:
            return 0.0
        seconds = (now() - job.started_at).total_seconds()
        return (job.done - job.done_before) / seconds if seconds >= SETTLED else 0.0

    @property
    def remaining(self) -> str:
        """How long it will take, in words; nothing where that is not known yet."""
        if not self.rate or not self.job.total or self.packed is not None:
            return ""
        return lasting(timedelta(seconds=(self.job.total - self.job.done) / self.rate))

    @property
    def page(self) -> str:
        """The template that shows what came of this kind of job."""
        return f"admin/job_{self.job.kind.split('.')[0]}.html"


def lasting(time: timedelta) -> str:
    """A time to wait, as one says it."""
    seconds = max(int(time.total_seconds() + 0.5), 1)
    if seconds < 60:
        return str(_("%(n)d秒", n=seconds))
    if seconds < 3600:
        return str(_("%(n)d分钟", n=round(seconds / 60)))
    return str(_("%(h)d小时%(m)d分钟", h=seconds // 3600, m=seconds % 3600 // 60))


def to_job(job_id: int) -> Any:
    """The way to a job's page."""
    return redirect(url_for("job.details_view", id=job_id))


def ask_for(render: Callable[..., Any], back: str, ask: Callable[[], int]) -> Any:
    """What *ask* enqueues, committed; then its page. A refusal is a page that says why."""
    job_id, status = attempt(ask)
    if job_id is None:
        return render("admin/refused.html", heading=_("作业"), back=back), status
    return to_job(job_id)


class JobView(BaseView):
    """One's own jobs."""

    GATES = dict.fromkeys(
        ("index", "details_view", "state", "cancel", "retry"),
        where("staff", lambda actor: actor is not None and actor.user_id is not None),
    )

    @expose("/")
    def index(self) -> Any:
        """The latest first."""
        found = db.session.scalars(
            select(Job).where(lanes.LISTED).order_by(Job.id.desc()).limit(LISTED)
        ).all()
        page = {"jobs": [Shown(job) for job in found], "listed": LISTED}
        return self.render("admin/jobs.html", heading=_("作业"), **page)

    @expose("/<int:id>/")
    def details_view(self, id: int) -> Any:
        """How far it is, or what came of it."""
        shown = _own(id)
        crumbs = [(_("作业"), url_for("job.index")), (shown.title, "")]
        page = {"job": shown, "crumbs": crumbs}
        return self.render("admin/job.html", **page)

    @expose("/<int:id>/state/")
    def state(self, id: int) -> Any:
        """Only what changes while it runs, for the page that waits."""
        return self.render("admin/job_state.html", job=_own(id))

    @expose("/<int:id>/cancel/", methods=("POST",))
    def cancel(self, id: int) -> Any:
        """After the part under way."""
        return self._do(id, lambda: queue.cancel(db.session(), get_actor(), id))

    @expose("/<int:id>/retry/", methods=("POST",))
    def retry(self, id: int) -> Any:
        """From where it stopped."""
        return self._do(id, lambda: queue.retry(db.session(), get_actor(), id))

    def _do(self, id: int, act: Callable[[], None]) -> Any:
        _own(id)
        _nothing, status = attempt(act)
        if status != 200:
            back = url_for("job.details_view", id=id)
            return self.render("admin/refused.html", heading=_("作业"), back=back), status
        return to_job(id)


def _own(job_id: int) -> Shown:
    try:
        return Shown(queue.find(db.session(), job_id))
    except TmsError:
        return abort(404)
