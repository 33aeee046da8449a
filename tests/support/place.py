"""A folder that all worker processes of one test session share, and locks on what lies there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fasteners
import psutil

PREFIX = "tms-tests-"


_here: list[Path] = []


def settle(place: Path) -> None:
    """From now on *place* is the session's folder for this process."""
    _here[:] = [place]


def here() -> Path:
    """The session's folder."""
    return _here[0]


def create() -> Path:
    """A new folder for this session; those of sessions that were killed are cleared first."""
    for old in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if not psutil.pid_exists(int(old.name.removeprefix(PREFIX).partition("-")[0])):
            remove(old)
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))


def remove(place: Path) -> None:
    """Stop the PostgreSQL server in *place*, if one was started, and delete the folder."""
    from tests.support import postgres

    postgres.stop(place)
    shutil.rmtree(place, ignore_errors=True)


@contextmanager
def once(place: Path, what: str) -> Iterator[bool]:
    """Within the block no other worker is at *what*; true for the first that ends it unharmed."""
    done = place / f"{what}.done"
    with fasteners.InterProcessLock(place / f"{what}.lock"):
        yield not done.exists()
        done.touch()
