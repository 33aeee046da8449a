"""backup · restore · upgrade: on an empty machine, under load, and when it fails in the middle."""

from __future__ import annotations

import base64
import gzip
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Engine, create_engine, inspect, text

from tests.cli.test_commands import run
from tests.support import postgres
from tests.support.cast import Cast
from tests.support.databases import on_postgresql
from tms import ROOT, create_app, crypto
from tms.access import CONSOLE, acting, bind
from tms.cli import running
from tms.cli.running import alone, together
from tms.db import db, writing
from tms.records import dumps, kept
from tms.records.audit import Event, write_events
from tms.records.backups import KEYS


@pytest.fixture
def filled(application: Flask, cast: Cast) -> Cast:
    """Files with numbers, and files on disk."""
    for _ in range(3):
        cast.make_file()
    actor, folder = cast.act_as("school_info"), application.config["TMS_DATA_DIR"]
    kept.keep(cast.session, actor, folder, "a.csv", "text/csv", lambda out: out.write(b"x" * 9))
    cast.session.commit()
    cast.session.close()
    return cast


@pytest.fixture
def elsewhere(application: Flask, tmp_path: Path) -> Iterator[Flask]:
    """Another machine: an empty data directory and an empty database of the same engine."""
    with application.app_context():
        here = db.engine.url
    folder, url = tmp_path / "elsewhere", f"sqlite:///{tmp_path / 'elsewhere' / 'tms.sqlite'}"
    name = f"{here.database}_elsewhere"
    if here.get_backend_name() == "postgresql":
        server = here.set(drivername="postgresql").render_as_string(hide_password=False)
        postgres.create_database(server, name)
        url = postgres.in_database(server, name)
    made = create_app({"TMS_DATABASE_URL": url, "TMS_DATA_DIR": str(folder), "TESTING": True})
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()
    if here.get_backend_name() == "postgresql":
        postgres.drop_database(server, name)


@contextmanager
def load(application: Flask) -> Iterator[list[int]]:
    """Somebody who writes all the time; how many transactions it was."""
    stop, done = threading.Event(), [0]

    def work() -> None:
        with application.app_context():
            while not stop.is_set():
                with writing(), acting(db.session(), CONSOLE):
                    write_events(db.session(), CONSOLE, "load", [Event("0001")] * 2)
                    db.session.commit()
                    done[0] += 1
            db.session.remove()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield done
    finally:
        stop.set()
        worker.join()


def engine_of(application: Flask) -> Engine:
    with application.app_context():
        return db.engine


def count(engine: Engine, table: str, where: str = "1 = 1") -> int:
    with writing(False), engine.connect() as connection:
        found = connection.execute(text(f"SELECT count(*) FROM {table} WHERE {where}"))
        return int(found.scalar_one())


def state(engine: Engine) -> dict[str, dumps.Measure]:
    with writing(False), engine.connect() as connection:
        return dumps.measures(connection)


def test_taken_under_load_and_restored_on_an_empty_machine(
    application: Flask, filled: Cast, elsewhere: Flask, tmp_path: Path
) -> None:
    """Must show 10 of issue 6."""
    folder = tmp_path / "backup"
    with load(application) as done:
        while done[0] < 5:
            pass
        code, _out, err = run(application, "backup", str(folder), "--json")
        before = done[0]
        while done[0] < before + 5:
            pass
    assert (code, err) == (0, "")

    code, out, err = run(elsewhere, "restore", str(folder), "--json")

    assert (code, err) == (0, "")
    manifest = json.loads((folder / "manifest.json").read_text())
    there = engine_of(elsewhere)
    assert json.loads(out)["proved"] is True
    assert state(there) == manifest["tables"]
    assert 10 <= count(there, "audit_event", "act = 'load'") <= 2 * before + 2
    assert count(there, "audit_event", "act = 'load'") % 2 == 0  # whole transactions
    assert count(there, "teacher") == 3
    code, out, _err = run(elsewhere, "audit", "verify", "--json")
    assert (code, json.loads(out)["sound"]) == (0, True)
    assert json.loads(out)["seals"] > 0
    data_dir = Path(elsewhere.config["TMS_DATA_DIR"])
    assert [path.stat().st_mode & 0o077 for path in data_dir.glob("*.key*")].count(0) > 0
    assert len(list((data_dir / "kept").iterdir())) == 1
    assert (data_dir / "kept").stat().st_mode & 0o077 == 0


def test_what_is_restored_works_on(
    application: Flask, filled: Cast, elsewhere: Flask, tmp_path: Path
) -> None:
    run(application, "backup", str(tmp_path / "backup"))
    run(elsewhere, "restore", str(tmp_path / "backup"))
    data_dir = Path(elsewhere.config["TMS_DATA_DIR"])
    crypto.install(crypto.Keyring.load(data_dir / "keys.json"))

    with elsewhere.app_context():
        bind(db.session(), CONSOLE)
        there = Cast(db.session(), filled.units, filled.staff, serial=50)
        made = there.make_file()  # sequences go on behind what was restored
        db.session.remove()

    assert made > 3
    assert count(engine_of(elsewhere), "teacher") == 4


def test_keys_are_in_no_file_of_the_backup(
    application: Flask, filled: Cast, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    run(application, "backup", str(folder), "--keys", str(tmp_path / "safe"))

    secrets = []
    for name in KEYS:
        path = Path(application.config["TMS_DATA_DIR"]) / name
        for value in json.loads(path.read_text()).values():
            secrets += list(value.values()) if isinstance(value, dict) else [value]
    secrets = [s for s in secrets if isinstance(s, str) and len(s) > 20]
    assert len(secrets) == 3
    for path in folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            content = gzip.decompress(raw) if path.suffix == ".gz" else raw
            for secret in secrets:
                key = bytes.fromhex(secret) if len(secret) == 64 else base64.b64decode(secret)
                assert secret.encode() not in content
                assert key not in content
    assert {path.name for path in (tmp_path / "safe").iterdir()} == set(KEYS)
    for path in (folder, tmp_path / "safe", *(tmp_path / "safe").iterdir()):
        assert path.stat().st_mode & 0o077 == 0


def test_an_installation_is_never_written_over(
    application: Flask, filled: Cast, tmp_path: Path
) -> None:
    run(application, "backup", str(tmp_path / "backup"))
    before = state(engine_of(application))

    code, _out, err = run(application, "restore", str(tmp_path / "backup"))
    again, _out, _err = run(application, "backup", str(tmp_path / "backup"))
    keys = str(tmp_path / "backup.keys")
    other, _out, _err = run(application, "backup", str(tmp_path / "other"), "--keys", keys)

    assert (code, again, other) == (1, 1, 1)
    assert "keys.json" in err
    assert not (tmp_path / "other").exists()
    assert state(engine_of(application)) == before


def test_an_altered_backup_is_refused_and_leaves_nothing(
    application: Flask, filled: Cast, elsewhere: Flask, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    run(application, "backup", str(folder))
    alter(folder)

    code, _out, err = run(elsewhere, "restore", str(folder))

    assert code == 1
    assert "table unit: another content" in err
    assert not Path(elsewhere.config["TMS_DATA_DIR"]).exists()
    if engine_of(elsewhere).dialect.name == "postgresql":
        assert count(engine_of(elsewhere), "unit") == 0


def alter(folder: Path) -> None:
    """A name in the table of units."""
    packed = folder / "tables" / "unit.copy.gz"
    if packed.exists():
        content = gzip.decompress(packed.read_bytes())
        packed.write_bytes(gzip.compress(content.replace("东湖县".encode(), "西湖县".encode())))
        return
    import pysqlite3.dbapi2

    with pysqlite3.dbapi2.connect(str(folder / "database.sqlite")) as connection:
        connection.execute("UPDATE unit SET name = '西湖县教育局' WHERE name = '东湖县教育局'")


def test_without_its_keys_nothing_is_restored(
    application: Flask, filled: Cast, elsewhere: Flask, tmp_path: Path
) -> None:
    run(application, "backup", str(tmp_path / "backup"))
    keys = tmp_path / "backup.keys" / "keys.json"
    keys.unlink()
    crypto.Keyring.generate().save(keys)  # somebody else's

    code, _out, err = run(elsewhere, "restore", str(tmp_path / "backup"))

    assert code == 1
    assert "the keys do not open basic_information.id_number" in err


# -- upgrade


MIGRATION = '''"""x

Revision ID: 9999
Revises: {head}
"""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("extra", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("UPDATE unit SET name = 'changed'")
    {last}


def downgrade() -> None:
    op.drop_table("extra")
'''


@pytest.fixture
def next_version(application: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The migrations with one more; what it ends with is put in by the test."""
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(application.extensions["migrate"].migrate, "directory", str(folder))
    return folder


def put(folder: Path, last: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(folder))
    head = ScriptDirectory.from_config(config).get_current_head()
    (folder / "versions" / "9999_x.py").write_text(MIGRATION.format(head=head, last=last))


#: Committed, and found out afterwards.
SPOILT = "op.execute(\"UPDATE basic_information SET id_number = 'v1:k1:" + "A" * 64 + "'\")"


@pytest.mark.parametrize(
    ("last", "why"),
    [
        ("raise RuntimeError('in the middle')", "migration: "),
        ("op.execute('DELETE FROM nothing_called_so')", "migration: "),
        (SPOILT, "the keys do not open basic_information.id_number"),
    ],
)
def test_an_upgrade_that_fails_leaves_the_old_state(
    application: Flask, filled: Cast, next_version: Path, last: str, why: str
) -> None:
    """Must show 10 of issue 6."""
    put(next_version, last)
    run(application, "audit", "seal")
    before = state(engine_of(application))

    code, _out, err = run(application, "upgrade")

    assert code == 1
    assert why in err
    assert state(engine_of(application)) == before
    with writing(False), engine_of(application).connect() as connection:
        assert not inspect(connection).has_table("extra")
        assert dumps.revision(connection) != "9999"
    assert run(application, "audit", "verify")[0] == 0


def test_an_upgrade_keeps_a_backup_of_before(
    application: Flask, filled: Cast, next_version: Path
) -> None:
    put(next_version, "pass")

    code, out, err = run(application, "upgrade", "--json")

    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (Path(told["backup"]) / "manifest.json").is_file()
    with writing(False), engine_of(application).connect() as connection:
        assert dumps.revision(connection) == "9999"
        assert inspect(connection).has_table("extra")


def test_an_upgrade_has_the_installation_to_itself_or_nothing_to_do(
    application: Flask, next_version: Path
) -> None:
    nothing_to_do = run(application, "upgrade", "--json")
    put(next_version, "pass")
    with together(application.config["TMS_DATA_DIR"]):  # as server and workers
        beside = run(application, "upgrade")
    with alone(application.config["TMS_DATA_DIR"], engine_of(application)):
        meanwhile = run(application, "audit", "seal")

    assert nothing_to_do[:2] == (0, '{"upgraded": false}\n')
    assert (beside[0], meanwhile[0]) == (1, 1)
    assert "还在运行" in beside[2]
    assert "正在升级" in meanwhile[2]
    assert run(application, "upgrade")[0] == 0


@on_postgresql
def test_who_is_connected_from_another_machine_is_noticed(
    application: Flask, next_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SECONDS_TO_CLOSE", 0.2)
    put(next_version, "pass")
    there = create_engine(engine_of(application).url, connect_args={"application_name": "tms"})
    with there.connect():
        code, _out, err = run(application, "upgrade")
    there.dispose()

    assert code == 1
    assert "还在运行" in err
