"""Reads one file in a process of its own, to be measured: `python -m tests.exchange.reads_one`."""

from __future__ import annotations

import sys
from pathlib import Path

from tms.exchange import FileRefused
from tms.exchange.imports import known_headers
from tms.exchange.limits import refuse_size
from tms.exchange.parse import parse


def main(path: Path) -> None:
    """Say "ready", wait for a line, read *path* and say what came of it."""
    known = known_headers()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    try:
        refuse_size(path.stat().st_size)
        sheets = parse(path.read_bytes(), path.name, known)
        sys.stdout.write(f"{sum(len(sheet.rows) for sheet in sheets)} rows")
    except FileRefused as error:
        sys.stdout.write(str(error))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
