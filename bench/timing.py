"""Figures: the middle of many times, or rows a second."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Figure:
    """What one work took."""

    work: str
    value: float
    unit: str
    #: For the reader: p95 and the slowest, or what was done.
    note: str = ""


@dataclass
class Watch:
    """Milliseconds of each lap, and what it was about; and those that this process computed."""

    laps: list[tuple[float, str]] = field(default_factory=list)
    own: list[float] = field(default_factory=list)

    @contextmanager
    def lap(self, about: str) -> Iterator[None]:
        """Time one lap."""
        began, computed = time.perf_counter(), time.process_time()
        yield
        self.laps.append(((time.perf_counter() - began) * 1000, about))
        self.own.append((time.process_time() - computed) * 1000)

    def figure(self, work: str) -> Figure:
        """The median. The note has p95, the slowest, and the median of this process's own time.

        Far less own time than time means a busy machine, or a busy database server.
        """
        times = sorted(self.laps)
        p95 = times[min(len(times) - 1, int(len(times) * 0.95))][0]
        slowest, about = times[-1]
        own = statistics.median(self.own)
        note = f"own {own:.0f}, p95 {p95:.0f}, slowest {slowest:.0f} ({about})"
        return Figure(work, statistics.median(t for t, _ in times), "ms", note)
