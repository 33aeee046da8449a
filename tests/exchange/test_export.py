"""What an export shows, to whom, and what it leaves in the audit trail."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.exchange.test_imports import WORK, number_of, take
from tests.support.cast import Cast
from tms.access import CONSOLE, bind
from tms.errors import Invalid, NotAllowed
from tms.exchange import export_table
from tms.exchange.parse import parse
from tms.exchange.stamp import number_of as number_of_export
from tms.models import AuditEvent


def export(cast: Cast, name: str, table: str, path: Path, **options: Any) -> list[dict[str, str]]:
    export_table(cast.session, cast.act_as(name), table, path, **options)
    cast.session.commit()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.csv"


def test_numbers_are_masked_and_codes_labelled(cast: Cast, out: Path) -> None:
    cast.make_file()

    (row,) = export(cast, "county_info", "basic_information", out)

    assert row["性别"] == "1-男"
    assert row["身份证件号码"].startswith("360***")
    assert row["学校(机构)标识码"] == "3136000101"
    assert row["记录状态"] == "草稿"


def test_only_the_own_scope_is_exported(cast: Cast, out: Path) -> None:
    cast.make_file()
    cast.make_file("3136000201")

    assert len(export(cast, "county_info", "teacher", out)) == 1
    assert len(export(cast, "province_info", "teacher", out)) == 2


def test_telephones_are_masked_for_who_does_not_fill_them(cast: Cast, out: Path) -> None:
    number = number_of(cast, cast.make_file())
    take(cast, "school_info", ("个人标识码", "手机"), (number, "13812345678"))

    assert export(cast, "county_query", "contact", out)[0]["手机"] == "138****5678"
    assert export(cast, "county_info", "contact", out)[0]["手机"] == "13812345678"


def test_filters_choose_rows(cast: Cast, out: Path) -> None:
    numbers = [number_of(cast, cast.make_file(unit)) for unit in ("3136000101", "4136010001")]
    rows = [(number, "一小", "2001-09", "", "教师") for number in numbers]
    take(cast, "province_info", WORK, *rows, incomplete="draft")

    def count(**where: str) -> int:
        return len(export(cast, "province_info", "work_experience", out, where=where))

    assert count() == 2
    assert count(unit="360102") == 1
    assert count(category="higher_education") == 1
    assert count(start_month="2001年9月", position="教师") == 2
    assert count(state="in_force") == 0
    assert count(teacher_no=numbers[0], state="草稿") == 1


@pytest.mark.parametrize("key", ["id_number", "nonsense", "password_hash", "created_by"])
def test_what_may_not_be_seen_may_not_be_asked(cast: Cast, out: Path, key: str) -> None:
    with pytest.raises(Invalid):
        export(cast, "province_info", "basic_information", out, where={key: "1"})
    assert not out.exists()


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("county_admin", "contact"),
        ("county_admin", "teacher"),
        ("auditor", "contact"),
        ("research_office", "paper"),
    ],
)
def test_roles_without_the_right_export_nothing(
    cast: Cast, out: Path, name: str, table: str
) -> None:
    with pytest.raises(NotAllowed):
        export(cast, name, table, out)


def test_an_export_leaves_one_event(cast: Cast, out: Path) -> None:
    cast.make_file()

    export(cast, "county_info", "teacher", out, where={"unit": "360102"})

    bind(cast.session, CONSOLE)
    event = cast.session.scalars(select(AuditEvent).where(AuditEvent.act == "export")).one()
    assert event.detail == {
        "number": number_of_export(event.act_id),
        "table": "teacher",
        "rows": 1,
        "where": {"unit": "360102"},
        "format": "csv",
    }
    assert event.unit_path == cast.units["360102"].unit_path


def test_json_holds_one_object_a_row(cast: Cast, tmp_path: Path) -> None:
    cast.make_file()
    path = tmp_path / "a.json"

    actor = cast.act_as("county_info")
    count = export_table(cast.session, actor, "teacher", path, "json", only=["gender"])

    (row,) = json.loads(path.read_text("utf-8"))
    assert count == 1
    assert row["性别"] == "1-男"
    assert "人员状态" not in row


def test_an_unknown_format_leaves_no_file(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        export_table(cast.session, cast.act_as("county_info"), "teacher", tmp_path / "a", "exe")

    assert not list(tmp_path.glob("[!.]*.exe"))


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_refused_rows_come_back_to_be_mended(cast: Cast, tmp_path: Path, suffix: str) -> None:
    number = number_of(cast, cast.make_file())
    bad = (number, "一小", "2001年13月", "", "教师")
    result = take(cast, "school_info", WORK, bad, incomplete="draft")
    path = tmp_path / f"refused.{suffix}"

    assert result.write_refused(path) == 1

    (sheet,) = parse(path.read_bytes(), path.name)
    assert sheet.header == [*WORK, "行号", "问题"]
    assert sheet.rows[0].cells[:6] == [*bad, "2"]
    mended = [list(sheet.header), [*sheet.rows[0].cells]]
    mended[1][2] = "2001年9月"
    again = take(cast, "school_info", *mended, incomplete="draft")
    assert (again.new, again.problems) == (1, ())
