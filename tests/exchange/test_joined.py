"""Rosters: a line per teacher with the current rows beside, or a line per row of one section."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.exchange.test_imports import WORK, number_of, take
from tests.exchange.test_unmasked import real_number
from tests.support.cast import Cast
from tms.errors import Invalid, NotAllowed
from tms.exchange.contents import Content, of_sections
from tms.exchange.export import Exported, export_to, record
from tms.exchange.how import How
from tms.exchange.imports import import_file
from tms.exchange.joined import of_joined, offered
from tms.models import Teacher
from tms.records.audit import new_act_id

EVERYBODY = select(Teacher.id)
NUMBER = "teacher.teacher_no"
JOBS = ("work_experience.unit_name", "work_experience.start_month")


def write(cast: Cast, name: str, content: Content, fmt: str = "csv") -> tuple[bytes, Exported]:
    out = io.BytesIO()
    folder = Path(tempfile.gettempdir())
    exported = export_to(cast.act_as(name), content, out, fmt, folder, new_act_id())
    return out.getvalue(), exported


def roster(cast: Cast, name: str, *columns: str, **options: Any) -> list[dict[str, str]]:
    how = How(purpose=options.pop("purpose", ""), lang=options.pop("lang", "zh"))
    content = of_joined(cast.session, cast.act_as(name), columns, how, EVERYBODY, **options)
    text = write(cast, name, content)[0].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def two(cast: Cast) -> list[str]:
    """Numbers of two teachers; the first has worked at three places."""
    numbers = [number_of(cast, cast.make_file()) for _ in range(2)]
    rows = [
        (numbers[0], "一小", "2001-09", "2005-08", "教师"),
        (numbers[0], "三小", "2010-09", "", "教师"),
        (numbers[0], "二小", "2005-09", "2010-08", "教师"),
    ]
    take(cast, "school_info", WORK, *rows, incomplete="draft")
    return numbers


def test_a_line_is_a_teacher_with_the_latest_row(cast: Cast, two: list[str]) -> None:
    found = roster(cast, "county_info", *JOBS, NUMBER, "basic_information.gender")

    assert list(found[0]) == ["任职单位名称", "任职开始年月", "个人标识码", "性别"]
    assert [row["个人标识码"] for row in found] == two
    assert [row["任职单位名称"] for row in found] == ["三小", ""]
    assert found[0]["性别"] == "1-男"


def test_one_section_spread_has_a_line_a_row(cast: Cast, two: list[str]) -> None:
    found = roster(cast, "county_info", NUMBER, *JOBS, spread="work_experience")

    assert [row["任职单位名称"] for row in found] == ["一小", "二小", "三小", ""]
    assert [row["个人标识码"] for row in found] == [two[0]] * 3 + [two[1]]


def test_the_same_label_twice_names_the_table(cast: Cast, two: list[str]) -> None:
    columns = (
        "contact.state",
        "work_experience.state",
        "teacher.gender",
        "basic_information.gender",
    )

    (first, _) = roster(cast, "county_info", *columns)

    assert list(first) == [
        "联系方式·记录状态",
        "工作经历·记录状态",
        "性别",
        "基本信息·性别",
    ]
    assert first["工作经历·记录状态"] == "草稿"


def test_only_the_own_scope_and_what_may_be_seen(cast: Cast) -> None:
    cast.make_file("3136000101")
    cast.make_file("3136000201")

    assert len(roster(cast, "county_info", NUMBER)) == 1
    seen = {
        f"{group.key}.{column.key}"
        for group in offered(cast.session, cast.act_as("county_query"), How())
        for column in group.columns
    }
    assert "remuneration.annual_income" not in seen
    with pytest.raises(Invalid):
        roster(cast, "county_query", "remuneration.annual_income")


@pytest.mark.parametrize("columns", [(), ("teacher.password",), ("unit.code",)])
def test_columns_that_are_not_there(cast: Cast, columns: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        roster(cast, "county_info", *columns)


def test_what_is_spread_must_be_shown(cast: Cast) -> None:
    with pytest.raises(Invalid):
        roster(cast, "county_info", NUMBER, spread="paper")


def test_who_exports_nothing_gets_no_roster(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        roster(cast, "county_admin", NUMBER)


def test_numbers_in_full_with_a_purpose(cast: Cast) -> None:
    teacher = cast.make_file()
    columns = ("teacher.id_number", "basic_information.id_number")

    (masked,) = roster(cast, "county_info", *columns)
    (full,) = roster(cast, "county_info", *columns, purpose="核对社保名单")

    assert all("*" in value for value in masked.values())
    assert {value.strip("\t") for value in full.values()} == {real_number(cast, teacher)}


def test_whole_files_are_a_sheet_per_section_and_come_back(cast: Cast, two: list[str]) -> None:
    tables = ("basic_information", "work_experience", "contact")
    actor = cast.act_as("province_info")
    content = of_sections(cast.session, actor, tables, How(for_editing=True), EVERYBODY)

    data, exported = write(cast, "province_info", content, "xlsx")
    record(cast.session, cast.act_as("province_info"), exported)
    cast.session.commit()
    result = import_file(
        cast.session, cast.act_as("province_info"), data, "档案.xlsx", dry_run=True
    )

    assert exported.detail["tables"] == list(tables)
    assert (exported.rows, result.rows, result.unchanged) == (5, 5, 5)
    assert [p for p in result.problems if p.severity == "error"] == []
    assert [p.rule for p in result.problems if p.rule == "sheet"] == []


def test_several_tables_do_not_go_into_one_csv(cast: Cast) -> None:
    tables = ("work_experience", "contact")
    actor = cast.act_as("province_info")
    content = of_sections(cast.session, actor, tables, How(), EVERYBODY)

    with pytest.raises(Invalid):
        write(cast, "province_info", content)
