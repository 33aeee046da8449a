"""flask tms audit seal · verify: what a script sees."""

from __future__ import annotations

import json

from flask import Flask
from sqlalchemy import text

from tests.cli.test_commands import run
from tests.support.cast import Cast
from tms.db import db, writing
from tms.models.lock import relock, unlock


def test_verify_names_the_place_and_ends_with_one(application: Flask, cast: Cast) -> None:
    cast.session.close()
    sealed = json.loads(run(application, "audit", "seal", "--json")[1])["sealed"]
    sound = run(application, "audit", "verify", "--json")
    with writing(), db.engine.begin() as connection:
        unlock(connection)
        connection.execute(text("UPDATE audit_event SET act = 'other' WHERE id = 3"))
        relock(connection)

    altered = run(application, "audit", "verify", "--json")
    words = run(application, "audit", "verify")

    assert sound[0] == 0
    assert json.loads(sound[1])["events"] == sealed > 0
    assert altered[0] == words[0] == 1
    finding = {"wrong": "altered", "seal": 1, "event": 3}
    assert json.loads(altered[1])["findings"] == [finding]
    assert "第 3 条事件内容被改动" in words[2]


def test_a_trail_without_its_triggers_is_not_sound(application: Flask, cast: Cast) -> None:
    cast.session.close()
    run(application, "audit", "seal")
    with writing(), db.engine.begin() as connection:
        unlock(connection)

    code, out, err = run(application, "audit", "verify")

    assert code == 1
    assert "完好" not in out
    assert "lock_delete_audit_event" in err


def test_without_its_key_nothing_is_verified(application: Flask, cast: Cast) -> None:
    cast.session.close()

    code, out, _err = run(application, "audit", "verify", "--json")

    assert code == 1
    assert "seal.key" in json.loads(out)["error"]
