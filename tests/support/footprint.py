"""How much memory a piece of work takes, in all its processes together (Linux).

The work runs in a process of its own, which says "ready" when it has loaded what it needs and then
waits; from there on its memory and that of its children is sampled. Not timed: memory only.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

ROOT = Path(__file__).resolve().parents[2]
#: Seconds between two looks; a page takes longer to fill what matters here.
PAUSE = 0.004


@dataclass(frozen=True)
class Footprint:
    """What the work said at last, and what it took."""

    said: str
    #: Above what the idle process had, in MiB.
    over_idle: int
    seconds: float


def resident(pid: int) -> int:
    """Bytes in memory of *pid* and all below it; 0 where it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return 0
    return pages * 4096 + sum(resident(int(child)) for child in below)


def measure(module: str, *arguments: str, beside: int = 0) -> Footprint:
    """Run *module* as described above; *beside* bytes lie in memory that no process maps."""
    work = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert work.stdin
    assert work.stdout
    assert work.stdout.readline().strip() == "ready"
    idle = most = resident(work.pid)
    start = monotonic()
    work.stdin.write("go\n")
    work.stdin.close()
    while work.poll() is None:
        most = max(most, resident(work.pid))
        sleep(PAUSE)
    seconds = monotonic() - start
    said = work.stdout.read().strip()
    work.stdout.close()
    assert work.returncode == 0
    return Footprint(said, (most - idle + beside) >> 20, seconds)
