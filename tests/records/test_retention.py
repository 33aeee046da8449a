"""What is kept how long: the trail for good, backups of upgrades not (SECURITY.md S29)."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from tests.support.cast import Cast
from tms.access import CONSOLE, WORKER, bind, unscoped
from tms.jobs import Work
from tms.models import AuditEvent
from tms.models.types import now
from tms.records.housekeeping import UPGRADES, monthly, nightly, purge_upgrades


def test_no_purge_touches_the_trail(cast: Cast, tmp_path: Path) -> None:
    """The law asks for six months of logs; events of sign-ins and all others stay for good."""
    bind(cast.session, CONSOLE)
    old = {"at": now() - timedelta(days=4000), "act": "login", "act_id": "1", "unit_path": "0001"}
    cast.session.execute(unscoped(insert(AuditEvent), "a test"), [old | {"files": 1}])
    events = cast.session.scalar(select(func.count()).select_from(AuditEvent))
    cast.session.commit()

    bind(cast.session, WORKER)
    for purge in (nightly, monthly):
        list(purge(Work(cast.session, WORKER, 1, "a" * 32, {}, None, tmp_path)))

    bind(cast.session, CONSOLE)
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
