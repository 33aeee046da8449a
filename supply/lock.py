"""`make lock`: the hashes of everything that is pinned, asked from the index that pip uses here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from supply.pins import LOCK, ROOT, TESTS, disagreements
from tms.launch import say

#: For every system and Python at once. Without --upgrade uv keeps the hashes of the former file.
COMPILE = [
    "--quiet",
    "--no-config",
    "--system-certs",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--upgrade",
    "--annotation-style=line",
    "--custom-compile-command=make lock",
]


def lock(root: Path = ROOT) -> int:
    """Write `requirements.lock` anew; what the lists do not pin yet is named and fails."""
    compile_ = [sys.executable, "-m", "uv", "pip", "compile", *COMPILE, *_index()]
    done = subprocess.run([*compile_, f"--output-file={LOCK}", TESTS], cwd=root, check=False)
    if done.returncode:
        return done.returncode
    wrong = disagreements(root)
    say("\n".join(wrong) or f"{LOCK} is written; make setup installs from it.")
    return 1 if wrong else 0


def _index() -> list[str]:
    """uv does not read pip's configuration."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    addresses = re.findall(r"^\S+\.index-url='(.+)'$", listed.stdout, re.MULTILINE)
    return [f"--default-index={address}" for address in addresses[:1]]
