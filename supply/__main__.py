"""`python -m supply lock | check | audit`, behind `make lock`, `make lint` and `make audit`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from supply import sbom
from supply.audit import audit
from supply.lock import lock
from supply.pins import ROOT, disagreements, not_installed
from tms.launch import say


def check(root: Path = ROOT) -> int:
    """Write the bill of materials; silent unless lists, lock and environment disagree."""
    try:
        wrong = disagreements(root) or not_installed(root) or sbom.unlicensed(root)
    except ValueError as error:
        wrong = [str(error)]
    if not wrong:
        sbom.write(root)
        return 0
    say("\n".join(wrong))
    return 1


def main(words: Sequence[str]) -> int:
    """Do what the first word says with the rest as its arguments."""
    match words:
        case ["lock"]:
            return lock()
        case ["check"]:
            return check()
        case ["audit", *arguments]:
            return audit(arguments)
    say(__doc__ or "")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
