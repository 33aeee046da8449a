"""Numbers in full: for whom, for what, and what is left behind; whose export a file is."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cli.test_commands import run
from tests.exchange.test_imports import number_of, take
from tests.support.cast import Cast
from tms.access import CONSOLE, Permission, acting
from tms.errors import Invalid, NotAllowed, NotFound
from tms.exchange import export_table, import_file
from tms.exchange.trace import find_export, number_in
from tms.models import TABLES, AuditEvent
from tms.records.values import from_row

PURPOSE = "核对社保名单"
FORMATS = ("csv", "xlsx", "ods", "json")


def real_number(cast: Cast, teacher: int) -> str:
    basic = TABLES["basic_information"]
    with acting(cast.session, CONSOLE):
        columns = [getattr(basic, c.key) for c in basic.__table__.columns]
        statement = select(*columns).where(basic.teacher_id == teacher)
        row = dict(cast.session.execute(statement).mappings().one())
        return str(from_row(basic, row, open_numbers=True)["id_number"])


def export(cast: Cast, name: str, table: str, path: Path, **how: Any) -> list[dict[str, str]]:
    export_table(cast.session, cast.act_as(name), table, path, **how)
    cast.session.commit()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def event_of(cast: Cast) -> AuditEvent:
    with acting(cast.session, CONSOLE):
        wanted = select(AuditEvent).where(AuditEvent.act == "export")
        return cast.session.scalars(wanted.order_by(AuditEvent.id.desc())).first()  # type: ignore[return-value]


@pytest.mark.parametrize("table", ["teacher", "basic_information", "contact"])
def test_numbers_in_full_leave_fields_and_purpose(cast: Cast, tmp_path: Path, table: str) -> None:
    teacher = cast.make_file()
    take(cast, "school_info", ("个人标识码", "手机"), (number_of(cast, teacher), "13812345678"))

    (row,) = export(cast, "county_info", table, tmp_path / "a.csv", purpose=PURPOSE)

    assert row["身份证件号码"].strip("\t") == real_number(cast, teacher)
    detail = event_of(cast).detail
    assert detail["purpose"] == PURPOSE
    assert detail["fields"] == ["id_number"]
    assert (detail["rows"], detail["format"]) == (1, "csv")


def test_without_the_column_no_number_is_opened(cast: Cast, tmp_path: Path) -> None:
    cast.make_file()

    export(
        cast, "county_info", "basic_information", tmp_path / "a", only=["gender"], purpose=PURPOSE
    )

    assert event_of(cast).detail["fields"] == []


@pytest.mark.parametrize("purpose", ["  查 ", "长" * 201])
def test_a_purpose_says_something(cast: Cast, tmp_path: Path, purpose: str) -> None:
    with pytest.raises(Invalid):
        export(cast, "county_info", "teacher", tmp_path / "a.csv", purpose=purpose)
    assert not list(tmp_path.glob("*a.csv"))


@pytest.mark.parametrize("name", ["county_query", "school_head"])
def test_who_does_not_fill_in_gets_no_number(cast: Cast, tmp_path: Path, name: str) -> None:
    actor = cast.act_as(name)
    assert actor.can(Permission.RECORD_EXPORT)

    with pytest.raises(NotAllowed):
        export(cast, name, "teacher", tmp_path / "a.csv", purpose=PURPOSE)


def test_a_number_in_the_purpose_is_not_kept(cast: Cast, tmp_path: Path) -> None:
    secret = "11010519491231002X"

    export(cast, "county_info", "teacher", tmp_path / "a.csv", purpose=f"核对{secret}")

    assert secret not in json.dumps(event_of(cast).detail)


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_full_numbers_come_back_unchanged(cast: Cast, tmp_path: Path, fmt: str) -> None:
    cast.make_file()
    path = tmp_path / f"a.{fmt}"
    actor = cast.act_as("province_info")

    export_table(cast.session, actor, "basic_information", path, fmt, purpose=PURPOSE)
    result = import_file(cast.session, actor, path, path.name, into="basic_information")

    assert (result.rows, result.unchanged) == (1, 1)


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_file_tells_its_export(cast: Cast, tmp_path: Path, fmt: str) -> None:
    cast.make_file()
    path = tmp_path / f"a.{fmt}"
    export_table(cast.session, cast.act_as("county_info"), "teacher", path, fmt)
    event = event_of(cast)
    hidden = fmt in ("xlsx", "ods")
    name = "any" if hidden else f"教师-{event.detail['number']}.{fmt}"

    with path.open("rb") as file:
        number = number_in(file, name)

    assert number == event.detail["number"]
    with acting(cast.session, CONSOLE):
        assert find_export(cast.session, str(number)).id == event.id


def test_the_command_says_who_took_a_file(application: Flask, cast: Cast, tmp_path: Path) -> None:
    cast.make_file()
    path = tmp_path / "a.xlsx"
    cast.session.close()
    words = ("teacher", "--as", "county_info", "--format", "xlsx", "-o", str(path))

    code, _, err = run(application, "export", *words)
    traced = run(application, "trace", str(path), "--json")

    found = json.loads(traced[1])
    assert (code, traced[0]) == (0, 0)
    assert found["number"] in err
    assert found["user"] == "county_info"
    assert (found["table"], found["rows"]) == ("teacher", 1)


def test_a_file_of_nobody_is_refused(application: Flask, cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x", "utf-8")

    assert run(application, "trace", str(path))[0] == 1
    with acting(cast.session, CONSOLE), pytest.raises(NotFound):
        find_export(cast.session, "E000000000000")
