"""rotate-keys: a new key, and everything but the audit trail under it."""

from __future__ import annotations

from typing import Final

import click
from flask import current_app
from sqlalchemy.orm import Session

from tms import config, crypto
from tms.access import CONSOLE, bind
from tms.cli.support import as_json, command, show
from tms.db import db
from tms.exchange import parts
from tms.records import rotation
from tms.records.rotation import Reseal
from tms.records.seals import settled

#: Everything that is encrypted, but audit events.
SEALED: Final[tuple[Reseal, ...]] = (
    rotation.columns,
    rotation.requests,
    rotation.files,
    parts.reseal,
)


@command("rotate-keys")
@as_json
def rotate_keys(as_json: bool) -> None:
    """Seal numbers and files anew under a new key; when it was interrupted, go on with that.

    Server and workers may run: they read the new ring by themselves.
    """
    ring = crypto.keyring()
    path = current_app.config["TMS_DATA_DIR"] / config.KEY_FILE
    if not ring.is_rotating:
        ring = ring.rotated()
        ring.replace(path)
    session = db.session()
    bind(session, CONSOLE)
    done = _resealed(session)
    rotation.note(session, done)
    session.commit()
    ring.settled().replace(path)
    if as_json:
        show({"key": ring.current, "values": done})
    else:
        click.echo(f"现用密钥 {ring.current}，已重新加密 {done} 项")


def _resealed(session: Session) -> int:
    """Until a whole round, begun after all earlier writers had ended, finds nothing."""
    done = 0
    while True:
        settled(session)  # who began under the older key is through
        session.rollback()
        found = 0
        for reseal in SEALED:
            for count in reseal(session, current_app.config["TMS_DATA_DIR"]):
                session.commit()
                found += count
        session.commit()
        done += found
        if not found:
            return done


COMMANDS = (rotate_keys,)
