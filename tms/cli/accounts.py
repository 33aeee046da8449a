"""user add."""

from __future__ import annotations

import click
from sqlalchemy import select

from tms.access import CONSOLE, SYSTEM_ROLES, Role, bind
from tms.cli.support import command, refuse
from tms.db import db
from tms.models import Unit
from tms.records.accounts import NewUser, create_user

ROLES = [str(role) for role in Role if role not in SYSTEM_ROLES and role is not Role.TEACHER]


@command("add")
@click.argument("username")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--unit", "unit_code", required=True, help="Code of the unit.")
@click.option("--name", required=True, help="Name of the responsible person.")
def add(username: str, role: str, unit_code: str, name: str) -> None:
    """Make an account from the server's console; its one-time password is printed once."""
    session = db.session()
    bind(session, CONSOLE)
    unit_id = session.scalar(select(Unit.id).where(Unit.code == unit_code))
    if unit_id is None:
        refuse(f"没有代码为 {unit_code} 的单位。")
    code = create_user(session, CONSOLE, NewUser(username, Role(role), unit_id, name))[1]
    session.commit()
    click.echo(f"{username} {code}")


user = click.Group("user", [add], help="Accounts.")
COMMANDS = (user,)
