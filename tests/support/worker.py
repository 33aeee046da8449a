"""A worker as a process of its own, to be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def command(*words: str) -> list[str]:
    """``flask tms …``."""
    return [sys.executable, "-m", "flask", "--app", "app", "tms", *words]


def environment(url: str, data_dir: Path) -> dict[str, str]:
    """The settings of the installation under test."""
    return {**os.environ, "TMS_DATABASE_URL": url, "TMS_DATA_DIR": str(data_dir)}


@contextmanager
def worker(url: str, data_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker, ended with the block if it still lives."""
    with subprocess.Popen(
        command("worker"),
        cwd=ROOT,
        env=environment(url, data_dir),
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
