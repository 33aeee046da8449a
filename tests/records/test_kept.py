"""Files kept for their owner: encrypted, by id, for a while, gone with a rollback."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tests.support.cast import Cast
from tms.access import WORKER, acting
from tms.errors import NotFound
from tms.models import KeptFile
from tms.models.types import now
from tms.records import kept

CONTENT = "姓名,证件号码\n方知远,110105194912310021\n".encode() * 1000
NUMBER = b"110105194912310021"


def keep(cast: Cast, folder: Path, name: str = "school_info") -> int:
    actor = cast.act_as(name)
    return kept.keep(
        cast.session, actor, folder, "名单.csv", "text/csv", lambda out: out.write(CONTENT)
    )


def on_disk(folder: Path) -> list[Path]:
    return sorted((folder / kept.FOLDER).glob("*"))


def test_the_owner_reads_it_and_the_disk_shows_nothing(cast: Cast, tmp_path: Path) -> None:
    file_id = keep(cast, tmp_path)
    cast.session.commit()

    found = kept.open_kept(cast.session, tmp_path, file_id)

    assert (found.name, found.size) == ("名单.csv", len(CONTENT))
    assert b"".join(found.content) == CONTENT
    (path,) = on_disk(tmp_path)
    assert NUMBER not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_nobody_else_opens_or_discards_it(cast: Cast, tmp_path: Path) -> None:
    file_id = keep(cast, tmp_path)
    cast.session.commit()

    for name in ("county_info", "school_admin", "auditor"):
        cast.act_as(name)
        with pytest.raises(NotFound):
            kept.open_kept(cast.session, tmp_path, file_id)
        with pytest.raises(NotFound):
            kept.discard(cast.session, tmp_path, file_id)
    assert len(on_disk(tmp_path)) == 1


def test_a_rollback_takes_the_file_along(cast: Cast, tmp_path: Path) -> None:
    keep(cast, tmp_path)
    cast.session.rollback()

    assert on_disk(tmp_path) == []


def test_it_expires_and_the_night_clears_it_up(cast: Cast, tmp_path: Path) -> None:
    old, fresh = keep(cast, tmp_path), keep(cast, tmp_path)
    session: Any = cast.session
    past = now() - timedelta(minutes=1)
    session.execute(update(KeptFile).where(KeptFile.id == old).values(expires_at=past))
    session.commit()

    with pytest.raises(NotFound):
        kept.open_kept(session, tmp_path, old)
    assert len(on_disk(tmp_path)) == 2
    with acting(session, WORKER):
        assert kept.purge(session, tmp_path) == 1
        session.commit()
    assert len(on_disk(tmp_path)) == 1
    assert kept.read_kept(session, tmp_path, fresh) == CONTENT


def test_discarded_by_its_owner(cast: Cast, tmp_path: Path) -> None:
    file_id = keep(cast, tmp_path)
    cast.session.commit()
    kept.discard(cast.session, tmp_path, file_id)
    cast.session.commit()

    assert on_disk(tmp_path) == []
    with pytest.raises(NotFound):
        kept.open_kept(cast.session, tmp_path, file_id)
