"""user add, user rescue."""

from __future__ import annotations

import click
from sqlalchemy import select

from tms.access import CONSOLE, SYSTEM_ROLES, Role, bind
from tms.cli.support import command, refuse
from tms.db import db
from tms.models import Unit, User
from tms.records import second_factor
from tms.records.accounts import NewUser, create_user, reset_password

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


@command("rescue")
@click.argument("username")
def rescue(username: str) -> None:
    """Let somebody in again who lost password or authenticator, where no administrator can.

    Prints a new one-time password once; the authenticator is taken off, all sessions end.
    """
    session = db.session()
    bind(session, CONSOLE)
    user_id = session.scalar(select(User.id).where(User.username == username))
    if user_id is None:
        refuse(f"没有账号“{username}”。")
    second_factor.release(session, CONSOLE, user_id)
    code = reset_password(session, CONSOLE, user_id)
    session.commit()
    click.echo(f"{username} {code}")


user = click.Group("user", [add, rescue], help="Accounts.")
COMMANDS = (user,)
