"""Kinds of jobs by name."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

from tms.jobs.work import Mark, Work

Run = Callable[[Work], Generator[Mark, None, Mapping[str, Any]]]


@dataclass(frozen=True)
class Kind:
    """A name, and the function that does it: it yields after each part, and returns the result."""

    name: str
    run: Run


_kinds: dict[str, Kind] = {}


def register(name: str, run: Run) -> None:
    """Let jobs called *name* be done by *run*; the last to say so is heard."""
    _kinds[name] = Kind(name, run)


def kind(name: str) -> Kind | None:
    """The kind called *name*; None where this version knows it no more."""
    return _kinds.get(name)
