"""flask tms rotate-keys: everything under the new key, also when it is killed (SECURITY.md S8)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, String, Text, cast, func, select
from sqlalchemy.orm import Session

from tests.cli.test_commands import run
from tests.support.cast import Cast, id_number
from tests.support.crowd import at_once
from tests.support.papers import PDF
from tms import config, crypto
from tms.access import CONSOLE, bind
from tms.db import Base, db
from tms.documents import papers
from tms.models import TABLES, User
from tms.records import NewFile, RowChange, create_files, kept, rotation, save, second_factor

ROOT = Path(__file__).parents[2]
BASIC = TABLES["basic_information"].__table__.c


def numbers(session: Session) -> dict[int, str]:
    """Every stored number, opened, by row."""
    session.rollback()
    found = session.connection().execute(select(BASIC.id, BASIC.id_number)).all()
    session.rollback()
    place = {"table": "basic_information", "column": "id_number"}
    return {row: crypto.keyring().open(value, row=row, **place) for row, value in found if value}


def left_under(session: Session, key: str) -> dict[str, int]:
    """Table → values that hold ciphertext of *key*, looked for in every column there is."""
    session.rollback()
    found: dict[str, int] = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, LargeBinary):
                holds = cast(column, Text).contains(f"v1:{key}:", autoescape=True)
            else:
                holds = func.substr(column, 1, len(key) + 4) == f"v1:{key}:".encode()
            counted = select(func.count()).select_from(table).where(holds)
            n = session.connection().execute(counted).scalar_one()
            found |= {table.name: found.get(table.name, 0) + n} if n else {}
    session.rollback()
    return found


def key_file(application: Flask) -> Path:
    return Path(application.config["TMS_DATA_DIR"]) / config.KEY_FILE


@pytest.fixture
def filled(application: Flask, cast: Cast) -> Cast:
    """Files with numbers, one of them corrected, so that the trail holds a former one; and files
    on disk.
    """
    made = cast.make_files(12)
    actor, folder = cast.act_as("school_info"), application.config["TMS_DATA_DIR"]
    basic = TABLES["basic_information"]
    mine = cast.session.execute(select(basic.id).where(basic.teacher_id == made[0])).scalar_one()
    change = RowChange(made[0], {"id_number": id_number(801)}, mine)
    save(cast.session, actor, {"basic_information": [change]})
    kept.keep(cast.session, actor, folder, "a.csv", "text/csv", lambda out: out.write(b"x" * 9))
    holder = actor.user_id or 0
    second_factor.enrol(cast.session, actor, holder, second_factor.new_secret(holder)[1], 1)
    papers.store(cast.session, actor, folder, made[0], "p.pdf", PDF)
    cast.session.commit()
    bind(cast.session, CONSOLE)
    return cast


SEALED = {"basic_information", "app_user", "audit_event"}


def test_everything_opens_and_nothing_but_events_is_under_the_old_key(
    application: Flask, filled: Cast
) -> None:
    before = numbers(filled.session)
    assert left_under(filled.session, "k1").keys() >= SEALED

    code, out, _err = run(application, "rotate-keys", "--json")

    bind(filled.session, CONSOLE)
    told = json.loads(out)
    assert (code, told["key"]) == (0, "k2")
    assert told["values"] >= len(before) + 2
    assert numbers(filled.session) == before
    assert left_under(filled.session, "k1").keys() == {"audit_event"}
    assert left_under(filled.session, "k2")["basic_information"] == len(before)
    assert not crypto.Keyring.load(key_file(application)).is_rotating
    assert secret_opens(filled)
    for folder in ("kept", "documents"):
        for path in (key_file(application).parent / folder).iterdir():
            assert b"k2:" in path.read_bytes()[:8]


def secret_opens(cast: Cast) -> bool:
    holder = cast.staff["school_info"].user_id or 0
    sealed = cast.session.scalar(select(User.totp).where(User.id == holder))
    cast.session.rollback()
    return bool(second_factor.open_secret(sealed or "", holder)) and "v1:k2:" in (sealed or "")


def test_indexes_masks_and_versions_stay(application: Flask, filled: Cast) -> None:
    columns = [c for c in BASIC if c.name != "id_number"]
    before = filled.session.connection().execute(select(*columns).order_by(BASIC.id)).all()
    filled.session.rollback()

    run(application, "rotate-keys")

    filled.session.rollback()
    after = filled.session.connection().execute(select(*columns).order_by(BASIC.id)).all()
    assert after == before


def test_a_second_rotation_keeps_all_keys_for_the_trail(application: Flask, filled: Cast) -> None:
    run(application, "rotate-keys")
    run(application, "rotate-keys")

    ring = crypto.Keyring.load(key_file(application))
    assert (ring.current, set(ring.keys)) == ("k3", {"k1", "k2", "k3"})
    assert key_file(application).stat().st_mode & 0o077 == 0


def dying(commit: Any, at: int) -> Any:
    """A commit whose *at*-th time is the process's last."""
    times = iter(range(1, at + 1))

    def count(session: Session) -> None:
        if next(times) == at:
            os.kill(os.getpid(), signal.SIGKILL)
        commit(session)

    return count


def test_killed_in_the_middle_it_goes_on(
    application: Flask, filled: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = numbers(filled.session)
    filled.session.close()
    monkeypatch.setattr(rotation, "PART", 3)

    def killed(_session: Any) -> int:
        monkeypatch.setattr(Session, "commit", dying(Session.commit, 3))
        run(application, "rotate-keys")
        return 0

    assert at_once(application, [killed]) == [-signal.SIGKILL]
    bind(filled.session, CONSOLE)
    assert numbers(filled.session) == before  # some under either key
    assert left_under(filled.session, "k1")["basic_information"] == len(before) - 6
    filled.session.close()

    code, out, _err = run(application, "rotate-keys", "--json")

    bind(filled.session, CONSOLE)
    assert (code, json.loads(out)["key"]) == (0, "k2")
    assert numbers(filled.session) == before
    assert left_under(filled.session, "k1").keys() == {"audit_event"}


def rotated_by_another_process(application: Flask) -> crypto.Keyring:
    path = key_file(application)
    crypto.install(crypto.Keyring.load(path), path)
    assert crypto.keyring().current == "k1"
    ring = crypto.Keyring.load(path).rotated()
    fresh = path.with_name("other")
    ring.save(fresh)
    fresh.replace(path)
    return ring


@pytest.mark.usefixtures("filled")
def test_a_process_that_runs_takes_the_new_ring(
    application: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is looked at again after a moment; the moment is over."""
    rotated_by_another_process(application)
    monkeypatch.setattr(crypto, "TRUSTED", 0)

    assert crypto.keyring().current == "k2"


@pytest.mark.usefixtures("filled")
def test_what_lies_under_a_new_key_opens_at_once(
    application: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the former ring is still trusted."""
    place = {"table": "t", "column": "c", "row": 1}
    monkeypatch.setattr(crypto, "TRUSTED", 3600)
    ring = rotated_by_another_process(application)
    former = crypto.keyring()
    assert former.current == "k1"

    assert former.open(ring.seal("哨兵", **place), **place) == "哨兵"
    assert crypto.keyring().current == "k2"


def people(count: int) -> Iterator[dict[str, Any]]:
    """As many people with numbers of their own."""
    for serial in range(count):
        born = date(1960, 1, 1) + timedelta(days=serial // 900)
        number = id_number(serial % 900 + 1, born=born)
        gender = "1" if serial % 900 % 2 == 0 else "2"
        yield {"name": f"教师{serial}", "gender": gender, "birth_date": born} | {
            "id_type": "1",
            "id_number": number,
        }


@pytest.mark.full
def test_a_hundred_thousand_numbers_and_a_kill(application: Flask, cast: Cast) -> None:
    """Must show 9 of issue 6."""
    session, unit = cast.session, cast.units["3136000101"].id
    bind(session, CONSOLE)
    files = [NewFile(unit, each) for each in people(100_000)]
    for start in range(0, len(files), 2000):
        create_files(session, CONSOLE, files[start : start + 2000])
        session.commit()
    before = numbers(session)
    session.close()
    address = str(application.config["SQLALCHEMY_DATABASE_URI"])
    env = os.environ | {
        "TMS_DATA_DIR": str(application.config["TMS_DATA_DIR"]),
        "TMS_DATABASE_URL": address.replace("+psycopg", ""),
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "tms", "rotate-keys"]
    first = subprocess.Popen(command, cwd=ROOT, env=env)
    while not under_the_new_key():
        assert first.poll() is None
        time.sleep(0.05)
    first.kill()
    first.wait()
    assert 0 < under_the_new_key() < 100_000
    subprocess.run(command, cwd=ROOT, env=env, check=True)

    bind(session, CONSOLE)
    crypto.install(crypto.Keyring.load(key_file(application)))
    assert len(before) == 100_000
    assert numbers(session) == before
    assert left_under(session, "k1").keys() <= {"audit_event"}


def under_the_new_key() -> int:
    with db.engine.connect() as connection:
        counted = select(func.count()).where(cast(BASIC.id_number, String).startswith("v1:k2:"))
        return connection.execute(counted).scalar_one()
