"""A large installation: made by several processes, into tables without indexes."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect

from tests.demo.conftest import fill, tms
from tests.demo.test_command import content
from tms.db import Base, db
from tms.demo import build
from tms.models.lock import triggers

SOME = 120
#: So that there are several parts.
SMALL = 30


def schema(application: Flask) -> dict[str, Any]:
    """Indexes and keys of every table, and the triggers."""
    with application.app_context(), db.engine.connect() as connection:
        seen = inspect(connection)
        found: dict[str, Any] = {
            name: (by_name(seen.get_indexes(name)), by_name(seen.get_foreign_keys(name)))
            for name in Base.metadata.tables
        }
        return found | {"triggers": triggers(connection)}


def by_name(found: list[Any]) -> list[Any]:
    """Conditions of partial indexes as text: two objects are never equal."""
    for one in found:
        options = one.pop("dialect_options", {})
        one["options"] = {key: str(value) for key, value in options.items()}
    return sorted(found, key=lambda one: str(one["name"]))


def made_by(application: Flask, processes: int) -> list[tuple[Any, ...]]:
    """Everything that the seed decides, made by so many processes."""
    assert tms(application, "init").exit_code == 0
    with application.app_context():
        build(db.session(), SOME, 3, processes=processes)
        db.session.commit()
    return content(application)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    # `tms.demo.build` is the function; its module goes by the same name.
    monkeypatch.setattr(sys.modules[build.__module__], "PART", SMALL)


def test_it_leaves_indexes_keys_and_triggers_as_they_were(application: Flask) -> None:
    before = schema(application)

    fill(application, SOME)

    assert schema(application) == before


def test_nothing_depends_on_who_made_it(installation: Any) -> None:
    assert made_by(installation("a"), 1) == made_by(installation("b"), 2)


def test_an_interrupted_one_leaves_nothing_behind(application: Flask) -> None:
    assert tms(application, "init").exit_code == 0
    before = schema(application)

    def stop(_done: int) -> None:
        raise KeyboardInterrupt

    with application.app_context():
        with pytest.raises(KeyboardInterrupt):
            build(db.session(), SOME, 1, stop, processes=1)
        db.session.rollback()

    assert schema(application) == before
    assert fill(application, SOME)["teachers"] == SOME
