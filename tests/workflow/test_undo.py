"""撤销裁定: until the next desk has acted; the last verdict for a day while nothing has changed."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.cast import Cast, complete
from tests.support.review import (
    TEACHERS_WAY,
    acts,
    add_job,
    ask,
    bring,
    change,
    delete,
    desks,
    do,
    drafts,
    row_of,
    rows,
    states,
    status,
    submission,
    undo,
)
from tests.support.university import (
    OFFICES,
    THROUGH,
    UNIVERSITY,
    engage,
)
from tms.access import Role
from tms.dictionary import Department
from tms.errors import NotFound
from tms.models import (
    AuditEvent,
    ReportUp,
    ReviewNote,
    ReviewTask,
    RowState,
    SubmissionRow,
    Teacher,
)
from tms.models.types import now
from tms.workflow import NoteOn

STUDY = "study_experience"
#: At each step of the way who decides, and whether another of the same desk may take it back.
PASSES = {"supplement": "school_info", "head": "school_head", "report": "school_head"}


def last(cast: Cast, verb: str, name: str, teacher: int, **more: object) -> str:
    """Do it and return the act's id."""
    outcome = do(cast, verb, name, teacher, **more)  # type: ignore[arg-type]
    assert outcome.taken == 1
    return outcome.act_id


def barred(cast: Cast, name: str, act_id: str, teacher: int) -> str:
    """The sentence why not; nothing changes."""
    before = (rows(cast, teacher), desks(cast, teacher), status(cast, teacher))
    outcome = undo(cast, name, act_id, teacher)
    assert outcome.taken == 0
    assert (rows(cast, teacher), desks(cast, teacher), status(cast, teacher)) == before
    (left,) = outcome.left_out
    return str(left.reason)


# -- a pass ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", PASSES)
def test_a_pass_is_undone_until_the_next_desk_acts(cast: Cast, ready: int, step: str) -> None:
    verbs = [verb for verb, _ in TEACHERS_WAY]
    place = [*PASSES].index(step) + 1
    for verb, name in TEACHERS_WAY[:place]:
        do(cast, verb, name, ready)
    before = (desks(cast, ready), status(cast, ready), submission(cast, ready).step)
    act_id = last(cast, verbs[place], PASSES[step], ready)

    assert undo(cast, PASSES[step], act_id, ready).taken == 1

    assert (desks(cast, ready), status(cast, ready), submission(cast, ready).step) == before
    assert acts(cast, ready)[-1].startswith("undo.")
    with pytest.raises(NotFound):
        undo(cast, PASSES[step], act_id, ready)
    cast.session.rollback()

    act_id = last(cast, verbs[place], PASSES[step], ready)
    following_verb, following = TEACHERS_WAY[place + 1]
    do(cast, following_verb, following, ready)
    assert "下一环节已经处理" in barred(cast, PASSES[step], act_id, ready)


def test_another_person_of_the_desk_undoes_it_and_nobody_else(cast: Cast, ready: int) -> None:
    engage(cast, "second_head", Role.SCHOOL_HEAD, cast.units["3136000101"].id)
    bring(cast, ready, "school_info", TEACHERS_WAY)
    act_id = last(cast, "pass", "school_head", ready)

    for name in ("school_info", "teacher", "county_info", "far_school_info", "auditor"):
        with pytest.raises(NotFound):
            undo(cast, name, act_id, ready)
        cast.session.rollback()
    assert undo(cast, "second_head", act_id, ready).taken == 1


def test_what_the_supplement_gathered_is_a_draft_again(cast: Cast, ready: int) -> None:
    do(cast, "submit", "teacher", ready)
    before = drafts(cast, ready)
    travelling = len(ask(cast, select(SubmissionRow.row_id)))
    assert ("remuneration", row_of(cast, ready, "remuneration")) in before
    act_id = last(cast, "pass", "school_info", ready)

    undo(cast, "school_info", act_id, ready)

    assert drafts(cast, ready) == before
    assert len(ask(cast, select(SubmissionRow.row_id))) == travelling
    change(cast, "school_info", ready, "remuneration", annual_income="97000.00")
    bring(cast, ready, "approve", TEACHERS_WAY[1:])
    assert states(cast, ready) == {RowState.IN_FORCE}


def test_sending_in_is_no_verdict(cast: Cast, ready: int) -> None:
    """What a school's own 报送 passed at once is withdrawn, not undone."""
    act_id = last(cast, "submit", "school_info", ready)

    with pytest.raises(NotFound):
        undo(cast, "school_info", act_id, ready)


def test_the_receipt_counts_what_it_still_stands_for(cast: Cast, ready: int) -> None:
    second = cast.make_file()
    complete(cast, second)
    bring(cast, ready, "school_head", TEACHERS_WAY)
    for verb, name in (("submit", "school_info"), ("pass", "school_head")):
        do(cast, verb, name, second)
    reported = do(cast, "report", "school_head")
    assert reported.taken == 2

    undo(cast, "school_info", reported.act_id, second)

    assert [tuple(row) for row in ask(cast, select(ReportUp.files))] == [(1,)]
    kept, gone = submission(cast, ready), submission(cast, second)
    assert kept.report_id is not None
    assert (gone.report_id, gone.complete_at_report) == (None, None)
    again = do(cast, "report", "school_head", second)
    assert len(again.receipts) == 1
    assert again.receipts != reported.receipts


def test_many_are_undone_as_far_as_nobody_acted(cast: Cast, ready: int) -> None:
    second = cast.make_file()
    complete(cast, second)
    bring(cast, ready, "school_info", TEACHERS_WAY)
    do(cast, "submit", "school_info", second)
    passed = do(cast, "pass", "school_head")
    do(cast, "report", "school_head", second)

    outcome = undo(cast, "school_head", passed.act_id)

    assert (outcome.taken, len(outcome.left_out)) == (1, 1)
    assert (status(cast, ready), status(cast, second)) == ("submitted", "reported")


# -- a return --------------------------------------------------------------------------------------


def test_a_return_is_undone_until_mending_begins(cast: Cast, ready: int) -> None:
    bring(cast, ready, "school_info", TEACHERS_WAY)
    row = row_of(cast, ready, STUDY)
    on = [NoteOn("请核对", STUDY, row, "major")]
    act_id = last(cast, "return", "school_head", ready, on=on)

    assert undo(cast, "school_head", act_id, ready).taken == 1

    assert (status(cast, ready), states(cast, ready)) == ("submitted", {RowState.IN_REVIEW})
    assert ask(cast, select(ReviewNote.id)) == []
    act_id = last(cast, "return", "school_head", ready, on=on)
    change(cast, "teacher", ready, STUDY, major="数学")
    assert "已开始修改" in barred(cast, "school_head", act_id, ready)


def test_a_return_whose_row_was_deleted_stands(cast: Cast, ready: int) -> None:
    added = add_job(cast, ready)
    bring(cast, ready, "school_info", TEACHERS_WAY)
    on = [NoteOn("不属实", "work_experience", added)]
    act_id = last(cast, "return", "school_head", ready, on=on)
    delete(cast, "teacher", ready, "work_experience", added)

    assert "已开始修改" in barred(cast, "school_head", act_id, ready)


def test_a_return_that_was_answered_stands(cast: Cast, ready: int) -> None:
    bring(cast, ready, "school_info", TEACHERS_WAY)
    act_id = last(cast, "return", "school_head", ready, note="请核对")
    do(cast, "submit", "teacher", ready)

    assert "已重新报送" in barred(cast, "school_head", act_id, ready)


def test_of_two_departments_that_returned_one_undoes_it(campus: Cast, member: int) -> None:
    bring(campus, member, "university_info", THROUGH)
    paper, award = (row_of(campus, member, table) for table in ("paper", "award"))
    first = last(campus, "return", "research_office", member, on=[NoteOn("x", "paper", paper)])
    last(campus, "return", "academic_office", member, on=[NoteOn("x", "award", award)])

    assert undo(campus, "research_office", first, member).taken == 1

    assert status(campus, member) == "returned"
    assert drafts(campus, member) == {("award", award)}
    assert ("departments", f"{UNIVERSITY}-KY") in desks(campus, member)


def test_a_department_undoes_its_pass_while_another_returned(campus: Cast, member: int) -> None:
    bring(campus, member, "university_info", THROUGH)
    passed = last(campus, "pass", "hr_office", member)
    on = [NoteOn("x", "paper", row_of(campus, member, "paper"))]
    last(campus, "return", "research_office", member, on=on)

    assert undo(campus, "hr_office", passed, member).taken == 1

    assert (status(campus, member), submission(campus, member).step) == ("returned", "")
    assert ("departments", f"{UNIVERSITY}-RS") in desks(campus, member)
    assert len(drafts(campus, member)) == 1


def test_the_last_department_takes_the_consolidation_back(campus: Cast, member: int) -> None:
    *rest, final = Department
    bring(campus, member, OFFICES[rest[-1]], THROUGH)
    passed = last(campus, "pass", OFFICES[final], member)
    assert desks(campus, member) == {("consolidate", UNIVERSITY)}

    assert undo(campus, OFFICES[final], passed, member).taken == 1

    assert desks(campus, member) == {("departments", f"{UNIVERSITY}-YJ")}
    assert status(campus, member) == "unit_passed"


# -- the last verdict ------------------------------------------------------------------------------


def test_the_last_verdict_is_undone_within_a_day(
    cast: Cast, ready: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(cast, ready, "report", TEACHERS_WAY)
    act_id = last(cast, "approve", "county_info", ready)
    clock(monkeypatch, now() + timedelta(hours=23, minutes=59))

    assert undo(cast, "county_info", act_id, ready).taken == 1

    assert (status(cast, ready), states(cast, ready)) == ("reported", {RowState.IN_REVIEW})
    assert ask(cast, select(Teacher.in_force_since)) == [(None,)]
    assert submission(cast, ready).is_open
    act_id = last(cast, "approve", "county_info", ready)
    clock(monkeypatch, now() + timedelta(hours=48, minutes=1))
    assert "生效已超过24小时" in barred(cast, "county_info", act_id, ready)
    assert states(cast, ready) == {RowState.IN_FORCE}


def clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(sys.modules["tms.workflow.undo"], "now", lambda: at)


def test_a_second_approval_undone_leaves_the_first_in_force(cast: Cast, ready: int) -> None:
    bring(cast, ready, "approve", TEACHERS_WAY)
    (since,) = ask(cast, select(Teacher.in_force_since))
    added = add_job(cast, ready)
    bring(cast, ready, "report", TEACHERS_WAY)
    act_id = last(cast, "approve", "county_info", ready)

    undo(cast, "county_info", act_id, ready)

    under_review = {key for key, state in rows(cast, ready).items() if state != RowState.IN_FORCE}
    assert under_review == {("work_experience", added)}
    assert ask(cast, select(Teacher.in_force_since)) == [since]


def test_the_last_verdict_stands_once_something_else_is_sent_in(cast: Cast, ready: int) -> None:
    bring(cast, ready, "report", TEACHERS_WAY)
    act_id = last(cast, "approve", "county_info", ready)
    add_job(cast, ready)
    do(cast, "submit", "teacher", ready)

    assert "已有变动或新的申请" in barred(cast, "county_info", act_id, ready)


def test_an_undo_leaves_one_event_and_open_desks(cast: Cast, ready: int) -> None:
    bring(cast, ready, "school_info", TEACHERS_WAY)
    act_id = last(cast, "pass", "school_head", ready)
    undone = undo(cast, "school_head", act_id, ready)

    events = ask(cast, select(AuditEvent.act).where(AuditEvent.act_id == undone.act_id))
    assert [tuple(row) for row in events] == [("undo.pass.head",)]
    decided = select(ReviewTask.decided_by, ReviewTask.act).where(ReviewTask.verdict.is_(None))
    assert [tuple(row) for row in ask(cast, decided)] == [(None, None)]
