"""Change requests through the engine's own verbs, desk by desk, and back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from tests.support.begin import begun
from tests.support.cast import Cast, teacher_actor
from tests.support.changes import STUDY, file_in_force, request, the_row, wanted
from tms import workflow
from tms.access import acting, unscoped
from tms.errors import NotFound
from tms.models import ChangeRequest, RequestStatus, ReviewNote, Submission, Teacher
from tms.models.types import now
from tms.records.reopenings import NewReopening, reopen
from tms.records.requests import apply, edit, propose
from tms.workflow import NoteOn
from tms.workflow.outcome import Outcome

WAY = (("pass_", "school_head"), ("report", "school_head"), ("pass_", "county_info"))
NEW = {"major": "数学", "education_institution": "另一所大学", "admission_month": "2004-10"}


@pytest.fixture
def teacher(cast: Cast) -> int:
    return begun(cast, file_in_force)


def do(cast: Cast, verb: str, name: str, teacher: int, *more: Any, **words: Any) -> Outcome:
    actor = cast.act_as(name)
    chosen = select(Teacher.id).where(Teacher.id == teacher)
    outcome: Outcome = getattr(workflow, verb)(cast.session, actor, chosen, *more, **words)
    cast.session.commit()
    return outcome


def sent(cast: Cast, teacher: int, **values: Any) -> int:
    """A request that the school applied for and sent in."""
    made = apply(cast.session, cast.act_as("school_info"), wanted(cast, teacher, values=values))
    cast.session.commit()
    assert do(cast, "submit", "school_info", teacher).taken == 1
    return made


def label(cast: Cast, teacher: int) -> Any:
    cast.act_as("county_info")
    return cast.session.scalar(select(Teacher.record_status).where(Teacher.id == teacher))


def test_a_request_goes_from_desk_to_desk_into_force(cast: Cast, teacher: int) -> None:
    made = sent(cast, teacher, major="数学")

    for verb, name in WAY:
        assert request(cast, made).status == RequestStatus.IN_REVIEW
        assert the_row(cast, teacher)["major"] == "汉语言文学"
        assert do(cast, verb, name, teacher).taken == 1

    assert the_row(cast, teacher)["major"] == "数学"
    assert request(cast, made).status == RequestStatus.APPLIED
    assert label(cast, teacher) == "approved"


def test_desks_refuse_fields_as_they_pass(cast: Cast, teacher: int) -> None:
    made = sent(cast, teacher, **NEW)
    do(cast, "pass_", "school_head", teacher, refused={made: {"admission_month": "不符"}})
    do(cast, "report", "school_head", teacher)
    do(cast, "pass_", "county_info", teacher)

    row = the_row(cast, teacher)
    assert (row["major"], row["admission_month"]) == ("数学", "2004-09")
    told = request(cast, made).refused["admission_month"]
    assert told["by"] == cast.staff["school_head"].user_id


def test_a_refusal_of_what_is_not_there_changes_nothing(cast: Cast, teacher: int) -> None:
    made = sent(cast, teacher, major="数学")

    with pytest.raises(NotFound):
        do(cast, "pass_", "school_head", teacher, refused={made + 99: {"major": "不符"}})
    cast.session.rollback()

    assert do(cast, "pass_", "school_head", teacher).taken == 1


def test_an_undo_of_a_pass_forgets_its_refusals(cast: Cast, teacher: int) -> None:
    made = sent(cast, teacher, **NEW)
    words = {"refused": {made: dict.fromkeys(NEW, "不符")}}
    act = do(cast, "pass_", "school_head", teacher, **words).act_id
    assert request(cast, made).status == RequestStatus.REFUSED

    actor = cast.act_as("school_head")
    assert workflow.undo(cast.session, actor, act).taken == 1

    found = request(cast, made)
    assert (found.status, found.refused) == (RequestStatus.IN_REVIEW, {})


def test_a_request_is_returned_and_comes_in_again(cast: Cast, teacher: int) -> None:
    made = sent(cast, teacher, major="数学")
    on = [NoteOn("请附说明", "change_request", made)]
    do(cast, "return_", "school_head", teacher, "", on)
    assert request(cast, made).status == RequestStatus.DRAFT
    cast.act_as("school_info")
    assert cast.session.scalars(select(ReviewNote.filler)).all() == ["school"]

    actor = cast.act_as("school_info")
    edit(cast.session, actor, made, 1, wanted(cast, teacher, values={"major": "物理"}))
    cast.session.commit()
    assert do(cast, "submit", "school_info", teacher).taken == 1
    for verb, name in WAY:
        assert do(cast, verb, name, teacher).taken == 1

    assert the_row(cast, teacher)["major"] == "物理"


def test_a_file_is_returned_as_a_whole_and_that_is_undone(cast: Cast, teacher: int) -> None:
    made = sent(cast, teacher, major="数学")
    act = do(cast, "return_", "school_head", teacher, "请核对").act_id
    assert request(cast, made).status == RequestStatus.DRAFT

    assert workflow.undo(cast.session, cast.act_as("school_head"), act).taken == 1

    assert request(cast, made).status == RequestStatus.IN_REVIEW


def test_a_return_is_not_undone_once_the_request_was_mended(cast: Cast, teacher: int) -> None:
    made = sent(cast, teacher, major="数学")
    act = do(cast, "return_", "school_head", teacher, "请核对").act_id
    actor = cast.act_as("school_info")
    edit(cast.session, actor, made, 1, wanted(cast, teacher, values={"major": "物理"}))
    cast.session.commit()

    outcome = workflow.undo(cast.session, cast.act_as("school_head"), act)

    assert (outcome.taken, len(outcome.left_out)) == (0, 1)


def test_sent_in_by_mistake_it_is_withdrawn(cast: Cast, teacher: int) -> None:
    made = sent(cast, teacher, major="数学")

    assert do(cast, "withdraw", "school_info", teacher).taken == 1

    assert request(cast, made).status == RequestStatus.DRAFT
    assert label(cast, teacher) == "approved"
    assert do(cast, "submit", "school_info", teacher).taken == 1


def test_the_last_verdict_is_undone_with_its_changes(cast: Cast, teacher: int) -> None:
    made = sent(cast, teacher, **NEW)
    do(cast, "pass_", "school_head", teacher)
    do(cast, "report", "school_head", teacher)
    words = {"refused": {made: {"admission_month": "不符"}}}
    act = do(cast, "pass_", "county_info", teacher, **words).act_id
    assert the_row(cast, teacher)["major"] == "数学"

    assert workflow.undo(cast.session, cast.act_as("county_info"), act).taken == 1
    cast.session.commit()

    row, found = the_row(cast, teacher), request(cast, made)
    assert {key: row[key] for key in NEW} != NEW
    assert (row["major"], row["state"]) == ("汉语言文学", "in_force")
    assert (found.status, found.refused) == (RequestStatus.IN_REVIEW, {})
    assert do(cast, "pass_", "county_info", teacher).taken == 1
    assert {key: the_row(cast, teacher)[key] for key in NEW} == NEW


def test_a_moved_row_is_named_and_the_rest_goes_on(cast: Cast, teacher: int) -> None:
    made = sent(cast, teacher, major="数学")
    do(cast, "pass_", "school_head", teacher)
    do(cast, "report", "school_head", teacher)
    move(cast, made)

    outcome = do(cast, "pass_", "county_info", teacher)

    assert outcome.taken == 1
    assert ["已有变动" in str(each.reason) for each in outcome.remarks] == [True]
    assert request(cast, made).status == RequestStatus.REFUSED
    assert label(cast, teacher) == "approved"


def move(cast: Cast, made: int) -> None:
    """As if the request had been made against another version."""
    statement = text("UPDATE change_request SET base_version = base_version - 1 WHERE id = :id")
    cast.session.execute(unscoped(statement, "a test looks"), {"id": made})
    cast.session.commit()


def test_what_would_break_a_rule_is_not_sent_in(cast: Cast, teacher: int) -> None:
    values = {"graduation_month": "2003-06"}
    apply(cast.session, cast.act_as("school_info"), wanted(cast, teacher, values=values))
    cast.session.commit()

    outcome = do(cast, "submit", "school_info", teacher)

    assert outcome.taken == 0
    assert "graduation_month" in {each.field for each in outcome.left_out[0].findings}


def test_a_teacher_sends_in_what_was_reopened(cast: Cast, teacher: int) -> None:
    new = NewReopening(teacher, STUDY, "核对", now() + timedelta(days=1), ("major",))
    reopen(cast.session, cast.act_as("county_info"), new)
    actor = teacher_actor(cast, teacher)
    with acting(cast.session, actor):
        made = propose(
            cast.session, actor, wanted(cast, teacher, values={"major": "数学"}, reason="")
        )
        cast.session.commit()
        assert workflow.submit(cast.session, actor, None).taken == 1
        cast.session.commit()

    for verb, name in (("pass_", "school_info"), *WAY):
        assert do(cast, verb, name, teacher).taken == 1
    assert request(cast, made).status == RequestStatus.APPLIED
    assert the_row(cast, teacher)["major"] == "数学"


def test_a_teacher_does_not_send_in_what_the_school_applies_for(cast: Cast, teacher: int) -> None:
    apply(cast.session, cast.act_as("school_info"), wanted(cast, teacher, values={"major": "数学"}))
    cast.session.commit()
    actor = teacher_actor(cast, teacher)

    with acting(cast.session, actor):
        chosen = select(Teacher.id).where(Teacher.id == teacher)
        assert workflow.submit(cast.session, actor, chosen).taken == 0


def test_all_with_requests_are_sent_in_without_naming_them(cast: Cast, teacher: int) -> None:
    actor = cast.act_as("school_info")
    apply(cast.session, actor, wanted(cast, teacher, values={"major": "数学"}))

    assert workflow.submit(cast.session, actor, None).taken == 1

    open_ = select(Submission.id).where(Submission.is_open)
    assert len(cast.session.scalars(open_).all()) == 1
    assert cast.session.scalars(select(ChangeRequest.status)).all() == [RequestStatus.IN_REVIEW]
