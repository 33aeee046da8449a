"""The spreadsheets as schools send them: refused are exactly the cells with the known mistakes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.support.cast import Cast
from tms.access import CONSOLE, Actor, Role, acting, bind
from tms.exchange import ImportResult, import_file
from tms.models import AuditEvent, Level, Teacher, Unit

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text("utf-8"))
TEACHERS, STUDIES = "新教师名单.xlsx", "学习经历.xlsx"

BOTH = pytest.mark.parametrize(
    ("name", "file"), [("province_admin", TEACHERS), ("province_info", STUDIES)]
)


def take(cast: Cast, name: str, file: str, **options: Any) -> ImportResult:
    actor = cast.act_as(name)
    result = import_file(cast.session, actor, SAMPLES / file, file, **options)
    cast.session.commit()
    return result


def errors(result: ImportResult) -> set[tuple[int, str]]:
    return {(p.row, p.column) for p in result.problems if p.severity == "error"}


def expected(file: str) -> set[tuple[int, str]]:
    return {(found["row"], found["column"]) for found in EXPECTED[file]}


def events(cast: Cast) -> int | None:
    with acting(cast.session, CONSOLE):
        return cast.session.scalar(select(func.count()).select_from(AuditEvent))


@pytest.fixture
def filled(cast: Cast) -> Cast:
    """With the units and teachers of the samples."""
    take(cast, "province_admin", "units.csv")
    take(cast, "province_admin", TEACHERS)
    return cast


def test_new_teachers_are_taken_but_for_the_known_mistakes(cast: Cast) -> None:
    take(cast, "province_admin", "units.csv")

    result = take(cast, "province_admin", TEACHERS)

    assert errors(result) == expected(TEACHERS)
    assert (result.rows, result.new, result.refused) == (60, 51, 9)
    assert cast.session.scalar(select(func.count()).select_from(Teacher)) == 51


def test_study_experience_waits_person_by_person(filled: Cast) -> None:
    result = take(filled, "province_info", STUDIES)

    assert errors(result) == expected(STUDIES)
    waiting = [p for p in result.problems if p.rule == "person"]
    assert {p.severity for p in waiting} == {"warning"}
    assert result.refused == len(EXPECTED[STUDIES]) + len(waiting)
    assert result.new == result.rows - result.refused


@pytest.mark.parametrize(
    ("name", "file"), [("province_admin", TEACHERS), ("province_info", STUDIES)]
)
def test_the_same_file_again_changes_nothing(filled: Cast, name: str, file: str) -> None:
    first = take(filled, name, file)
    before = events(filled)

    again = take(filled, name, file)

    assert (again.new, again.changed) == (0, 0)
    assert again.unchanged == first.new + first.unchanged
    assert events(filled) == before


@pytest.mark.parametrize(
    ("name", "file"), [("province_admin", TEACHERS), ("province_info", STUDIES)]
)
def test_a_dry_run_says_the_same_and_writes_nothing(filled: Cast, name: str, file: str) -> None:
    before = events(filled)

    dry = take(filled, name, file, dry_run=True)

    assert events(filled) == before
    assert dry.as_json() == take(filled, name, file).as_json()


def test_numbers_in_problems_are_masked(filled: Cast) -> None:
    text = json.dumps(take(filled, "province_info", STUDIES).as_json(), ensure_ascii=False)

    assert "002X" in text
    assert "1231002X" not in text


def test_units_come_as_a_tree_in_any_order(cast: Cast) -> None:
    lines = (SAMPLES / "units.csv").read_text("utf-8-sig").splitlines()
    data = "\n".join([lines[0], *reversed(lines[1:])]).replace(",36", ",99").replace("\n36", "\n99")
    admin = root_admin(cast)
    data = data.replace("\n3136", "\n8836").replace("\n4136", "\n8836").replace(",4136", ",8836")

    result = import_file(cast.session, admin, data.encode(), "units.csv")

    assert (result.new, result.refused) == (20, 0)
    path = select(Unit.unit_path).where(Unit.code.in_(["990000", "990100", "8836000101"]))
    province, city, school = sorted(cast.session.scalars(path), key=len)
    assert school.startswith(city)
    assert city.startswith(province)


def root_admin(cast: Cast) -> Actor:
    bind(cast.session, CONSOLE)
    root = cast.session.scalars(select(Unit).where(Unit.supervisor_id.is_(None))).one()
    admin = replace(
        cast.staff["province_admin"],
        role=Role.SYSTEM_ADMIN,
        unit_path=root.unit_path,
        unit_id=root.id,
        unit_level=Level.CENTRAL,
    )
    bind(cast.session, admin)
    return admin
