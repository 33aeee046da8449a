"""Whole files: what is missing, what is double, what contradicts another section."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tms.dictionary import (
    Category,
    FileValues,
    Filler,
    Finding,
    Photo,
    check_file,
    get_table,
)

TODAY = date(2026, 11, 21)
PS = Category.PRIMARY_SECONDARY
HE = Category.HIGHER_EDUCATION


def check(rows: dict[str, list[dict[str, Any]]], **more: Any) -> list[Finding]:
    """The findings; rows are numbered 1, 2, … in each table."""
    numbered = {table: list(enumerate(values, 1)) for table, values in rows.items()}
    more = {"category": PS, "today": TODAY} | more
    return check_file(FileValues(rows=numbered, **more))


def of(rule: str, findings: list[Finding]) -> list[tuple[str, Any, str | None]]:
    return [(f.table, f.record, f.field) for f in findings if f.rule == rule]


def job(start: str, end: str | None = None) -> dict[str, Any]:
    return {"unit_name": f"unit {start}", "start_month": start, "end_month": end}


def study(start: str, end: str | None, mode: str = "1") -> dict[str, Any]:
    return {"education_level": "21", "admission_month": start, "graduation_month": end,
            "study_mode": mode, "education_institution": start}  # fmt: skip


def basic(**values: Any) -> list[dict[str, Any]]:
    return [{"id_type": "1", "id_number": "331102198001010019", **values}]


def test_an_empty_file_lacks_its_sections():
    missing = [f.table for f in check({}) if f.rule == "min_records"]

    assert missing[:3] == ["basic_information", "study_experience", "work_experience"]
    assert "exchange_rotation" in missing
    assert "project" not in missing


def test_universities_need_a_record_of_projects_but_no_rotation():
    missing = [f.table for f in check({}, category=HE) if f.rule == "min_records"]

    assert "project" in missing
    assert "exchange_rotation" not in missing


def test_an_enrolled_student_needs_no_post():
    missing = [
        t
        for t, _, _ in of(
            "min_records", check({}, category=HE, person_kind="public_funded_student")
        )
    ]

    assert missing == ["basic_information", "study_experience", "contact"]


def test_an_enrolled_student_needs_no_end_of_study():
    row = {"study_experience": [study("2024-09", None)]}

    student = check(row, category=HE, person_kind="public_funded_student")
    employed = check(row, category=HE, person_kind="established")

    wanted = ("study_experience", 1, "graduation_month")
    assert wanted in of("required", employed)
    assert wanted not in of("required", student)


def test_a_finding_names_who_mends_it():
    found = {(f.table, f.field): f.filler for f in check({"basic_information": [{}]})}

    assert found["basic_information", "name"] is Filler.SCHOOL
    assert found["basic_information", "nationality"] is Filler.TEACHER
    assert found["remuneration", None] is Filler.SCHOOL


def test_a_none_record_stands_alone():
    none, some = {"talent_project": "00"}, {"talent_project": "10", "selection_year": 2020}

    assert of("none_record", check({"talent_project": [none]})) == []
    assert of("none_record", check({"talent_project": [none, some]})) == [
        ("talent_project", 1, "talent_project")
    ]
    assert len(of("none_record", check({"talent_project": [none, none]}))) == 2
    assert of("natural_key", check({"talent_project": [none, none]})) == []


def test_the_second_of_two_like_records_is_named():
    some = {"talent_project": "10", "selection_year": 2020}
    other = {**some, "selection_year": "2021"}

    assert of("natural_key", check({"talent_project": [some, other]})) == []
    found = check({"talent_project": [some, {**some, "selection_year": "2020"}]})
    assert of("natural_key", found) == [("talent_project", 2, None)]


def test_a_section_of_one_record_has_one():
    assert of("natural_key", check({"contact": [{}, {}]})) == [("contact", 2, None)]


def test_only_one_post_lasts_until_now():
    jobs = [job("2001-01"), job("2010-01")]

    assert of("W02", check({"work_experience": jobs})) == [("work_experience", None, None)]
    assert of("W02", check({"work_experience": jobs[:1]})) == []


@pytest.mark.parametrize(("status", "warned"), [("100", True), ("301", False)])
def test_whoever_is_at_post_has_a_post_until_now(status: str, warned: bool):
    rows = {
        "basic_information": basic(personnel_status=status),
        "work_experience": [job("2001-01", "2005-01")],
    }

    assert bool(of("W03", check(rows))) is warned


def test_the_first_post_begins_with_work():
    rows = {"work_experience": [job("2005-01"), job("2001-01", "2004-12")]}

    same = check({"basic_information": basic(work_start_month="2001-01"), **rows})
    other = check({"basic_information": basic(work_start_month="2002-01"), **rows})
    unknown = check({"basic_information": basic(), **rows})

    assert (len(of("W04", same)), len(of("W04", other)), len(of("W04", unknown))) == (0, 1, 0)


def test_full_time_study_fills_a_gap():
    rows = {"work_experience": [job("2001-01", "2004-06"), job("2007-07")]}

    assert of("W05", check(rows))
    assert not of("W05", check({**rows, "study_experience": [study("2004-09", "2007-06")]}))
    assert of("W05", check({**rows, "study_experience": [study("2004-09", "2007-06", "3")]}))


def test_two_full_time_studies_do_not_overlap():
    long, short = study("2001-09", "2005-06"), study("2005-03", "2008-06")

    assert len(of("E04", check({"study_experience": [long, short]}))) == 2
    assert not of("E04", check({"study_experience": [long, study("2005-06", "2008-06")]}))
    assert not of("E04", check({"study_experience": [long, {**short, "study_mode": "2"}]}))


def test_an_unreadable_row_keeps_rules_over_all_rows_from_being_asked():
    rows = {"work_experience": [job("2001-01"), job("2010-01"), job("2012-01", "soon")]}

    assert of("W02", check(rows)) == []


def test_sections_are_compared():
    rows = {
        "basic_information": basic(birth_date="1990-02-15", work_start_month="2012-08"),
        "study_experience": [study("2001-09", "2005-06")],
        "post_appointment": [{"start_month": "2012-07"}],
        "professional_title_appointment": [{"start_month": "2012-08"}],
    }

    found = check(rows)

    assert of("E03", found) == [("study_experience", 1, None)]
    assert of("P01", found) == [("post_appointment", 1, "start_month")]
    assert of("T01", found) == []


@pytest.mark.parametrize("elsewhere", [frozenset({1}), lambda row: row == 1])
def test_a_number_that_is_elsewhere_is_found(elsewhere: Any):
    assert of("B05", check({"basic_information": basic()}, elsewhere=elsewhere)) == [
        ("basic_information", 1, "id_number")
    ]
    assert of("B05", check({"basic_information": basic()})) == []


@pytest.mark.parametrize(("business", "found"), [(True, 0), (False, 1), (None, 0)])
def test_leaving_is_a_business(business: bool | None, found: int):
    rows = {"basic_information": basic(personnel_status="301")}

    assert len(of("B16", check(rows, via_business=business))) == found


@pytest.mark.parametrize(
    ("photo", "rules"),
    [
        (None, set()),
        (Photo(50_000, True, 154, 189), set()),
        (Photo(61_440, True, 154, 189), {"B17"}),
        (Photo(50_000, False, 154, 189), {"B17"}),
        (Photo(50_000, True, 189, 154), {"B18"}),
    ],
)
def test_a_photo_is_judged_by_its_content(photo: Photo | None, rules: set[str]):
    found = check({"basic_information": basic(photo="abc")}, photo=photo)

    assert {f.rule for f in found} & {"B17", "B18"} == rules


def test_a_campaign_expects_the_last_full_year():
    rows = {"annual_assessment": [{"year": 2024}], "teaching": [{"academic_year": 2026}]}

    asked = of("campaign_year", check(rows, campaign=True))

    assert asked == [("annual_assessment", None, None)]
    assert of("campaign_year", check(rows)) == []


def test_departments_of_a_row():
    teaching, post = get_table("teaching"), get_table("post_appointment")

    assert teaching.functions_of({"supervisor_type": "0"}) == 8
    assert teaching.functions_of({"supervisor_type": "1"}) == 16
    both = {"supervisor_type": "1", "taught_undergraduates": "1"}
    assert teaching.functions_of(both) == 8 + 16
    assert post.functions_of({"post_category": "3"}) == 2
    assert post.functions_of({"post_category": "1", "school_position": ["00"]}) == 1
