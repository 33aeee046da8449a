"""撤回: before anybody has looked, by whoever sent it in."""

from __future__ import annotations

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
    desks,
    do,
    drafts,
    look,
    row_of,
    rows,
    states,
    status,
    submission,
    undo,
)
from tests.support.university import THROUGH, UNIVERSITY
from tms.errors import NotAllowed
from tms.models import ReviewNote, RowState, SubmissionRow
from tms.workflow import NoteOn, withdraw
from tms.workflow.withdraw import may_withdraw, refusal

STUDY = "study_experience"


def sent_in(cast: Cast, teacher: int, name: str = "teacher") -> None:
    assert do(cast, "submit", name, teacher).taken == 1


def refused(cast: Cast, name: str, teacher: int) -> str:
    """Nothing happens; the sentence that says why, the same that is told beforehand."""
    before = (rows(cast, teacher), desks(cast, teacher), status(cast, teacher))
    outcome = do(cast, "withdraw", name, teacher)
    assert outcome.taken == 0
    assert (rows(cast, teacher), desks(cast, teacher), status(cast, teacher)) == before
    (left,) = outcome.left_out
    beforehand = refusal(cast.session, cast.act_as(name), teacher)
    assert beforehand is not None
    assert str(beforehand) == str(left.reason)
    return str(left.reason)


def test_a_first_submission_is_drafts_again(cast: Cast, ready: int) -> None:
    sent_in(cast, ready)
    assert may_withdraw(cast.session, cast.act_as("teacher"), ready)

    assert do(cast, "withdraw", "teacher", ready).taken == 1

    assert (status(cast, ready), states(cast, ready)) == ("draft", {RowState.DRAFT})
    assert desks(cast, ready) == set()
    assert ask(cast, select(SubmissionRow.row_id)) == []
    assert not submission(cast, ready).is_open
    assert acts(cast, ready) == ["submit", "withdraw"]
    sent_in(cast, ready)
    bring(cast, ready, "approve", TEACHERS_WAY[1:])


def test_without_names_a_teacher_withdraws_his_own(cast: Cast, ready: int) -> None:
    sent_in(cast, ready)

    assert withdraw(cast.session, cast.act_as("teacher"), None).taken == 1


def test_a_file_in_force_stays_so(cast: Cast, ready: int) -> None:
    bring(cast, ready, "approve", TEACHERS_WAY)
    added = add_job(cast, ready)
    sent_in(cast, ready)

    assert do(cast, "withdraw", "teacher", ready).taken == 1

    assert status(cast, ready) == "approved"
    assert drafts(cast, ready) == {("work_experience", added)}


def test_not_after_somebody_has_looked(cast: Cast, ready: int) -> None:
    sent_in(cast, ready)
    look(cast, "school_head", ready)
    assert may_withdraw(cast.session, cast.act_as("teacher"), ready), "it is not the head's turn"
    look(cast, "school_info", ready)

    assert "已经打开" in refused(cast, "teacher", ready)


def test_not_after_a_desk_has_decided_until_that_is_undone(cast: Cast, ready: int) -> None:
    sent_in(cast, ready)
    passed = do(cast, "pass", "school_info", ready)

    assert "已经打开或处理" in refused(cast, "teacher", ready)

    undo(cast, "school_info", passed.act_id)
    assert do(cast, "withdraw", "teacher", ready).taken == 1


def test_not_when_it_is_returned_or_over(cast: Cast, ready: int) -> None:
    assert "没有正在审核" in refused(cast, "teacher", ready)
    sent_in(cast, ready)
    do(cast, "return", "school_info", ready, note="x")
    assert "没有正在审核" in refused(cast, "teacher", ready)
    bring(cast, ready, "approve", TEACHERS_WAY)
    assert "没有正在审核" in refused(cast, "teacher", ready)


def test_who_sent_it_in_or_the_same_school_withdraws(cast: Cast, ready: int) -> None:
    sent_in(cast, ready, "school_info")

    for name in ("teacher", "county_info"):
        assert "由他人报送" in refused(cast, name, ready)
    assert do(cast, "withdraw", "far_school_info", ready).left_out == []
    assert do(cast, "withdraw", "school_info", ready).taken == 1


def test_what_a_teacher_sent_in_the_school_returns(cast: Cast, ready: int) -> None:
    """It lies on the school's desk: there a reason is due."""
    sent_in(cast, ready)

    assert "由他人报送" in refused(cast, "school_info", ready)


@pytest.mark.parametrize("name", ["school_head", "county_query", "auditor", "school_admin"])
def test_roles_that_send_in_nothing(cast: Cast, ready: int, name: str) -> None:
    sent_in(cast, ready)
    with pytest.raises(NotAllowed):
        do(cast, "withdraw", name, ready)


def test_a_second_round_is_returned_again(cast: Cast, ready: int) -> None:
    """What was mended stays mended, what was named is open again."""
    bring(cast, ready, "school_info", TEACHERS_WAY)
    row = row_of(cast, ready, STUDY)
    do(cast, "return", "school_head", ready, on=[NoteOn("请核对", STUDY, row, "major")])
    change(cast, "teacher", ready, STUDY, major="数学")
    added = add_job(cast, ready)
    sent_in(cast, ready)

    assert do(cast, "withdraw", "teacher", ready).taken == 1

    assert (status(cast, ready), desks(cast, ready)) == ("returned", set())
    assert drafts(cast, ready) == {(STUDY, row), ("work_experience", added)}
    open_notes = select(ReviewNote.reason).where(ReviewNote.resolved_at.is_(None))
    assert [tuple(note) for note in ask(cast, open_notes)] == [("请核对",)]
    change(cast, "teacher", ready, STUDY, major="物理学")
    bring(cast, ready, "approve", TEACHERS_WAY)
    assert states(cast, ready) == {RowState.IN_FORCE}


def test_other_departments_keep_their_desks(campus: Cast, member: int) -> None:
    bring(campus, member, "hr_office", THROUGH)
    on = [NoteOn("请核对", "paper", row_of(campus, member, "paper"), "volume")]
    do(campus, "return", "research_office", member, on=on)
    waiting = desks(campus, member)
    sent_in(campus, member)
    assert desks(campus, member) == waiting | {("unit_review", f"{UNIVERSITY}-01")}

    assert do(campus, "withdraw", "teacher", member).taken == 1

    assert desks(campus, member) == waiting
    sent_in(campus, member)
    for verb, name in THROUGH[1:]:
        do(campus, verb, name, member)
    assert status(campus, member) == "approved"


def test_of_many_those_are_taken_that_nobody_has_seen(cast: Cast) -> None:
    files = [cast.make_file() for _ in range(3)]
    for teacher in files:
        complete(cast, teacher)
    assert do(cast, "submit", "school_info", *files).taken == 3
    look(cast, "school_head", files[1])

    outcome = do(cast, "withdraw", "school_info", *files)

    assert outcome.taken == 2
    assert ["已经打开" in str(left.reason) for left in outcome.left_out] == [True]
    assert [status(cast, teacher) for teacher in files] == ["draft", "submitted", "draft"]
