"""init: keys, schema, the first administrator."""

from __future__ import annotations

from typing import Any

import click
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms import config, crypto, seal_key
from tms.access import CONSOLE, Role, bind
from tms.cli.support import command
from tms.db import db
from tms.errors import Conflict, message
from tms.models import Level, Unit, UnitKind, User
from tms.records.accounts import NewUser, create_user
from tms.records.units import NewUnit, create_root

DEFAULT_ROOT = "000000,教育部,central"
ADMINISTRATOR = "admin"


@command("init", needs_schema=False)
@click.option("--root", default=DEFAULT_ROOT, metavar="CODE,NAME,LEVEL", show_default=True)
def init(root: str) -> None:
    """Make keys, create or upgrade the schema, make root unit and first administrator."""
    data_dir = current_app.config["TMS_DATA_DIR"]
    crypto.ensure(data_dir / config.KEY_FILE)
    seal_key.ensure(data_dir)
    upgrade()
    session = db.session()
    bind(session, CONSOLE)
    if not session.scalar(select(func.count()).select_from(Unit)):
        create_root(session, CONSOLE, _root(root))
    elif root != DEFAULT_ROOT:
        raise Conflict(message("根单位已存在。"))
    code = first_administrator(session)
    session.commit()
    if code:
        click.echo(f"{ADMINISTRATOR} {code}")
        click.echo("（一次性口令，仅显示这一次 / one-time password, shown only once）", err=True)


def _root(text: str) -> NewUnit:
    parts = [part.strip() for part in text.split(",")]
    names = {level.name.lower(): level for level in Level}
    if len(parts) != 3 or parts[2] not in names:
        raise click.BadParameter("CODE,NAME,LEVEL", param_hint="--root")
    return NewUnit(parts[0], parts[1], names[parts[2]], UnitKind.BUREAU)


def first_administrator(session: Session) -> str | None:
    """Make `admin` at the root with a one-time password; None where there is one already."""
    if session.scalar(select(User.id).where(User.username == ADMINISTRATOR)):
        return None
    root: Any = session.scalar(select(Unit.id).where(Unit.supervisor_id.is_(None)))
    new = NewUser(ADMINISTRATOR, Role.SYSTEM_ADMIN, root, "系统管理员")
    return create_user(session, CONSOLE, new)[1]


COMMANDS = (init,)
