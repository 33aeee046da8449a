"""`python -m supply lock | check | audit`, behind `make lock`, `make lint` and `make audit`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from supply import pins, sbom
from supply.audit import audit
from supply.lock import lock
from tms.launch import say


def check() -> int:
    """Write the bill of materials; silent unless lists, lock and environment disagree."""
    try:
        wrong = pins.disagreements() or pins.not_installed() or sbom.unlicensed()
    except ValueError as error:
        wrong = [str(error)]
    if not wrong:
        sbom.write()
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
