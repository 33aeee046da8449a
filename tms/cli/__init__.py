"""``flask tms …``: what administrators and scripts do from the server's console (DESIGN.md 5).

Exit codes: 0 done (what was left out is listed), 1 everything refused with reasons, 2 usage.
With ``--json`` one object goes to standard output and nothing else; errors to standard error.
"""

from __future__ import annotations

from flask import Flask

from tms.cli import (
    accounts,
    audit,
    backups,
    bins,
    demo,
    exchange,
    install,
    keys,
    serve,
    terms,
    verbs,
    worker,
)
from tms.cli.support import group

COMMANDS = (
    install,
    demo,
    accounts,
    bins,
    terms,
    exchange,
    verbs,
    worker,
    serve,
    audit,
    keys,
    backups,
)


def init_app(app: Flask) -> None:
    """Register the commands of every module."""
    for module in COMMANDS:
        for command in module.COMMANDS:
            group.add_command(command)
    app.cli.add_command(group)
