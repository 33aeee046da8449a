"""The one door: what it takes, what it refuses, and what it leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.support.cast import Cast, id_number, teacher_actor
from tms.access import acting
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import TABLES, AuditEvent, Teacher, User
from tms.records import RowChange, save

STUDY = {"education_level": "21", "education_institution": "示例师范大学"}


def row(cast: Cast, table: str, row_id: int) -> dict[str, Any]:
    model = TABLES[table]
    columns = [getattr(model, c.key) for c in model.__table__.columns]
    found = cast.session.execute(select(*columns).where(model.id == row_id)).mappings().one()
    return dict(found)


def last_event(cast: Cast) -> Any:
    cast.act_as("county_info")
    return cast.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()


def test_a_new_row_is_a_draft_of_version_one_with_its_writer(cast: Cast) -> None:
    teacher = cast.make_file()
    made = row(cast, "study_experience", cast.add("school_info", teacher, "study_experience"))

    assert (made["state"], made["content_version"]) == ("draft", 1)
    assert made["created_by"] == cast.staff["school_info"].user_id
    assert made["unit_path"] == cast.units["3136000101"].unit_path


def test_a_change_raises_the_version_and_keeps_what_stood_there(cast: Cast) -> None:
    teacher = cast.make_file()
    row_id = cast.add("school_info", teacher, "study_experience", **STUDY)
    change = RowChange(teacher, {"education_institution": "别的大学"}, row_id, version=1)

    result = save(cast.session, cast.act_as("school_info"), {"study_experience": [change]})

    assert (result.changed, result.unchanged) == (1, 0)
    assert row(cast, "study_experience", row_id)["content_version"] == 2
    event = last_event(cast)
    assert event.teacher_id == teacher
    former = event.former["study_experience"][str(row_id)]
    assert former == {"education_institution": "示例师范大学"}


def test_saving_what_is_there_changes_nothing(cast: Cast) -> None:
    teacher = cast.make_file()
    row_id = cast.add("school_info", teacher, "study_experience", **STUDY)
    before = last_event(cast).id

    result = save(
        cast.session,
        cast.act_as("school_info"),
        {"study_experience": [RowChange(teacher, STUDY, row_id)]},
    )

    assert (result.changed, result.unchanged) == (0, 1)
    assert last_event(cast).id == before
    assert row(cast, "study_experience", row_id)["content_version"] == 1


def test_the_second_of_two_editors_is_refused(cast: Cast) -> None:
    teacher = cast.make_file()
    row_id = cast.add("school_info", teacher, "study_experience", **STUDY)
    actor = cast.act_as("school_info")
    save(
        cast.session,
        actor,
        {"study_experience": [RowChange(teacher, {"major": "数学"}, row_id, version=1)]},
    )

    stale = RowChange(teacher, {"major": "物理"}, row_id, version=1)
    with pytest.raises(Conflict):
        save(cast.session, actor, {"study_experience": [stale]})


def test_one_event_per_act_and_file(cast: Cast) -> None:
    teacher = cast.make_file()
    before = last_event(cast).id
    rows = [RowChange(teacher, {"year": year, "result": "2"}) for year in (2022, 2023, 2024)]
    changes = {"annual_assessment": rows, "contact": [RowChange(teacher, {"email": "a@b.cn"})]}

    save(cast.session, cast.act_as("school_info"), changes)

    events = cast.session.scalars(select(AuditEvent).where(AuditEvent.id > before)).all()
    assert len(events) == 1
    assert {table: len(ids) for table, ids in events[0].rows.items()} == {
        "annual_assessment": 3,
        "contact": 1,
    }


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("annual_assessment", {"year": 2024, "result": "1"}),
        ("remuneration", {"year": 2024, "annual_income": "1.00"}),
        ("professional_ethics", {"conclusion": "1"}),
        ("professional_title_appointment", {"professional_title": "0"}),
    ],
)
def test_assessment_pay_ethics_and_titles_are_not_the_teachers(
    cast: Cast, table: str, values: dict[str, Any]
) -> None:
    """R21: the server refuses a forged post."""
    actor = teacher_actor(cast, cast.make_file())

    with acting(cast.session, actor), pytest.raises(NotAllowed):
        save(cast.session, actor, {table: [RowChange(actor.teacher_id or 0, values)]})


def test_a_teacher_fills_the_own_file(cast: Cast) -> None:
    actor = teacher_actor(cast, cast.make_file())
    with acting(cast.session, actor):
        change = RowChange(actor.teacher_id or 0, STUDY)
        assert save(cast.session, actor, {"study_experience": [change]}).new == 1


@pytest.mark.parametrize("name", ["county_query", "school_head", "school_admin", "auditor"])
def test_roles_that_do_not_write_are_refused(cast: Cast, name: str) -> None:
    teacher = cast.make_file()

    with pytest.raises(NotAllowed):
        save(cast.session, cast.act_as(name), {"contact": [RowChange(teacher, {"email": "a@b"})]})


def test_a_foreign_file_does_not_exist(cast: Cast) -> None:
    teacher = cast.make_file("3136000201")

    with pytest.raises(NotFound):
        cast.add("county_info", teacher, "contact", email="a@b.cn")


def test_a_row_of_another_file_does_not_exist(cast: Cast) -> None:
    """Stealing a child row by naming one's own teacher with a foreign row's id."""
    own, other = cast.make_file(), cast.make_file("3136000201")
    foreign = cast.add("far_school_info", other, "study_experience", **STUDY)
    actor = cast.act_as("school_info")

    with pytest.raises(NotFound):
        save(cast.session, actor, {"study_experience": [RowChange(own, {"major": "x"}, foreign)]})


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"admission_month": "2001-13"}, "type"),
        ({"education_level": "XX"}, "code"),
        ({"major": "长" * 61}, "length"),
    ],
)
def test_what_cannot_be_stored_is_refused_with_its_field(
    cast: Cast, values: dict[str, Any], rule: str
) -> None:
    teacher = cast.make_file()

    with pytest.raises(Invalid) as refusal:
        cast.add("school_info", teacher, "study_experience", **values)

    assert [(f.field, f.rule) for f in refusal.value.findings] == [(next(iter(values)), rule)]


def test_a_section_of_another_category_is_refused(cast: Cast) -> None:
    """Kindergartens have no 教育教学."""
    teacher = cast.make_file("3136000102")

    with pytest.raises(Invalid):
        cast.add("kindergarten_info", teacher, "teaching", academic_year=2025)


def test_a_second_record_of_a_single_table_is_refused(cast: Cast) -> None:
    teacher = cast.make_file()
    cast.add("school_info", teacher, "contact", email="a@b.cn")

    with pytest.raises(Conflict):
        cast.add("school_info", teacher, "contact", email="c@d.cn")


def test_a_draft_can_be_deleted_and_the_event_keeps_it(cast: Cast) -> None:
    teacher = cast.make_file()
    row_id = cast.add("school_info", teacher, "study_experience", **STUDY)
    change = RowChange(teacher, row_id=row_id, version=1, delete=True)

    save(cast.session, cast.act_as("school_info"), {"study_experience": [change]})

    assert cast.session.scalars(select(TABLES["study_experience"].id)).all() == []
    former = last_event(cast).former["study_experience"][str(row_id)]
    assert former["education_institution"] == "示例师范大学"


def test_the_basic_record_is_not_deleted(cast: Cast) -> None:
    teacher = cast.make_file()
    actor = cast.act_as("school_info")
    row_id = cast.session.scalars(select(TABLES["basic_information"].id)).one()

    with pytest.raises(Conflict):
        save(
            cast.session,
            actor,
            {"basic_information": [RowChange(teacher, row_id=row_id, delete=True)]},
        )


def test_a_number_that_exists_anywhere_is_refused_without_saying_where(cast: Cast) -> None:
    """一人一号 (R47), also against units out of reach."""
    cast.make_file("3136000201", id_number=id_number(900))
    teacher = cast.make_file()
    actor = cast.act_as("school_info")
    row_id = cast.session.scalars(select(TABLES["basic_information"].id)).one()
    change = RowChange(teacher, {"id_number": id_number(900)}, row_id)

    with pytest.raises(Invalid) as refusal:
        save(cast.session, actor, {"basic_information": [change]})

    assert "西山" not in str(refusal.value)
    assert refusal.value.findings[0].rule == "B05"


def test_a_corrected_number_follows_into_mask_header_and_login(cast: Cast) -> None:
    teacher = cast.make_file()
    actor = cast.act_as("school_info")
    basic = TABLES["basic_information"]
    row_id = cast.session.scalars(select(basic.id)).one()
    number = id_number(901)

    save(
        cast.session,
        actor,
        {"basic_information": [RowChange(teacher, {"id_number": number}, row_id)]},
    )

    stored = row(cast, "basic_information", row_id)
    mask = cast.session.scalars(select(Teacher.id_number_mask)).one()
    assert number not in str(stored)
    assert mask == number[:3] + "*" * 11 + number[-4:]
    cast.act_as("county_admin")
    logins = cast.session.scalars(select(User.login_index).where(User.teacher_id == teacher))
    assert logins.one() == stored["id_number_index"]


def test_derived_items_follow_their_rows(cast: Cast) -> None:
    teacher = cast.make_file()
    cast.add("school_info", teacher, "study_experience", education_level="61")
    cast.add("school_info", teacher, "study_experience", education_level="14")
    cast.act_as("school_info")

    assert cast.session.scalars(select(Teacher.highest_education)).one() == "14"
    basic = TABLES["basic_information"]
    assert cast.session.scalars(select(basic.highest_education)).one() == "14"


def test_a_derived_item_is_never_typed(cast: Cast) -> None:
    teacher = cast.make_file()
    actor = cast.act_as("school_info")
    row_id = cast.session.scalars(select(TABLES["basic_information"].id)).one()
    change = RowChange(teacher, {"highest_education": "11"}, row_id)

    with pytest.raises(NotAllowed):
        save(cast.session, actor, {"basic_information": [change]})


def test_a_teacher_makes_no_row_where_the_school_fills_everything(cast: Cast) -> None:
    """A row without values names no field that could be refused."""
    teacher = cast.make_file()
    with acting(cast.session, teacher_actor(cast, teacher)) as actor, pytest.raises(NotAllowed):
        save(cast.session, actor, {"paper": [RowChange(teacher)]})
