"""Folders for what lies in the open while it is written; only we read them (SECURITY.md S29)."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SPOOL: Final = "spool"
#: Seconds after which nobody writes into a folder any more.
ABANDONED: Final = 6 * 3600


@contextmanager
def spool(data_dir: Path) -> Iterator[Path]:
    """A folder of one's own; gone at the end."""
    parent = data_dir / SPOOL
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def sweep(data_dir: Path) -> int:
    """Clear away what killed processes left, once nobody can be writing it; says how much."""
    parent = data_dir / SPOOL
    before = time.time() - ABANDONED
    found = parent.iterdir() if parent.is_dir() else ()
    left = [folder for folder in found if _touched(folder) < before]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def _touched(folder: Path) -> float:
    """When it was written to last: a folder's own time stands still while its files grow."""
    times = (path.stat().st_mtime for path in (folder, *folder.rglob("*")) if path.exists())
    return max(times, default=time.time())
