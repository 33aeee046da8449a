"""Applying for a change of a row in force: who, what, with which reason and proof."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.begin import begun
from tests.support.cast import Cast, id_number, teacher_actor
from tests.support.changes import STUDY, file_in_force, request, the_row, wanted
from tms.access import acting, unscoped
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import AuditEvent, Document, RequestKind, RequestStatus
from tms.records import completeness, document_rows
from tms.records.patches import joining
from tms.records.read import headers
from tms.records.request_checks import Wanted
from tms.records.requests import apply, cancel, edit
from tms.records.values import number_index

BASIC = "basic_information"


@pytest.fixture
def teacher(cast: Cast) -> int:
    return begun(cast, file_in_force)


def apply_for(cast: Cast, what: Wanted, name: str = "school_info") -> int:
    made = apply(cast.session, cast.act_as(name), what)
    cast.session.commit()
    return made


def proof_for(cast: Cast, teacher: int) -> int:
    actor = cast.act_as("school_info")
    header = headers(cast.session, [teacher])[teacher]
    values = {"name": "证明.pdf", "media_type": "application/pdf", "size": 9, "stored_as": "x" * 32}
    return document_rows.enter(cast.session, actor, header, values)


def test_a_request_keeps_old_and_new_and_changes_nothing(cast: Cast, teacher: int) -> None:
    before = the_row(cast, teacher)

    made = request(cast, apply_for(cast, wanted(cast, teacher, values={"major": "数学"})))

    assert (made.status, made.kind, made.version) == (RequestStatus.DRAFT, "modify", 1)
    assert (made.former, made.patch) == ({"major": "汉语言文学"}, {"major": "数学"})
    assert (made.table_name, made.row_id, made.base_version) == (
        STUDY,
        before["id"],
        before["content_version"],
    )
    assert made.made_by == cast.staff["school_info"].user_id
    assert the_row(cast, teacher) == before


def test_what_stays_the_same_is_dropped(cast: Cast, teacher: int) -> None:
    values = {"major": "数学", "education_institution": "示例师范大学", "study_mode": "1"}

    made = request(cast, apply_for(cast, wanted(cast, teacher, values=values)))

    assert made.patch == {"major": "数学"}


def test_a_request_leaves_one_event_with_its_reason(cast: Cast, teacher: int) -> None:
    made = apply_for(cast, wanted(cast, teacher, values={"major": "数学"}, reason="笔误"))

    cast.act_as("county_info")
    last = cast.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()

    assert last is not None
    assert (last.act, last.teacher_id) == ("request", teacher)
    assert last.detail["request"] == made
    assert (last.detail["note"], last.detail["fields"]) == ("笔误", ["major"])


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"values": {"major": "数学"}, "reason": "  "}, Invalid),
        ({"values": {"major": "汉语言文学"}}, Invalid),
        ({"values": {}}, Invalid),
        ({"values": {"study_mode": "无此码"}}, Invalid),
        ({"values": {"no_such_field": "1"}}, Invalid),
    ],
)
def test_what_cannot_be_applied_for(
    cast: Cast, teacher: int, more: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        apply_for(cast, wanted(cast, teacher, **more))


def test_a_derived_item_is_nobodys_to_change(cast: Cast, teacher: int) -> None:
    with pytest.raises(NotAllowed):
        apply_for(cast, wanted(cast, teacher, BASIC, values={"highest_education": "11"}))


def test_a_row_that_is_not_in_force_is_edited_instead(cast: Cast, teacher: int) -> None:
    row = cast.add("school_info", teacher, "domestic_training", year=2025, hours=8)

    with pytest.raises(Conflict, match="未生效的可直接修改"):
        apply_for(cast, Wanted(teacher, "domestic_training", row, 1, {"hours": 9}, "x"))


def test_a_stale_page_is_refused(cast: Cast, teacher: int) -> None:
    row = the_row(cast, teacher)
    stale = Wanted(teacher, STUDY, row["id"], row["content_version"] - 1, {"major": "数学"}, "x")

    with pytest.raises(Conflict):
        apply_for(cast, stale)


@pytest.mark.parametrize("name", ["far_school_info", "neighbour_info"])
def test_somebody_elses_file_is_not_there(cast: Cast, teacher: int, name: str) -> None:
    with pytest.raises((NotFound, NotAllowed)):
        apply_for(cast, wanted(cast, teacher, values={"major": "数学"}), name)


@pytest.mark.parametrize("name", ["school_head", "county_info", "county_query"])
def test_only_the_school_applies(cast: Cast, teacher: int, name: str) -> None:
    with pytest.raises(NotAllowed):
        apply_for(cast, wanted(cast, teacher, values={"major": "数学"}), name)


def test_a_teacher_does_not_apply(cast: Cast, teacher: int) -> None:
    what = wanted(cast, teacher, values={"major": "数学"})
    actor = teacher_actor(cast, teacher)

    with acting(cast.session, actor), pytest.raises(NotAllowed):
        apply(cast.session, actor, what)


# -- one per row -----------------------------------------------------------------------------------


def test_one_undecided_request_per_row(cast: Cast, teacher: int) -> None:
    first = apply_for(cast, wanted(cast, teacher, values={"major": "数学"}))

    with pytest.raises(Conflict, match="尚未报送"):
        apply_for(cast, wanted(cast, teacher, values={"major": "物理"}))

    cancel(cast.session, cast.act_as("school_info"), first)
    cast.session.commit()
    assert request(cast, first).status == RequestStatus.WITHDRAWN
    assert apply_for(cast, wanted(cast, teacher, values={"major": "物理"})) != first


def test_the_index_is_the_last_word(
    cast: Cast, teacher: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two at once both find no request; the second is refused when it is written."""
    monkeypatch.setattr("tms.records.requests.refuse_second", lambda *_: None)
    apply_for(cast, wanted(cast, teacher, values={"major": "数学"}))

    with pytest.raises(Conflict, match="刚被他人申请"):
        apply_for(cast, wanted(cast, teacher, values={"major": "物理"}))


def test_another_row_of_the_file_may_change_as_well(cast: Cast, teacher: int) -> None:
    apply_for(cast, wanted(cast, teacher, values={"major": "数学"}))

    assert apply_for(cast, wanted(cast, teacher, "contact", values={"mobile": "13900000000"}))


# -- key items -------------------------------------------------------------------------------------

KEY_ITEMS = [
    (BASIC, "id_number", id_number(77)),
    (BASIC, "birth_date", date(1985, 3, 13)),
    (BASIC, "work_start_month", "2008-08"),
    (STUDY, "education_level", "11"),
    (STUDY, "degree_level", "3"),
    ("professional_title_appointment", "professional_title", "012"),
]


@pytest.mark.parametrize(("table", "key", "value"), KEY_ITEMS)
def test_a_key_item_needs_a_proof(
    cast: Cast, teacher: int, table: str, key: str, value: Any
) -> None:
    with pytest.raises(Invalid) as refused:
        apply_for(cast, wanted(cast, teacher, table, values={key: value}))

    assert [(found.field, found.rule) for found in refused.value.findings] == [(key, "proof")]

    proof = proof_for(cast, teacher)
    made = apply_for(cast, wanted(cast, teacher, table, values={key: value}, proof_id=proof))
    assert request(cast, made).proof_id == proof


def test_the_proof_of_another_file_proves_nothing(cast: Cast, teacher: int) -> None:
    other = proof_for(cast, cast.make_file())

    with pytest.raises(NotFound):
        apply_for(cast, wanted(cast, teacher, values={"degree_level": "3"}, proof_id=other))


def test_a_number_is_kept_encrypted_for_its_row(cast: Cast, teacher: int) -> None:
    number = id_number(78)
    what = wanted(
        cast, teacher, BASIC, values={"id_number": number}, proof_id=proof_for(cast, teacher)
    )

    patch = request(cast, apply_for(cast, what)).patch

    assert set(patch) == {"id_number", "id_number_index", "id_number_mask"}
    assert number not in str(patch)
    assert patch["id_number_index"] == number_index("id_number", number, {"id_type": "1"})


def test_a_number_that_is_somebody_elses_is_refused(cast: Cast, teacher: int) -> None:
    cast.make_file()
    what = wanted(
        cast,
        teacher,
        BASIC,
        values={"id_number": id_number(cast.serial)},
        proof_id=proof_for(cast, teacher),
    )

    with pytest.raises(Invalid, match="已在系统中"):
        apply_for(cast, what)


# -- leaving ---------------------------------------------------------------------------------------


def test_leaving_goes_by_a_request_with_its_day(cast: Cast, teacher: int) -> None:
    values = {"personnel_status": "301"}
    with pytest.raises(Invalid) as refused:
        apply_for(cast, wanted(cast, teacher, BASIC, values=values))
    assert refused.value.findings[0].field == "personnel_status"

    what = wanted(cast, teacher, BASIC, values=values, effective_on=date(2026, 8, 31))
    assert request(cast, apply_for(cast, what)).effective_on == date(2026, 8, 31)

    cast.act_as("school_info")
    (_, found), *_ = completeness.findings(cast.session, [teacher], requests=joining())
    assert "B16" not in {each.rule for each in found}


def test_leaving_cannot_be_filled_in(cast: Cast) -> None:
    fresh = cast.make_file()
    row = the_row(cast, fresh, BASIC)
    from tms.records import RowChange, save

    change = RowChange(fresh, {"personnel_status": "301"}, row["id"])
    save(cast.session, cast.act_as("school_info"), {BASIC: [change]})

    (_, found), *_ = completeness.findings(cast.session, [fresh])
    assert "B16" in {each.rule for each in found}


# -- completeness ----------------------------------------------------------------------------------


def test_findings_look_at_the_file_as_it_would_be(cast: Cast, teacher: int) -> None:
    values = {"graduation_month": "2003-06"}
    apply_for(cast, wanted(cast, teacher, values=values))
    cast.act_as("school_info")

    (_, now), *_ = completeness.findings(cast.session, [teacher])
    (_, then), *_ = completeness.findings(cast.session, [teacher], requests=joining())

    assert not [each for each in now if each.severity == "error"]
    assert "graduation_month" in {each.field for each in then if each.severity == "error"}


def test_a_deletion_that_leaves_too_little_is_found(cast: Cast, teacher: int) -> None:
    what = wanted(cast, teacher, kind=RequestKind.DELETE, proof_id=proof_for(cast, teacher))
    apply_for(cast, what)
    cast.act_as("school_info")

    (_, then), *_ = completeness.findings(cast.session, [teacher], requests=joining())

    assert (STUDY, "min_records") in {(each.table, each.rule) for each in then}


# -- editing and deleting --------------------------------------------------------------------------


def test_a_draft_is_edited_and_its_version_rises(cast: Cast, teacher: int) -> None:
    made = apply_for(cast, wanted(cast, teacher, values={"major": "数学"}))
    actor = cast.act_as("school_info")
    edit(cast.session, actor, made, 1, wanted(cast, teacher, values={"major": "物理"}, reason="另"))

    found = request(cast, made)
    assert (found.version, found.patch, found.reason) == (2, {"major": "物理"}, "另")
    with pytest.raises(Conflict):
        edit(cast.session, actor, made, 1, wanted(cast, teacher, values={"major": "化学"}))


def test_an_edit_keeps_the_proof_that_is_there(cast: Cast, teacher: int) -> None:
    proof = proof_for(cast, teacher)
    made = apply_for(cast, wanted(cast, teacher, values={"degree_level": "3"}, proof_id=proof))

    actor = cast.act_as("school_info")
    edit(cast.session, actor, made, 1, wanted(cast, teacher, values={"degree_level": "2"}))

    assert request(cast, made).proof_id == proof


def test_a_row_with_key_items_goes_with_a_proof_only(cast: Cast, teacher: int) -> None:
    with pytest.raises(Invalid):
        apply_for(cast, wanted(cast, teacher, kind=RequestKind.DELETE))

    what = wanted(cast, teacher, kind=RequestKind.DELETE, proof_id=proof_for(cast, teacher))
    made = request(cast, apply_for(cast, what))

    assert (made.kind, made.patch) == ("delete", {})
    assert made.former["major"] == "汉语言文学"


def test_basic_information_is_never_deleted(cast: Cast, teacher: int) -> None:
    with pytest.raises(Conflict):
        apply_for(cast, wanted(cast, teacher, BASIC, kind=RequestKind.DELETE))


def test_departments_see_the_proofs_of_what_they_judge(cast: Cast, teacher: int) -> None:
    proof = proof_for(cast, teacher)
    document_rows.attach(cast.session, proof, teacher, 4)

    statement = select(Document.functions).where(Document.id == proof)
    assert cast.session.scalar(unscoped(statement, "a test looks")) == 4
