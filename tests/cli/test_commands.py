"""The command line as scripts rely on it: exit codes, streams, JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.cast import Cast, complete
from tms import config, create_app, crypto
from tms.models import Teacher


def run(application: Flask, *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one command."""
    from contextvars import Context

    runner = application.test_cli_runner()
    result = Context().run(runner.invoke, args=["tms", *words])
    return result.exit_code, result.stdout, result.stderr


def number(cast: Cast, teacher: int) -> str:
    cast.act_as("province_info")
    found = cast.session.scalars(select(Teacher.teacher_no).where(Teacher.id == teacher)).one()
    cast.session.close()
    return found


def test_verbs_take_several_numbers(application: Flask, cast: Cast) -> None:
    files = [cast.make_file(), cast.make_file()]
    for teacher in files:
        complete(cast, teacher)
    numbers = [number(cast, teacher) for teacher in files]

    code, out, err = run(
        application, "submit", "--as", "school_info", "--teacher", *numbers, "--json"
    )

    assert (code, err) == (0, "")
    assert json.loads(out) == {"taken": 2, "left_out": [], "receipts": []}


def test_what_is_refused_is_said_and_ends_with_one(application: Flask, cast: Cast) -> None:
    teacher = number(cast, cast.make_file("3136000201"))

    code, out, _ = run(application, "submit", "--as", "school_info", "--teacher", teacher, "--json")

    assert code == 1
    (left,) = json.loads(out)["left_out"]
    assert left["teacher"] == teacher
    assert left["reason"] == "没有这份档案。"


@pytest.mark.parametrize("words", [(), ("--all", "--teacher", "L1"), ("--teacher", "--json")])
def test_wrong_usage_ends_with_two(application: Flask, cast: Cast, words: tuple[str, ...]) -> None:
    assert run(application, "submit", "--as", "school_info", *words)[0] == 2


@pytest.mark.parametrize("name", ["research_office", "county_admin", "auditor"])
def test_completeness_is_for_roles_that_see_whole_files(
    application: Flask, cast: Cast, name: str
) -> None:
    cast.make_file("4136010001")
    cast.session.close()

    code, out, err = run(application, "check", "--as", name)

    assert (code, out) == (1, "")
    assert "完整性检测" in err


def test_an_unknown_user_is_a_sentence_not_a_traceback(application: Flask, cast: Cast) -> None:
    cast.session.close()

    code, out, err = run(application, "check", "--as", "no.such.user")

    assert (code, out) == (1, "")
    assert "no.such.user" in err


def test_without_a_database_nothing_is_made_by_looking(tmp_path: Path) -> None:
    place = tmp_path / "instance"
    crypto.ensure(place / config.KEY_FILE)
    application = create_app({"TMS_DATA_DIR": str(place), "TESTING": True})

    code, _, err = run(
        application, "export", "unit", "--as", "admin", "-o", str(tmp_path / "x.csv")
    )

    assert code == 1
    assert "flask tms init" in err
    assert not (place / config.DATABASE_FILE).exists()
