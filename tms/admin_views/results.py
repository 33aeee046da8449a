"""Files kept for a day under random names in the data directory, encrypted: rows hold numbers."""

from __future__ import annotations

import re
import secrets
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tms.crypto import keyring

FOLDER = "results"
DAY = 24 * 3600
NAME = re.compile(r"[A-Za-z0-9_-]{20,40}")
SUFFIX = ".sealed"
#: What the kept files are once opened.
FORMAT = ".xlsx"


def keep(data_dir: Path, write: Callable[[Path], object]) -> str:
    """Let *write* make a file; returns the name to ask for it by. Yesterday's files go."""
    folder = data_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear(folder)
    name = secrets.token_urlsafe(24)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        plain = Path(place) / f"result{FORMAT}"
        write(plain)
        sealed = keyring().seal_file(plain.read_bytes(), name)
    path = folder / (name + SUFFIX)
    path.touch(mode=0o600)
    path.write_bytes(sealed)
    return name


def kept(data_dir: Path, name: str) -> bytes | None:
    """The content of the file called *name*, if it is still there."""
    path = data_dir / FOLDER / (name + SUFFIX)
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    return keyring().open_file(path.read_bytes(), name)


def _clear(folder: Path) -> None:
    for path in folder.glob("*" + SUFFIX):
        if path.stat().st_mtime < time.time() - DAY:
            path.unlink(missing_ok=True)
