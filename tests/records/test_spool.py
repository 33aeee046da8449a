"""What lies in the open while it is written goes, whoever left it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tests.support.cast import Cast
from tests.support.jobs import drain, job
from tms.errors import message
from tms.jobs import enqueue
from tms.records.housekeeping import NIGHTLY
from tms.records.spool import ABANDONED, SPOOL, spool, sweep


def left_behind(data_dir: Path, name: str, *, folder: float, file: float) -> Path:
    """A folder of a killed process; *folder* and *file* were touched so many seconds ago."""
    made = data_dir / SPOOL / name
    made.mkdir(parents=True)
    (made / "file").write_text("在写的内容", encoding="utf-8")
    for path, ago in ((made / "file", file), (made, folder)):
        os.utime(path, (time.time() - ago, time.time() - ago))
    return made


def test_what_is_old_goes_and_what_is_written_to_stays(tmp_path: Path) -> None:
    old = left_behind(tmp_path, "old", folder=ABANDONED + 60, file=ABANDONED + 60)
    long = left_behind(tmp_path, "long", folder=ABANDONED + 60, file=5)

    with spool(tmp_path) as mine:
        assert sweep(tmp_path) == 1
        assert mine.is_dir()

    assert (old.exists(), long.exists(), mine.exists()) == (False, True, False)


def test_nothing_was_ever_written(tmp_path: Path) -> None:
    assert sweep(tmp_path) == 0


def test_the_night_clears_it_up(cast: Cast, tmp_path: Path) -> None:
    old = left_behind(tmp_path, "old", folder=ABANDONED + 60, file=ABANDONED + 60)
    title = message("每夜清理过期文件")
    job_id = enqueue(cast.session, cast.act_as("school_info"), NIGHTLY, {}, title)
    drain(cast.session, tmp_path)

    assert job(cast.session, job_id).result["files"] == 1
    assert not old.exists()
