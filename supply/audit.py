"""`make audit`: ask an advisory service about what is locked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from supply.pins import LOCK, ROOT
from tms.launch import say

#: Asked in turn until one answers.
SERVICES = ("pypi", "osv")

FOUND = 1
NOBODY_ANSWERED = 3
PIP_AUDIT = ["--format=json", "--progress-spinner=off", "--disable-pip", "--require-hashes"]


def audit(
    arguments: Sequence[str] = (), services: Sequence[str] = SERVICES, root: Path = ROOT
) -> int:
    """0 when nothing is known, 1 when something is or a package is unknown, 3 without an answer."""
    for service in services:
        answer, reason = _ask(service, arguments, root)
        if answer:
            return _judge(answer, service)
        say(f"{service}: {reason}")
    say("No advisory service could be reached: nothing was checked.")
    return NOBODY_ANSWERED


def _ask(service: str, arguments: Sequence[str], root: Path) -> tuple[list[dict[str, Any]], str]:
    """What *service* knows of each package; or nothing, and why not."""
    command = [sys.executable, "-m", "pip_audit", *PIP_AUDIT, f"--vulnerability-service={service}"]
    done = subprocess.run(
        [*command, f"--requirement={root / LOCK}", *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        return [], (done.stderr.strip() or "no answer").splitlines()[-1]
    if all("skip_reason" in package for package in packages):
        return [], "knows none of the packages, so it is no advisory service"
    return packages, ""


def _judge(packages: Sequence[dict[str, Any]], service: str) -> int:
    unknown = [package["skip_reason"] for package in packages if "skip_reason" in package]
    known = [
        f"{package['name']} {package['version']}: {_told(weakness)}"
        for package in packages
        for weakness in package.get("vulns", [])
    ]
    say("\n".join([*known, *unknown, f"{service}: {len(packages)} packages, {len(known)} known"]))
    return FOUND if known or unknown else 0


def _told(weakness: dict[str, Any]) -> str:
    names = ", ".join([weakness["id"], *weakness.get("aliases", [])])
    mended = ", ".join(weakness["fix_versions"]) or "no version yet"
    return f"{names}; mended in {mended}"
