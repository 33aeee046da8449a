"""批量修改 and 批量新增: what is planned, what is left out and why, what is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.begin import begun
from tests.support.bulk import ASSESSMENT, add, do_bulk, edit, events, preview, targets
from tests.support.cast import Cast, complete, teacher_actor
from tests.support.changes import file_in_force, the_row
from tests.support.review import ask, bring, change, named, rows
from tms.access import acting
from tms.dictionary import Category
from tms.errors import Invalid, NotAllowed
from tms.models import TABLES, ChangeRequest, Fate
from tms.models.types import now
from tms.records.bulk_apply import apply
from tms.records.bulk_plan import Target, plan
from tms.records.bulk_spec import Op, Step, refuse
from tms.records.hold_acts import freeze

SET_EXCELLENT = Step("result", Op.SET, "1")
INFO = "school_info"


def assessed(cast: Cast, *years: int, **values: Any) -> int:
    """A file with an assessment of each year; its id."""
    teacher = cast.make_file()
    for year in years:
        cast.add(INFO, teacher, ASSESSMENT, **{"year": year, "result": "2", **values})
    return teacher


def fates(lines: Any) -> list[str]:
    return [str(line.fate) for line in lines]


def value(cast: Cast, teacher: int, table: str, field: str) -> Any:
    return the_row(cast, teacher, table)[field]


# -- the operations --------------------------------------------------------------------------------


def test_set_changes_what_differs_and_leaves_the_rest(cast: Cast) -> None:
    one, other = assessed(cast, 2024), assessed(cast, 2024, result="1")
    done = do_bulk(cast, INFO, edit(ASSESSMENT, SET_EXCELLENT), one, other)

    assert fates(done) == ["change", "same"]
    assert value(cast, one, ASSESSMENT, "result") == "1"
    assert value(cast, other, ASSESSMENT, "result") == "1"
    assert the_row(cast, other, ASSESSMENT)["content_version"] == 1


def test_clear_empties_and_names_what_is_then_missing(cast: Cast) -> None:
    teacher = assessed(cast, 2024)
    spec = edit(ASSESSMENT, Step("result", Op.CLEAR))
    (line,) = preview(cast, INFO, spec, teacher)

    assert [(f.field, f.rule) for f in line.findings] == [("result", "required")]
    do_bulk(cast, INFO, spec, teacher)
    assert value(cast, teacher, ASSESSMENT, "result") is None


def test_copy_takes_over_another_field_unless_it_is_empty(cast: Cast) -> None:
    one, other = cast.make_file(), cast.make_file()
    cast.add(INFO, one, "study_experience", education_institution="甲大学")
    cast.add(INFO, other, "study_experience", degree_institution="乙大学")
    step = Step("degree_institution", Op.COPY, source="education_institution")
    done = do_bulk(cast, INFO, edit("study_experience", step), one, other)

    assert fates(done) == ["change", "same"]
    assert value(cast, one, "study_experience", "degree_institution") == "甲大学"
    assert value(cast, other, "study_experience", "degree_institution") == "乙大学"


def test_replace_takes_plain_text_and_no_pattern(cast: Cast) -> None:
    one, other = cast.make_file(), cast.make_file()
    cast.add(INFO, one, "work_experience", unit_name="第一小学（东湖.）")
    cast.add(INFO, other, "work_experience", unit_name="第一小学（东湖校区）")
    step = Step("unit_name", Op.REPLACE, find="东湖.", put="东湖校区")
    done = do_bulk(cast, INFO, edit("work_experience", step), one, other)

    assert fates(done) == ["change", "same"]
    assert value(cast, one, "work_experience", "unit_name") == "第一小学（东湖校区）"


def test_several_fields_of_a_row_change_together(cast: Cast) -> None:
    teacher = assessed(cast, 2024)
    steps = (SET_EXCELLENT, Step("year", Op.SET, "2023"))
    do_bulk(cast, INFO, edit(ASSESSMENT, *steps), teacher)

    row = the_row(cast, teacher, ASSESSMENT)
    assert (row["year"], row["result"], row["content_version"]) == (2023, "1", 2)


def test_only_empty_fields_are_filled_when_asked(cast: Cast) -> None:
    full, empty = assessed(cast, 2024), assessed(cast, 2024, result=None)
    spec = edit(ASSESSMENT, SET_EXCELLENT, only_empty=True)

    assert fates(do_bulk(cast, INFO, spec, full, empty)) == ["same", "change"]
    assert value(cast, full, ASSESSMENT, "result") == "2"


def test_only_the_latest_row_of_each_file_when_asked(cast: Cast) -> None:
    teacher = assessed(cast, 2024, 2022, 2023)
    done = do_bulk(cast, INFO, edit(ASSESSMENT, SET_EXCELLENT, only_latest=True), teacher)

    assert fates(done) == ["change", "same", "same"]


def test_one_event_per_file_and_act(cast: Cast) -> None:
    one, other = assessed(cast, 2023, 2024), assessed(cast, 2024)
    do_bulk(cast, INFO, edit(ASSESSMENT, SET_EXCELLENT), one, other, act_id="act-one")

    found = events(cast, "act-one")
    assert [(e.teacher_id, e.act, len(e.rows[ASSESSMENT])) for e in found] == [
        (one, "bulk", 2),
        (other, "bulk", 1),
    ]


# -- adding ----------------------------------------------------------------------------------------


def test_everyone_gets_a_row_but_who_has_one_of_the_year(cast: Cast) -> None:
    has, lacks = assessed(cast, 2025), assessed(cast, 2024)
    done = do_bulk(cast, INFO, add(ASSESSMENT, year="2025", result="2"), has, lacks)

    assert fates(done) == ["cannot", "add"]
    assert str(done[0].reason) == "已有这样的记录。"
    assert len([key for key in rows(cast, lacks) if key[0] == ASSESSMENT]) == 2
    assert len([key for key in rows(cast, has) if key[0] == ASSESSMENT]) == 1


def test_a_row_is_copied_from_the_latest_with_what_changes(cast: Cast) -> None:
    teacher, nothing = assessed(cast, 2022, 2024), cast.make_file()
    cast.add(INFO, teacher, ASSESSMENT, year=2023, result="1")
    done = do_bulk(cast, INFO, add(ASSESSMENT, copies=True, year="2025"), teacher, nothing)

    assert fates(done) == ["add", "cannot"]
    model = TABLES[ASSESSMENT]
    made = select(model.year, model.result).where(model.id == done[0].written_id)
    assert ask(cast, made) == [(2025, "2")]
    assert str(done[1].reason) == "没有可以复制的记录。"


def test_a_table_of_one_record_gets_no_second(cast: Cast) -> None:
    has, lacks = cast.make_file(), cast.make_file()
    cast.add(INFO, has, "contact", mobile="13800000000")
    done = do_bulk(cast, INFO, add("contact", mobile="13800000001"), has, lacks)

    assert fates(done) == ["cannot", "add"]


def test_the_findings_of_a_new_row_are_told(cast: Cast) -> None:
    (line,) = preview(cast, INFO, add(ASSESSMENT, year="2025"), cast.make_file())

    assert [(f.field, f.rule) for f in line.findings] == [("result", "required")]


# -- what cannot be touched, and why ---------------------------------------------------------------


def reason(cast: Cast, name: str, spec: Any, *teachers: int) -> str:
    """Why the one row is left out; applying leaves it as it is."""
    (line,) = preview(cast, name, spec, *teachers)
    assert line.fate == Fate.CANNOT
    before = [the_row(cast, teacher, spec.table) for teacher in teachers]
    assert fates(do_bulk(cast, name, spec, *teachers)) == ["cannot"]
    assert [the_row(cast, teacher, spec.table) for teacher in teachers] == before
    return str(line.reason)


def test_a_row_in_force_is_left_out_and_a_request_offered(cast: Cast) -> None:
    teacher = begun(cast, file_in_force)
    spec = edit("study_experience", Step("major", Op.SET, "数学"))

    assert reason(cast, INFO, spec, teacher) == "已生效的记录可转为变更申请。"
    assert reason(cast, "county_info", spec, teacher).startswith("记录已生效")


def test_rows_in_force_become_requests_when_chosen(cast: Cast) -> None:
    teacher = begun(cast, file_in_force)
    step = Step("major", Op.SET, "数学")
    spec = edit("study_experience", step, as_requests=True, reason="统一更正专业名称")
    (done,) = do_bulk(cast, INFO, spec, teacher, act_id="act-r")

    assert done.fate == Fate.REQUEST
    assert value(cast, teacher, "study_experience", "major") == "汉语言文学"
    columns = (ChangeRequest.id, ChangeRequest.patch, ChangeRequest.reason, ChangeRequest.status)
    ((request_id, patch, why, status),) = ask(cast, select(*columns))
    assert (request_id, patch) == (done.written_id, {"major": "数学"})
    assert (why, status) == ("统一更正专业名称", "draft")
    assert [e.detail["request"] for e in events(cast, "act-r")] == [request_id]
    assert "已有变更申请" in reason(cast, INFO, spec, teacher)


def test_a_key_item_needs_proof_and_is_left_out_of_requests(cast: Cast) -> None:
    teacher = begun(cast, file_in_force)
    step = Step("work_start_month", Op.SET, "2009-07")
    spec = edit("basic_information", step, as_requests=True, reason="更正")

    assert "须附证明材料" in reason(cast, INFO, spec, teacher)


def test_a_status_needs_its_day_and_is_left_out_of_requests(cast: Cast) -> None:
    teacher = begun(cast, file_in_force)
    spec = edit(
        "basic_information", Step("personnel_status", Op.CLEAR), as_requests=True, reason="更正"
    )

    (line,) = preview(cast, INFO, spec, teacher)
    assert line.fate == Fate.CANNOT
    assert line.reason is not None


def test_a_row_in_review_is_left_out(cast: Cast) -> None:
    teacher = cast.make_file()
    complete(cast, teacher)
    bring(cast, teacher, "submit")

    spec = edit("study_experience", Step("major", Op.SET, "数学"))
    assert reason(cast, INFO, spec, teacher) == "记录正在审核，退回后才能修改。"


def test_a_frozen_file_is_left_out_until_when_it_says(cast: Cast) -> None:
    teacher = assessed(cast, 2024)
    actor = cast.act_as("county_info")
    until = (now() + timedelta(days=3)).date()
    freeze(cast.session, actor, named(teacher), until=until, reason="统计期间")
    cast.session.commit()

    assert "锁定" in reason(cast, INFO, edit(ASSESSMENT, SET_EXCELLENT), teacher)
    (line,) = preview(cast, INFO, add(ASSESSMENT, year="2025", result="2"), teacher)
    assert line.fate == Fate.CANNOT


def test_a_value_that_cannot_be_stored_is_left_out_with_the_dictionarys_words(cast: Cast) -> None:
    teacher = assessed(cast, 2024)

    assert reason(cast, INFO, edit(ASSESSMENT, Step("result", Op.SET, "77")), teacher)
    assert reason(cast, INFO, edit(ASSESSMENT, Step("year", Op.SET, "去年")), teacher)


def test_a_field_that_the_schools_do_not_collect_is_left_out(cast: Cast) -> None:
    kindergarten = cast.make_file("3136000102")
    cast.add("kindergarten_info", kindergarten, "remuneration", year=2024)
    spec = edit("remuneration", Step("rural_subsidy", Op.SET, "1.00"))

    assert "不由您填写" in reason(cast, "county_info", spec, kindergarten)


def test_a_table_that_the_schools_do_not_collect_is_left_out(cast: Cast) -> None:
    uncollected = next(
        model.dictionary
        for model in TABLES.values()
        if not model.dictionary.applies(Category.KINDERGARTEN)
    )
    key = next(f.key for f in uncollected.fields.values() if not f.readonly and not f.encrypted)
    teacher = cast.make_file("3136000102")
    (line,) = preview(cast, "county_info", add(uncollected.key, **{key: "1"}), teacher)

    assert "不采集" in str(line.reason)


def test_what_moved_since_the_preview_is_left_out(cast: Cast) -> None:
    teacher = assessed(cast, 2024)
    spec = edit(ASSESSMENT, SET_EXCELLENT)
    chosen = [replace(each, version=1) for each in targets(cast, spec, teacher)]
    change(cast, INFO, teacher, ASSESSMENT, year=2023)

    (line,) = plan(cast.session, cast.act_as(INFO), spec, chosen)
    assert (line.fate, str(line.reason)) == (Fate.CANNOT, "预览之后又有修改，请重新预览。")


def test_who_is_quicker_between_plan_and_write_is_not_overwritten(cast: Cast) -> None:
    slow, other = assessed(cast, 2024), assessed(cast, 2024)
    spec = edit(ASSESSMENT, SET_EXCELLENT)
    chosen = [replace(each, version=1) for each in targets(cast, spec, slow, other)]
    lines = plan(cast.session, cast.act_as(INFO), spec, chosen)
    change(cast, INFO, slow, ASSESSMENT, result="3")

    done = apply(cast.session, cast.act_as(INFO), spec, lines, act_id="act-slow")
    cast.session.commit()

    assert fates(done) == ["cannot", "change"]
    assert value(cast, slow, ASSESSMENT, "result") == "3"
    assert value(cast, other, ASSESSMENT, "result") == "1"


# -- who may ---------------------------------------------------------------------------------------


def test_rows_of_another_unit_do_not_exist(cast: Cast) -> None:
    mine, foreign = assessed(cast, 2024), cast.make_file("3136000201")
    cast.add("far_school_info", foreign, ASSESSMENT, year=2024, result="2")
    spec = edit(ASSESSMENT, SET_EXCELLENT)
    before = the_row(cast, foreign, ASSESSMENT)

    done = do_bulk(cast, INFO, spec, mine, foreign)

    assert fates(done) == ["change", "cannot"]
    assert the_row(cast, foreign, ASSESSMENT) == before
    (line,) = preview(cast, INFO, add(ASSESSMENT, year="2025", result="2"), foreign)
    assert str(line.reason).startswith("档案不在您的管理范围内")


def test_a_forged_owner_does_not_bring_a_foreign_row_within_reach(cast: Cast) -> None:
    mine, foreign = assessed(cast, 2024), cast.make_file("3136000201")
    row = cast.add("far_school_info", foreign, ASSESSMENT, year=2024, result="2")
    spec = edit(ASSESSMENT, SET_EXCELLENT)

    (line,) = plan(cast.session, cast.act_as(INFO), spec, [Target(row, mine)])
    assert line.fate == Fate.CANNOT


@pytest.mark.parametrize("table", list(TABLES))
def test_a_teacher_bulk_edits_nothing_that_is_not_the_teachers(cast: Cast, table: str) -> None:
    """The field policy, for every field of every table: none is left behind."""
    actor = teacher_actor(cast, cast.make_file())
    declared = TABLES[table].dictionary
    with acting(cast.session, actor):
        for key, each in declared.fields.items():
            spec = edit(table, Step(key, Op.CLEAR))
            fillers = {str(filler) for filler in each.filled_by.values()}
            if each.readonly or each.encrypted or fillers == {"school"}:
                with pytest.raises(NotAllowed):
                    refuse(actor, spec)


@pytest.mark.parametrize("table", list(TABLES))
def test_who_fills_nothing_edits_nothing(cast: Cast, table: str) -> None:
    for name in ("county_query", "school_head", "auditor", "school_admin"):
        for key in TABLES[table].dictionary.fields:
            with pytest.raises(NotAllowed):
                refuse(cast.staff[name], edit(table, Step(key, Op.CLEAR)))


@pytest.mark.parametrize(
    "spec",
    [
        edit("no_such_table", SET_EXCELLENT),
        edit(ASSESSMENT),
        edit(ASSESSMENT, Step("result", Op.SET, "")),
        edit(ASSESSMENT, SET_EXCELLENT, SET_EXCELLENT),
        edit(ASSESSMENT, Step("result", Op.REPLACE, find="a")),
        edit("work_experience", Step("unit_name", Op.REPLACE, find="")),
        edit("work_experience", Step("unit_name", Op.REPLACE, find="x" * 101)),
        edit("work_experience", Step("unit_name", Op.COPY, source="start_month")),
        edit(ASSESSMENT, SET_EXCELLENT, as_requests=True, reason=" "),
        add("basic_information", name="甲"),
    ],
)
def test_what_says_nothing_to_do_is_refused(cast: Cast, spec: Any) -> None:
    with pytest.raises(Invalid):
        refuse(cast.staff[INFO], spec)


def test_a_number_is_copied_nowhere(cast: Cast) -> None:
    spec = edit("basic_information", Step("former_name", Op.COPY, source="id_number"))
    with pytest.raises(Invalid):
        refuse(cast.staff[INFO], spec)
