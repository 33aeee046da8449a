"""The K-12 route: submit, supplement, head, report, approve; return; who may not."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.support.cast import Cast, complete, teacher_actor
from tests.support.complete import ROWS
from tests.support.review import WAY, bring, do, states, status
from tms import workflow
from tms.access import acting
from tms.errors import Conflict, Invalid, NotAllowed
from tms.models import (
    TABLES,
    AuditEvent,
    ReportUp,
    ReviewNote,
    ReviewTask,
    RowState,
    Submission,
    SubmissionRow,
    Teacher,
)
from tms.records import RowChange, save


def test_a_file_goes_all_the_way_and_is_in_force(cast: Cast, ready: int) -> None:
    seen = []
    for verb, name in WAY:
        outcome = do(cast, verb, name, ready)
        assert (outcome.taken, outcome.left_out) == (1, [])
        seen.append(status(cast, ready))

    assert seen == ["submitted", "school_passed", "reported", "approved"]
    assert states(cast, ready) == {RowState.IN_FORCE}
    assert cast.session.scalars(select(Teacher.in_force_since)).one() is not None


def test_every_act_leaves_one_event_with_actor_and_submission(cast: Cast, ready: int) -> None:
    bring(cast, ready, "approve")
    cast.act_as("county_info")
    events = cast.session.execute(
        select(AuditEvent.act, AuditEvent.user_id, AuditEvent.submission_id)
        .where(AuditEvent.submission_id.is_not(None))
        .order_by(AuditEvent.id)
    ).all()

    users = [cast.staff[name].user_id for _, name in WAY]
    acts = ["submit", "pass.head", "report.report", "pass.approve"]
    assert [(act, user) for act, user, _ in events] == list(zip(acts, users, strict=True))
    assert len({submission for _, _, submission in events}) == 1


def test_the_submission_keeps_rows_and_versions(cast: Cast, ready: int) -> None:
    bring(cast, ready, "submit")
    cast.act_as("school_info")

    rows = cast.session.execute(
        select(SubmissionRow.table_name, SubmissionRow.content_version, SubmissionRow.filled_by)
    ).all()

    assert len(rows) == 1 + len(ROWS)
    assert dict((r.table_name, r.content_version) for r in rows)["basic_information"] == 2
    assert {r.filled_by for r in rows} == {cast.staff["school_info"].user_id}


def test_an_incomplete_file_is_left_out_with_its_findings(cast: Cast, ready: int) -> None:
    gap = cast.make_file()

    outcome = do(cast, "submit", "school_info")

    assert outcome.taken == 1
    (left,) = outcome.left_out
    assert left.findings
    assert {f.severity for f in left.findings} == {"error"}
    assert status(cast, gap) == "draft"


def test_a_teachers_submission_waits_for_the_school_to_supplement(cast: Cast, ready: int) -> None:
    actor = teacher_actor(cast, ready)
    with acting(cast.session, actor):
        assert workflow.submit(cast.session, actor, None).taken == 1
    cast.session.commit()

    cast.act_as("school_info")
    filled = TABLES["annual_assessment"]
    assert cast.session.scalars(select(filled.state)).all() == [RowState.DRAFT]
    assert do(cast, "pass", "school_head", ready).taken == 0

    assert do(cast, "pass", "school_info", ready).taken == 1
    assert states(cast, ready) == {RowState.IN_REVIEW}
    assert do(cast, "pass", "school_head", ready).taken == 1


def test_a_teacher_submits_though_school_items_are_missing(cast: Cast, ready: int) -> None:
    """The teacher is kept by teacher-filled items only, the school by every error."""
    session, actor = cast.session, cast.act_as("school_info")
    row_id = session.scalars(select(TABLES["remuneration"].id)).one()
    save(session, actor, {"remuneration": [RowChange(ready, row_id=row_id, delete=True)]})
    session.commit()
    with acting(session, teacher_actor(cast, ready)) as teacher:
        assert workflow.submit(session, teacher, None).taken == 1
    session.commit()

    outcome = do(cast, "pass", "school_info", ready)

    assert outcome.taken == 0
    assert [f.table for f in outcome.left_out[0].findings] == ["remuneration"]


def test_at_the_supplement_step_school_items_can_still_be_written(cast: Cast, ready: int) -> None:
    with acting(cast.session, teacher_actor(cast, ready)) as teacher:
        workflow.submit(cast.session, teacher, None)
    cast.session.commit()
    session, actor = cast.session, cast.act_as("school_info")
    basic = TABLES["basic_information"]
    row_id, version = session.execute(select(basic.id, basic.content_version)).one()

    change = RowChange(ready, {"personnel_status": "101"}, row_id)
    assert save(session, actor, {"basic_information": [change]}).changed == 1
    with pytest.raises(Conflict):
        save(session, actor, {"basic_information": [RowChange(ready, {"ethnicity": "02"}, row_id)]})

    kept = select(SubmissionRow.content_version).where(SubmissionRow.row_id == row_id)
    assert session.scalars(kept).one() == version + 1


def test_in_review_nobody_writes(cast: Cast, ready: int) -> None:
    bring(cast, ready, "submit")
    session, actor = cast.session, cast.act_as("school_info")
    row_id = session.scalars(select(TABLES["contact"].id)).one()

    with pytest.raises(Conflict):
        save(session, actor, {"contact": [RowChange(ready, {"email": "a@b.cn"}, row_id)]})


@pytest.mark.parametrize(
    ("until", "returner"), [("submit", "school_head"), ("report", "county_info")]
)
def test_a_returned_file_is_editable_again_and_comes_back(
    cast: Cast, ready: int, until: str, returner: str
) -> None:
    bring(cast, ready, until)

    assert do(cast, "return", returner, ready, note="学历请核对").taken == 1
    assert status(cast, ready) == "returned"
    assert states(cast, ready) == {RowState.DRAFT}

    session, actor = cast.session, cast.act_as("school_info")
    assert session.scalars(select(ReviewNote.reason)).one() == "学历请核对"
    row_id = session.scalars(select(TABLES["contact"].id)).one()
    change = RowChange(ready, {"email": "a@b.cn"}, row_id)
    assert save(session, actor, {"contact": [change]}).changed == 1
    session.commit()
    bring(cast, ready, "approve")
    assert states(cast, ready) == {RowState.IN_FORCE}
    assert session.scalars(select(ReviewNote.resolved_at)).one() is not None


@pytest.mark.parametrize("note", ["", "   "])
def test_a_return_needs_a_reason(cast: Cast, ready: int, note: str) -> None:
    """R59."""
    bring(cast, ready, "submit")

    with pytest.raises(Invalid):
        do(cast, "return", "school_head", ready, note=note)


def test_the_head_cannot_be_skipped(cast: Cast, ready: int) -> None:
    """R57: nothing is reported without the head's pass."""
    bring(cast, ready, "submit")

    outcome = do(cast, "report", "school_info", ready)

    assert outcome.taken == 0
    assert "学校负责人审核" in str(outcome.left_out[0].reason)


def test_approve_is_refused_at_any_other_desk(cast: Cast, ready: int) -> None:
    bring(cast, ready, "submit")

    with pytest.raises(NotAllowed):
        do(cast, "approve", "school_head", ready)
    assert do(cast, "approve", "county_info", ready).taken == 0


@pytest.mark.parametrize("verb", ["pass", "return", "report", "approve"])
@pytest.mark.parametrize("name", ["county_query", "auditor", "school_admin"])
def test_roles_without_a_desk_decide_nothing(cast: Cast, verb: str, name: str) -> None:
    with pytest.raises(NotAllowed):
        do(cast, verb, name, note="x")


def test_the_neighbours_desk_is_not_ours(cast: Cast, ready: int) -> None:
    bring(cast, ready, "report")

    assert do(cast, "approve", "neighbour_info").taken == 0
    assert do(cast, "approve", "neighbour_info", ready).left_out == []
    assert do(cast, "approve", "province_info", ready).taken == 0
    assert status(cast, ready) == "reported"


def test_whoever_filled_or_submitted_does_not_approve(cast: Cast) -> None:
    """Maker is not checker (S5): the county fills for a school, and may not approve it."""
    teacher = cast.make_file()
    complete(cast, teacher, "county_info")
    bring(cast, teacher, "report")

    outcome = do(cast, "approve", "county_info", teacher)

    assert outcome.taken == 0
    assert "他人审核" in str(outcome.left_out[0].reason)


def test_a_report_has_one_receipt_per_school(cast: Cast, ready: int) -> None:
    second = cast.make_file()
    complete(cast, second)
    for verb, name in WAY[:2]:
        assert do(cast, verb, name).taken == 2

    outcome = do(cast, "report", "school_info")

    assert len(outcome.receipts) == 1
    with acting(cast.session, cast.staff["county_info"]):
        reports = set(cast.session.scalars(select(Submission.report_id)))
    assert len(reports) == 1
    from tms.access import CONSOLE

    with acting(cast.session, CONSOLE):
        report = cast.session.scalars(select(ReportUp)).one()
        assert (report.files, report.superior_id) == (2, cast.units["360102"].id)


def test_a_decision_is_taken_once(cast: Cast, ready: int) -> None:
    bring(cast, ready, "approve")

    outcome = do(cast, "approve", "county_info", ready)

    assert outcome.taken == 0
    assert len(outcome.left_out) == 1
    cast.act_as("county_info")
    verdicts = select(func.count()).select_from(ReviewTask).where(ReviewTask.step == "approve")
    assert cast.session.scalar(verdicts) == 1


def test_after_approval_new_rows_go_the_same_way(cast: Cast, ready: int) -> None:
    """R65: what is in force stays as it is until the new row is approved."""
    bring(cast, ready, "approve")
    cast.add("school_info", ready, "annual_assessment", year=2023, result="1")
    assert states(cast, ready) == {RowState.IN_FORCE, RowState.DRAFT}

    bring(cast, ready, "approve")

    assert states(cast, ready) == {RowState.IN_FORCE}
    model = TABLES["annual_assessment"]
    assert len(cast.session.scalars(select(model.id)).all()) == 2


def test_nothing_is_submitted_twice(cast: Cast, ready: int) -> None:
    bring(cast, ready, "submit")

    outcome = do(cast, "submit", "school_info", ready)

    assert outcome.taken == 0
    assert len(outcome.left_out) == 1
