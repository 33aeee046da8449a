"""Who runs on an installation: server, workers and commands together, or an upgrade alone."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from tms.errors import Conflict, message
from tms.records import dumps

LOCK_FILE: Final = "running.lock"
#: So long PostgreSQL may take to notice that a connection was closed.
SECONDS_TO_CLOSE: Final = 3.0
LOOK: Final = 0.1
UPGRADING: Final = message("系统正在升级，请等升级完成后再试。")
RUNNING: Final = message("服务器、作业进程或其他命令还在运行，请全部停止后再升级。")


@contextmanager
def together(data_dir: Path) -> Iterator[None]:
    """Run beside others, until the process ends however it ends.

    :raises Conflict: somebody upgrades.
    """
    with _held(data_dir, alone=False) as is_held:
        if not is_held:
            raise Conflict(UPGRADING)
        yield


@contextmanager
def alone(data_dir: Path, engine: Engine) -> Iterator[None]:
    """Have the installation to oneself; nobody begins meanwhile on this machine.

    :raises Conflict: somebody is there, also on another machine at the same PostgreSQL.
    """
    with _held(data_dir, alone=True) as is_held:
        if not is_held or _others(engine):
            raise Conflict(RUNNING)
        yield


@contextmanager
def _held(data_dir: Path, *, alone: bool) -> Iterator[bool]:
    """The lock of the data directory. The system lifts it when its process ends or is killed.

    Windows has no such lock: there nobody is noticed.
    """
    if sys.platform == "win32":
        yield True
        return
    import fcntl

    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(data_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        is_held = True
    except BlockingIOError:
        is_held = False
    try:
        yield is_held
    finally:
        os.close(handle)


def _others(engine: Engine) -> bool:
    """Whether other processes of ours are connected to the PostgreSQL database."""
    if engine.dialect.name != "postgresql":
        return False
    engine.dispose()  # what this process has itself
    until = time.monotonic() + SECONDS_TO_CLOSE
    while dumps.connected_beside(engine):
        if time.monotonic() > until:
            return True
        time.sleep(LOOK)
    return False
