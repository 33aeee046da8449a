"""purge."""

from __future__ import annotations

import click

from tms.access import CONSOLE, bind
from tms.cli.support import as_json, command, show
from tms.db import db
from tms.records.binned import purge as clear


@command("purge")
@as_json
def purge(as_json: bool) -> None:
    """Delete for good what has lain in a bin for thirty days."""
    session = db.session()
    bind(session, CONSOLE)
    gone = clear(session)
    session.commit()
    if as_json:
        show({"purged": gone})
    else:
        click.echo(f"已彻底删除 {gone} 份到期档案")


COMMANDS = (purge,)
