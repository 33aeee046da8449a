"""`flask tms demo`."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.demo.conftest import fill, tms
from tms import auth
from tms.access import CONSOLE, ROLES, SYSTEM_ROLES, acting
from tms.db import db
from tms.models import TABLES, ReviewTask, Submission, Teacher, Unit

Make = Callable[..., Flask]
FEW = 60
#: Sealed with the keys of the installation.
SEALED = ("id_number", "id_number_index")


def content(application: Flask) -> list[tuple[Any, ...]]:
    """Everything that the seed decides."""
    models = (Unit, Teacher, Submission, ReviewTask, *TABLES.values())
    return [row for model in models for row in rows_of(application, model)]


def rows_of(application: Flask, model: Any) -> Iterator[tuple[Any, ...]]:
    names = [c.key for c in model.__table__.columns if c.key not in SEALED]
    with application.app_context(), acting(db.session(), CONSOLE):
        rows = db.session.execute(select(*(getattr(model, n) for n in names)).order_by(model.id))
        yield from (tuple(row) for row in rows.all())


def test_a_seed_gives_the_same_installation(installation: Make) -> None:
    first, second, other = (installation(name) for name in ("a", "b", "c"))
    assert fill(first, FEW, 5)["states"] == fill(second, FEW, 5)["states"]
    fill(other, FEW, 6)
    assert content(first) == content(second)
    assert content(first) != content(other)


def test_each_role_can_log_in(installation: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    application = installation("a")
    path = Path(fill(application, FEW)["accounts"])
    accounts = json.loads(path.read_text("utf-8"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {a["role"] for a in accounts} == {
        str(role) for role in ROLES if role not in SYSTEM_ROLES
    }
    assert len({a["login"] for a in accounts}) == len(accounts)
    for account in accounts:
        assert set(account) == {"role", "unit", "login", "password"}
        with application.test_request_context():
            actor = auth.log_in(account["login"], account["password"])
        assert actor is not None
        assert actor.role == account["role"]


def test_it_says_one_account_per_role(installation: Make) -> None:
    application = installation("a")
    first = tms(application, "init")
    assert first.exit_code == 0
    said = tms(application, "demo", "--teachers", FEW)
    assert said.exit_code == 0
    assert "admin 的口令没有改动" in said.stderr
    with application.test_request_context():
        assert auth.log_in("admin", first.stdout.split()[1]) is not None
    for role in ROLES:
        assert (f"{role} " in said.output) == (role not in SYSTEM_ROLES)


def test_a_second_time_is_refused(installation: Make) -> None:
    application = installation("a")
    fill(application, FEW)
    again = tms(application, "demo", "--teachers", FEW, "--json")
    assert again.exit_code == 1
    assert "已有教师档案" in json.loads(again.stdout)["error"]


def test_other_units_are_left_alone(installation: Make) -> None:
    application = installation("a")
    assert tms(application, "init", "--root", "360102,东湖县教育局,county").exit_code == 0
    refused = tms(application, "demo", "--teachers", FEW)
    assert refused.exit_code == 1
    assert "根单位不是中央级" in refused.stderr


@pytest.mark.parametrize("people", [0, 19, 10**10])
def test_impossible_numbers_are_refused(installation: Make, people: int) -> None:
    application = installation("a")
    assert tms(application, "init").exit_code == 0
    assert tms(application, "demo", "--teachers", people).exit_code == 1


def test_production_has_no_demonstration(installation: Make) -> None:
    application = installation("a", TMS_ENV="production")
    assert tms(application, "init").exit_code == 0
    refused = tms(application, "demo", "--teachers", FEW)
    assert refused.exit_code == 1
    assert "生产环境" in refused.stderr
