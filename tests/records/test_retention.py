"""What is kept how long: logins 200 days, the trail for good (SECURITY.md S29)."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from tests.support.cast import Cast
from tms.access import CONSOLE, WORKER, bind, unscoped
from tms.jobs import Work
from tms.models import AuditEvent, LoginSession
from tms.models.types import now
from tms.records.audit import Event, write_events
from tms.records.housekeeping import UPGRADES, monthly, purge_upgrades


def login(cast: Cast, days: int) -> None:
    actor, at = cast.staff["school_info"], now() - timedelta(days=days)
    row = {"user_id": actor.user_id, "assignment_id": actor.assignment_id, "token_hash": str(days)}
    row |= {"unit_path": actor.unit_path, "created_at": at, "seen_at": at}
    cast.session.execute(unscoped(insert(LoginSession), "a test"), [row])


def test_six_months_of_logins_stay_and_every_event(cast: Cast, tmp_path: Path) -> None:
    bind(cast.session, CONSOLE)
    for days in (3, 190, 201, 500):
        login(cast, days)
    write_events(cast.session, CONSOLE, "old", [Event("0001")])
    events = cast.session.scalar(select(func.count()).select_from(AuditEvent))
    cast.session.commit()

    bind(cast.session, WORKER)
    list(monthly(Work(cast.session, WORKER, 1, "a" * 32, {}, None, tmp_path)))

    bind(cast.session, CONSOLE)
    assert set(cast.session.scalars(select(LoginSession.token_hash))) == {"3", "190"}
    assert cast.session.scalar(select(func.count()).select_from(AuditEvent)) == events


def test_backups_of_upgrades_go_but_the_newest(tmp_path: Path) -> None:
    for name in ("20250101T000000Z", "20250201T000000Z", "20250301T000000Z", "by-hand"):
        folder = tmp_path / "backups" / name
        folder.mkdir(parents=True)
        os.utime(folder, (0, 0))

    assert purge_upgrades(tmp_path, now() - UPGRADES) == 2
    assert {path.name for path in (tmp_path / "backups").iterdir()} == {
        "20250301T000000Z",
        "by-hand",
    }
