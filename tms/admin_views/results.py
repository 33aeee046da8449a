"""Files kept for a day under random names in the data directory."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from pathlib import Path

FOLDER = "results"
DAY = 24 * 3600
NAME = re.compile(r"[A-Za-z0-9_-]{20,40}")
SUFFIX = ".xlsx"


def keep(data_dir: Path, write: Callable[[Path], object]) -> str:
    """Let *write* make a file; returns the name to ask for it by. Yesterday's files go."""
    folder = data_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear(folder)
    name = secrets.token_urlsafe(24)
    path = folder / (name + SUFFIX)
    path.touch(mode=0o600)
    write(path)
    return name


def kept(data_dir: Path, name: str) -> Path | None:
    """The file called *name*, if it is still there."""
    path = data_dir / FOLDER / (name + SUFFIX)
    return path if NAME.fullmatch(name) and path.is_file() else None


def _clear(folder: Path) -> None:
    for path in folder.glob("*" + SUFFIX):
        if path.stat().st_mtime < time.time() - DAY:
            path.unlink(missing_ok=True)
