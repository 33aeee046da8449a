"""demo: invented people, and an account for each role to try them with."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app
from sqlalchemy import select, update

from tms.access import CONSOLE, Role, bind
from tms.cli.install import ADMINISTRATOR
from tms.cli.support import as_json, command, show
from tms.db import BLIND, db
from tms.demo import Built, Login, build, settle
from tms.errors import NotAllowed, message
from tms.models import Assignment, Unit, User
from tms.records.accounts import reset_password

ACCOUNTS_FILE = "demo-accounts.json"
#: Files between two words on how far it is.
SAY_EVERY = 20_000


@command("demo")
@click.option("--teachers", default=2000, show_default=True, help="Number of files.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same people.")
@click.option("--admin", is_flag=True, help=f"Give {ADMINISTRATOR} another password, too.")
@as_json
def demo(teachers: int, seed: int, admin: bool, as_json: bool) -> None:
    """Fill an empty installation with demonstration data; never in production."""
    if current_app.config["TMS_ENV"] == "production":
        raise NotAllowed(message("生产环境不能装入演示数据。"))
    session = db.session()
    bind(session, CONSOLE)
    stay = select(User.id).where(User.username != ADMINISTRATOR) if admin else select(User.id)
    others = session.scalars(stay).all()
    built = build(session, teachers, seed, _progress(teachers))
    path = current_app.config["TMS_DATA_DIR"] / ACCOUNTS_FILE
    write_accounts(path, [*built.accounts, *(_root_administrator() if admin else [])])
    _ready_to_try(others)
    db.session.commit()
    settle(db.engine)
    if not admin:
        click.echo(f"{ADMINISTRATOR} 的口令没有改动（--admin 另发一个）", err=True)
    if as_json:
        show(_summary(built) | {"accounts": str(path)})
    else:
        _tell(built, path)


def _root_administrator() -> list[Login]:
    """`admin`, whose first password `make run` showed to nobody, gets another."""
    session = db.session()
    bind(session, CONSOLE)
    found = session.execute(
        select(User.id, Unit.name)
        .join(Assignment, Assignment.user_id == User.id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(User.username == ADMINISTRATOR)
    ).all()
    return [
        Login(Role.SYSTEM_ADMIN, row.name, ADMINISTRATOR, reset_password(session, CONSOLE, row.id))
        for row in found
    ]


def _ready_to_try(others: Sequence[int]) -> None:
    """These passwords are to be tried, by several people: nobody is asked for one of his own."""
    ready = update(User).where(User.id.not_in(others))
    ready = ready.values(must_change=False, code_expires_at=None)
    db.session.execute(ready, execution_options=BLIND)


def _progress(total: int) -> Callable[[int], None]:
    """Say how far it is on standard error; only large installations take long."""
    said = 0

    def tell(done: int) -> None:
        nonlocal said
        if done - said >= SAY_EVERY:
            said = done
            click.echo(f"{done}/{total}", err=True)

    return tell


def write_accounts(path: Path, accounts: Sequence[Login]) -> None:
    """The passwords, for the owner's eyes; a file of an earlier installation is replaced."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([asdict(account) for account in accounts], file, ensure_ascii=False, indent=1)


def _summary(built: Built) -> dict[str, object]:
    return {
        "teachers": built.teachers,
        "units": built.units,
        "rows": built.rows,
        "states": dict(sorted(built.stages.items())),
    }


def _tell(built: Built, path: Path) -> None:
    click.echo(f"{built.units} 个单位，{built.teachers} 份档案，{built.rows} 条记录")
    seen: set[str] = set()
    for account in built.accounts:
        if account.role not in seen:
            seen.add(account.role)
            click.echo(f"{account.role:<17} {account.login:<22} {account.password}  {account.unit}")
    click.echo(f"其余账号见 {path}")


COMMANDS = (demo,)
