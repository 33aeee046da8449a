"""Installations with demonstration data; hashing passwords is made cheap."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from click.testing import Result
from flask import Flask

from tms.access import passwords

PEOPLE = 240


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))


def tms(application: Flask, *words: object) -> Result:
    """`flask tms …` in *application*."""
    return application.test_cli_runner().invoke(args=["tms", *map(str, words)])


def fill(application: Flask, people: int = PEOPLE, seed: int = 1) -> dict[str, Any]:
    """An initialised installation with demonstration data; returns what the command says."""
    assert tms(application, "init").exit_code == 0
    done = tms(application, "demo", "--teachers", people, "--seed", seed, "--json")
    assert done.exit_code == 0, done.output
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Callable[[str], Flask]]:
    """Makes applications of their own on SQLite, each in a folder of its own."""
    from tms import create_app
    from tms.db import db

    made: list[Flask] = []

    def make(name: str, **settings: str) -> Flask:
        made.append(create_app({"TMS_DATA_DIR": str(tmp_path / name), "TESTING": True} | settings))
        return made[-1]

    yield make
    for application in made:
        with application.app_context():
            db.engine.dispose()
