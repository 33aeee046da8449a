"""serve: the production server, and the workers it starts and watches."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

import click
from flask import current_app

from tms.cli.support import command

#: A worker that ended is started again after so long.
PAUSE_SECONDS: Final = 2.0
SECONDS_TO_STOP: Final = 15


@command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=16, show_default=True)
@click.option("--workers", type=int, help="Processes for jobs; default TMS_WORKERS.")
def serve(host: str, port: int, threads: int, workers: int | None) -> None:
    """The server (waitress) with its workers."""
    from waitress import serve as listen

    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    count = app.config["TMS_WORKERS"] if workers is None else workers
    signal.signal(signal.SIGTERM, _terminated)
    with _Workers(count, Path(app.root_path).parent):
        listen(app, host=host, port=port, threads=threads)


def _terminated(_signal: int, _frame: object) -> None:
    raise SystemExit(128 + signal.SIGTERM)


class _Workers:
    """Worker processes, each started again when it ends, all ended with the server."""

    def __init__(self, count: int, root: Path) -> None:
        self.root = root
        self.is_over = threading.Event()
        self.watchers = [threading.Thread(target=self._watch, daemon=True) for _ in range(count)]

    def _watch(self) -> None:
        while not self.is_over.is_set():
            process = subprocess.Popen(self._command(), cwd=self.root)  # noqa: S603
            while process.poll() is None and not self.is_over.wait(0.2):
                pass
            if process.poll() is None:
                self._stop(process)
            self.is_over.wait(PAUSE_SECONDS)

    @staticmethod
    def _command() -> list[str]:
        flask = [sys.executable, "-m", "flask", "--app", "app"]
        return [*flask, "tms", "worker", "--parent", str(os.getpid())]

    @staticmethod
    def _stop(process: subprocess.Popen[bytes]) -> None:
        """It gives its job back after the part under way."""
        process.terminate()
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()

    def __enter__(self) -> _Workers:
        for watcher in self.watchers:
            watcher.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.is_over.set()
        for watcher in self.watchers:
            watcher.join()


COMMANDS = (serve,)
