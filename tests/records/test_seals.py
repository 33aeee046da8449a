"""Seals over the audit trail: what was done to it is found, and where (SECURITY.md S12, S13)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.support.cast import Cast
from tests.support.databases import on_postgresql
from tms import seal_key
from tms.access import CONSOLE, bind
from tms.db import db, writing
from tms.errors import Conflict
from tms.models.lock import missing_guards, relock, unlock
from tms.records import seals
from tms.records.audit import Event, write_events
from tms.records.housekeeping import SCHEDULES, SEAL
from tms.records.seal_check import Report, Wrong, verify
from tms.records.seals import heads, seal_now, settled

EVENTS = 30


@pytest.fixture
def trail(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Sealed in ranges of ten, on top of what the cast did."""
    monkeypatch.setattr(seals, "PART", 10)
    session = cast.session
    bind(session, CONSOLE)
    for number in range(EVENTS):
        event = Event("0001", detail={"n": number}, former={"contact": {"1": {"x": "旧值"}}})
        write_events(session, CONSOLE, "test", [event])
        session.commit()
    seal_now(session, tmp_path)
    return session


@contextmanager
def insider(session: Session) -> Iterator[Connection]:
    """Somebody who may do everything to the database, and takes the triggers away."""
    session.rollback()
    with writing(), db.engine.begin() as connection:
        unlock(connection)
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP TRIGGER stay_audit_event ON audit_event"))
        yield connection
        relock(connection)


def check(session: Session, folder: Path) -> Report:
    session.rollback()
    return verify(session, seal_key.load(folder), heads(folder))


def ids(session: Session) -> list[int]:
    found = session.connection().execute(text("SELECT id FROM audit_event ORDER BY id"))
    return [row[0] for row in found]


def test_what_nobody_touched_is_sound(trail: Session, tmp_path: Path) -> None:
    write_events(trail, CONSOLE, "later", [Event("0001")])
    trail.commit()

    report = check(trail, tmp_path)

    assert report.is_sound
    assert report.unsealed == 1
    assert report.events == len(ids(trail)) - 1
    assert report.seals == -(-report.events // 10)


@pytest.mark.parametrize(
    "change",
    [
        "at = '2020-01-01 00:00:00'",
        "act = 'other'",
        "user_id = 4711",
        "unit_path = '9999'",
        "files = 99",
        "former = NULL",
        "detail = '{\"n\": 77}'",
    ],
)
def test_an_edit_is_found_at_its_event(trail: Session, tmp_path: Path, change: str) -> None:
    victim = ids(trail)[-14]
    with insider(trail) as connection:
        connection.execute(text(f"UPDATE audit_event SET {change} WHERE id = {victim}"))

    (finding,) = check(trail, tmp_path).findings

    assert (finding.wrong, finding.event) == (Wrong.ALTERED, victim)


def test_a_deletion_is_found_at_its_event(trail: Session, tmp_path: Path) -> None:
    victim = ids(trail)[-14]
    with insider(trail) as connection:
        connection.execute(text(f"DELETE FROM audit_event WHERE id = {victim}"))

    (finding,) = check(trail, tmp_path).findings

    assert (finding.wrong, finding.event) == (Wrong.DELETED, victim)


def test_a_forged_event_among_sealed_ones_is_found(trail: Session, tmp_path: Path) -> None:
    model, columns = ids(trail)[0], "at, act, act_id, unit_path, files"
    with insider(trail) as connection:
        connection.execute(
            text(
                f"INSERT INTO audit_event (id, {columns}) SELECT 0, {columns}"
                f" FROM audit_event WHERE id = {model}"
            )
        )

    (finding,) = check(trail, tmp_path).findings

    assert (finding.wrong, finding.event) == (Wrong.INSERTED, 0)


def test_reordered_events_are_found(trail: Session, tmp_path: Path) -> None:
    one, two = ids(trail)[-14], ids(trail)[-13]
    with insider(trail) as connection:
        for before, after in ((one, -1), (two, one), (-1, two)):
            connection.execute(text(f"UPDATE audit_event SET id = {after} WHERE id = {before}"))

    found = check(trail, tmp_path).findings

    assert {(f.wrong, f.event, f.other) for f in found} == {
        (Wrong.MOVED, one, two),
        (Wrong.MOVED, two, one),
    }


def test_an_end_cut_off_with_its_seals_is_found(trail: Session, tmp_path: Path) -> None:
    last = heads(tmp_path)[-1]
    with insider(trail) as connection:
        (low,) = connection.execute(
            text(f"SELECT lo FROM audit_seal WHERE id = {last['seal']}")
        ).one()
        connection.execute(text(f"DELETE FROM audit_event WHERE id >= {low}"))
        connection.execute(text(f"DELETE FROM audit_seal WHERE id = {last['seal']}"))

    (finding,) = check(trail, tmp_path).findings

    assert (finding.wrong, finding.event) == (Wrong.TRUNCATED, last["hi"])
    assert verify(trail, seal_key.load(tmp_path)).is_sound  # the database alone cannot say it


def test_an_emptied_trail_is_found(trail: Session, tmp_path: Path) -> None:
    gone = set(ids(trail))
    with insider(trail) as connection:
        connection.execute(text("DELETE FROM audit_event"))

    found = check(trail, tmp_path).findings

    assert {f.event for f in found} == gone
    assert {f.wrong for f in found} == {Wrong.DELETED}


def test_a_removed_seal_is_found(trail: Session, tmp_path: Path) -> None:
    victim = heads(tmp_path)[1]
    with insider(trail) as connection:
        connection.execute(text(f"DELETE FROM audit_seal WHERE id = {victim['seal']}"))

    found = {(f.wrong, f.seal) for f in check(trail, tmp_path).findings}

    assert found == {(Wrong.SEAL_MISSING, victim["seal"] + 1), (Wrong.TRUNCATED, victim["seal"])}


def test_a_seal_made_anew_without_the_key_is_found(trail: Session, tmp_path: Path) -> None:
    victim = heads(tmp_path)[1]["seal"]
    with insider(trail) as connection:
        change = f"root = 'forged', mac = 'forged' WHERE id = {victim}"
        connection.execute(text(f"UPDATE audit_seal SET {change}"))

    (finding,) = check(trail, tmp_path).findings

    assert (finding.wrong, finding.seal) == (Wrong.SEAL_ALTERED, victim)


@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_triggers_keep_events_and_seals(trail: Session, table: str, act: str) -> None:
    with pytest.raises(DatabaseError):  # SQLite does not know TRUNCATE at all
        trail.connection().execute(text(act.format(table)))


def test_triggers_that_were_taken_away_are_named(trail: Session, tmp_path: Path) -> None:
    with insider(trail) as connection:
        taken = missing_guards(connection)
        is_sqlite = connection.dialect.name == "sqlite"
        body = "BEGIN SELECT 1; END" if is_sqlite else "EXECUTE FUNCTION tms_locked()"
        each = "" if is_sqlite else "FOR EACH ROW "
        name = "lock_update_audit_seal"
        fake = f"CREATE TRIGGER {name} BEFORE UPDATE ON audit_seal {each}{body}"
        connection.execute(text(fake))
        assert missing_guards(connection) == taken

    assert {"lock_update_audit_event", "lock_delete_audit_event", name} <= set(taken)
    assert check(trail, tmp_path).is_sound


@on_postgresql
def test_nothing_is_sealed_past_a_writer_who_may_bring_an_older_event(
    application: Flask, trail: Session, tmp_path: Path
) -> None:
    newest = settled(trail)
    with writing(), db.engine.connect() as slow:
        slow.execute(text("SELECT nextval(pg_get_serial_sequence('audit_event', 'id'))"))
        write_events(trail, CONSOLE, "quick", [Event("0001")])
        trail.commit()

        with pytest.raises(Conflict):
            settled(trail, patience=0.2)
        trail.rollback()
        threading.Timer(0.5, slow.rollback).start()
        assert settled(trail, patience=30) > newest


def test_two_sealers_make_one_chain(trail: Session, tmp_path: Path) -> None:
    write_events(trail, CONSOLE, "later", [Event("0001")])
    trail.commit()
    key = seal_key.load(tmp_path)
    first, second = (seals.next_seal(trail, key, 10**9) for _ in range(2))
    assert first
    assert second

    seals.store(trail, first)
    with pytest.raises(DatabaseError):
        seals.store(trail, second)
    trail.rollback()


def test_it_comes_due_every_day() -> None:
    (schedule,) = [schedule for schedule in SCHEDULES if schedule.kind == SEAL]

    assert schedule.day is None


def test_the_key_is_the_owners_alone(tmp_path: Path) -> None:
    seal_key.ensure(tmp_path)
    file = tmp_path / seal_key.SEAL_FILE
    assert file.stat().st_mode & 0o077 == 0

    file.chmod(0o644)

    with pytest.raises(seal_key.SealKeyError):
        seal_key.load(tmp_path)
