"""One file on the reader's desk: what it brings and what moved, flags, a verdict, the next file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, g, redirect, request
from flask_admin import expose
from sqlalchemy import select

from tms.access import Actor
from tms.admin_views.asked import Asked
from tms.admin_views.flags import Flag, outermost, preview, read_flags, texts_of, titles_of
from tms.admin_views.lookups import parse_id
from tms.admin_views.opened import opened
from tms.admin_views.page import Page
from tms.admin_views.request_panels import choices_of, refused_from, under_review, unexplained
from tms.admin_views.review_page import Review, place_of
from tms.admin_views.suggestions import control_for, typed_for
from tms.db import db, writing
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.i18n import say
from tms.models import ReviewTask, Teacher
from tms.workflow import Outcome, inbox, pass_, report, return_
from tms.workflow.offered import Act
from tms.workflow.outcome import where_it_is
from tms.workflow.review_file import Decision, decisions, turn_of
from tms.workflow.seen import mark_seen

#: What was done, once it is.
DONE = {Act.PASS: _l("已通过"), Act.REPORT: _l("已上报"), Act.RETURN: _l("已退回")}


#: The page once more, with what is ticked and typed: the way back from the preview of a return.
LOOK = "look"


class ReviewMixin:
    """The review page and its verdicts, over the tasks that the list's address asks for."""

    actor: Actor
    asked: Asked
    render: Any
    get_url: Any
    attempt: Any
    conditions: Any
    sampled: Any
    pile_name: Any

    @expose("/file/")
    def file_view(self) -> Any:
        """One file; opening it is noted, so that nobody withdraws what is being looked at."""
        teacher = self._teacher(request.args.get("id", ""))
        review = self._review(teacher)
        if review is None:
            return self._elsewhere(teacher)
        opened([teacher.id])
        drawn = self._draw(review)
        _note_seen(self.actor, teacher.id)
        return drawn

    @expose("/judge/", methods=("POST",))
    def judge_view(self) -> Any:
        """Pass or report the file and go to the next; or return it, previewed first.

        What is flagged as wrong is not passed: whoever ticked it meant to return it.
        """
        teacher = self._teacher(request.form.get("id", ""))
        review = self._review(teacher)
        if review is None:
            return self._elsewhere(teacher)
        if request.form.get("do") == LOOK:
            return self._draw(review)
        if request.form.get("do") == Act.RETURN:
            return self._return(review)
        if ticks := request.form.getlist("on"):
            flash(_("已勾选%(n)s处有误：请退回，或取消勾选后再办理。", n=len(ticks)), "danger")
            return self._draw(review), 422
        if request.form.get("do") != review.verb:
            flash(_("这份档案已到另一环节，请看过再办理。"), "warning")
            return self._draw(review), 409
        outcome, status = self.attempt(lambda: _send_on(self.actor, review))
        return self._done(review, review.verb, outcome, status)

    # -- finding -----------------------------------------------------------------------------------

    def _teacher(self, text: str) -> Any:
        found = db.session.scalar(select(Teacher).where(Teacher.id == parse_id(text)))
        if found is None:
            abort(404)
        g.page = Page([found], self.actor)
        return found

    def _review(self, teacher: Any) -> Review | None:
        turn = turn_of(db.session(), self.actor, teacher.id)
        return Review(self.actor, teacher, turn) if turn else None

    def _elsewhere(self, teacher: Any) -> Any:
        """In reach, but not on this desk (any more): said, and shown as a file."""
        left = where_it_is(db.session(), [teacher.id])[teacher.id]
        flash(_("不在您桌上：%(reason)s", reason=say(left.reason)), "warning")
        return redirect(self.get_url("teacher.details_view", id=teacher.id))

    def _ids(self) -> list[int]:
        """The files to be judged, in order: the sample, or all that the address asks for."""
        conditions = list(self.conditions(self.asked))
        ids = self.sampled(self.asked)
        if ids is not None:
            conditions.append(ReviewTask.teacher_id.in_(ids))
        return inbox.in_order(db.session(), self.actor, conditions)

    def _file_url(self, teacher_id: int | None) -> str:
        if teacher_id is None:
            return ""
        return str(self.get_url(".file_view", **self.asked.matching, id=teacher_id))

    # -- drawing -----------------------------------------------------------------------------------

    def _draw(self, review: Review) -> Any:
        """The page; after a post with the ticks, choices and reasons that were posted."""
        place = place_of(review.teacher.id, self._ids())
        back = self.get_url(".index_view", **self.asked.matching)
        crumbs = [(_("待我审核"), self.get_url(".index_view")), (self.pile_name(), back)]
        page = {
            "place": place,
            "back": back,
            "previous_url": self._file_url(place.previous),
            "next_url": self._file_url(place.next),
            "judge_url": self.get_url(".judge_view", **self.asked.matching),
            "crumbs": [*crumbs, (review.name, "")],
            "rail": True,
            "requests": under_review(self.actor, review.teacher.id),
            "judging": "judge",
            "ticked": request.form.getlist("on"),
            "unexplained": [] if request.form.get("do") == LOOK else unexplained(request.form),
        }
        return self.render("admin/review.html", **page, **review.about())

    # -- verdicts ----------------------------------------------------------------------------------

    def _return(self, review: Review) -> Any:
        """Asked once, with what exactly unlocks and for whom."""
        ticked = read_flags(request.form.getlist("on"), review.sections)
        flags = outermost(ticked)
        status = 200
        if "confirmed" in request.form:
            notes = [
                flag.note(_typed(f"why-{flag.text}"), typed_for(self.actor, flag, review.header))
                for flag in flags
            ]
            chosen = select(Teacher.id).where(Teacher.id == review.teacher.id)
            outcome, status = self.attempt(
                lambda: return_(db.session(), self.actor, chosen, _typed("note"), notes)
            )
            if outcome is not None:
                return self._done(review, Act.RETURN, outcome, status)
        return self._preview(review, ticked), status

    def _preview(self, review: Review, ticked: list[Flag]) -> Any:
        titles, flags = titles_of(review.sections), outermost(ticked)
        controls = {flag.text: control_for(self.actor, flag, review.header) for flag in flags}
        return self.render(
            "admin/return.html",
            heading=_("退回：%(name)s", name=review.name),
            row=review.teacher,
            lines=list(preview(self.actor, flags, review.header, titles)),
            controls=controls,
            texts=texts_of(review.sections),
            rows=len(review.turn.rows),
            ticked=[flag.text for flag in ticked],
            choices=choices_of(request.form),
            judge_url=self.get_url(".judge_view", **self.asked.matching),
            others=[each for each in self._parallel(review) if each.verdict is None],
        )

    def _parallel(self, review: Review) -> list[Decision]:
        """Other departments whose turn it is now or was."""
        found = decisions(db.session(), review.turn.submission.id)
        own = self.actor.unit_name
        return [each for each in found if each.in_parallel and each.unit != own]

    def _done(self, review: Review, act: Act, outcome: Outcome | None, status: int) -> Any:
        """On to the next file; what was not taken is said, and the page stays."""
        if outcome is None or not outcome.taken:
            for left in outcome.left_out if outcome else ():
                flash(_("未办理：%(reason)s", reason=say(left.reason)), "danger")
                status = 409
            again = self._review(review.teacher)
            return (self._draw(again), status) if again else self._elsewhere(review.teacher)
        flash(_("%(name)s：%(done)s", name=review.name, done=DONE[act]), "success")
        for remark in outcome.remarks:
            flash(say(remark.reason), "warning")
        return redirect(self._after(review))

    def _after(self, review: Review) -> str:
        """The file that followed the one just judged; the list where it was the last."""
        following = parse_id(request.form.get("next", ""))
        held = select(Teacher.id).where(Teacher.id == following)
        if following is None or db.session.scalar(held) is None:
            return str(self.get_url(".index_view", **self.asked.matching))
        return self._file_url(following)


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()


def _send_on(actor: Actor, review: Review) -> Outcome:
    chosen = select(Teacher.id).where(Teacher.id == review.teacher.id)
    verbs: Mapping[Act, Any] = {Act.PASS: pass_, Act.REPORT: report}
    more = {"refused": refused_from(request.form)} if review.verb is Act.PASS else {}
    outcome: Outcome = verbs[review.verb](db.session(), actor, chosen, **more)
    return outcome


def _note_seen(actor: Actor, teacher_id: int) -> None:
    """In a short writing transaction of its own, after the read is over (DESIGN.md 4.6)."""
    db.session.rollback()
    with writing():
        mark_seen(db.session(), actor, teacher_id)
        db.session.commit()
