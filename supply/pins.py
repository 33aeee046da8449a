"""What the lists of requirements pin, what `requirements.lock` locks, and what is installed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
RUNS = "requirements.txt"
TESTS = "requirements-dev.txt"
LOCK = "requirements.lock"


@dataclass(frozen=True)
class Pin:
    """One package in one version; *hashes* are the SHA-256 of every file that it may come as."""

    name: str
    version: Version
    marker: Marker | None
    hashes: tuple[str, ...]

    @property
    def is_for_this_machine(self) -> bool:
        return self.marker is None or self.marker.evaluate()


def read(path: Path) -> dict[str, Pin]:
    """The pins of a file by their normalised name; ValueError where a line is none."""
    lines = path.read_text("utf-8").replace("\\\n", " ").splitlines()
    wanted = [line.strip() for line in lines]
    pins: dict[str, Pin] = {}
    for line in wanted:
        if line and not line.startswith(("#", "-r")):
            pin = _pin(line, path.name)
            if pin.name in pins:
                raise ValueError(f"{path.name}: {pin.name} stands there twice")
            pins[pin.name] = pin
    return pins


def _pin(line: str, file: str) -> Pin:
    text, *hashes = re.split(r"\s+--hash=sha256:", line.partition(" #")[0])
    requirement = Requirement(text)
    versions = [one.version for one in requirement.specifier if one.operator == "=="]
    if len(versions) != 1 or len(requirement.specifier) != 1:
        raise ValueError(f"{file}: “{text}” does not pin one version with ==")
    name = canonicalize_name(requirement.name)
    return Pin(name, Version(versions[0]), requirement.marker, tuple(hashes))


def disagreements(root: Path = ROOT) -> list[str]:
    """Where the lists of requirements and the lock do not say the same."""
    runs, tests, locked = (read(root / name) for name in (RUNS, TESTS, LOCK))
    twice = [f"{name} is pinned in {RUNS} and in {TESTS}" for name in sorted(runs.keys() & tests)]
    pinned = {**tests, **runs}
    names = sorted(pinned.keys() | locked.keys())
    return [*twice, *filter(None, (_differs(pinned.get(n), locked.get(n)) for n in names))]


def _differs(pin: Pin | None, lock: Pin | None) -> str:
    if lock is None:
        return f"{pin.name} is pinned and not locked: make lock" if pin else ""
    if pin is None:
        return (
            f"{lock.name} {lock.version} is locked as others need it; pin it in {RUNS} or {TESTS}"
        )
    if pin.version != lock.version:
        return f"{pin.name} is pinned at {pin.version} and locked at {lock.version}: make lock"
    return "" if lock.hashes else f"{pin.name} is locked without a hash: make lock"


def not_installed(root: Path = ROOT) -> list[str]:
    """What this environment lacks of the lock, or has in another version."""
    pins = read(root / LOCK).values()
    return [
        f"{pin.name} {pin.version} is locked, installed is {installed(pin.name) or 'none'}"
        for pin in pins
        if pin.is_for_this_machine and not _is_installed(pin)
    ]


def _is_installed(pin: Pin) -> bool:
    version = installed(pin.name)
    return version is not None and Version(version) == pin.version


def installed(name: str) -> str | None:
    """The version that this environment has of a package, if any."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
