"""Change requests on their way: sent in, returned, refused in part, put in force, taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from tests.support.begin import begun
from tests.support.cast import Cast, id_number, teacher_actor
from tests.support.changes import (
    STUDY,
    again,
    approve,
    file_in_force,
    request,
    send_in,
    the_row,
    wanted,
)
from tms.access import CONSOLE, acting, bind, door, unscoped
from tms.errors import Conflict, Invalid
from tms.models import (
    TABLES,
    ChangeRequest,
    LockRelease,
    RequestKind,
    RequestStatus,
    SubmissionRow,
    Teacher,
)
from tms.models.types import now
from tms.records import document_rows
from tms.records.history import history
from tms.records.read import headers
from tms.records.refresh import refresh
from tms.records.reopenings import NewReopening, reopen
from tms.records.requests import apply, cancel, edit, propose
from tms.workflow import requests as hooks
from tms.workflow.refusals import WHOLE, refuse

BASIC = "basic_information"
THREE = {"major": "数学", "education_institution": "另一所大学", "admission_month": "2004-10"}


@pytest.fixture
def teacher(cast: Cast) -> int:
    return begun(cast, file_in_force)


def applied_for(cast: Cast, teacher: int, table: str = STUDY, **more: Any) -> int:
    actor = cast.act_as("school_info")
    header = headers(cast.session, [teacher])[teacher]
    about = {"name": "p.pdf", "media_type": "application/pdf", "size": 9}
    values = {**about, "stored_as": f"x{now()}{table}"[:40]}
    proof = document_rows.enter(cast.session, actor, header, values)
    made = apply(cast.session, actor, wanted(cast, teacher, table, proof_id=proof, **more))
    cast.session.commit()
    return made


def travelling(cast: Cast, request_id: int) -> Any:
    statement = select(
        SubmissionRow.content_version,
        SubmissionRow.round,
        SubmissionRow.act,
        SubmissionRow.filled_by,
    ).where(SubmissionRow.table_name == "change_request", SubmissionRow.row_id == request_id)
    return cast.session.execute(unscoped(statement, "a test looks")).one_or_none()


def refused(cast: Cast, selection: int, what: Any, act: str = "act-refuse") -> None:
    """The county refuses fields, {request: {field: reason}}."""
    refuse(cast.session, cast.act_as("county_info"), selection, what, act)
    cast.session.commit()


# -- in and back -----------------------------------------------------------------------------------


def test_a_request_goes_in_as_a_row_of_the_submission(cast: Cast, teacher: int) -> None:
    made = applied_for(cast, teacher, values={"major": "数学"})
    cast.act_as("school_info")
    assert hooks.has_drafts(cast.session, [teacher]) == {teacher}

    send_in(cast, teacher)

    maker = cast.staff["school_info"].user_id
    assert travelling(cast, made) == (1, 1, "act-in", maker)
    assert request(cast, made).status == RequestStatus.IN_REVIEW
    assert hooks.has_drafts(cast.session, [teacher]) == set()


def test_returned_requests_come_in_anew(cast: Cast, teacher: int) -> None:
    made = applied_for(cast, teacher, values={"major": "数学"})
    selection = send_in(cast, teacher)
    hooks.back(cast.session, selection)
    assert request(cast, made).status == RequestStatus.DRAFT

    actor = cast.act_as("school_info")
    edit(cast.session, actor, made, 1, wanted(cast, teacher, values={"major": "物理"}))
    again(cast, teacher)

    assert travelling(cast, made)[:2] == (2, 2)
    assert request(cast, made).status == RequestStatus.IN_REVIEW


def test_a_return_names_the_requests_that_go_back(cast: Cast, teacher: int) -> None:
    named = applied_for(cast, teacher, values={"major": "数学"})
    other = applied_for(cast, teacher, "contact", values={"mobile": "13900000000"})
    selection = send_in(cast, teacher)

    hooks.back(cast.session, selection, ChangeRequest.id == named)
    again(cast, teacher)

    assert travelling(cast, named)[:2] == (1, 2)
    assert travelling(cast, other)[:2] == (1, 1)


def test_what_was_taken_back_meanwhile_travels_no_more(cast: Cast, teacher: int) -> None:
    made = applied_for(cast, teacher, values={"major": "数学"})
    selection = send_in(cast, teacher)
    hooks.back(cast.session, selection)
    cancel(cast.session, cast.act_as("school_info"), made)
    again(cast, teacher)

    assert travelling(cast, made) is None
    assert request(cast, made).status == RequestStatus.WITHDRAWN


def test_a_teacher_sends_in_his_own_proposals_only(cast: Cast, teacher: int) -> None:
    of_school = applied_for(cast, teacher, "contact", values={"mobile": "13900000000"})
    new = NewReopening(teacher, STUDY, "核对", now() + timedelta(days=1))
    reopen(cast.session, cast.act_as("county_info"), new)
    actor = teacher_actor(cast, teacher)
    with acting(cast.session, actor):
        own = propose(cast.session, actor, wanted(cast, teacher, values={"major": "数学"}))
        mine = hooks.has_drafts(cast.session, [teacher], made_by=actor.user_id)
    assert mine == {teacher}
    cast.session.commit()

    selection = send_in(cast, teacher, made_by=actor.user_id)

    assert request(cast, own).status == RequestStatus.IN_REVIEW
    assert request(cast, of_school).status == RequestStatus.DRAFT
    hooks.gather(cast.session, selection, "act-supplement")
    assert request(cast, of_school).status == RequestStatus.IN_REVIEW


# -- verdicts --------------------------------------------------------------------------------------


def test_two_of_three_fields_are_accepted(cast: Cast, teacher: int) -> None:
    """Must-show 4: version and history right."""
    before = the_row(cast, teacher)
    made = applied_for(cast, teacher, values=THREE)
    selection = send_in(cast, teacher)
    refused(cast, selection, {made: {"admission_month": "与毕业证不符"}})
    assert the_row(cast, teacher) == before

    assert approve(cast, selection) == []

    row = the_row(cast, teacher)
    assert (row["major"], row["education_institution"]) == ("数学", "另一所大学")
    assert row["admission_month"] == before["admission_month"]
    assert row["content_version"] == before["content_version"] + 1
    assert row["state"] == "in_force"
    found = request(cast, made)
    assert (found.status, found.decided_act) == (RequestStatus.APPLIED, "act-last")
    told = found.refused["admission_month"]
    assert told["reason"] == "与毕业证不符"
    assert told["by"] == cast.staff["county_info"].user_id


def test_the_history_shows_before_and_after(cast: Cast, teacher: int) -> None:
    made = applied_for(cast, teacher, values=THREE)
    selection = send_in(cast, teacher)
    refused(cast, selection, {made: {"admission_month": "不符"}})
    approve(cast, selection)

    entries = history(cast.session, cast.act_as("county_info"), teacher)
    entry = next(each for each in entries if each.act == "change")

    assert [(c.field, c.former, c.after) for c in entry.changes] == [
        ("education_institution", "示例师范大学", "另一所大学"),
        ("major", "汉语言文学", "数学"),
    ]
    assert entry.version == the_row(cast, teacher)["content_version"]


def test_a_row_that_moved_is_not_written(cast: Cast, teacher: int) -> None:
    made = applied_for(cast, teacher, values={"major": "数学"})
    other = applied_for(cast, teacher, "contact", values={"mobile": "13900000000"})
    selection = send_in(cast, teacher)
    moved(cast, teacher, STUDY)
    before = the_row(cast, teacher)

    left = approve(cast, selection)

    assert [(who, "已有变动" in str(why)) for who, why in left] == [(teacher, True)]
    assert the_row(cast, teacher) == before
    found = request(cast, made)
    assert found.status == RequestStatus.REFUSED
    assert "已有变动" in found.answer
    assert request(cast, other).status == RequestStatus.APPLIED
    assert the_row(cast, teacher, "contact")["mobile"] == "13900000000"


def moved(cast: Cast, teacher: int, table: str) -> None:
    """Another version of the row, past every door."""
    model = TABLES[table]
    row = the_row(cast, teacher, table)
    bind(cast.session, CONSOLE)
    session = cast.session
    session.add(LockRelease(table_name=table, row_id=row["id"]))
    session.flush()
    change = update(model).where(model.id == row["id"])
    with door(session):
        session.execute(change.values(content_version=model.content_version + 1))
    session.execute(unscoped(text("DELETE FROM lock_release"), "a test clears up"))
    session.commit()


def test_all_fields_refused_is_a_refused_request(cast: Cast, teacher: int) -> None:
    made = applied_for(cast, teacher, values={"major": "数学", "admission_month": "2004-10"})
    selection = send_in(cast, teacher)

    refused(cast, selection, {made: {"major": "不符", "admission_month": "不符"}})

    assert request(cast, made).status == RequestStatus.REFUSED
    before = the_row(cast, teacher)
    assert approve(cast, selection) == []
    assert the_row(cast, teacher) == before


@pytest.mark.parametrize(
    ("fields", "error"),
    [({"study_mode": "不改它"}, Invalid), ({"major": "  "}, Invalid), ({"": "整条"}, Invalid)],
)
def test_a_refusal_names_a_changed_field_and_a_reason(
    cast: Cast, teacher: int, fields: dict[str, str], error: type[Exception]
) -> None:
    made = applied_for(cast, teacher, values={"major": "数学"})
    selection = send_in(cast, teacher)

    with pytest.raises(error):
        refused(cast, selection, {made: fields})


def test_only_requests_of_the_selection_are_refused(cast: Cast, teacher: int) -> None:
    other = file_in_force(cast)
    elsewhere = applied_for(cast, other, values={"major": "数学"})
    applied_for(cast, teacher, values={"major": "数学"})
    selection = send_in(cast, teacher)

    refused(cast, selection, {elsewhere: {"major": "不符"}})

    assert request(cast, elsewhere).refused == {}


def test_a_decided_request_is_not_refused_again(cast: Cast, teacher: int) -> None:
    made = applied_for(cast, teacher, values={"major": "数学"})
    selection = send_in(cast, teacher)
    approve(cast, selection)

    with pytest.raises(Conflict):
        refused(cast, selection, {made: {"major": "不符"}})


# -- numbers, leaving, deletions -------------------------------------------------------------------


def test_a_corrected_number_is_found_and_logs_in(cast: Cast, teacher: int) -> None:
    number = id_number(81)
    made = applied_for(cast, teacher, BASIC, values={"id_number": number})
    selection = send_in(cast, teacher)

    approve(cast, selection)

    row = the_row(cast, teacher, BASIC)
    patch = request(cast, made).patch
    assert {key: row[key] for key in patch} == patch


def test_a_number_that_was_taken_meanwhile_is_refused(cast: Cast, teacher: int) -> None:
    number = id_number(82)
    made = applied_for(cast, teacher, BASIC, values={"id_number": number})
    selection = send_in(cast, teacher)
    cast.make_file(id_number=number)

    ((_, why),) = approve(cast, selection)

    assert "已在系统中" in str(why)
    assert request(cast, made).status == RequestStatus.REFUSED


def test_the_kind_of_a_number_alone_is_accepted(cast: Cast, teacher: int) -> None:
    """The index is over kind and number: it follows what was accepted."""
    values = {"id_type": "2", "id_number": id_number(83)}
    made = applied_for(cast, teacher, BASIC, values=values)
    before = the_row(cast, teacher, BASIC)
    selection = send_in(cast, teacher)
    refused(cast, selection, {made: {"id_number": "不符"}})

    approve(cast, selection)

    row = the_row(cast, teacher, BASIC)
    assert (row["id_type"], row["id_number"]) == ("2", before["id_number"])
    assert row["id_number_index"] not in (
        before["id_number_index"],
        request(cast, made).patch["id_number_index"],
    )


def test_leaving_takes_effect_with_its_day_and_goes_with_the_undo(cast: Cast, teacher: int) -> None:
    day = date(2026, 8, 31)
    applied_for(cast, teacher, BASIC, values={"personnel_status": "301"}, effective_on=day)
    selection = send_in(cast, teacher)
    approve(cast, selection)
    assert the_row(cast, teacher, BASIC)["personnel_status"] == "301"
    assert since(cast, teacher) == day

    hooks.take_back(cast.session, cast.act_as("county_info"), selection, "act-last", "act-undo")

    assert the_row(cast, teacher, BASIC)["personnel_status"] == "100"
    assert since(cast, teacher) is None


def since(cast: Cast, teacher: int) -> Any:
    cast.act_as("county_info")
    statement = select(Teacher.personnel_status_since).where(Teacher.id == teacher)
    return cast.session.scalar(statement)


def test_a_row_is_deleted_and_put_back_by_an_undo(cast: Cast, teacher: int) -> None:
    before = the_row(cast, teacher)
    made = applied_for(cast, teacher, kind=RequestKind.DELETE)
    selection = send_in(cast, teacher)

    approve(cast, selection)
    assert the_row(cast, teacher) == {}

    hooks.take_back(cast.session, cast.act_as("county_info"), selection, "act-last", "act-undo")
    cast.session.commit()
    back = the_row(cast, teacher)
    assert back == before | {"content_version": before["content_version"] + 2}
    assert request(cast, made).status == RequestStatus.IN_REVIEW
    assert approve(cast, selection, "act-later") == []
    assert the_row(cast, teacher) == {}


def test_a_deletion_is_refused_as_a_whole(cast: Cast, teacher: int) -> None:
    made = applied_for(cast, teacher, kind=RequestKind.DELETE)
    selection = send_in(cast, teacher)

    refused(cast, selection, {made: {WHOLE: "仍然有效"}})

    assert request(cast, made).status == RequestStatus.REFUSED
    approve(cast, selection)
    assert the_row(cast, teacher) != {}


# -- undo ------------------------------------------------------------------------------------------


def test_an_undo_brings_back_values_and_requests(cast: Cast, teacher: int) -> None:
    before = the_row(cast, teacher)
    made = applied_for(cast, teacher, values=THREE)
    selection = send_in(cast, teacher)
    refused(cast, selection, {made: {"major": "不符"}}, "act-last")
    approve(cast, selection)

    hooks.take_back(cast.session, cast.act_as("county_info"), selection, "act-last", "act-undo")
    cast.session.commit()

    row, found = the_row(cast, teacher), request(cast, made)
    assert {key: row[key] for key in THREE} == {key: before[key] for key in THREE}
    assert row["content_version"] == before["content_version"] + 2
    assert (found.status, found.refused, found.decided_act) == ("in_review", {}, None)

    assert approve(cast, selection, "act-later") == []
    assert the_row(cast, teacher)["major"] == "数学"


def test_an_undo_stops_at_a_row_that_moved_since(cast: Cast, teacher: int) -> None:
    applied_for(cast, teacher, values={"major": "数学"})
    selection = send_in(cast, teacher)
    approve(cast, selection)
    moved(cast, teacher, STUDY)

    with pytest.raises(Conflict):
        hooks.take_back(cast.session, cast.act_as("county_info"), selection, "act-last", "act-undo")


def test_an_undo_of_another_act_leaves_refusals_alone(cast: Cast, teacher: int) -> None:
    made = applied_for(cast, teacher, values=THREE)
    selection = send_in(cast, teacher)
    refused(cast, selection, {made: {"major": "不符"}}, "act-head")

    hooks.take_back(cast.session, cast.act_as("county_info"), selection, "act-other", "act-undo")
    assert set(request(cast, made).refused) == {"major"}

    hooks.take_back(cast.session, cast.act_as("county_info"), selection, "act-head", "act-undo")
    assert request(cast, made).refused == {}


# -- the lock and the copies -----------------------------------------------------------------------


def test_nothing_stays_released(cast: Cast, teacher: int) -> None:
    applied_for(cast, teacher, values={"major": "数学"})
    approve(cast, send_in(cast, teacher))

    assert cast.session.scalars(select(LockRelease.row_id)).all() == []


def test_copies_follow_once_the_engine_refreshes_them(cast: Cast, teacher: int) -> None:
    applied_for(cast, teacher, values={"education_level": "11"})
    approve(cast, send_in(cast, teacher))

    cast.act_as("county_info")
    with door(cast.session):
        refresh(cast.session, [teacher])

    highest = select(Teacher.highest_education).where(Teacher.id == teacher)
    assert cast.session.scalar(highest) == "11"
